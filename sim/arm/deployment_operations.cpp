#include "sim/arm/deployment_operations.hpp"

#include <nlohmann/json.hpp>

#include "sim/arm/deployment_state.hpp"
#include "sim/arm/error.hpp"
#include "sim/arm/resource.hpp"
#include "sim/arm/subscription.hpp"
#include "sim/core/text.hpp"

namespace azlab::arm {
namespace {

Json operation_json(Context& context, const ResourceId& id, const DeploymentState& state, const DeploymentItem& item) {
  // Even what needs no waiting took a moment; clients cut the number at its point (azure-ai-ml's progress lines).
  const Duration took = std::max<Duration>((item.status == "Running" ? context.now() : item.ended) - item.started, Duration(700));
  const std::string operation_id = to_lower(context.draw().hex(16, "deployment-operation", item.id + state.operation));
  Json properties = {{"provisioningOperation", item.action},
                     {"provisioningState", item.status},
                     {"timestamp", to_iso8601(item.status == "Running" ? item.started : item.ended)},
                     {"duration", to_iso8601_duration(took)},
                     {"trackingId", context.draw().guid("tracking", item.id + state.operation)},
                     {"serviceRequestId", context.draw().guid("service-request", item.id + state.operation)},
                     {"statusCode", item.status == "Failed" ? "Conflict" : item.status == "Running" ? "Created" : "OK"},
                     {"targetResource", {{"id", item.id}, {"resourceType", item.type}, {"resourceName", item.id.substr(item.id.rfind('/') + 1)}}}};
  if (item.error) properties["statusMessage"] = {{"error", error_json(*item.error)}};
  return {{"id", id.to_string() + "/operations/" + operation_id}, {"operationId", operation_id}, {"properties", properties}};
}

Result<Json> operations_of(Context& context, const Match& match) {
  const ResourceId id = deployment_id(context, match);
  if (const auto ok = check_deployment_scope(context, id, false); !ok) return fail(ok.error());
  const auto state = read_deployment(context.world(), id.to_string());
  if (!state) return fail(404, "DeploymentNotFound", "Deployment '" + id.name() + "' could not be found.");
  Json out = Json::array();
  for (const auto& item : state->items) {
    if (item.status != "Pending") out.push_back(operation_json(context, id, *state, item));
  }
  return out;
}

}  // namespace

ResourceId deployment_scope(const Match& match) {
  ResourceId scope{.subscription = match.at("sub")};
  if (match.route->pattern.find("{rg}") != std::string::npos) scope.resource_group = match.at("rg");
  return scope;
}

ResourceId deployment_id(Context& context, const Match& match) {
  ResourceId id = deployment_scope(match);
  if (const auto group = id.resource_group.empty() ? std::nullopt : read_resource(context.world(), id.to_string())) id.resource_group = (*group)["name"];
  id.provider = "Microsoft.Resources";
  id.parts = {{"deployments", match.at("name")}};
  return id;
}

Result<void> check_deployment_scope(Context& context, const ResourceId& id, bool for_write) {
  return id.resource_group.empty() ? check_subscription(context, id.subscription) : check_group(context, id, for_write);
}

Response list_deployment_operations(Context& context, const Request&, const Match& match) {
  const auto operations = operations_of(context, match);
  return operations ? json_response(200, {{"value", *operations}}) : error_response(operations.error());
}

Response get_deployment_operation(Context& context, const Request&, const Match& match) {
  const auto operations = operations_of(context, match);
  if (!operations) return error_response(operations.error());
  for (const auto& operation : *operations) {
    if (equals_ignore_case(string_at(operation, "operationId"), match.at("operation"))) return json_response(200, operation);
  }
  return error_response({404, "DeploymentOperationNotFound", "The deployment operation '" + match.at("operation") + "' could not be found."});
}

}  // namespace azlab::arm
