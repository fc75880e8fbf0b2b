/// Deployments: what must be there before one begins, its phases, and what follows when they end.
#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "sim/arm/resource.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"
#include "sim/ml/assets/asset.hpp"
#include "sim/ml/endpoints/deployed.hpp"
#include "sim/ml/endpoints/online.hpp"
#include "sim/ml/endpoints/serving.hpp"
#include "sim/ml/jobs/job_environment.hpp"
#include "sim/ml/size.hpp"

namespace azlab::ml {
namespace {

// Instances that one deployment may have; documented.
constexpr int kInstancesMax = 50;

/// A stage of a deployment, and its share of the time that one whose image is there takes. The shares are assumed: what is known is
/// the whole ("online-deployment-create"), and that finding machines takes most of it.
struct Stage {
  const char* name;
  double share;
};
constexpr std::array<Stage, 5> kStages = {{{"image", 0.05}, {"allocation", 0.45}, {"pull", 0.2}, {"model", 0.1}, {"probes", 0.2}}};

std::string made_row(std::string_view deployment) { return "online-made/" + to_lower(deployment); }

int instances_of(const Json& body) {
  const Json* capacity = find_path(body, "sku.capacity");
  return capacity != nullptr && capacity->is_number_integer() ? static_cast<int>(std::clamp<std::int64_t>(capacity->get<std::int64_t>(), 0, kInstancesMax + 1)) : 1;
}

/// Cores that a stored deployment takes of a family; a failed one none.
int cores_held(const Json* body, const VmSize& size) {
  const VmSize* has = body != nullptr ? find_vm_size(string_at(*body, "properties.instanceType")) : nullptr;
  if (has == nullptr || has->family != size.family || string_at(*body, "properties.provisioningState") == "Failed") return 0;
  return instances_reserved(instances_of(*body)) * has->vcpus;
}

Result<void> check_instances(Context& context, const arm::PutCall& call) {
  const std::string type = string_at(call.body, "properties.instanceType");
  const VmSize* size = find_vm_size(type);
  if (size == nullptr) return fail(faults::make_error("online-instance-type-invalid", {{"vmSize", type.empty() ? "(none)" : type}}));
  const int instances = instances_of(call.body);
  if (instances < 1 || instances > kInstancesMax) return fail(faults::make_error("online-instance-count-invalid"));
  const std::string location = string_at(call.body, "location");
  if (const auto ok = check_offered(context.world(), call.id.to_string(), location, *size); !ok) return ok;
  const int needed = instances_reserved(instances) * size->vcpus - cores_held(call.existing, *size);
  const auto room = cores_left(context.world(), location, *size);
  if (needed <= room.limit - room.used) return {};
  return fail(faults::make_error("deployment-vm-quota", {{"vmSize", size->name}, {"subscriptionId", call.id.subscription}, {"usage", std::to_string(room.used)}, {"limit", std::to_string(room.limit)}, {"needed", std::to_string(needed)}}));
}

Result<void> check_endpoint(Context& context, const ResourceId& id) {
  const auto endpoint = arm::read_resource(context.world(), id.parent().to_string());
  const std::string state = endpoint ? string_at(*endpoint, "properties.provisioningState") : "";
  if (state == "Succeeded" || state == "Updating") return {};
  return fail(faults::make_error("endpoint-failed-recreate", {{"endpoint", id.parent().name()}}));
}

/// Instances and assets, of a body that is whole: sent, or laid over what was there.
Result<void> check_deployment(Context& context, arm::PutCall& call) {
  if (const auto ok = check_instances(context, call); !ok) return ok;
  const auto deployed = find_deployed(context, call.id, call.body);
  if (!deployed) return fail(deployed.error());
  if (!deployed->environment.id.empty()) call.body["properties"]["environmentId"] = deployed->environment.id;
  return {};
}

Result<void> before_put_deployment(Context& context, arm::PutCall& call) {
  if (const auto ok = check_endpoint(context, call.id); !ok) return ok;
  const std::string kind = string_at(call.body, "properties.endpointComputeType");
  if (!equals_ignore_case(kind, "Managed")) return fail(400, "AzlabNotSimulated", "azlab does not simulate deployments of the kind '" + kind + "'; Managed ones it does.");
  call.body["properties"]["endpointComputeType"] = "Managed";
  if (call.existing == nullptr) return check_deployment(context, call);
  const bool unmade = context.world().find(Table::setting, made_row(call.id.key())) == nullptr;
  if (unmade && string_at(*call.existing, "properties.provisioningState") == "Failed") return fail(faults::make_error("deployment-unrecoverable", {{"deployment", call.id.name()}}));
  return {};
}

std::vector<OperationPhase> deployment_stages(Context& context, const ResourceId& id, const Json& body, bool creating) {
  const std::string subject = id.to_string();
  const auto deployed = find_deployed(context, id, body);
  const bool built = !deployed || deployed->environment.curated || context.world().find(Table::setting, image_key(deployed->workspace, deployed->environment.image)) != nullptr;
  const Duration whole = faults::timing(context, "online-deployment-create", subject);
  std::vector<OperationPhase> out;
  for (const auto& stage : kStages) {
    const bool builds = std::string_view(stage.name) == "image" && !built;
    const auto part = Duration(static_cast<Duration::rep>(std::llround(static_cast<double>(whole.count()) * stage.share)));
    out.push_back({stage.name, builds ? faults::timing(context, "env-build-first", subject) : part, creating && out.empty() ? "Creating" : "Updating"});
  }
  return out;
}

void after_put_deployment(Context& context, const ResourceId& id, const Json&, bool) {
  begin_online_log(context, id.key());
  tell_operation(context, id, kOnlineDeploymentType);
}

Result<void> before_delete_deployment(Context& context, const ResourceId& id, const Json& body, const Request&) {
  const auto endpoint = body.is_null() ? std::nullopt : arm::read_resource(context.world(), id.parent().to_string());
  const int percent = endpoint ? percent_of(*endpoint, "traffic", id.name()) : 0;
  if (percent == 0) return {};
  return fail(faults::make_error("online-deployment-has-traffic", {{"deployment", id.name()}, {"endpoint", id.parent().name()}, {"percent", std::to_string(percent)}}));
}

void after_delete_deployment(Context& context, const ResourceId& id, const Json&, const arm::RemovedRows&) { forget_deployment(context.world(), id.key()); }

void stage_started(Context& context, const Operation& op, const OperationPhase& stage) {
  if (stage.name == "pull") add_online_event(context, op.resource, "Pulling", "Normal", "Start pulling container image");
  if (stage.name == "model") add_online_event(context, op.resource, "Downloading", "Normal", "Start downloading models");
  if (stage.name != "probes") return;
  add_online_event(context, op.resource, "Created", "Normal", "Created container inference-server");
  add_online_event(context, op.resource, "Started", "Normal", "Started container inference-server");
  start_probes(context, op, stage);
}

Result<void> stage_ended(Context& context, const Operation& op, const OperationPhase& stage) {
  const auto body = arm::read_resource(context.world(), op.resource);
  const auto id = ResourceId::parse(op.resource);
  if (!body || !id) return {};
  if (stage.name == "image") {
    if (const auto deployed = find_deployed(context, *id, *body)) context.world().put(Table::setting, image_key(deployed->workspace, deployed->environment.image), Row{.body = "true"});
  }
  const VmSize* size = find_vm_size(string_at(*body, "properties.instanceType"));
  if (stage.name == "allocation" && size != nullptr && machines_left(context.world(), op.location, *size) < instances_of(*body)) {
    return fail(faults::make_error("online-deployment-capacity", {{"vmSize", size->name}, {"region", op.location}}));
  }
  if (stage.name == "pull") add_online_event(context, op.resource, "Pulled", "Normal", "Container image is pulled successfully");
  if (stage.name == "probes") return probes_result(context, op);
  if (stage.name != "model") return {};
  if (const auto ok = check_downloads(context, *id, *body); !ok) return ok;
  add_online_event(context, op.resource, "Downloaded", "Normal", "Models are downloaded successfully or no model need to download");
  return {};
}

/// Probes as the service sets them where nobody did; recorded.
Json default_probe() { return {{"failureThreshold", 30}, {"successThreshold", 1}, {"timeout", "PT2S"}, {"period", "PT10S"}, {"initialDelay", "PT10S"}}; }

void deployment_made(Context& context, const Operation& op) {
  auto body = arm::read_resource(context.world(), op.resource);
  if (!body) return;
  for (const char* probe : {"livenessProbe", "readinessProbe"}) {
    Json& settings = (*body)["properties"][probe];
    if (settings.is_null()) settings = default_probe();
  }
  arm::write_resource(context.world(), op.resource, *body);
  context.world().put(Table::setting, made_row(op.resource), Row{.body = "true"});
  add_online_event(context, op.resource, "ContainerReady", "Normal", "Container is ready");
}

/// What its log shows of the stage in which it failed.
void deployment_failed(Context& context, const Operation& op) {
  const std::string& stage = op.phases[op.current].name;
  forget_container(context, op.id);
  if (stage == "pull") add_online_event(context, op.resource, "ImagePullFailed", "Warning", "Image pull failed, retrying.");
  if (stage == "model") add_online_event(context, op.resource, "DownloadFailed", "Warning", "Model download failed, retrying. Please check storage-initializer log for detail.");
  if (stage == "probes") add_online_event(context, op.resource, "LivenessProbeFailed", "Warning", "Liveness probe failed: HTTP probe failed with statuscode: 502");
}

Error no_such_deployment(const ResourceId& id) {
  return faults::make_error("deployment-not-found", {{"deployment", id.name()}, {"endpoint", id.parent().name()}, {"workspace", id.parent().parent().name()}});
}

}  // namespace

void forget_deployment(World& world, std::string_view deployment) {
  forget_online_log(world, deployment);
  world.erase(Table::setting, made_row(deployment));
}

arm::TypeHooks online_deployment_hooks() {
  return {.type = kOnlineDeploymentType, .before_put = before_put_deployment, .before_update = check_deployment, .phases = deployment_stages, .after_put = after_put_deployment,
          .before_delete = before_delete_deployment, .after_delete = after_delete_deployment, .not_found = no_such_deployment};
}

std::vector<OperationHooks> online_deployment_operation_hooks() {
  std::vector<OperationHooks> out;
  for (const char* name : {"onlineDeployments.create", "onlineDeployments.update"}) {
    out.push_back({.operation = name, .phase_started = stage_started, .phase_ended = stage_ended, .succeeded = deployment_made, .failed = deployment_failed});
  }
  return out;
}

std::vector<PhaseNames> online_deployment_phases() {
  std::vector<std::string> names;
  for (const auto& stage : kStages) names.emplace_back(stage.name);
  return {{"onlineDeployments.create", names}, {"onlineDeployments.update", names}};
}

}  // namespace azlab::ml
