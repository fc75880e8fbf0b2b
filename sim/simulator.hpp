#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/cli/extension_wheel.hpp"
#include "sim/core/clock.hpp"
#include "sim/core/time.hpp"
#include "sim/http/message.hpp"

namespace azlab {

struct ArmedFault;
class CommitLog;
class FileStore;
class Journal;
class Recorder;
class Workloads;
class World;

/// What a simulator starts from. Everything has a default that gives one empty subscription on a working
/// day at 09:00, in leap time.
struct SimulatorOptions {
  static constexpr std::string_view kDefaultDate = "2026-11-23T09:00:00Z";
  std::uint64_t seed = 1;
  TimeMode time_mode = TimeMode::leap;
  /// Simulated seconds per real second in `scaled` mode.
  double time_scale = 60;
  /// The first simulated instant, `YYYY-MM-DD` or with a time. Empty: the scenario's, or kDefaultDate.
  std::string date{};
  /// A scenario: the name of one in scenarios/, the path of a file (it ends in ".json"), or the text of one. Empty: "typical".
  std::string scenario{};
  /// Checks who comes over the network: signature, audience and end of tokens, secrets, role assignments. Otherwise
  /// any credential will do, and none.
  bool strict = false;
  /// Served through the index of az's extensions (sim/cli); none: there is no index.
  std::vector<ExtensionWheel> extension_wheels{};
};

/// A World at one moment with its clock. Cheap to copy; restoring does not touch other snapshots.
struct Snapshot {
  std::shared_ptr<const World> world;
  Time now;
  std::uint64_t journal = 1;  ///< number of the next journal entry
};

/// One armed fault of the scenario and how often it struck.
struct FaultHits {
  std::string fault;
  std::string armed;  ///< where: "workspaces.create", "vaults.create:keyVault"
  int hits = 0;
  std::size_t number = 0;        ///< by which `disarm` knows it, counted from 1
  std::string resource = "*";    ///< glob over names
  int times = 1;                 ///< how often it may strike; -1: without end
  bool disarmed = false;
  std::vector<std::pair<std::string, std::string>> places{};  ///< all of them, as (glob over operations, phase)
};

/// The whole simulated Azure. `handle` is the only way in (design 2): listeners, the portal, the built-in az
/// and tests all call it. Any thread may call any member; requests are carried out one after the other.
class Simulator {
 public:
  /// Throws std::invalid_argument with one clear line when an option or the scenario is wrong.
  explicit Simulator(SimulatorOptions options = {});
  ~Simulator();
  Simulator(const Simulator&) = delete;
  Simulator& operator=(const Simulator&) = delete;

  Response handle(const Request& request);

  Time now() const;
  /// Lets simulated time pass; due events happen on the way, in order. Stops early at a hold.
  /// Returns the time reached.
  Time advance(Duration by);
  Time advance_to(Time target);
  /// In `scaled` mode: how many simulated seconds pass in a real one from now on. Ignored in the others.
  void set_time_scale(double scale);
  /// Lets all due events of a kind ("compute.schedule") happen that much later; of kSignIns, lets codes live so much longer.
  static constexpr std::string_view kSignIns = "sign-in";
  void postpone(std::string_view kind, Duration by);
  /// Grows whenever a request or a due event changed anything in Azure. For pages that show it.
  std::uint64_t revision() const;
  /// When the next event is due; nothing when none is.
  std::optional<Time> next_due() const;
  /// Where a running process keeps the clock from passing (design 4); nothing when none does.
  std::optional<Time> held_until() const;

  Snapshot snapshot() const;
  /// Fails when a commit log cannot take it; the World is the snapshot's all the same, and the log is told again.
  Result<void> restore(const Snapshot& snapshot);
  /// Begins anew from other options: World, clock, journal and armed faults are those of a new simulator; processes that
  /// run on its behalf are ended. Fails with the constructor's line, and then nothing has changed.
  Result<void> reset(SimulatorOptions options);

  /// Arms a fault beside the scenario's. Refused with one line when its id is unknown or it can match nothing.
  Result<void> arm(const ArmedFault& fault);
  /// The fault of this number (FaultHits) strikes no more. False when there is none, or it is disarmed already.
  bool disarm(std::size_t number);
  /// The same for all of this name; what they struck stays counted.
  void disarm(std::string_view fault);
  /// Calls `seen`, under the lock, at every place where a fault could strike from now on: the operation, the name of its
  /// resource, and "request" or the phase. An empty function ends it.
  void watch_strike_points(std::function<void(std::string_view operation, std::string_view resource, std::string_view phase)> seen);
  /// Whether any route is served at a host.
  bool serves(std::string_view host) const;

  /// Who starts processes on the simulator's behalf (setup scripts, jobs). Without one, they are `blocked`.
  void set_workloads(std::shared_ptr<Workloads> workloads);

  /// Where file shares live; by default in the World.
  void set_files(std::shared_ptr<FileStore> files);

  /// Where every write set goes before it is answered, with the clock; null: nowhere. Unless the log `holds` this World already,
  /// all of it is written there first, which may fail. What it cannot take later is undone and answered with 500.
  Result<void> set_commit_log(std::shared_ptr<CommitLog> log, bool holds = false);

  /// Hears of every request from now on; null: nobody does.
  void set_recorder(std::shared_ptr<Recorder> recorder);

  SimulatorOptions options() const;
  /// Reads the World under the lock; for reports and tests.
  void inspect(const std::function<void(const World&)>& reader) const;
  /// Only while no other thread asks anything; `read_journal` is for all others.
  const Journal& journal() const;
  void read_journal(const std::function<void(const Journal&)>& reader) const;
  std::vector<FaultHits> fault_hits() const;
  /// What the scenario expects of a run and has not come to pass, a line each (docs/scenarios.md); `exit_status` is the client's.
  std::vector<std::string> unmet_expectations(std::optional<int> exit_status = {}) const;
  /// What is served: "operation<TAB>METHOD<TAB>host/pattern", for coverage tables.
  std::vector<std::string> operations() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace azlab
