#pragma once

#include <optional>
#include <string>

#include "sim/core/resource_id.hpp"
#include "sim/core/workloads.hpp"
#include "sim/http/context.hpp"
#include "sim/http/operation.hpp"

namespace azlab::ml {

/// Starts the process that stands for a deployment's container: its scoring script's init(), and run() where `request` holds
/// the body of a scoring request. The error says why it cannot be started: AzlabBlocked, or a model or code that is not there.
Result<void> start_container(Context& context, std::string_view deployment, const std::string& id, const std::string* request);

/// What a container's process has come to; nothing while it runs, or where none was started.
struct Served {
  int exit_status = 0;
  std::string reason{};            ///< "timeout", "stopped" or empty
  std::string output{};
  std::optional<int> status{};     ///< with which run() answered: 200, or 500 where it raised
  double seconds = 0;              ///< that run() took
  std::string body{};
};
std::optional<Served> served(const World& world, const std::string& id);
void forget_container(Context& context, const std::string& id);

/// Whether a deployment's model and code can be downloaded.
Result<void> check_downloads(Context& context, const ResourceId& deployment, const Json& body);

/// While the probes of a deployment ask: its container's process runs, and the clock waits at their end for it.
void start_probes(Context& context, const Operation& op, const OperationPhase& phase);
/// ResourceNotReady where init() failed. Where no process can be started the deployment goes on, and its log says why: the
/// requests that it cannot answer fail loudly.
Result<void> probes_result(Context& context, const Operation& op);

}  // namespace azlab::ml
