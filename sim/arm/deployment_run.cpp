#include "sim/arm/deployment_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "sim/arm/deployment.hpp"
#include "sim/arm/deployment_history.hpp"
#include "sim/arm/error.hpp"
#include "sim/arm/resource.hpp"
#include "sim/core/text.hpp"

// A deployment under way: an event for each step, in which whatever can begin begins.

namespace azlab::arm {
namespace {

/// What was asked, and what it means; made again from the row where a snapshot has lost it.
struct Running {
  DeploymentRequest request;
  std::shared_ptr<arm_template::Plan> plan;
};

std::shared_ptr<Running> running_of(Context& context, const DeploymentState& state) {
  const auto id = ResourceId::parse(state.id);
  auto& cached = context.machinery().parsed["plan/" + state.operation];
  if (!cached.second && id) {
    auto request = read_deployment_request(context, *id, state.body);
    if (!request) return nullptr;
    auto plan = make_plan(context, *id, *request, {.deployer = state.deployer});
    if (!plan) return nullptr;
    cached.second = std::make_shared<Running>(Running{std::move(*request), *plan});
  }
  return std::static_pointer_cast<Running>(cached.second);
}

Error error_of(const Response& response, const std::string& resource) {
  const auto answer = parse_json(response.body.text());
  Error error{.status = response.status, .code = "Unknown", .message = response.body.text()};
  const Json* given = answer ? find_path(*answer, "error") : nullptr;
  if (given == nullptr) return error;
  error.code = string_at(*given, "code");
  error.message = string_at(*given, "message");
  error.target = string_at(*given, "target", resource);
  if (given->contains("additionalInfo")) error.additional_info = dump((*given)["additionalInfo"]);
  if (const Json* details = find_path(*given, "details"); details != nullptr && details->is_array()) {
    for (const auto& d : *details) error.details.push_back({response.status, string_at(d, "code"), string_at(d, "message"), string_at(d, "target")});
  }
  return error;
}

Caller caller_of(Caller caller, const DeploymentState& state) {
  const auto who = parse_json(state.deployer);
  if (!who) return caller;
  caller.principal_id = string_at(*who, "objectId", caller.principal_id);
  caller.tenant_id = string_at(*who, "tenantId", caller.tenant_id);
  caller.user_name = string_at(*who, "userPrincipalName", caller.user_name);
  return caller;
}

/// What a deployment asks for: steps are events, which nobody asked for, but what they make is made by the deployment's
/// person and belongs to the deployment.
Response ask(Context& context, const DeploymentState& state, Request request) {
  request.headers.set(std::string(kCorrelationHeader), deployment_correlation(context, state.operation));
  const Caller person = caller_of(context.caller(), state);
  Context own(context.machinery(), person, 0);
  return own.call(std::move(request));
}

/// Notes how a request to a resource ended, or that its operation has begun and another step is to follow.
void note(Context& context, const DeploymentState& state, const Response& response, DeploymentItem& item) {
  if (!response.ok()) {
    item.status = "Failed";
    item.error = error_of(response, item.id);
    return;
  }
  const auto operation = running_operation(context.world(), item.id);
  item.status = operation ? "Running" : "Succeeded";
  if (!operation) return;
  item.operation = operation->id;
  watch_operation(context, operation->id, {.due = {}, .kind = "deployment.step", .subject = state.id});
}

/// Starts one resource of the plan; its end, when it takes time, comes back as another step.
void start_item(Context& context, const DeploymentState& state, const Running& running, const arm_template::PlannedResource& resource, DeploymentItem& item) {
  item.started = context.now();
  item.ended = context.now();
  const auto environment = make_environment(context, *ResourceId::parse(state.id), state.deployer);
  auto body = arm_template::evaluate_body(*running.plan, resource, *environment);
  Result<void> linked = body && resource.is_deployment ? resolve_relative_link(*body, running.request.link) : Result<void>();
  if (!body || !linked) {
    item.status = "Failed";
    item.error = body ? linked.error() : body.error();
    return;
  }
  note(context, state, ask(context, state, Request::make(Method::put, resource.id + "?api-version=" + resource.api_version, dump(*body))), item);
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
      error.message = fmt::format("The resource {} operation failed to complete successfully, because it reached terminal provisioning state '{}'.", item.action == "Delete" ? "delete" : "write",
                                  operation->status == "Canceled" ? std::string("Canceled") : operation->failure_state);
      error.target = item.id;
      if (operation->error) error.details.push_back(*operation->error);
      item.error = error;
    }
  }
}

