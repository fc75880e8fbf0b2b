#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/arm/template/template.hpp"
#include "sim/core/resource_id.hpp"
#include "sim/http/operation.hpp"

namespace azlab::arm {

/// One resource of a running or ended deployment.
struct DeploymentItem {
  std::string id{};
  std::string type{};
  std::string status = "Pending";  ///< "Running", "Succeeded", "Failed"
  std::string operation{};         ///< of the resource, when its creation takes time
  Time started{};
  Time ended{};
  std::optional<Error> error{};
};

/// What a deployment remembers between its steps: a row of Table::setting.
struct DeploymentState {
  std::string id{};          ///< ARM id of the deployment
  std::string operation{};   ///< its own long-running operation
  std::string body{};        ///< request body as sent
  Time started{};
  std::vector<DeploymentItem> items{};
};

std::optional<DeploymentState> read_deployment(const World& world, std::string_view deployment_id);
void write_deployment(World& world, const DeploymentState& state);

/// Parses, checks and expands a request body for a group. The plan is cached for later steps.
Result<std::shared_ptr<arm_template::Plan>> make_plan(Context& context, const ResourceId& deployment, const std::string& body);

/// Answers reference() and list*() through the router, and newGuid() from the seed.
std::unique_ptr<arm_template::Environment> make_environment(Context& context, const ResourceId& deployment);

}  // namespace azlab::arm
