#include <nlohmann/json.hpp>

#include "harness/az/command.hpp"
#include "harness/az/invocation.hpp"

namespace azlab::az {
std::vector<Command> provider_commands() { return {}; }
std::vector<Command> resource_commands() { return {}; }
std::vector<Command> deployment_commands() { return {}; }
std::vector<Command> storage_commands() { return {}; }
std::vector<Command> keyvault_commands() { return {}; }
std::vector<Command> monitor_commands() { return {}; }
std::vector<Command> registry_commands() { return {}; }
std::vector<Command> ml_compute_commands() { return {}; }
std::vector<Command> ml_datastore_commands() { return {}; }
std::vector<Command> ml_later_commands() { return {}; }
}  // namespace azlab::az
