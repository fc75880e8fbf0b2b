#include "sim/entra/role_definitions.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/arm/error.hpp"
#include "sim/arm/resource.hpp"
#include "sim/arm/scope.hpp"
#include "sim/arm/subscription.hpp"
#include "sim/core/text.hpp"
#include "sim/entra/roles.hpp"
#include "sim/faults/catalogue.hpp"

namespace azlab::entra {
namespace {

constexpr std::string_view kDefinitions = "/providers/Microsoft.Authorization/roleDefinitions/";

std::string definition_id(std::string_view name) { return "/subscriptions/" + arm::default_subscription().id + std::string(kDefinitions) + std::string(name); }

bool is_built_in(std::string_view name) {
  return std::any_of(role_definitions().begin(), role_definitions().end(), [&](const Json& role) { return equals_ignore_case(string_at(role, "id"), name); });
}

Response list_definitions(Context& context, const Request& request, const Match&) {
  const std::string scope = arm::extension_scope(request.path);
  if (const auto ok = arm::check_scope(context, scope); !ok) return arm::error_response(ok.error());
  const std::string filter = request.query_value("$filter").value_or("");
  std::string key;
  std::string wanted;
  if (!filter.empty() && !RE2::FullMatch(filter, R"(\s*(roleName|type)\s+eq\s+'((?:[^']|'')*)'\s*|atScopeAndBelow\(\)|atScope\(\))", &key, &wanted)) {
    return arm::error_response({400, "UnsupportedQuery", "The filter '" + filter + "' is not supported for role definitions. Supported are 'roleName eq', 'type eq', 'atScope()' and 'atScopeAndBelow()'."});
  }
  Json value = Json::array();
  const auto add = [&](const Json& definition) {
    if (key == "roleName" && !equals_ignore_case(string_at(definition, "properties.roleName"), wanted)) return;
    if (key == "type" && !equals_ignore_case(string_at(definition, "properties.type"), wanted)) return;
    value.push_back(definition);
  };
  for (const auto& role : role_definitions()) add(role_definition_json(role));
  context.world().for_each_of_type(kRoleDefinitionType, "", [&](const std::string&, const RowPtr& row) {
    if (const auto body = parse_json(row->body)) add(*body);
    return true;
  });
  return json_response(200, {{"value", value}});
}

Response get_definition(Context& context, const Request& request, const Match& match) {
  if (const auto ok = arm::check_scope(context, arm::extension_scope(request.path)); !ok) return arm::error_response(ok.error());
  const Json role = find_role(context.world(), match.at("name"));
  return role.is_null() ? arm::error_response(no_role_definition(match.at("name"))) : json_response(200, role_definition_json(role));
}

/// What a custom role must have; other roles of its name are a conflict.
Result<Json> checked_properties(Context& context, const Request& request, const std::string& name) {
  const auto body = parse_json(request.body.text());
  if (!body) return fail(400, "InvalidRequestContent", "The request content was invalid: " + body.error().message);
  Json properties = body->value("properties", Json::object());
  const std::string role_name = string_at(properties, "roleName");
  if (role_name.empty()) return fail(400, "InvalidRoleDefinition", "The role definition is not valid: 'roleName' is missing.");
  const Json* scopes = find_key(properties, "assignableScopes");
  if (scopes == nullptr || !scopes->is_array() || scopes->empty()) return fail(400, "InvalidRoleDefinition", "The role definition is not valid: 'assignableScopes' names no scope.");
  for (const auto& scope : *scopes) {
    if (!scope.is_string() || !ResourceId::parse(scope.get<std::string>())) return fail(400, "InvalidAssignableScope", "The assignable scope '" + (scope.is_string() ? scope.get<std::string>() : dump(scope)) + "' is not valid: it is a subscription or a resource group.");
  }
  if (find_key(properties, "permissions") == nullptr || !properties["permissions"].is_array()) return fail(400, "InvalidRoleDefinition", "The role definition is not valid: 'permissions' is missing.");
  const Json same = find_role(context.world(), role_name);
  if (!same.is_null() && !equals_ignore_case(string_at(same, "id"), name)) {
    return fail(409, "RoleDefinitionWithSameNameExists", fmt::format("A custom role with the same name already exists in this directory. Use a different name. The existing role is '{}'.", string_at(same, "id")));
  }
  return properties;
}

Response put_definition(Context& context, const Request& request, const Match& match) {
  if (const auto ok = arm::check_scope(context, arm::extension_scope(request.path)); !ok) return arm::error_response(ok.error());
  const std::string name = to_lower(match.at("name"));
  if (!RE2::FullMatch(name, R"([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})")) return arm::error_response({400, "InvalidRoleDefinitionId", "The role definition ID '" + match.at("name") + "' is not valid: it is a GUID."});
  if (is_built_in(name)) return arm::error_response({403, "CannotModifyBuiltInRole", "The built-in role '" + name + "' cannot be changed."});
  auto properties = checked_properties(context, request, name);
  if (!properties) return arm::error_response(properties.error());
  const auto existing = arm::read_resource(context.world(), definition_id(name));
  for (auto& permission : (*properties)["permissions"]) {
    for (const char* key : {"actions", "notActions", "dataActions", "notDataActions"}) {
      if (!permission.contains(key) || permission[key].is_null()) permission[key] = Json::array();
    }
  }
  (*properties)["type"] = "CustomRole";
  (*properties)["createdOn"] = existing ? (*existing)["properties"]["createdOn"] : Json(to_iso8601(context.now()));
  (*properties)["createdBy"] = existing ? (*existing)["properties"]["createdBy"] : Json(context.caller().principal_id);
  (*properties)["updatedOn"] = to_iso8601(context.now());
  (*properties)["updatedBy"] = context.caller().principal_id;
  const Json definition = {{"id", definition_id(name)}, {"type", kRoleDefinitionType}, {"name", name}, {"properties", *properties}};
  arm::write_resource(context.world(), definition_id(name), definition);
  return json_response(201, definition);
}

bool is_assigned(const World& world, const std::string& name) {
  bool found = false;
  world.for_each_of_type("Microsoft.Authorization/roleAssignments", "", [&](const std::string&, const RowPtr& row) {
    const auto body = parse_json(row->body);
    found = body && to_lower(string_at(*body, "properties.roleDefinitionId")).ends_with("/" + name);
    return !found;
  });
  return found;
}

Response delete_definition(Context& context, const Request& request, const Match& match) {
  if (const auto ok = arm::check_scope(context, arm::extension_scope(request.path)); !ok) return arm::error_response(ok.error());
  const std::string name = to_lower(match.at("name"));
  if (is_built_in(name)) return arm::error_response({403, "CannotModifyBuiltInRole", "The built-in role '" + name + "' cannot be deleted."});
  const auto existing = arm::read_resource(context.world(), definition_id(name));
  if (!existing) return empty_response(204);
  if (is_assigned(context.world(), name)) return arm::error_response(faults::make_error("role-definition-has-assignments"));
  context.world().erase(Table::resource, to_lower(definition_id(name)));
  return json_response(200, *existing);
}

}  // namespace

Json role_definition_json(const Json& role) {
  if (role.contains("definition")) return role["definition"];
  return {{"id", definition_id(role.at("id").get<std::string>())},
          {"type", kRoleDefinitionType},
          {"name", role.at("id")},
          {"properties",
           {{"roleName", role.at("name")},
            {"type", "BuiltInRole"},
            {"description", string_at(role, "description")},
            {"assignableScopes", Json::array({"/"})},
            {"permissions", Json::array({{{"actions", role.value("actions", Json::array())},
                                          {"notActions", role.value("notActions", Json::array())},
                                          {"dataActions", role.value("dataActions", Json::array())},
                                          {"notDataActions", role.value("notDataActions", Json::array())}}})},
            {"createdOn", "2015-02-02T21:55:09.8806423Z"},
            {"updatedOn", "2015-02-02T21:55:09.8806423Z"},
            {"createdBy", nullptr},
            {"updatedBy", nullptr}}}};
}

bool is_assignable(const Json& role, const std::string& scope) {
  const Json* scopes = find_path(role, "definition.properties.assignableScopes");
  return scopes == nullptr || std::any_of(scopes->begin(), scopes->end(), [&](const Json& above) { return arm::is_at_or_above(above.get<std::string>(), scope); });
}

Error no_role_definition(const std::string& name) { return {404, "RoleDefinitionDoesNotExist", "The specified role definition with ID '" + name + "' does not exist."}; }

std::vector<Route> role_definition_routes() {
  const std::string host(kArmHost);
  std::vector<std::string> scopes{std::string()};  // the tenant's root, and what lies below it
  scopes.insert(scopes.end(), arm::scope_patterns().begin(), arm::scope_patterns().end());
  std::vector<Route> out;
  for (const std::string& scope : scopes) {
    const std::string list = scope + "/providers/Microsoft.Authorization/roleDefinitions";
    out.push_back({Method::get, host, list, "roleDefinitions.list", list_definitions});
    out.push_back({Method::get, host, list + "/{name}", "roleDefinitions.get", get_definition});
    out.push_back({Method::put, host, list + "/{name}", "roleDefinitions.create", put_definition});
    out.push_back({Method::del, host, list + "/{name}", "roleDefinitions.delete", delete_definition});
  }
  return out;
}

}  // namespace azlab::entra
