#include "sim/ml/compute.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/arm/error.hpp"
#include "sim/arm/resource.hpp"
#include "sim/arm/subscription.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"
#include "sim/ml/cluster.hpp"
#include "sim/ml/size.hpp"

namespace azlab::ml {
namespace {

constexpr const char* kType = "Microsoft.MachineLearningServices/workspaces/computes";

bool is_instance(const Json& body) { return string_at(body, "properties.computeType") == "ComputeInstance"; }

Result<void> check_compute_name(const std::string& name, bool instance) {
  if (instance) {
    const bool fits = RE2::FullMatch(name, "[a-zA-Z][a-zA-Z0-9-]{2,23}") && !name.ends_with("-") && !RE2::PartialMatch(name, "-[0-9]+$");
    if (!fits) return fail(faults::make_error("ci-name-invalid", {{"ci", name}}));
  } else if (!RE2::FullMatch(name, "[a-zA-Z][a-zA-Z0-9-]{1,30}[a-zA-Z0-9]")) {
    return fail(faults::make_error("cluster-name-invalid", {{"ci", name}}));
  }
  return {};
}

/// Names of instances are unique in a region, across workspaces.
Result<void> check_region_uniqueness(Context& context, const ResourceId& id, const std::string& location) {
  bool taken = context.world().find(Table::setting, "taken-compute/" + location + "/" + to_lower(id.name())) != nullptr;
  context.world().for_each_of_type(kType, "", [&](const std::string& key, const RowPtr& row) {
    if (row->location != location || !key.ends_with("/" + to_lower(id.name())) || key == id.key()) return true;
    const auto other = parse_json(row->body);
    taken = taken || (other && is_instance(*other));  // a cluster's name is its workspace's own
    return !taken;
  });
  if (taken) return fail(faults::make_error("ci-name-exists-in-region"));
  return {};
}

void fill_instance(Context& context, const ResourceId& id, Json& body) {
  Json& inner = body["properties"]["properties"];
  const std::string host = to_lower(id.name()) + "." + string_at(body, "location") + ".instances.azureml.ms";
  const Json defaults = {{"applicationSharingPolicy", "Shared"},
                         {"computeInstanceAuthorizationType", "personal"},
                         {"enableNodePublicIp", true},
                         {"subnet", nullptr},
                         {"sshSettings", {{"sshPublicAccess", "Disabled"}, {"adminUserName", "azureuser"}, {"sshPort", 22}}},
                         {"errors", Json::array()},
                         {"state", "Creating"},
                         {"schedules", nullptr},
                         {"setupScripts", nullptr},
                         {"personalComputeInstanceSettings", nullptr},
                         {"idleTimeBeforeShutdown", nullptr},
                         {"versions", {{"runtime", "3.0"}}},
                         {"customServices", Json::array()},
                         {"containers", Json::array()},
                         {"dataMounts", Json::array()},
                         {"dataDisks", Json::array()},
                         {"createdBy", {{"userName", context.caller().user_name}, {"userOrgId", context.caller().tenant_id}, {"userId", context.caller().principal_id}}},
                         {"connectivityEndpoints", {{"publicIpAddress", "203.0.113.10"}, {"privateIpAddress", "10.0.0.4"}}},
                         {"osImageMetadata", {{"currentImageVersion", "26.10.20"}, {"latestImageVersion", "26.10.20"}, {"isLatestOsImageVersion", true}}}};
  Json merged = defaults;
  merged.merge_patch(inner);
  merged["applications"] = Json::array();
  for (const auto& [name, path] : {std::pair{"Jupyter", "/tree/"}, {"Jupyter Lab", "/lab"}, {"Terminal", "/terminals/1"}}) {
    merged["applications"].push_back({{"displayName", name}, {"endpointUri", "https://" + host + path}});
  }
  inner = merged;
}

int node_count(const Json& inner, const char* which, int otherwise) {
  const Json* count = find_path(inner, std::string("scaleSettings.") + which);
  return count != nullptr && count->is_number_integer() ? count->get<int>() : otherwise;
}

Result<void> check_scale(const Json& inner) {
  const int least = node_count(inner, "minNodeCount", 0);
  if (least >= 0 && least <= node_count(inner, "maxNodeCount", 1)) return {};
  return fail(400, "UserError", "The specified minimum node count is greater than the maximum node count.");
}

void cluster_settled(Context& context, const Operation& op) {
  const auto body = arm::read_resource(context.world(), op.resource);
  if (body && !is_instance(*body)) settle_cluster(context, op.resource);
}

void fill_cluster(Context& context, Json& body) {
  Json& inner = body["properties"]["properties"];
  Json merged = {{"osType", "Linux"},
                 {"vmPriority", "Dedicated"},
                 {"scaleSettings", {{"minNodeCount", 0}, {"maxNodeCount", 1}, {"nodeIdleTimeBeforeScaleDown", "PT2M"}}},
                 {"subnet", nullptr},
                 {"currentNodeCount", 0},
                 {"targetNodeCount", 0},
                 {"nodeStateCounts", {{"preparingNodeCount", 0}, {"runningNodeCount", 0}, {"idleNodeCount", 0}, {"unusableNodeCount", 0}, {"leavingNodeCount", 0}, {"preemptedNodeCount", 0}}},
                 {"allocationState", "Steady"},
                 {"allocationStateTransitionTime", to_iso8601(context.now())},
                 {"errors", nullptr},
                 {"remoteLoginPortPublicAccess", "Enabled"},
                 {"virtualMachineImage", nullptr},
                 {"isolatedNetwork", false},
                 {"enableNodePublicIp", true},
                 {"propertyBag", Json::object()}};
  merged.merge_patch(inner);
  inner = merged;
  inner["targetNodeCount"] = node_count(inner, "minNodeCount", 0);
  if (inner["targetNodeCount"] != 0) inner["allocationState"] = "Resizing";
}

/// The SDK's scale update carries its default size and no idle time (wire.md 8.5): size and priority stay.
Result<void> check_update(const arm::PutCall& call) {
  const std::string type = string_at(*call.existing, "properties.computeType");
  if (string_at(call.body, "properties.computeType", type) != type) {
    return fail(409, "UserError", "Compute with name " + call.id.name() + " already exists with another compute type.");
  }
  if (Json* inner = const_cast<Json*>(find_path(call.body, "properties.properties")); inner != nullptr && !is_instance(*call.existing)) {
    inner->erase("vmSize");
    inner->erase("vmPriority");
  }
  return {};
}

Result<void> before_update_compute(Context& context, arm::PutCall& call) {
  Json& inner = call.body["properties"]["properties"];
  if (is_instance(call.body)) return check_schedules(inner);
  if (const auto ok = check_scale(inner); !ok) return ok;
  const int more = node_count(inner, "minNodeCount", 0) - inner.value("targetNodeCount", 0);
  const VmSize* size = find_vm_size(string_at(inner, "vmSize"));
  if (more <= 0 || size == nullptr) return {};
  if (const auto ok = check_quota(context, string_at(call.body, "location"), *size, more); !ok) return ok;
  inner["targetNodeCount"] = node_count(inner, "minNodeCount", 0);
  inner["allocationState"] = "Resizing";
  return {};
}

Result<void> before_put_compute(Context& context, arm::PutCall& call) {
  Json& body = call.body;
  const auto workspace = arm::read_resource(context.world(), call.id.parent().to_string());
  if (workspace && string_at(*workspace, "properties.provisioningState") != "Succeeded") {
    return fail(faults::make_error("workspace-not-ready-race", {{"workspace", call.id.parent().name()}, {"resourceGroup", call.id.resource_group}}));
  }
  if (call.existing != nullptr) return check_update(call);
  const std::string type = string_at(body, "properties.computeType");
  if (type != "ComputeInstance" && type != "AmlCompute") {
    return fail(400, "AzlabNotSimulated", "azlab does not simulate computes of type '" + type + "'; ComputeInstance and AmlCompute are.");
  }
  const bool instance = is_instance(body);
  if (const auto ok = check_compute_name(call.id.name(), instance); !ok) return ok;
  const std::string location = string_at(body, "location");
  if (instance) {
    if (const auto ok = check_region_uniqueness(context, call.id, location); !ok) return ok;
  }
  const std::string size_name = string_at(body, "properties.properties.vmSize", "STANDARD_DS3_V2");
  const VmSize* size = find_vm_size(size_name);
  if (size == nullptr) {
    return fail(faults::make_error("vm-size-not-supported", {{"vmSize", size_name}, {"region", location}, {"computeType", type}}));
  }
  if (const auto ok = check_offered(context.world(), call.id.to_string(), location, *size); !ok) return ok;
  set_path(body, "properties.properties.vmSize", to_lower(size_name) == size_name ? size->name : size_name);
  const Json* min_nodes = find_path(body, "properties.properties.scaleSettings.minNodeCount");
  const int nodes = instance ? 1 : min_nodes != nullptr && min_nodes->is_number() ? min_nodes->get<int>() : 0;
  if (const auto ok = check_quota(context, location, *size, instance ? nodes : std::max(nodes, 0)); !ok) return ok;
  body["properties"]["computeLocation"] = location;
  body["properties"]["createdOn"] = to_iso8601(context.now());
  body["properties"]["modifiedOn"] = to_iso8601(context.now());
  if (!instance) {
    fill_cluster(context, body);
    return check_scale(body["properties"]["properties"]);
  }
  if (const auto ok = check_schedules(body["properties"]["properties"]); !ok) return ok;
  if (const Json* startup = find_path(body, "properties.properties.setupScripts.scripts.startupScript"); startup != nullptr && !startup->is_null()) {
    return fail(400, "AzlabNotSimulated", "azlab does not run startup scripts of compute instances; creation scripts it does.");
  }
  fill_instance(context, call.id, body);
  return {};
}

std::vector<OperationPhase> compute_phases(Context& context, const ResourceId& id, const Json& body, bool creating) {
  const std::string subject = id.to_string();
  if (!is_instance(body)) {
    return {{creating ? "create" : "update", faults::timing(context, creating ? "amlcompute-create" : "amlcompute-update", subject), creating ? "Creating" : "Updating"}};
  }
  if (!creating) return {{"update", faults::timing(context, "amlcompute-update", subject), "Updating"}};
  std::vector<OperationPhase> phases = {{"create", faults::timing(context, "ci-create", subject), "Creating"}};
  if (has_setup_script(body["properties"]["properties"])) {
    phases.push_back({"setup", faults::timing(context, "ci-setup-script", subject), "Creating"});
  }
  return phases;
}

void after_put_compute(Context& context, const ResourceId& id, const Json& body, bool created) {
  if (!is_instance(body)) return;
  if (created) set_instance_state(context, id.to_string(), "Creating", "Create", "InProgress");
  plan_schedules(context, id.to_string(), body["properties"]["properties"]);
}

void instance_phase_started(Context& context, const Operation& op, const OperationPhase& phase) {
  if (phase.name != "setup") return;
  set_instance_state(context, op.resource, "UserSettingUp", "Create", "InProgress");
  start_setup_script(context, op, phase);
}

/// Whether Azure has a machine for an instance that is being made or started.
Result<void> check_capacity(Context& context, const Operation& op, const OperationPhase&) {
  const auto body = arm::read_resource(context.world(), op.resource);
  const VmSize* size = body && is_instance(*body) ? find_vm_size(string_at(*body, "properties.properties.vmSize")) : nullptr;
  if (size == nullptr || machines_left(context.world(), string_at(*body, "location"), *size) > 0) return {};
  return fail(faults::make_error("allocation-failed"));
}

Result<void> instance_phase_ended(Context& context, const Operation& op, const OperationPhase& phase) {
  return phase.name == "setup" ? setup_script_result(context, op) : check_capacity(context, op, phase);
}

void create_succeeded(Context& context, const Operation& op) {
  const auto body = arm::read_resource(context.world(), op.resource);
  if (body && is_instance(*body)) set_instance_state(context, op.resource, "Running", "Create", "Succeeded");
  cluster_settled(context, op);
}

/// Clusters and instances belong to the workspace: they cannot be detached.
Result<void> before_delete_compute(Context& context, const ResourceId& id, const Json& body, const Request& request) {
  const std::string action = request.query_value("underlyingResourceAction").value_or("Delete");
  if (equals_ignore_case(action, "Detach")) {
    return fail(400, "UserError", "The compute '" + id.name() + "' is managed by the workspace and cannot be detached. Please delete it.");
  }
  if (!equals_ignore_case(action, "Delete")) return fail(400, "BadRequest", "The value '" + action + "' of underlyingResourceAction is neither Delete nor Detach.");
  if (!body.is_null() && is_instance(body)) set_instance_state(context, id.to_string(), "Deleting", "Delete", "InProgress");
  return {};
}

std::vector<OperationPhase> compute_delete_phases(Context& context, const ResourceId& id, const Json& body) {
  return {{"delete", faults::timing(context, is_instance(body) ? "ci-delete" : "amlcompute-delete", id.to_string()), "Deleting"}};
}

void after_delete_compute(Context& context, const ResourceId& id, const Json&, const arm::RemovedRows&) {
  plan_schedules(context, id.to_string(), Json::object());
  forget_cluster_nodes(context.world(), id.to_string());
  context.timeline().schedule({.due = context.now(), .kind = std::string(kNodesIdle), .subject = id.to_string()});
}

void create_failed(Context& context, const Operation& op) {
  auto body = arm::read_resource(context.world(), op.resource);
  if (!body) return;
  if (op.error) body->at("properties")["provisioningErrors"] = Json::array({{{"error", arm::error_json(*op.error)}}});
  arm::write_resource(context.world(), op.resource, *body);
  if (!is_instance(*body)) return;
  const bool setup = op.phases[op.current].name == "setup";
  set_instance_state(context, op.resource, setup ? "UserSetupFailed" : "CreateFailed", "Create", "CreateFailed");
}

struct InstanceAction {
  const char* name;      ///< "start": route and operation suffix
  const char* from;      ///< required state
  const char* meanwhile;
  const char* after;
  const char* label;     ///< "Start", in lastOperation
  const char* timing;
};
constexpr InstanceAction kActions[] = {{"start", "Stopped", "Starting", "Running", "Start", "ci-start"},
                                       {"stop", "Running", "Stopping", "Stopped", "Stop", "ci-stop"},
                                       {"restart", "Running", "Restarting", "Running", "Restart", "ci-restart"}};

const InstanceAction& action_named(std::string_view name) {
  for (const auto& action : kActions) {
    if (name == action.name) return action;
  }
  return kActions[0];
}

Response instance_action(Context& context, const Request& request, const Match& match) {
  const InstanceAction& action = action_named(std::string_view(match.route->operation).substr(std::string_view("computes.").size()));
  const ResourceId id{.subscription = match.at("sub"), .resource_group = match.at("rg"), .provider = "Microsoft.MachineLearningServices",
                      .parts = {{"workspaces", match.at("ws")}, {"computes", match.at("name")}}};
  const auto body = arm::read_resource(context.world(), id.to_string());
  if (!body) return arm::error_response(arm::resource_not_found(id));
  if (!is_instance(*body)) {
    return arm::error_response({400, "UserError", std::string("Operation ") + action.label + " is supported for compute instances only."});
  }
  const std::string state = string_at(*body, "properties.properties.state");
  if (state == action.after && std::string_view(action.name) != "restart") return empty_response(200);
  if (state != action.from) {
    if (std::string_view(action.name) == "start") return arm::error_response(faults::make_error("ci-start-not-stopped", {{"ci", id.name()}}));
    return arm::error_response({400, "UserError", std::string(action.label) + " is only allowed when the compute instance is in '" + action.from + "' state; it is in '" + state + "'."});
  }
  const std::string trigger = std::string(request.headers.get("x-azlab-trigger"));
  set_instance_state(context, id.to_string(), action.meanwhile, action.label, "InProgress", trigger.empty() ? "User" : trigger);
  const Operation op = start_operation(context, {.name = std::string("computes.") + action.name,
                                                 .resource = id.to_string(),
                                                 .location = string_at(*body, "location"),
                                                 .phases = {{"run", faults::timing(context, action.timing, id.to_string()), ""}}});
  Response response = empty_response(202);
  arm::add_operation_headers(response, op, arm::LroStyle::azure_async, *arm::find_type(kType));
  return response;
}

void action_succeeded(Context& context, const Operation& op) {
  const InstanceAction& action = action_named(std::string_view(op.name).substr(std::string_view("computes.").size()));
  set_instance_state(context, op.resource, action.after, action.label, "Succeeded");
}

/// Without a machine it is where it was, and its last operation says what became of it. Other failures leave it on its way.
void action_failed(Context& context, const Operation& op) {
  if (!op.error || op.error->code != "AllocationFailed") return;
  const InstanceAction& action = action_named(std::string_view(op.name).substr(std::string_view("computes.").size()));
  set_instance_state(context, op.resource, action.from, action.label, std::string(action.label) + "Failed");
}

Response list_nodes(Context& context, const Request&, const Match& match) {
  const ResourceId id{.subscription = match.at("sub"), .resource_group = match.at("rg"), .provider = "Microsoft.MachineLearningServices",
                      .parts = {{"workspaces", match.at("ws")}, {"computes", match.at("name")}}};
  const auto body = arm::read_resource(context.world(), id.to_string());
  if (!body) return arm::error_response(arm::resource_not_found(id));
  if (is_instance(*body)) return arm::error_response(faults::make_error("ci-list-nodes-unsupported"));
  Json nodes = Json::array();
  const auto all = cluster_nodes(context.world(), id.to_string());
  for (std::size_t n = 0; n < all.size(); ++n) {
    nodes.push_back({{"nodeId", all[n].id},
                     {"privateIpAddress", "10.0.0." + std::to_string(5 + n)},
                     {"publicIpAddress", "203.0.113.20"},
                     {"port", 50000 + n},
                     {"nodeState", all[n].state},
                     {"runId", all[n].job.empty() ? Json(nullptr) : Json(all[n].job)}});
  }
  return json_response(200, {{"nodes", nodes}});
}

}  // namespace

void set_instance_state(Context& context, const std::string& compute, const std::string& state, const std::string& operation_name,
                        const std::string& operation_status, const std::string& trigger) {
  auto body = arm::read_resource(context.world(), compute);
  if (!body) return;
  Json& inner = (*body)["properties"]["properties"];
  inner["state"] = state;
  const std::string had = string_at(inner, "lastOperation.operationTrigger", trigger);
  inner["lastOperation"] = {{"operationName", operation_name},
                            {"operationTime", to_iso8601(context.now())},
                            {"operationStatus", operation_status},
                            {"operationTrigger", operation_status == "InProgress" ? trigger : had}};
  arm::write_resource(context.world(), compute, *body);
  // Jobs may have been waiting for it.
  if (state == "Running") context.timeline().schedule({.due = context.now(), .kind = std::string(kNodesIdle), .subject = compute});
}

arm::TypeHooks compute_type_hooks() {
  return {.type = kType, .before_put = before_put_compute, .before_update = before_update_compute, .phases = compute_phases, .after_put = after_put_compute,
          .before_delete = before_delete_compute, .delete_phases = compute_delete_phases, .after_delete = after_delete_compute};
}

std::vector<PhaseNames> compute_phase_names() {
  std::vector<PhaseNames> out = {{"computes.create", {"create", "setup"}}, {"computes.update", {"update"}}, {"computes.delete", {"delete"}}};
  for (const auto& action : kActions) out.push_back({std::string("computes.") + action.name, {"run"}});
  return out;
}

std::vector<OperationHooks> compute_operation_hooks() {
  std::vector<OperationHooks> out = {{.operation = "computes.create",
                                      .phase_started = instance_phase_started,
                                      .phase_ended = instance_phase_ended,
                                      .succeeded = create_succeeded,
                                      .failed = create_failed},
                                     {.operation = "computes.update", .succeeded = cluster_settled}};
  for (const char* name : {"computes.start", "computes.stop", "computes.restart"}) {
    const bool start = std::string_view(name) == "computes.start";
    out.push_back({.operation = name, .phase_ended = start ? check_capacity : nullptr, .succeeded = action_succeeded, .failed = action_failed});
  }
  return out;
}

std::vector<Route> compute_routes() {
  const std::string host(kArmHost);
  const std::string base = "/subscriptions/{sub}/resourceGroups/{rg}/providers/Microsoft.MachineLearningServices/workspaces/{ws}/computes/{name}/";
  std::vector<Route> out;
  for (const auto& action : kActions) {
    out.push_back({Method::post, host, base + action.name, std::string("computes.") + action.name, instance_action});
  }
  out.push_back({Method::post, host, base + "listNodes", "computes.listNodes", list_nodes});
  return out;
}

}  // namespace azlab::ml
