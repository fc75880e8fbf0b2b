#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "harness/run/result.hpp"
#include "harness/run/run_directory.hpp"
#include "harness/shell/shell.hpp"
#include "sim/clock_room.hpp"
#include "sim/core/workloads.hpp"
#include "sim/net/local_channel.hpp"

namespace azlab::run {

struct MachineOptions {
  std::string azlab_binary{};
  std::vector<std::pair<std::string, std::string>> clone_map{};  ///< address -> directory; the course is added
  bool sandbox = true;
};

/// A run's simulated machines: its Cloud Shell, its compute instances' terminals, and the processes that Azure
/// starts on them. Owns the local channel through which their az reaches the simulator.
class Machines : public Workloads {
 public:
  static Result<std::shared_ptr<Machines>> make(Simulator& simulator, const RunDirectory& directory, MachineOptions options);
  ~Machines() override;

  /// The terminal "cloud-shell" or "compute-instance:<name>"; made at first use. An instance that does not exist or
  /// does not run is an error.
  Result<shell::Session*> terminal(const std::string& name);

  WorkloadStart start(const Workload& workload) override;
  void stop(const std::string& id) override;

  const std::vector<StandIn>& stand_ins() const { return stand_ins_; }

 private:
  Machines(Simulator& simulator, const RunDirectory& directory);
  void run_workload(const Workload& workload);

  Simulator& simulator_;
  const RunDirectory& directory_;
  ClockRoom room_;
  shell::HostOptions host_{};
  std::unique_ptr<net::LocalChannel> channel_{};
  std::map<std::string, std::unique_ptr<shell::Session>> sessions_{};
  std::vector<std::thread> workers_{};
  std::vector<StandIn> stand_ins_{};
};

/// A compute instance as the simulator has it: "" for what is absent.
struct InstancePlace {
  std::string state;
  std::string share;  ///< "<account>/<share>" of its workspace
};
InstancePlace find_instance(Simulator& simulator, const std::string& name);
/// The share of the only or first workspace; empty when there is none.
std::string first_notebook_share(Simulator& simulator);
/// The signed-in person's folder name: what stands before '@'.
std::string user_folder();

}  // namespace azlab::run
