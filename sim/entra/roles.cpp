#include "sim/entra/roles.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/core/fixtures.hpp"
#include "sim/core/json.hpp"
#include "sim/core/text.hpp"
#include "sim/entra/directory.hpp"

namespace azlab::entra {
namespace {

std::string taken_key(std::string_view principal_id) { return "directoryRole/" + to_lower(principal_id); }

std::string_view verb_of(Method method) {
  switch (method) {
    case Method::get:
    case Method::head:
    case Method::options: return "/read";
    case Method::put:
    case Method::patch: return "/write";
    case Method::del: return "/delete";
    case Method::post: return "/action";
  }
  return "/read";
}

/// The provider's part of a path: types and names after a "providers" segment, from `at` on.
ArmAction provider_action(Method method, const std::vector<std::string>& segments, std::size_t at) {
  std::string action = segments[at];
  // A name after each type; a POST ends with what it does, a list with a type.
  std::size_t i = at + 1;
  for (; i < segments.size(); i += 2) action += "/" + segments[i];
  const bool ends_on_type = (segments.size() - at) % 2 == 0;
  std::vector<std::string> scope(segments.begin(), segments.end() - (ends_on_type ? 1 : 0));
  // What a list or an action of a provider's own concerns is what stands before the provider.
  if (scope.size() <= at + 1) scope.resize(at - 1);
  return {action + std::string(verb_of(method)), "/" + join(scope, "/")};
}

bool any_matches(const Json& role, const char* key, std::string_view action) {
  const Json* patterns = find_key(role, key);
  return patterns != nullptr && std::any_of(patterns->begin(), patterns->end(), [&](const Json& pattern) { return glob_match(pattern.get<std::string>(), action); });
}

/// Whoever started something may follow it, wherever the address of its status lies.
bool is_operation_status(const std::vector<std::string>& segments) {
  return std::any_of(segments.begin(), segments.end(), [](const std::string& segment) {
    const std::string word = to_lower(segment);
    return word.ends_with("operationresults") || word.ends_with("operationsstatus") || word.ends_with("operationstatuses");
  });
}

}  // namespace

const Json& role_definitions() {
  static const Json kRoles = *parse_json(fixtures::get("fixtures/entra/roles.json"));
  return kRoles;
}

bool is_at_or_above(std::string_view scope, std::string_view below) {
  return starts_with_ignore_case(below, scope) && (below.size() == scope.size() || scope.ends_with("/") || below[scope.size()] == '/');
}

std::string directory_role(const World& world, std::string_view principal_id) {
  const Person* person = directory().find_person(principal_id);
  const Application* app = person == nullptr ? directory().find_service_principal(principal_id) : nullptr;
  const std::string role = person != nullptr ? person->role : app != nullptr ? app->role : std::string();
  return role.empty() || world.find(Table::deleted, taken_key(principal_id)) ? std::string() : role;
}

void take_directory_role(World& world, std::string_view principal_id) { world.put(Table::deleted, taken_key(principal_id), Row{.body = ""}); }

ArmAction arm_action(Method method, std::string_view path) {
  std::vector<std::string> segments;
  for (const auto& segment : split(path, '/')) {
    if (!segment.empty()) segments.push_back(percent_decode(segment));
  }
  if (segments.size() < 2 || !equals_ignore_case(segments[0], "subscriptions")) return {};
  if (method == Method::get && is_operation_status(segments)) return {};
  const std::string subscription = "/subscriptions/" + segments[1];
  std::size_t provider = segments.size();
  for (std::size_t i = 2; i + 1 < segments.size(); ++i) {
    // The last provider of a path is whose type it is (an extension resource has two).
    if (equals_ignore_case(segments[i], "providers")) provider = i + 1;
  }
  const bool whole_provider = provider + 1 == segments.size();
  if (provider < segments.size() && !whole_provider) {
    // POST /subscriptions/…/providers/NS/register
    return provider_action(method, segments, provider);
  }
  const std::string verb(verb_of(method));
  if (segments.size() == 2) return {"Microsoft.Resources/subscriptions" + verb, subscription};
  if (!equals_ignore_case(segments[2], "resourcegroups")) return {"Microsoft.Resources/subscriptions/" + segments[2] + verb, subscription};
  if (segments.size() == 3) return {"Microsoft.Resources/subscriptions/resourceGroups" + verb, subscription};
  const std::string group = subscription + "/resourceGroups/" + segments[3];
  if (segments.size() == 4) return {"Microsoft.Resources/subscriptions/resourceGroups" + verb, group};
  // "/resourceGroups/rg/deployments/d/operations": an older spelling of Microsoft.Resources.
  return {"Microsoft.Resources/" + segments[4] + verb, group};
}

std::vector<std::string> roles_at(const World& world, std::string_view principal_id, std::string_view scope) {
  std::vector<std::string> out;
  if (std::string role = directory_role(world, principal_id); !role.empty()) out.push_back(std::move(role));
  world.for_each_of_type("Microsoft.Authorization/roleAssignments", "", [&](const std::string&, const RowPtr& row) {
    const auto json = parse_json(row->body);
    if (!json || !equals_ignore_case(string_at(*json, "properties.principalId"), principal_id)) return true;
    const std::string id = string_at(*json, "id");
    const std::string at = id.substr(0, to_lower(id).rfind("/providers/microsoft.authorization/"));
    if (!at.empty() && !is_at_or_above(at, scope)) return true;
    const std::string definition = string_at(*json, "properties.roleDefinitionId");
    for (const auto& known : role_definitions()) {
      if (definition.ends_with(known.at("id").get<std::string>())) out.push_back(known.at("name"));
    }
    return true;
  });
  return out;
}

bool roles_allow(const std::vector<std::string>& roles, std::string_view action, ActionKind kind) {
  const bool data = kind == ActionKind::data;
  return std::any_of(roles.begin(), roles.end(), [&](const std::string& name) {
    for (const auto& role : role_definitions()) {
      if (role.at("name") == name) return any_matches(role, data ? "dataActions" : "actions", action) && !any_matches(role, data ? "notDataActions" : "notActions", action);
    }
    return false;
  });
}

}  // namespace azlab::entra
