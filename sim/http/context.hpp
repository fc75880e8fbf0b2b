#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/clock.hpp"
#include "sim/core/draw.hpp"
#include "sim/core/fault_plan.hpp"
#include "sim/core/file_store.hpp"
#include "sim/core/journal.hpp"
#include "sim/core/timeline.hpp"
#include "sim/core/workloads.hpp"
#include "sim/core/world.hpp"
#include "sim/http/router.hpp"

namespace azlab {

class Context;
struct Operation;
struct OperationPhase;

/// What a due event of one kind does. Services list theirs in explicit arrays.
struct EventHandler {
  std::string_view kind;
  void (*handle)(Context&, const Event&);
};

/// What a service does beside the state changes of a long-running operation; any may be null.
struct OperationHooks {
  std::string_view operation;  ///< "computes.create"
  void (*phase_started)(Context&, const Operation&, const OperationPhase&) = nullptr;
  /// An error fails the operation in this phase.
  Result<void> (*phase_ended)(Context&, const Operation&, const OperationPhase&) = nullptr;
  void (*succeeded)(Context&, const Operation&) = nullptr;
  void (*failed)(Context&, const Operation&) = nullptr;
};

/// An operation and the phases it may go through: where faults can strike it.
struct PhaseNames {
  std::string operation;
  std::vector<std::string> phases;
};

/// What a host looks at before a request reaches its service (who may, what is locked): the refusal, or nothing.
struct AdmissionRule {
  std::optional<Response> (*check)(Context&, const Request&, const Match&);
  bool inside = false;  ///< holds for what services ask of each other, too
};

/// How fast Azure is in this run: a scenario's `profile`.
enum class Profile { typical, slow, quick };

/// The parts of a simulator, owned by it; services reach them through Context.
struct Machinery {
  World world{};
  Clock clock;
  Draw draw;
  Router router{};
  Journal journal{};
  FaultPlan faults{};
  Profile profile = Profile::typical;
  std::vector<EventHandler> events{};
  std::vector<OperationHooks> operations{};
  /// The phases that operations go through, by operation, so that a fault for another one is refused.
  std::map<std::string, std::vector<std::string>, std::less<>> phases{};
  /// Told of every place where a fault could have struck, armed or not: operation, resource's name, phase. None: nobody asks.
  std::function<void(std::string_view operation, std::string_view resource, std::string_view phase)> strike_point{};
  /// The error with which an armed fault fails a phase of an operation (sim/faults).
  Error (*fault_error)(Context&, const ArmedFault&, std::string_view subject) = nullptr;
  /// Answers for an armed fault of phase "request" (sim/faults).
  Response (*fault_response)(Context&, const ArmedFault&, const Request&, const Match&) = nullptr;
  /// Asked in this order before the service of a route is.
  std::vector<AdmissionRule> admission{};
  /// Adds what a host tells with every answer to a client, refusals included; may be null.
  void (*add_headers)(Context&, const Request&, Response&) = nullptr;
  /// Told of what somebody outside asked, or a service of its own accord, when it has been answered; may be null.
  void (*answered)(Context&, const JournalEntry&) = nullptr;
  /// Parsed forms of rows, by the row's key; an entry counts only while the row it was made from is current.
  std::map<std::string, std::pair<RowPtr, std::shared_ptr<void>>> parsed{};
  std::shared_ptr<FileStore> files{};
  std::shared_ptr<Workloads> workloads{};
};

/// One request (or due event) being carried out: everything a handler may use. Lives on the stack of `handle`.
class Context {
 public:
  /// `caller` must outlive it.
  Context(Machinery& machinery, const Caller& caller, std::uint64_t parent) : machinery_(machinery), caller_(caller), number_(parent) {}
  Context(Machinery& machinery, Caller&& caller, std::uint64_t parent) = delete;

  World& world() { return machinery_.world; }
  Timeline timeline() { return Timeline(machinery_.world); }
  Time now() const { return machinery_.clock.now(); }
  const Draw& draw() const { return machinery_.draw; }
  const Caller& caller() const { return caller_; }
  Profile profile() const { return machinery_.profile; }
  FileStore& files() { return *machinery_.files; }
  Workloads* workloads() { return machinery_.workloads.get(); }
  Machinery& machinery() { return machinery_; }

  /// How services use each other: dispatch alone, same caller (as Azure asks inside, not as a client of the network),
  /// journalled under this request.
  Response call(Request request);
  /// The armed fault that strikes at a phase of an operation, if any; noted in the journal.
  const ArmedFault* strike(std::string_view operation, std::string_view resource, std::string_view phase);

 private:
  friend Response dispatch(Machinery& machinery, const Request& request, std::uint64_t parent);
  Machinery& machinery_;
  const Caller& caller_;
  std::uint64_t number_;
};

/// By what requests that belong together say so; Azure hands it on to every request made on their behalf.
inline constexpr std::string_view kCorrelationHeader = "x-ms-correlation-request-id";
/// What Azure calls a request in its answer (x-ms-request-id), by its number in the journal.
std::string request_id(const Machinery& machinery, std::string_view origin, std::uint64_t number);

/// The journal's entry of a request as it comes: who, what, when. `operation` must live as long as the router.
JournalEntry entry_of(const Machinery& machinery, const Request& request, std::string_view operation);

/// Routes one request: fault of phase "request", handler, journal, common headers. No clock, no commit.
Response dispatch(Machinery& machinery, const Request& request, std::uint64_t parent);

}  // namespace azlab