/// Ids (lower case) that a deployment put, its nested ones' included.
void collect_ids(Context& context, const DeploymentState& state, std::set<std::string>& ids) {
  for (const auto& item : state.items) {
    if (item.action == "Create") ids.insert(to_lower(item.id));
    if (item.type != kDeploymentType) continue;
    if (const auto nested = read_deployment(context.world(), item.id)) collect_ids(context, *nested, ids);
  }
}

/// Mode Complete, once all that the template has is there: what the group has besides goes. Only what stands in a group
/// by itself; what lies within a resource stays or goes with it. Returns whether anything was begun.
bool start_deletions(Context& context, DeploymentState& state, const Running& running) {
  const auto id = ResourceId::parse(state.id);
  std::set<std::string> keep;
  collect_ids(context, state, keep);
  for (const auto& resource : running.plan->resources) keep.insert(to_lower(resource.id));  // those that exist and are referred to
  std::vector<DeploymentItem> surplus;
  const ResourceId group{.subscription = id->subscription, .resource_group = id->resource_group};
  context.world().for_each(Table::resource, group.key() + "/providers/", [&](const std::string& key, const RowPtr& row) {
    const TypeDescriptor* type = find_type(row->type);
    if (type == nullptr || !type->tracked || type->is_child() || keep.contains(key)) return true;
    const auto body = parse_json(row->body);
    if (body) surplus.push_back({.id = string_at(*body, "id"), .type = row->type, .action = "Delete", .started = context.now(), .ended = context.now()});
    return true;
  });
  for (auto& item : surplus) {
    const TypeDescriptor* type = find_type(item.type);
    note(context, state, ask(context, state, Request::make(Method::del, item.id + "?api-version=" + type->api_version)), item);
    state.items.push_back(std::move(item));
  }
  return !surplus.empty();
}

std::optional<Error> failure_of(const DeploymentState& state) {
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
  return failure;
}

/// Deploys an earlier deployment again, in mode Complete as documented. Returns its name.
Result<std::string> roll_back(Context& context, const ResourceId& id, const Json& on_error) {
  const auto target = rollback_target(context, id, on_error);
  if (!target) return target;
  const auto earlier = read_deployment(context.world(), *target);
  const auto earlier_id = ResourceId::parse(*target);
  if (!earlier || !earlier_id) return fail(404, "DeploymentNotFound", "Deployment '" + *target + "' could not be found.");
  auto body = arm_template::parse_deployment_body(earlier->body);
  if (!body) return fail(body.error());
  if (!id.resource_group.empty()) (*body)["properties"]["mode"] = "Complete";
  (*body)["properties"].erase("onErrorDeployment");
  const auto request = read_deployment_request(context, *earlier_id, dump(*body));
  if (!request) return fail(request.error());
  const auto plan = make_plan(context, *earlier_id, *request, {.deployer = earlier->deployer});
  if (!plan) return fail(plan.error());
  start_deployment(context, *earlier_id, *request, *plan);
  return earlier_id->name();
}

