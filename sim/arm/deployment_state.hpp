#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/arm/deployment_request.hpp"
#include "sim/arm/template/template.hpp"
#include "sim/core/resource_id.hpp"
#include "sim/http/operation.hpp"

namespace azlab::arm {

inline constexpr const char* kDeploymentType = "Microsoft.Resources/deployments";

/// One resource of a running or ended deployment.
struct DeploymentItem {
  std::string id{};
  std::string type{};
  std::string status = "Pending";  ///< "Running", "Succeeded", "Failed", "Canceled"
  std::string action = "Create";   ///< or "Delete", where mode Complete takes away what the template lacks
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
  std::string mode = "Incremental";
  std::string on_error{};    ///< `onErrorDeployment` as JSON; empty without
  std::string deployer{};    ///< who asked, as deployer() says it: steps run on nobody's behalf
  Time started{};
  std::vector<DeploymentItem> items{};
};

std::optional<DeploymentState> read_deployment(const World& world, std::string_view deployment_id);
void write_deployment(World& world, const DeploymentState& state);

/// What is known about a deployment beyond its request.
struct PlanSurroundings {
  std::string deployer{};  ///< see DeploymentState; empty: the caller
  /// Groups that do not exist yet but will, by lower-case name: their locations.
  std::map<std::string, std::string> groups_to_come{};
  bool foreseeing = false;  ///< see arm_template::ExpandOptions
};
/// Checks and expands a request for its group or subscription.
Result<std::shared_ptr<arm_template::Plan>> make_plan(Context& context, const ResourceId& deployment, const DeploymentRequest& request, const PlanSurroundings& around = {});
/// Of the template alone, whatever its layout: clients send the same one in different spellings.
std::string template_hash(Context& context, const Json& source);

/// Answers reference() and list*() through the router, and newGuid() from the seed.
std::unique_ptr<arm_template::Environment> make_environment(Context& context, const ResourceId& deployment, const std::string& deployer = {});

}  // namespace azlab::arm
