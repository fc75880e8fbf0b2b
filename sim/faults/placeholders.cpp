#include "sim/faults/placeholders.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "sim/core/fixtures.hpp"
#include "sim/core/json.hpp"
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

/// How the errors of an operation call what it is about, and how a route calls the same.
struct Called {
  std::string_view operations;
  std::array<std::string_view, 3> names;
};
constexpr std::array<Called, 9> kCalled = {{{"storageAccounts.", {"account"}}, {"vaults.", {"vault"}}, {"computes.", {"ci", "compute", "cluster"}}, {"workspaces.", {"workspace"}},
                                            {"environments.", {"environment"}}, {"models.", {"model"}}, {"deployments.", {"deploymentName"}}, {"resourceGroups.", {"resourceGroup"}},
                                            {"mlflow.runs.", {"runId"}}}};
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

void add_from_request(Context& context, const Request& request, const Match& match, Values& values) {
  const std::string name = percent_decode(request.path.substr(request.path.rfind('/') + 1));
  for (const auto& [operations, names] : kCalled) {
    if (match.route == nullptr || !match.route->operation.starts_with(operations)) continue;
    for (const auto called : names) {
      if (!called.empty()) values.emplace(called, name);
    }
  }
  for (const auto& [route, called] : kRouteNames) {
    for (const auto& [param, value] : match.params) {
      if (param == route) values.emplace(called, value);
    }
  }
  for (const auto& [param, value] : match.params) values.emplace(param, value);
  values.emplace("name", name);
  values.emplace("resourceId", request.path);
  values.emplace("scope", request.path);
  values.emplace("VERB", std::string(to_string(request.method)));
  if (!request.body.is_spooled()) {
    const std::string text = request.body.text();
    if (const auto body = parse_json(text); body && body->is_object()) {
      if (const auto location = string_at(*body, "location"); !location.empty()) values.emplace("location", location);
    }
    constexpr std::string_view kClient = "client_id=";
    if (const auto at = text.find(kClient); at != std::string::npos) values.emplace("appId", percent_decode(text.substr(at + kClient.size(), text.find('&', at) - at - kClient.size())));
  }
  if (const auto location = values.find("location"); location != values.end()) values.emplace("region", location->second);
  const Time now = context.now();
  values.emplace("utc", replace_all(to_iso8601_seconds(now), "T", " "));
  values.emplace("nowUtc", to_iso8601_seconds(now));
  values.emplace("expiryUtc", to_iso8601_seconds(now - seconds(3600)));
  values.emplace("startTime", to_iso8601_seconds(now - seconds(60)));
  values.emplace("expirationTime", to_iso8601_seconds(now + seconds(7 * 24 * 3600)));
  values.emplace("deletedAt", to_iso8601_seconds(now - seconds(24 * 3600)));
}

void add_defaults(Context& context, std::string_view subject, Values& values) {
  const auto number = next_number(context.world(), "fault-trace");
  for (const auto* name : {"traceId", "correlationId", "guid", "objectId", "tenantId", "subscriptionTenant", "tokenTenant", "subscriptionId"}) {
    values.emplace(name, context.draw().guid(std::string("fault-") + name, subject, number));
  }
  values.emplace("principalId32hex", context.draw().hex(32, "fault", subject, number));
  for (const auto& [name, value] : defaults()) values.emplace(name, value);
}

}  // namespace azlab::faults