void end_deployment(Context& context, const DeploymentState& state, const Running& running, const Operation& operation) {
  auto body = read_resource(context.world(), state.id);
  if (!body) return;
  const auto id = ResourceId::parse(state.id);
  Json& properties = (*body)["properties"];
  properties["duration"] = to_iso8601_duration(context.now() - state.started);
  properties["timestamp"] = to_iso8601(context.now());
  std::optional<Error> failure = failure_of(state);
  if (!failure) {
    const auto environment = make_environment(context, *id, state.deployer);
    const auto outputs = arm_template::evaluate_outputs(*running.plan, *environment);
    if (outputs) {
      properties["outputs"] = *outputs;
    } else {
      failure = outputs.error();
    }
    properties["outputResources"] = Json::array();
    for (const auto& item : state.items) {
      if (item.action == "Create") properties["outputResources"].push_back({{"id", item.id}});
    }
  }
  if (failure) properties["error"] = error_json(*failure);
  if (failure && !state.on_error.empty()) {
    const auto on_error = parse_json(state.on_error);
    const auto name = on_error ? roll_back(context, *id, *on_error) : fail(on_error.error());
    properties["onErrorDeployment"] = {{"type", string_at(*on_error, "type")}, {"provisioningState", name ? "Accepted" : "NotSpecified"}, {"deploymentName", name ? *name : string_at(*on_error, "deploymentName")}};
  }
  write_resource(context.world(), state.id, *body);
  context.machinery().parsed.erase("plan/" + state.operation);
  if (failure) {
    fail_operation(context, operation, *failure);
  } else {
    finish_operation(context, operation);
  }
}

/// Begins what has become ready, until nothing more does: one pass may finish what needs no time.
void start_ready(Context& context, DeploymentState& state, const Running& running) {
  for (bool progress = true; progress;) {
    progress = false;
    std::set<std::string> started;
    std::set<std::string> done;
    for (const auto& item : state.items) {
      if (item.status != "Pending") started.insert(to_lower(item.id));
      if (item.status == "Succeeded") done.insert(to_lower(item.id));
    }
    for (const auto& resource : running.plan->resources) {
      if (resource.existing) {
        started.insert(to_lower(resource.id));
        done.insert(to_lower(resource.id));
      }
    }
    for (const std::size_t index : running.plan->ready(started, done)) {
      const auto& resource = running.plan->resources[index];
      for (auto& item : state.items) {
        if (item.id == resource.id) start_item(context, state, running, resource, item);
      }
      progress = true;
    }
  }
}

bool is_running(const DeploymentState& state) {
  return std::any_of(state.items.begin(), state.items.end(), [](const DeploymentItem& item) { return item.status == "Running"; });
}

}  // namespace

void on_deployment_step(Context& context, const Event& event) {
  auto state = read_deployment(context.world(), event.subject);
  if (!state) return;
  const auto operation = find_operation(context.world(), state->operation);
  if (!operation || !operation->running()) return;
  const auto running = running_of(context, *state);
  if (!running) return fail_operation(context, *operation, {500, "InternalServerError", "azlab: the plan of this deployment could not be made again."});
  set_resource_state(context.world(), state->id, "Running");
  collect_ended(context, *state);
  start_ready(context, *state, *running);
  const bool all_there = !is_running(*state) && !failure_of(*state);
  const bool deleted_before = std::any_of(state->items.begin(), state->items.end(), [](const DeploymentItem& item) { return item.action == "Delete"; });
  if (all_there && state->mode == "Complete" && !deleted_before) start_deletions(context, *state, *running);
  write_deployment(context.world(), *state);
  if (!is_running(*state)) end_deployment(context, *state, *running, *operation);
}

std::vector<OperationHooks> deployment_operation_hooks() {
  return {{.operation = "deployments.create", .failed = [](Context& context, const Operation& operation) {
             auto body = read_resource(context.world(), operation.resource);
             if (!body || !operation.error || body->at("properties").contains("error")) return;
             (*body)["properties"]["error"] = error_json(*operation.error);
             (*body)["properties"].erase("outputs");
             write_resource(context.world(), operation.resource, *body);
           }}};
}

