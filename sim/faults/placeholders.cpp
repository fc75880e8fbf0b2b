#include "sim/faults/placeholders.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "sim/core/fixtures.hpp"
#include "sim/core/json.hpp"
#include "sim/core/resource_id.hpp"
#include "sim/core/text.hpp"

namespace azlab::faults {
namespace {

constexpr std::string_view kNameCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

/// Calls `visit(begin, end)` for each `{name}` of a text: offsets of its braces.
template <class Visit>
void each_placeholder(std::string_view text, const Visit& visit) {
  for (std::size_t at = text.find('{'); at != std::string_view::npos; at = text.find('{', at + 1)) {
    const std::size_t end = text.find_first_not_of(kNameCharacters, at + 1);
    if (end == std::string_view::npos || text[end] != '}' || end == at + 1) continue;
    visit(at, end);
  }
}

const Values& defaults() {
  static const Values kDefaults = [] {
    const auto json = parse_jsonc(fixtures::get("fixtures/catalogue/placeholders.json"));
    if (!json) throw std::logic_error("fixtures/catalogue/placeholders.json: " + json.error().message);
    return json->get<Values>();
  }();
  return kDefaults;
}

/// How errors call a resource, by the last type of its id; and what is done to it, by the name of its operations.
struct Called {
  std::string_view type;
  std::array<std::string_view, 3> names;
};
constexpr std::array<Called, 9> kCalled = {{{"storageAccounts", {"account"}}, {"vaults", {"vault"}}, {"computes", {"ci", "compute", "cluster"}}, {"workspaces", {"workspace"}},
                                            {"environments", {"environment"}}, {"models", {"model"}}, {"deployments", {"deploymentName", "deployment"}}, {"onlineEndpoints", {"endpoint"}}, {"components", {"component"}}}};
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kRouteNames = {{{"sub", "subscriptionId"}, {"rg", "resourceGroup"}, {"ws", "workspace"}, {"ns", "namespace"}, {"run", "runId"},
                                                                                      {"tenant", "tenantId"}, {"experiment", "experiment"}}};

}  // namespace

std::vector<Part> parts_of(std::string_view text) {
  std::vector<Part> out;
  std::size_t done = 0;
  each_placeholder(text, [&](std::size_t begin, std::size_t end) {
    out.push_back({.literal = std::string(text.substr(done, begin - done)), .placeholder = std::string(text.substr(begin + 1, end - begin - 1))});
    done = end + 1;
  });
  out.push_back({.literal = std::string(text.substr(done)), .placeholder = {}});
  return out;
}

std::string fill(std::string_view text, const Values& values) {
  std::string out;
  for (const auto& [literal, placeholder] : parts_of(text)) {
    out += literal;
    if (placeholder.empty()) continue;
    const auto value = values.find(placeholder);
    out += value != values.end() ? value->second : "{" + placeholder + "}";
  }
  return out;
}

void add_from_resource(std::string_view resource, Values& values) {
  const auto id = ResourceId::parse(resource);
  if (!id) {
    values.emplace("name", resource.substr(resource.rfind('/') + 1));
    return;
  }
  values.emplace("name", id->name());
  values.emplace("resourceId", resource);
  if (!id->subscription.empty()) values.emplace("subscriptionId", id->subscription);
  if (!id->resource_group.empty()) {
    values.emplace("resourceGroup", id->resource_group);
    values.emplace("lockedScope", "/subscriptions/" + id->subscription + "/resourceGroups/" + id->resource_group);
  }
  if (id->provider.empty() || id->parts.empty()) return;
  values.emplace("namespace", id->provider);
  values.emplace("resourceProvider", id->provider);
  values.emplace("resourceType", id->type());
  for (const auto& [type, name] : id->parts) {
    for (const auto& called : kCalled) {
      for (const auto as : called.names) {
        if (!as.empty() && equals_ignore_case(called.type, type)) values.emplace(as, name);
      }
    }
    if (equals_ignore_case(type, "workspaces")) values.emplace("workspaceArmId", resource.substr(0, resource.find(name) + name.size()));
  }
}

namespace {

void add_times(Context& context, Values& values) {
  const Time now = context.now();
  values.emplace("utc", replace_all(to_iso8601_seconds(now), "T", " "));
  values.emplace("nowUtc", to_iso8601_seconds(now));
  values.emplace("expiryUtc", to_iso8601_seconds(now - seconds(3600)));
  values.emplace("startTime", to_iso8601_seconds(now - seconds(60)));
  values.emplace("expirationTime", to_iso8601_seconds(now + seconds(7 * 24 * 3600)));
  values.emplace("issuedUtc", to_iso8601(now - seconds(100 * 24 * 3600)));
  values.emplace("deletedAt", to_iso8601_seconds(now - seconds(24 * 3600)));
}

/// "write" for PUT, "delete", "read", or the action that a POST names.
std::string verb_of(const Request& request) {
  if (request.method == Method::del) return "delete";
  if (request.method == Method::put || request.method == Method::patch) return "write";
  if (request.method == Method::post) return percent_decode(request.path.substr(request.path.rfind('/') + 1)) + "/action";
  return "read";
}

/// "azureml:name:version", "azureml:name@label" or an address that ends with the two.
void add_environment(std::string_view id, Values& values) {
  const auto versions = id.find("/versions/");
  const std::string_view named = versions != std::string_view::npos ? id.substr(0, versions) : id.substr(id.starts_with("azureml:") ? 8 : 0);
  const auto end = versions != std::string_view::npos ? std::string_view::npos : named.find_first_of(":@");
  values.emplace("environment", named.substr(0, end).substr(named.substr(0, end).rfind('/') + 1));
  if (versions != std::string_view::npos) values.emplace("version", id.substr(versions + 10));
  else if (end != std::string_view::npos) values.emplace(named[end] == ':' ? "version" : "label", named.substr(end + 1));
}

void add_from_body(const Request& request, Values& values) {
  if (request.body.is_spooled()) return;
  const std::string text = request.body.text();
  if (const auto body = parse_json(text); body && body->is_object()) {
    if (const auto location = string_at(*body, "location"); !location.empty()) values.emplace("location", location);
    for (const auto& [member, called] : {std::pair{"name", "name"}, {"run_id", "runId"}, {"key", "key"}, {"value", "new"}}) {
      if (const auto value = string_at(*body, member); !value.empty()) values.emplace(called, value);
    }
    if (const auto size = string_at(*body, "properties.properties.vmSize"); !size.empty()) values.emplace("vmSize", size);
    if (const auto size = string_at(*body, "properties.instanceType"); !size.empty()) values.emplace("vmSize", size);
    if (const auto kind = string_at(*body, "properties.computeType"); !kind.empty()) values.emplace("computeType", kind);
    if (const auto compute = string_at(*body, "properties.computeId"); !compute.empty()) values.emplace("compute", compute.substr(compute.rfind('/') + 1));
    if (const auto experiment = string_at(*body, "properties.experimentName"); !experiment.empty()) values.emplace("experiment", experiment);
    if (const auto environment = string_at(*body, "properties.environmentId"); !environment.empty()) add_environment(environment, values);
    if (const auto principal = string_at(*body, "properties.principalId"); !principal.empty()) values.emplace("principalId32hex", replace_all(principal, "-", ""));
  }
  constexpr std::string_view kClient = "client_id=";
  if (const auto at = text.find(kClient); at != std::string::npos) values.emplace("appId", percent_decode(text.substr(at + kClient.size(), text.find('&', at) - at - kClient.size())));
}

/// Where it is said to be and where it is wanted differ, whichever of them the request names.
void add_locations(Values& values) {
  const auto location = values.find("location");
  if (location == values.end()) return;
  values.emplace("region", location->second);
  values.emplace("newLocation", location->second);
  values.emplace("existingLocation", location->second == "westeurope" ? "eastus" : "westeurope");
}

}  // namespace

void add_from_request(const Request& request, const Match& match, Values& values) {
  const std::string path = percent_decode(request.path);
  for (const auto& [route, called] : kRouteNames) {
    for (const auto& [param, value] : match.params) {
      if (param == route) values.emplace(called, value);
    }
  }
  for (const auto& [param, value] : match.params) values.emplace(param, value);
  add_from_body(request, values);
  for (const auto& [query, called] : {std::pair{"run_id", "runId"}, {"experiment_name", "name"}}) {
    if (const auto value = request.query_value(query)) values.emplace(called, *value);
  }
  // A POST names what is to be done behind the resource.
  const std::string verb = verb_of(request);
  add_from_resource(request.method == Method::post ? std::string_view(path).substr(0, path.rfind('/')) : std::string_view(path), values);
  values.emplace("name", path.substr(path.rfind('/') + 1));
  values.emplace("resourceId", path);
  values.emplace("scope", path);
  values.emplace("VERB", std::string(to_string(request.method)));
  values.emplace("operation", verb == "delete" ? "delete" : "write");
  values.emplace("operationId", path.substr(path.rfind('/') + 1));
  if (const auto type = values.find("resourceType"); type != values.end()) values.emplace("action", type->second + "/" + verb);
  if (const auto version = request.query_value("api-version")) values.emplace("apiVersion", *version);
  values.emplace("clientIdOrUpn", request.caller.user_name.empty() ? request.caller.app_id : request.caller.user_name);
  values.emplace("objectId", request.caller.principal_id);
  values.emplace("tenantId", request.caller.tenant_id);
  values.emplace("tokenTenant", request.caller.tenant_id);
  add_locations(values);
}

void add_defaults(Context& context, std::string_view subject, Values& values) {
  const auto number = next_number(context.world(), "fault-trace");
  for (const auto* name : {"traceId", "correlationId", "guid"}) values.emplace(name, context.draw().guid(std::string("fault-") + name, subject, number));
  // What exists is the same in every message.
  for (const auto* name : {"objectId", "tenantId", "subscriptionTenant", "tokenTenant"}) values.emplace(name, context.draw().guid(std::string("fault-") + name, "", 0));
  static const std::string kSubscription = string_at(*parse_json(fixtures::get("fixtures/azure/subscription.json")), "id");
  values.emplace("subscriptionId", kSubscription);
  values.emplace("principalId32hex", context.draw().hex(32, "fault", subject, number));
  add_times(context, values);
  for (const auto& [name, value] : defaults()) values.emplace(name, value);
}

}  // namespace azlab::faults
