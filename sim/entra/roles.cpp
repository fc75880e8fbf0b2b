#include "sim/entra/roles.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/arm/action.hpp"
#include "sim/arm/error.hpp"
#include "sim/arm/scope.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/json.hpp"
#include "sim/core/text.hpp"
#include "sim/entra/directory.hpp"
#include "sim/faults/catalogue.hpp"

namespace azlab::entra {
namespace {

constexpr std::string_view kSignInRoles = "signInRoles";

std::string taken_key(std::string_view principal_id, std::string_view role) { return "directoryRole/" + to_lower(principal_id) + "/" + to_lower(role); }

std::string_view last_segment(std::string_view id) { return id.substr(id.rfind('/') == std::string_view::npos ? 0 : id.rfind('/') + 1); }

/// A custom role as its row has it, in the form of the built-in ones.
Json role_of(const Json& definition) {
  Json out = {{"id", definition.at("name")}, {"name", string_at(definition, "properties.roleName")}, {"definition", definition}};
  const Json* permissions = find_path(definition, "properties.permissions");
  for (const char* key : {"actions", "notActions", "dataActions", "notDataActions"}) {
    out[key] = Json::array();
    for (const auto& permission : permissions != nullptr && permissions->is_array() ? *permissions : Json::array()) {
      for (const auto& pattern : permission.value(key, Json::array())) out[key].push_back(pattern);
    }
  }
  return out;
}

bool any_matches(const Json& role, const char* key, std::string_view action) {
  const Json* patterns = find_key(role, key);
  return patterns != nullptr && std::any_of(patterns->begin(), patterns->end(), [&](const Json& pattern) { return glob_match(pattern.get<std::string>(), action); });
}

}  // namespace

const Json& role_definitions() {
  static const Json kRoles = *parse_json(fixtures::get("fixtures/entra/roles.json"));
  return kRoles;
}

Json find_role(const World& world, std::string_view id_or_name) {
  const std::string_view id = last_segment(id_or_name);
  for (const auto& role : role_definitions()) {
    if (equals_ignore_case(string_at(role, "id"), id) || equals_ignore_case(string_at(role, "name"), id_or_name)) return role;
  }
  Json found;
  world.for_each_of_type(kRoleDefinitionType, "", [&](const std::string&, const RowPtr& row) {
    const auto body = parse_json(row->body);
    if (body && (equals_ignore_case(string_at(*body, "name"), id) || equals_ignore_case(string_at(*body, "properties.roleName"), id_or_name))) found = role_of(*body);
    return found.is_null();
  });
  return found;
}

std::vector<std::string> directory_roles(const World& world, std::string_view principal_id) {
  const Person* person = directory().find_person(principal_id);
  const Application* app = person == nullptr ? directory().find_service_principal(principal_id) : nullptr;
  std::vector<std::string> roles;
  const RowPtr given = person == &directory().persons.front() ? world.find(Table::setting, kSignInRoles) : nullptr;
  if (given) {
    roles = parse_json(given->body)->get<std::vector<std::string>>();
  } else if (const std::string role = person != nullptr ? person->role : app != nullptr ? app->role : std::string(); !role.empty()) {
    roles.push_back(role);
  }
  std::erase_if(roles, [&](const std::string& role) { return world.find(Table::deleted, taken_key(principal_id, role)) != nullptr; });
  return roles;
}

void take_directory_role(World& world, std::string_view principal_id, std::string_view role) { world.put(Table::deleted, taken_key(principal_id, role), Row{.body = ""}); }

void set_sign_in_roles(World& world, const std::vector<std::string>& roles) { world.put(Table::setting, std::string(kSignInRoles), Row{.body = dump(Json(roles))}); }

bool sign_in_roles_decide(const World& world) { return world.find(Table::setting, kSignInRoles) != nullptr; }

std::vector<std::string> roles_at(const World& world, std::string_view principal_id, std::string_view scope) {
  std::vector<std::string> out = directory_roles(world, principal_id);
  world.for_each_of_type("Microsoft.Authorization/roleAssignments", "", [&](const std::string&, const RowPtr& row) {
    const auto json = parse_json(row->body);
    if (!json || !equals_ignore_case(string_at(*json, "properties.principalId"), principal_id)) return true;
    const std::string id = string_at(*json, "id");
    const std::string at = id.substr(0, to_lower(id).rfind("/providers/microsoft.authorization/"));
    if (!at.empty() && !arm::is_at_or_above(at, scope)) return true;
    const Json role = find_role(world, string_at(*json, "properties.roleDefinitionId"));
    if (!role.is_null()) out.push_back(role.at("name"));
    return true;
  });
  return out;
}

bool roles_allow(const World& world, const std::vector<std::string>& roles, std::string_view action, ActionKind kind) {
  const bool data = kind == ActionKind::data;
  return std::any_of(roles.begin(), roles.end(), [&](const std::string& name) {
    const Json role = find_role(world, name);
    return !role.is_null() && any_matches(role, data ? "dataActions" : "actions", action) && !any_matches(role, data ? "notDataActions" : "notActions", action);
  });
}

Result<void> check_authorized(const World& world, const Request& request, const Caller& caller) {
  if (request.host != kArmHost) return {};
  const arm::ArmAction wanted = arm::arm_action(request.method, request.path);
  if (wanted.action.empty() || roles_allow(world, roles_at(world, caller.principal_id, wanted.scope), wanted.action)) return {};
  return fail(faults::make_error("authorization-failed", {{"clientIdOrUpn", caller.user_name}, {"objectId", caller.principal_id}, {"action", wanted.action}, {"scope", wanted.scope}}));
}

std::optional<Response> check_sign_in_roles(Context& context, const Request& request, const Match&) {
  const std::string& origin = context.caller().origin;
  if (!sign_in_roles_decide(context.world()) || origin == "azure" || origin == "scenario") return std::nullopt;
  if (const auto ok = check_authorized(context.world(), request, context.caller()); !ok) return arm::error_response(ok.error());
  return std::nullopt;
}

}  // namespace azlab::entra
