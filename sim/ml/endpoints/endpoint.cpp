/// Endpoints: what a PUT may say, how traffic is shared out, the address at which one scores.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "sim/arm/resource.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"
#include "sim/ml/endpoints/online.hpp"

namespace azlab::ml {
namespace {

// How many endpoints a subscription may have in a region; documented, and raised on request.
constexpr int kEndpointsMax = 100;
// Of live traffic, in percent, that may be mirrored; documented.
constexpr int kMirrorMax = 50;

Result<void> check_endpoint_count(Context& context, const ResourceId& id, const std::string& location) {
  int count = 0;
  context.world().for_each_of_type(kOnlineEndpointType, "", [&](const std::string& key, const RowPtr& row) {
    if (row->location == location && key.starts_with("/subscriptions/" + to_lower(id.subscription) + "/")) ++count;
    return true;
  });
  if (count < kEndpointsMax) return {};
  return fail(faults::make_error("endpoint-quota", {{"subscriptionId", id.subscription}, {"limit", std::to_string(kEndpointsMax)}}));
}

/// Clients send auth modes in their own case.
Result<void> settle_auth_mode(Json& properties) {
  constexpr std::array<std::string_view, 3> kModes = {"Key", "AMLToken", "AADToken"};
  const std::string given = string_at(properties, "authMode");
  const auto mode = std::find_if(kModes.begin(), kModes.end(), [&](std::string_view one) { return equals_ignore_case(one, given); });
  if (mode == kModes.end()) return fail(faults::make_error("online-auth-mode-invalid", {{"authMode", given}}));
  properties["authMode"] = *mode;
  return {};
}

Result<void> check_identity(Json& body) {
  if (find_path(body, "identity.type") == nullptr) body["identity"] = {{"type", "SystemAssigned"}};
  if (equals_ignore_case(string_at(body, "identity.type"), "SystemAssigned")) return {};
  return fail(400, "AzlabNotSimulated", "azlab does not simulate user-assigned identities of endpoints; SystemAssigned it does.");
}

bool has_deployment(const World& world, const ResourceId& endpoint, std::string_view name) {
  return world.find(Table::resource, endpoint.key() + "/deployments/" + to_lower(name)) != nullptr;
}

/// The whole numbers of a map of percentages; nothing where one of them is none or does not fit.
std::optional<int> sum_of(const Json& map, int most) {
  int sum = 0;
  for (const auto& [name, percent] : map.items()) {
    if (!percent.is_number_integer() || percent.get<std::int64_t>() < 0 || percent.get<std::int64_t>() > most) return std::nullopt;
    sum += percent.get<int>();
  }
  return sum;
}

Result<void> check_traffic(const World& world, const ResourceId& id, const Json& properties) {
  const Json* traffic = find_path(properties, "traffic");
  const Json* mirror = find_path(properties, "mirrorTraffic");
  const auto sum = traffic != nullptr && traffic->is_object() ? sum_of(*traffic, 100) : 0;
  for (const Json* map : {traffic, mirror}) {
    if (map == nullptr || !map->is_object()) continue;
    for (const auto& [name, percent] : map->items()) {
      if (!has_deployment(world, id, name)) return fail(faults::make_error("traffic-to-missing-deployment", {{"deployment", name}, {"endpoint", id.name()}}));
    }
  }
  if (!sum || (*sum != 0 && *sum != 100)) return fail(faults::make_error("online-traffic-sum", {{"sum", sum ? std::to_string(*sum) : "no whole percentage"}}));
  if (mirror == nullptr || !mirror->is_object()) return {};
  const auto mirrored = sum_of(*mirror, kMirrorMax);
  const auto is_live = [&](const auto& one) { return one.value() != 0 && percent_of({{"properties", properties}}, "traffic", one.key()) > 0; };
  bool fits = mirrored.has_value() && std::count_if(mirror->begin(), mirror->end(), [](const Json& percent) { return percent != 0; }) <= 1;
  for (auto one = mirror->begin(); fits && one != mirror->end(); ++one) fits = !is_live(one);
  return fits ? Result<void>() : fail(faults::make_error("online-mirror-traffic"));
}

Result<void> before_put_endpoint(Context& context, arm::PutCall& call) {
  Json& body = call.body;
  const auto workspace = arm::read_resource(context.world(), call.id.parent().to_string());
  if (workspace && string_at(*workspace, "properties.provisioningState") != "Succeeded") {
    return fail(faults::make_error("workspace-not-ready-race", {{"workspace", call.id.parent().name()}, {"resourceGroup", call.id.resource_group}}));
  }
  if (const Json* compute = find_path(body, "properties.compute"); compute != nullptr && !compute->is_null()) {
    return fail(400, "AzlabNotSimulated", "azlab does not simulate online endpoints on Kubernetes; managed ones it does (leave the compute out).");
  }
  if (const auto ok = settle_auth_mode(body["properties"]); !ok) return ok;
  if (call.existing != nullptr) return {};
  if (const auto ok = check_identity(body); !ok) return ok;
  if (const auto ok = check_endpoint_count(context, call.id, string_at(body, "location")); !ok) return ok;
  return check_traffic(context.world(), call.id, body["properties"]);
}

/// Traffic that is sent takes the place of the traffic that was; merged with it, it would never make 100.
Result<void> before_update_endpoint(Context& context, arm::PutCall& call) {
  const auto sent = parse_json(call.request.body.text());
  for (const char* map : {"traffic", "mirrorTraffic"}) {
    const Json* given = sent ? find_path(*sent, std::string("properties.") + map) : nullptr;
    if (given != nullptr && given->is_object()) call.body["properties"][map] = *given;
  }
  return check_traffic(context.world(), call.id, call.body["properties"]);
}

void after_put_endpoint(Context& context, const ResourceId& id, const Json&, bool created) {
  if (created) {
    auto body = arm::read_resource(context.world(), id.to_string());
    (*body)["properties"]["properties"]["azureml.onlineendpointid"] = id.key();
    arm::write_resource(context.world(), id.to_string(), *body);
  }
  tell_operation(context, id, kOnlineEndpointType);
}

void after_delete_endpoint(Context& context, const ResourceId& id, const Json&, const arm::RemovedRows& children) {
  forget_online_credentials(context.world(), id);
  for (const auto& [key, row] : children) forget_deployment(context.world(), key);
}

void endpoint_made(Context& context, const Operation& op) {
  auto body = arm::read_resource(context.world(), op.resource);
  if (!body) return;
  const std::string base = "https://" + to_lower(string_at(*body, "name")) + "." + string_at(*body, "location") + ".inference.ml.azure.com/";
  (*body)["properties"]["scoringUri"] = base + "score";
  (*body)["properties"]["swaggerUri"] = base + "swagger.json";
  arm::write_resource(context.world(), op.resource, *body);
}

}  // namespace

int percent_of(const Json& endpoint, std::string_view map, std::string_view deployment) {
  const Json* shares = find_path(endpoint, "properties." + std::string(map));
  const Json* share = shares != nullptr ? find_key(*shares, deployment) : nullptr;
  return share != nullptr && share->is_number_integer() ? share->get<int>() : 0;
}

void tell_operation(Context& context, const ResourceId& id, std::string_view type) {
  const auto operation = running_operation(context.world(), id.to_string());
  auto body = arm::read_resource(context.world(), id.to_string());
  const arm::TypeDescriptor* descriptor = arm::find_type(type);
  if (!operation || !body || descriptor == nullptr) return;
  Response headers;
  arm::add_operation_headers(headers, *operation, arm::LroStyle::azure_async, *descriptor);
  (*body)["properties"]["properties"]["AzureAsyncOperationUri"] = headers.headers.get("Azure-AsyncOperation");
  arm::write_resource(context.world(), id.to_string(), *body);
}

arm::TypeHooks online_endpoint_hooks() {
  return {.type = kOnlineEndpointType, .before_put = before_put_endpoint, .before_update = before_update_endpoint, .after_put = after_put_endpoint, .after_delete = after_delete_endpoint};
}

OperationHooks online_endpoint_create_hooks() { return {.operation = "onlineEndpoints.create", .succeeded = endpoint_made}; }

}  // namespace azlab::ml
