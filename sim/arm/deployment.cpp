#include "sim/arm/deployment.hpp"

#include <re2/re2.h>

#include <nlohmann/json.hpp>
#include <set>

#include "sim/arm/deployment_operations.hpp"
#include "sim/arm/deployment_state.hpp"
#include "sim/arm/error.hpp"
#include "sim/arm/policy.hpp"
#include "sim/arm/provider.hpp"
#include "sim/arm/resource.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"

namespace azlab::arm {
namespace {

constexpr const char* kDeploymentType = "Microsoft.Resources/deployments";

std::shared_ptr<arm_template::Plan> cached_plan(Context& context, const DeploymentState& state) {
  const auto id = ResourceId::parse(state.id);
  const std::string key = "plan/" + state.operation;
  auto& cached = context.machinery().parsed[key];
  if (!cached.second) {
    auto plan = make_plan(context, *id, state.body);
    if (!plan) return nullptr;
    cached.second = *plan;
  }
  return std::static_pointer_cast<arm_template::Plan>(cached.second);
}

/// What a deployment asks before it starts: types that are served, registered providers, policies.
Result<void> preflight(Context& context, const ResourceId& deployment, const arm_template::Plan& plan) {
  for (const auto& resource : plan.resources) {
    if (resource.is_deployment || resource.existing) continue;
    const TypeDescriptor* type = find_type(resource.type);
    if (type == nullptr) {
      return fail(400, "InvalidTemplateDeployment",
                  "azlab does not simulate the resource type '" + resource.type + "' (resource '" + resource.name + "'), so this deployment cannot succeed.");
    }
    if (!type->preflight) continue;
    if (const auto ok = check_registered(context, type->provider()); !ok) return ok;
    const auto id = ResourceId::parse(resource.id);
    if (!id) continue;
    if (const auto ok = check_policies(context, type->type, *id, {{"location", resource.location}}); !ok) {
      Error error{400, "InvalidTemplateDeployment", "The template deployment failed because of policy violation. Please see details for more information."};
      error.target = deployment.name();
      error.details.push_back(ok.error());
      return fail(error);
    }
  }
  return {};
}

/// Of the template alone, whatever its layout: clients send the same one in different spellings.
std::string template_hash(const DeploymentState& state, Context& context) {
  const auto request = arm_template::parse_deployment_body(state.body);
  return context.draw().hex(19, "template-hash", request ? dump((*request)["properties"]["template"]) : state.body);
}

Json deployment_json(const ResourceId& id, const DeploymentState& state, const arm_template::Plan& plan, Context& context) {
  Json providers = Json::array();
  std::set<std::string> seen;
  for (const auto& resource : plan.resources) {
    const auto slash = resource.type.find('/');
    if (!seen.insert(resource.type).second) continue;
    providers.push_back({{"namespace", resource.type.substr(0, slash)},
                         {"resourceTypes", {{{"resourceType", resource.type.substr(slash + 1)}, {"locations", {resource.location}}}}}});
  }
  return {{"id", id.to_string()},
          {"name", id.name()},
          {"type", kDeploymentType},
          {"properties",
           {{"provisioningState", "Accepted"},
            {"mode", "Incremental"},
            {"templateHash", template_hash(state, context)},
            {"parameters", plan.parameters()},
            {"timestamp", to_iso8601(context.now())},
            {"duration", "PT0S"},
            {"correlationId", context.draw().guid("correlation", state.operation)},
            {"providers", providers},
            {"dependencies", Json::array()}}}};
}

Response put_deployment(Context& context, const Request& request, const Match& match) {
  const ResourceId id = deployment_id(context, match);
  if (const auto ok = check_group(context, id, true); !ok) return error_response(ok.error());
  if (!RE2::FullMatch(id.name(), R"([-\w._()]{1,64})")) {
    return error_response({400, "InvalidDeploymentName", "The deployment name '" + id.name() + "' is not valid: 1 to 64 letters, digits, '-', '_', '.', '(' and ')'."});
  }
  const auto running = running_operation(context.world(), id.to_string());
  if (running) {
    return error_response(faults::make_error("deployment-active", {{"deploymentName", id.name()}, {"startTime", to_iso8601(running->started)},
                                                                   {"expirationTime", to_iso8601(running->started + std::chrono::hours(168))}}));
  }
  const auto plan = make_plan(context, id, request.body.text());
  if (!plan) return error_response(plan.error());
  if (const auto ok = preflight(context, id, **plan); !ok) return error_response(ok.error());

  DeploymentState state{.id = id.to_string(), .body = request.body.text(), .started = context.now()};
  for (const auto& resource : (*plan)->resources) {
    if (!resource.existing) state.items.push_back({.id = resource.id, .type = resource.type});
  }
  const bool existed = context.world().find(Table::resource, id.key()) != nullptr;
  const Operation operation = start_operation(context, {.name = "deployments.create", .resource = id.to_string(), .location = "global",
                                                        .phases = {{"run", Duration(-1), "Accepted"}}});
  state.operation = operation.id;
  Json body = deployment_json(id, state, **plan, context);
  write_resource(context.world(), id.to_string(), body);
  write_deployment(context.world(), state);
  context.machinery().parsed["plan/" + operation.id].second = *plan;
  context.timeline().schedule({.due = context.now() + std::chrono::seconds(1), .kind = "deployment.step", .subject = id.to_string()});
  Response response = json_response(existed ? 200 : 201, body);
  response.headers.set("Azure-AsyncOperation", "https://" + std::string(kArmHost) + id.to_string() + "/operationStatuses/" + operation.id + "?api-version=2021-04-01");
  response.headers.set("Retry-After", "5");
  return response;
}

/// Starts one resource of the plan; its end, when it takes time, comes back as another step.
void start_item(Context& context, const DeploymentState& state, const arm_template::Plan& plan, const arm_template::PlannedResource& resource, DeploymentItem& item) {
  item.started = context.now();
  item.ended = context.now();
  const auto deployment = ResourceId::parse(state.id);
  const auto environment = make_environment(context, *deployment);
  auto body = arm_template::evaluate_body(plan, resource, *environment);
  if (!body) {
    item.status = "Failed";
    item.error = body.error();
    return;
  }
  const Response response = context.call(Request::make(Method::put, resource.id + "?api-version=" + resource.api_version, dump(*body)));
  if (!response.ok()) {
    const auto answer = parse_json(response.body.text());
    item.status = "Failed";
    Error error{.status = response.status, .code = "Unknown", .message = response.body.text()};
    if (const Json* given = answer ? find_path(*answer, "error") : nullptr; given != nullptr) {
      error.code = string_at(*given, "code");
      error.message = string_at(*given, "message");
      error.target = string_at(*given, "target", resource.id);
      if (given->contains("additionalInfo")) error.additional_info = dump((*given)["additionalInfo"]);
      if (const Json* details = find_path(*given, "details"); details != nullptr && details->is_array()) {
        for (const auto& d : *details) error.details.push_back({response.status, string_at(d, "code"), string_at(d, "message"), string_at(d, "target")});
      }
    }
    item.error = error;
    return;
  }
  const auto operation = running_operation(context.world(), resource.id);
  if (!operation) {
    item.status = "Succeeded";
    return;
  }
  item.status = "Running";
  item.operation = operation->id;
  watch_operation(context, operation->id, {.due = {}, .kind = "deployment.step", .subject = state.id});
}

void collect_ended(Context& context, DeploymentState& state) {
  for (auto& item : state.items) {
    if (item.status != "Running") continue;
    const auto operation = find_operation(context.world(), item.operation);
    if (!operation || operation->running()) continue;
    item.ended = operation->ended;
    item.status = operation->status == "Succeeded" ? "Succeeded" : "Failed";
    if (item.status == "Succeeded") continue;
    // A nested deployment brings its own nesting along; other resources are wrapped as Azure wraps them.
    if (item.type == kDeploymentType && operation->error) {
      item.error = operation->error;
    } else {
      Error error{409, "ResourceDeploymentFailure", ""};
      error.message = "The resource write operation failed to complete successfully, because it reached terminal provisioning state '" +
                      (operation->status == "Canceled" ? std::string("Canceled") : operation->failure_state) + "'.";
      error.target = item.id;
      if (operation->error) error.details.push_back(*operation->error);
      item.error = error;
    }
  }
}

void end_deployment(Context& context, const DeploymentState& state, const arm_template::Plan& plan, const Operation& operation) {
  auto body = read_resource(context.world(), state.id);
  if (!body) return;
  Json& properties = (*body)["properties"];
  properties["duration"] = to_iso8601_duration(context.now() - state.started);
  properties["timestamp"] = to_iso8601(context.now());
  std::optional<Error> failure;
  for (const auto& item : state.items) {
    if (item.status != "Failed") continue;
    if (!failure) {
      failure = Error{.status = 409,
                      .code = "DeploymentFailed",
                      .message = "At least one resource deployment operation failed. Please list deployment operations for details. Please see "
                                 "https://aka.ms/arm-deployment-operations for usage details.",
                      .target = state.id};
    }
    if (item.error) failure->details.push_back(*item.error);
  }
  if (!failure) {
    const auto id = ResourceId::parse(state.id);
    const auto environment = make_environment(context, *id);
    const auto outputs = arm_template::evaluate_outputs(plan, *environment);
    if (outputs) {
      properties["outputs"] = *outputs;
    } else {
      failure = outputs.error();
    }
    properties["outputResources"] = Json::array();
    for (const auto& item : state.items) properties["outputResources"].push_back({{"id", item.id}});
  }
  if (failure) properties["error"] = error_json(*failure);
  write_resource(context.world(), state.id, *body);
  context.machinery().parsed.erase("plan/" + state.operation);
  if (failure) {
    fail_operation(context, operation, *failure);
  } else {
    finish_operation(context, operation);
  }
}

Response get_deployment(Context& context, const Request&, const Match& match) {
  const ResourceId id = deployment_id(context, match);
  if (const auto ok = check_group(context, id, false); !ok) return error_response(ok.error());
  const RowPtr row = context.world().find(Table::resource, id.key());
  if (row) return resource_response(200, row);
  return error_response({404, "DeploymentNotFound", "Deployment '" + id.name() + "' could not be found."});
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
  ResourceId scope{.subscription = match.at("sub"), .resource_group = match.at("rg")};
  if (const auto ok = check_group(context, scope, false); !ok) return error_response(ok.error());
  Json value = Json::array();
  context.world().for_each(Table::resource, scope.key() + "/providers/microsoft.resources/deployments/", [&](const std::string&, const RowPtr& row) {
    if (auto body = parse_json(row->body)) value.push_back(*body);
    return true;
  });
  return json_response(200, {{"value", value}});
}

Response validate_deployment(Context& context, const Request& request, const Match& match) {
  const ResourceId id = deployment_id(context, match);
  if (const auto ok = check_group(context, id, true); !ok) return error_response(ok.error());
  const auto plan = make_plan(context, id, request.body.text());
  if (!plan) return error_response(plan.error());
  if (const auto ok = preflight(context, id, **plan); !ok) return error_response(ok.error());
  const DeploymentState state{.id = id.to_string(), .body = request.body.text()};
  Json body = deployment_json(id, state, **plan, context);
  body["properties"]["provisioningState"] = "Succeeded";
  for (const auto& resource : (*plan)->resources) body["properties"]["validatedResources"].push_back({{"id", resource.id}});
  return json_response(200, body);
}

Response export_template(Context& context, const Request&, const Match& match) {
  const ResourceId id = deployment_id(context, match);
  const auto state = read_deployment(context.world(), id.to_string());
  if (!state) return error_response({404, "DeploymentNotFound", "Deployment '" + id.name() + "' could not be found."});
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

}  // namespace

void on_deployment_step(Context& context, const Event& event) {
  auto state = read_deployment(context.world(), event.subject);
  if (!state) return;
  const auto operation = find_operation(context.world(), state->operation);
  if (!operation || !operation->running()) return;
  const auto plan = cached_plan(context, *state);
  if (!plan) return fail_operation(context, *operation, {500, "InternalServerError", "azlab: the plan of this deployment could not be made again."});
  set_resource_state(context.world(), state->id, "Running");
  collect_ended(context, *state);
  // One pass may finish what needs no time and so make more ready.
  for (bool progress = true; progress;) {
    progress = false;
    std::set<std::string> started;
    std::set<std::string> done;
    for (const auto& item : state->items) {
      if (item.status != "Pending") started.insert(to_lower(item.id));
      if (item.status == "Succeeded") done.insert(to_lower(item.id));
    }
    for (const auto& resource : plan->resources) {
      if (resource.existing) {
        started.insert(to_lower(resource.id));
        done.insert(to_lower(resource.id));
      }
    }
    for (const std::size_t index : plan->ready(started, done)) {
      const auto& resource = plan->resources[index];
      for (auto& item : state->items) {
        if (item.id == resource.id) start_item(context, *state, *plan, resource, item);
      }
      progress = true;
    }
  }
  write_deployment(context.world(), *state);
  bool running = false;
  for (const auto& item : state->items) running = running || item.status == "Running";
  if (!running) end_deployment(context, *state, *plan, *operation);
}

std::vector<Route> deployment_routes() {
  const std::string host(kArmHost);
  const std::string group = "/subscriptions/{sub}/resourcegroups/{rg}/";
  const std::string list = group + "providers/Microsoft.Resources/deployments";
  const std::string item = list + "/{name}";
  return {
      {Method::put, host, item, "deployments.create", put_deployment},
      {Method::get, host, item, "deployments.get", get_deployment},
      {Method::head, host, item, "deployments.exists", head_deployment},
      {Method::del, host, item, "deployments.delete", delete_deployment},
      {Method::get, host, list, "deployments.list", list_deployments},
      {Method::post, host, item + "/validate", "deployments.validate", validate_deployment},
      {Method::post, host, item + "/cancel", "deployments.cancel", cancel_deployment},
      {Method::post, host, item + "/exportTemplate", "deployments.exportTemplate", export_template},
      {Method::get, host, item + "/operationStatuses/{operation}", "deployments.poll", get_operation_status},
      {Method::get, host, item + "/operations", "deployments.listOperations", list_deployment_operations},
      {Method::get, host, item + "/operations/{operation}", "deployments.getOperation", get_deployment_operation},
      // The URLs that az and azure-ai-ml really use (wire.md 8.2).
      {Method::get, host, group + "deployments/{name}/operations", "deployments.listOperations", list_deployment_operations},
      {Method::get, host, group + "deployments/{name}/operations/{operation}", "deployments.getOperation", get_deployment_operation},
  };
}

}  // namespace azlab::arm
