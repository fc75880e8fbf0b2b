#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/http/context.hpp"

namespace azlab {

/// A stage of a long-running operation.
struct OperationPhase {
  std::string name;      ///< "dns", "keyVault", "setup": where faults strike
  Duration duration{};   ///< negative: lasts until finish_operation or fail_operation
  std::string state;     ///< what the resource shows meanwhile ("Creating"); empty: unchanged
};

/// A long-running operation: a row. It moves on by due events, never by being read, and stays readable after it ended.
struct Operation {
  std::string id{};
  std::string name{};             ///< "workspaces.create"
  std::string resource{};         ///< ARM id
  std::string location{};
  std::vector<OperationPhase> phases{};
  std::size_t current = 0;
  std::string status = "InProgress";  ///< or "Succeeded", "Failed", "Canceled"
  std::string success_state = "Succeeded";
  std::string failure_state = "Failed";
  std::optional<Error> error{};
  std::string args{};             ///< JSON for the hooks
  Time started{};
  Time ended{};
  /// Events to schedule when it ends (a deployment waits for its resources).
  std::vector<Event> watchers{};

  bool running() const { return status == "InProgress"; }
};

/// Starts an operation: sets the first state on the resource's row, schedules the end of its first phase.
/// `spec.id`, `started` and `status` are filled in. Returns the operation as stored.
Operation start_operation(Context& context, Operation spec);
std::optional<Operation> find_operation(const World& world, std::string_view id);
/// The unfinished operation on a resource, if any.
std::optional<Operation> running_operation(const World& world, std::string_view resource_id);
/// Schedules `event` for when the operation ends; at once when it has ended.
void watch_operation(Context& context, const std::string& id, Event event);
/// Ends every unfinished operation on a resource and on what is below it as Canceled; `scope` is its key, or a
/// key with a last '/' for what is below alone.
void cancel_operations(Context& context, std::string_view scope);
/// Ends an operation well now: for those whose end is not a matter of time (deployments).
void finish_operation(Context& context, Operation operation);
/// Ends an operation now with this error (a process it waited for failed).
void fail_operation(Context& context, Operation operation, Error error);

/// When anything that a reader of this operation sees will change next.
std::optional<Time> next_change(const World& world, const Operation& operation);

/// The handler of event kind "operation.phase".
void on_operation_phase(Context& context, const Event& event);

/// Sets provisioningState (and the row's state) of a resource row, if it exists.
void set_resource_state(World& world, std::string_view resource_id, std::string_view state);

}  // namespace azlab