std::string deployment_correlation(const Context& context, std::string_view operation) { return context.draw().guid("correlation", operation); }

Json deployment_json(Context& context, const ResourceId& id, const DeploymentRequest& request, const arm_template::Plan& plan) {
  Json providers = Json::array();
  std::set<std::string> seen;
  for (const auto& resource : plan.resources) {
    const auto slash = resource.type.find('/');
    if (!seen.insert(resource.type).second) continue;
    providers.push_back({{"namespace", resource.type.substr(0, slash)},
                         {"resourceTypes", {{{"resourceType", resource.type.substr(slash + 1)}, {"locations", {resource.location}}}}}});
  }
  Json out = {{"id", id.to_string()},
              {"name", id.name()},
              {"type", kDeploymentType},
              {"properties",
               {{"provisioningState", "Accepted"},
                {"mode", request.mode},
                {"templateHash", template_hash(context, *request.source.json)},
                {"parameters", plan.parameters()},
                {"timestamp", to_iso8601(context.now())},
                {"duration", "PT0S"},
                {"providers", providers},
                {"dependencies", Json::array()}}}};
  if (!request.location.empty()) out["location"] = request.location;
  if (request.template_link) out["properties"]["templateLink"] = *request.template_link;
  if (request.parameters_link) out["properties"]["parametersLink"] = *request.parameters_link;
  if (request.on_error) out["properties"]["onErrorDeployment"] = *request.on_error;
  return out;
}

Json start_deployment(Context& context, const ResourceId& id, const DeploymentRequest& request, const std::shared_ptr<arm_template::Plan>& plan) {
  const Caller& caller = context.caller();
  const Json deployer = {{"objectId", caller.principal_id}, {"tenantId", caller.tenant_id}, {"userPrincipalName", caller.user_name}};
  DeploymentState state{.id = id.to_string(), .body = request.stored, .mode = request.mode, .on_error = request.on_error ? dump(*request.on_error) : "", .deployer = dump(deployer), .started = context.now()};
  for (const auto& resource : plan->resources) {
    if (!resource.existing) state.items.push_back({.id = resource.id, .type = resource.type});
  }
  const Operation operation = start_operation(context, {.name = "deployments.create", .resource = id.to_string(), .location = "global", .phases = {{"run", Duration(-1), "Accepted"}}});
  state.operation = operation.id;
  Json body = deployment_json(context, id, request, *plan);
  body["properties"]["correlationId"] = deployment_correlation(context, operation.id);
  write_resource(context.world(), id.to_string(), body);
  write_deployment(context.world(), state);
  context.machinery().parsed["plan/" + operation.id].second = std::make_shared<Running>(Running{request, plan});
  context.timeline().schedule({.due = context.now() + std::chrono::seconds(1), .kind = "deployment.step", .subject = id.to_string()});
  return body;
}

Result<std::string> rollback_target(Context& context, const ResourceId& deployment, const Json& on_error) {
  const std::string type = string_at(on_error, "type");
  if (equals_ignore_case(type, "LastSuccessful")) {
    if (const auto id = last_successful(context, deployment)) return *id;
    return fail(404, "DeploymentNotFound", "The deployment '" + deployment.name() + "' asks to return to the last successful deployment on an error, but none succeeded yet.");
  }
  if (!equals_ignore_case(type, "SpecificDeployment")) return fail(400, "InvalidRequestContent", "The request content was invalid: the type '" + type + "' of 'onErrorDeployment' is none of 'LastSuccessful' and 'SpecificDeployment'.");
  ResourceId id = deployment;
  id.parts = {{"deployments", string_at(on_error, "deploymentName")}};
  const auto body = read_resource(context.world(), id.to_string());
  if (!body) return fail(404, "DeploymentNotFound", "Deployment '" + id.name() + "' could not be found.");
  return string_at(*body, "id");
}

}  // namespace azlab::arm
