#include "sim/arm/deployment.hpp"

#include <re2/re2.h>

#include <nlohmann/json.hpp>

#include "sim/arm/deployment_history.hpp"
#include "sim/arm/deployment_operations.hpp"
#include "sim/arm/deployment_preflight.hpp"
#include "sim/arm/deployment_run.hpp"
#include "sim/arm/error.hpp"
#include "sim/arm/resource.hpp"
#include "sim/arm/subscription.hpp"
#include "sim/arm/what_if.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"

// Deployments to resource groups and to subscriptions: the same handlers, for two addresses.

namespace azlab::arm {
namespace {

Error deployment_not_found(const ResourceId& id) { return {404, "DeploymentNotFound", "Deployment '" + id.name() + "' could not be found."}; }

/// A deployment's name, its scope, and one that runs under the name already.
Result<void> check_start(Context& context, const ResourceId& id) {
  if (const auto ok = check_deployment_scope(context, id, true); !ok) return ok;
  if (!RE2::FullMatch(id.name(), R"([-\w._()]{1,64})")) {
    return fail(400, "InvalidDeploymentName", "The deployment name '" + id.name() + "' is not valid: 1 to 64 letters, digits, '-', '_', '.', '(' and ')'.");
  }
  const auto running = running_operation(context.world(), id.to_string());
  if (!running) return {};
  return fail(faults::make_error("deployment-active", {{"deploymentName", id.name()}, {"startTime", to_iso8601(running->started)},
                                                       {"expirationTime", to_iso8601(running->started + std::chrono::hours(168))}}));
}

/// The location of a deployment's record is given once (documented for levels above the group).
Result<void> check_location(Context& context, const ResourceId& id, const DeploymentRequest& request) {
  const auto existing = read_resource(context.world(), id.to_string());
  const std::string before = existing ? string_at(*existing, "location") : "";
  if (before.empty() || before == request.location) return {};
  return fail(409, "InvalidDeploymentLocation",
              "Invalid deployment location '" + request.location + "'. The deployment '" + id.name() + "' already exists in location '" + before + "'.");
}

/// What PUT and validate have in common: everything that can be refused before anything is made.
struct Checked {
  DeploymentRequest request;
  std::shared_ptr<arm_template::Plan> plan;
  Foresight foresight;
};
Result<Checked> check_deployment(Context& context, const ResourceId& id, const std::string& body) {
  auto request = read_deployment_request(context, id, body);
  if (!request) return fail(request.error());
  if (const auto ok = check_location(context, id, *request); !ok) return fail(ok.error());
  if (request->on_error) {
    if (const auto target = rollback_target(context, id, *request->on_error); !target) return fail(target.error());
  }
  auto plan = make_plan(context, id, *request);
  if (!plan) return fail(plan.error());
  auto foresight = foresee(context, id, *request, **plan);
  if (!foresight) return fail(foresight.error());
  if (const auto ok = preflight(context, id, *foresight); !ok) return fail(ok.error());
  if (const auto ok = preflight_names(context, id, *foresight); !ok) return fail(ok.error());
  return Checked{std::move(*request), *plan, std::move(*foresight)};
}

Response put_deployment(Context& context, const Request& request, const Match& match) {
  const ResourceId id = deployment_id(context, match);
  if (const auto ok = check_start(context, id); !ok) return error_response(ok.error());
  const auto checked = check_deployment(context, id, request.body.text());
  if (!checked) return error_response(checked.error());
  if (const auto ok = make_room(context, id); !ok) return error_response(ok.error());
  const bool existed = context.world().find(Table::resource, id.key()) != nullptr;
  const Json body = start_deployment(context, id, checked->request, checked->plan);
  const auto operation = running_operation(context.world(), id.to_string());
  Response response = json_response(existed ? 200 : 201, body);
  response.headers.set("Azure-AsyncOperation", "https://" + std::string(kArmHost) + id.to_string() + "/operationStatuses/" + operation->id + "?api-version=2021-04-01");
  response.headers.set("Retry-After", "5");
  return response;
}

Response get_deployment(Context& context, const Request&, const Match& match) {
  const ResourceId id = deployment_id(context, match);
  if (const auto ok = check_deployment_scope(context, id, false); !ok) return error_response(ok.error());
  const RowPtr row = context.world().find(Table::resource, id.key());
  return row ? resource_response(200, row) : error_response(deployment_not_found(id));
}

Response head_deployment(Context& context, const Request&, const Match& match) {
  return empty_response(context.world().find(Table::resource, deployment_id(context, match).key()) ? 204 : 404);
}

Response delete_deployment(Context& context, const Request&, const Match& match) {
  const ResourceId id = deployment_id(context, match);
  if (running_operation(context.world(), id.to_string())) {
    return error_response({409, "DeploymentActive", "Unable to delete deployment '" + id.name() + "': it is still active."});
  }
  if (!context.world().find(Table::resource, id.key())) return empty_response(204);
  context.world().erase(Table::resource, id.key());
  context.world().erase(Table::setting, "deployment/" + id.key());
  return empty_response(204);
}

/// A cancelled deployment starts nothing more; what its providers are doing goes on (documented: the group stays
/// partly deployed). Nested deployments are cancelled with it.
void cancel_tree(Context& context, const Operation& operation, const std::string& id) {
  if (auto state = read_deployment(context.world(), id)) {
    for (auto& item : state->items) {
      if (item.status != "Running") continue;
      const auto inner = running_operation(context.world(), item.id);
      if (item.type == kDeploymentType && inner) cancel_tree(context, *inner, item.id);
      item.status = "Canceled";
      item.ended = context.now();
    }
    write_deployment(context.world(), *state);
  }
  if (auto body = read_resource(context.world(), id)) {
    (*body)["properties"]["duration"] = to_iso8601_duration(context.now() - operation.started);
    (*body)["properties"]["timestamp"] = to_iso8601(context.now());
    write_resource(context.world(), id, *body);
  }
  set_resource_state(context.world(), id, "Canceled");
  cancel_operations(context, to_lower(id));
}

Response cancel_deployment(Context& context, const Request&, const Match& match) {
  const ResourceId id = deployment_id(context, match);
  const auto operation = running_operation(context.world(), id.to_string());
  if (!operation) return error_response({409, "DeploymentCannotBeCancelled", "The deployment '" + id.name() + "' cannot be cancelled because it is not running."});
  cancel_tree(context, *operation, id.to_string());
  return empty_response(204);
}

Response list_deployments(Context& context, const Request&, const Match& match) {
  ResourceId scope = deployment_scope(match);
  if (const auto ok = check_deployment_scope(context, scope, false); !ok) return error_response(ok.error());
  Json value = Json::array();
  context.world().for_each(Table::resource, scope.key() + "/providers/microsoft.resources/deployments/", [&](const std::string&, const RowPtr& row) {
    if (auto body = parse_json(row->body)) value.push_back(*body);
    return true;
  });
  return json_response(200, {{"value", value}});
}

Response validate_deployment(Context& context, const Request& request, const Match& match) {
  const ResourceId id = deployment_id(context, match);
  if (const auto ok = check_deployment_scope(context, id, true); !ok) return error_response(ok.error());
  const auto checked = check_deployment(context, id, request.body.text());
  if (!checked) return error_response(checked.error());
  trim_history(context, id);
  Json body = deployment_json(context, id, checked->request, *checked->plan);
  body["properties"]["correlationId"] = context.draw().guid("correlation", "");
  body["properties"]["provisioningState"] = "Succeeded";
  for (const auto& resource : checked->plan->resources) body["properties"]["validatedResources"].push_back({{"id", resource.id}});
  return json_response(200, body);
}

Response export_template(Context& context, const Request&, const Match& match) {
  const ResourceId id = deployment_id(context, match);
  const auto state = read_deployment(context.world(), id.to_string());
  if (!state) return error_response(deployment_not_found(id));
  const auto request = arm_template::parse_deployment_body(state->body);
  return json_response(200, {{"template", request ? (*request)["properties"]["template"] : Json()}});
}

Response get_operation_status(Context& context, const Request&, const Match& match) {
  const auto operation = find_operation(context.world(), match.at("operation"));
  if (!operation) return error_response({404, "ResourceNotFound", "The operation '" + match.at("operation") + "' was not found."});
  Json body = {{"status", operation->running() ? "Running" : operation->status}};
  if (operation->error) body["error"] = error_json(*operation->error);
  Response response = json_response(200, body);
  if (operation->running()) response.headers.set("Retry-After", "5");
  return response;
}

void add_routes(std::vector<Route>& out, const std::string& scope) {
  const std::string host(kArmHost);
  const std::string list = scope + "/providers/Microsoft.Resources/deployments";
  const std::string item = list + "/{name}";
  const std::vector<Route> routes = {
      {Method::put, host, item, "deployments.create", put_deployment},
      {Method::get, host, item, "deployments.get", get_deployment},
      {Method::head, host, item, "deployments.exists", head_deployment},
      {Method::del, host, item, "deployments.delete", delete_deployment},
      {Method::get, host, list, "deployments.list", list_deployments},
      {Method::post, host, item + "/validate", "deployments.validate", validate_deployment},
      {Method::post, host, item + "/whatIf", "deployments.whatIf", what_if_deployment},
      {Method::get, host, item + "/whatIfResults/{operation}", "deployments.pollWhatIf", get_what_if_result},
      {Method::post, host, item + "/cancel", "deployments.cancel", cancel_deployment},
      {Method::post, host, item + "/exportTemplate", "deployments.exportTemplate", export_template},
      {Method::get, host, item + "/operationStatuses/{operation}", "deployments.poll", get_operation_status},
      {Method::get, host, item + "/operations", "deployments.listOperations", list_deployment_operations},
      {Method::get, host, item + "/operations/{operation}", "deployments.getOperation", get_deployment_operation},
      // The URLs that az and azure-ai-ml really use (wire.md 8.2).
      {Method::get, host, scope + "/deployments/{name}/operations", "deployments.listOperations", list_deployment_operations},
      {Method::get, host, scope + "/deployments/{name}/operations/{operation}", "deployments.getOperation", get_deployment_operation},
  };
  out.insert(out.end(), routes.begin(), routes.end());
}

}  // namespace

std::vector<Route> deployment_routes() {
  std::vector<Route> out;
  add_routes(out, "/subscriptions/{sub}/resourcegroups/{rg}");
  add_routes(out, "/subscriptions/{sub}");
  return out;
}

}  // namespace azlab::arm
