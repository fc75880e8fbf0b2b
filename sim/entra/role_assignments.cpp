#include "sim/entra/role_assignments.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/arm/error.hpp"
#include "sim/arm/resource.hpp"
#include "sim/arm/scope.hpp"
#include "sim/arm/subscription.hpp"
#include "sim/core/json.hpp"
#include "sim/core/text.hpp"
#include "sim/entra/directory.hpp"
#include "sim/entra/role_definitions.hpp"
#include "sim/entra/roles.hpp"

namespace azlab::entra {
namespace {

constexpr std::string_view kAuthorization = "/providers/Microsoft.Authorization/";

Json assignment_json(const std::string& scope, const std::string& name, Json properties) {
  properties["scope"] = scope.empty() ? "/" : scope;
  return {{"id", scope + std::string(kAuthorization) + "roleAssignments/" + name}, {"type", "Microsoft.Authorization/roleAssignments"}, {"name", name}, {"properties", properties}};
}

/// The roles that the directory gives, as assignments at the subscription: they were there before anybody came.
std::vector<Json> directory_assignments(Context& context) {
  const std::string subscription = "/subscriptions/" + arm::default_subscription().id;
  std::vector<Json> out;
  const auto add = [&](const std::string& principal, const std::string& own_role, const char* type) {
    for (const auto& role_name : directory_roles(context.world(), principal)) {
      const Json role = find_role(context.world(), role_name);
      if (role.is_null()) continue;
      out.push_back(assignment_json(subscription, context.draw().guid("role-assignment", role_name == own_role ? principal : principal + "/" + role_name),
                                    {{"roleDefinitionId", role_definition_json(role)["id"]},
                                     {"principalId", principal},
                                     {"principalType", type},
                                     {"condition", nullptr},
                                     {"conditionVersion", nullptr},
                                     {"createdOn", "2025-01-06T09:00:00.0000000Z"},
                                     {"updatedOn", "2025-01-06T09:00:00.0000000Z"},
                                     {"createdBy", directory().persons.front().id},
                                     {"updatedBy", directory().persons.front().id},
                                     {"delegatedManagedIdentityResourceId", nullptr},
                                     {"description", nullptr}}));
    }
  };
  for (const auto& person : directory().persons) add(person.id, person.role, "User");
  for (const auto& application : directory().applications) add(application.id, application.role, "ServicePrincipal");
  return out;
}

std::vector<Json> all_assignments(Context& context) {
  auto out = directory_assignments(context);
  context.world().for_each_of_type("Microsoft.Authorization/roleAssignments", "", [&](const std::string&, const RowPtr& row) {
    if (const auto body = parse_json(row->body)) out.push_back(*body);
    return true;
  });
  return out;
}

/// The clauses of `$filter` that clients send: atScope() leaves out what lies below, the others name a principal.
struct AssignmentFilter {
  bool at_scope = false;
  std::string principal;
  bool parse(const std::string& text) {
    for (const std::string& clause : split(replace_all(text, " and ", "\n"), '\n')) {
      if (trim(clause).empty()) continue;
      if (RE2::FullMatch(clause, R"(\s*atScope\(\)\s*)")) {
        at_scope = true;
      } else if (!RE2::FullMatch(clause, R"(\s*(?:assignedTo\('|principalId eq ')([^']*)'\)?\s*)", &principal)) {
        return false;
      }
    }
    return true;
  }
};

Response list_assignments(Context& context, const Request& request, const Match&) {
  const std::string scope = arm::extension_scope(request.path);
  if (const auto ok = arm::check_scope(context, scope); !ok) return arm::error_response(ok.error());
  AssignmentFilter filter;
  const std::string text = request.query_value("$filter").value_or("");
  if (!filter.parse(text)) {
    return arm::error_response({400, "UnsupportedQuery", "The filter '" + text + "' is not supported for role assignments. Supported are 'atScope()', 'principalId eq' and 'assignedTo()'."});
  }
  Json value = Json::array();
  for (const auto& assignment : all_assignments(context)) {
    const std::string at = string_at(assignment, "properties.scope");
    const bool here_or_above = at == "/" || arm::is_at_or_above(at, scope);
    if (!here_or_above && (filter.at_scope || !arm::is_at_or_above(scope, at))) continue;
    if (!filter.principal.empty() && !equals_ignore_case(filter.principal, string_at(assignment, "properties.principalId"))) continue;
    value.push_back(assignment);
  }
  return json_response(200, {{"value", value}});
}

std::optional<Json> find_assignment(Context& context, const std::string& scope, const std::string& name) {
  for (auto& assignment : all_assignments(context)) {
    if (equals_ignore_case(string_at(assignment, "name"), name) && equals_ignore_case(string_at(assignment, "properties.scope"), scope.empty() ? "/" : scope)) return assignment;
  }
  return std::nullopt;
}

Response get_assignment(Context& context, const Request& request, const Match& match) {
  const std::string scope = arm::extension_scope(request.path);
  if (const auto ok = arm::check_scope(context, scope); !ok) return arm::error_response(ok.error());
  const auto found = find_assignment(context, scope, match.at("name"));
  if (found) return json_response(200, *found);
  return arm::error_response({404, "RoleAssignmentNotFound", "The role assignment '" + match.at("name") + "' is not found."});
}

/// "User", "ServicePrincipal", or empty when nobody in the tenant has this object id.
std::string principal_type(const World& world, const std::string& id) {
  if (const Person* person = directory().find_person(id); person != nullptr && equals_ignore_case(person->id, id)) return "User";
  if (directory().find_service_principal(id) != nullptr) return "ServicePrincipal";
  bool identity_of_resource = false;
  world.for_each(Table::resource, "", [&](const std::string&, const RowPtr& row) {
    const auto body = row->body.find(id) != std::string::npos ? parse_json(row->body) : parse_json("");
    identity_of_resource = body && equals_ignore_case(string_at(*body, "identity.principalId"), id);
    return !identity_of_resource;
  });
  return identity_of_resource ? "ServicePrincipal" : "";
}

Result<Json> checked_properties(Context& context, const Request& request) {
  const auto body = parse_json(request.body.text());
  if (!body) return fail(400, "InvalidRequestContent", "The request content was invalid: " + body.error().message);
  const Json* given = find_key(*body, "properties");
  Json properties = given != nullptr && given->is_object() ? *given : Json::object();
  const std::string principal = string_at(properties, "principalId");
  const std::string role = string_at(properties, "roleDefinitionId");
  for (const char* key : {"principalId", "roleDefinitionId"}) {
    if (string_at(properties, key).empty()) return fail(400, "InvalidCreateRoleAssignmentRequest", std::string("The request to create the role assignment is not valid: '") + key + "' is missing.");
  }
  const Json definition = find_role(context.world(), role.substr(role.rfind('/') == std::string::npos ? 0 : role.rfind('/') + 1));
  if (definition.is_null() || !is_assignable(definition, arm::extension_scope(request.path))) return fail(no_role_definition(role.substr(role.rfind('/') == std::string::npos ? 0 : role.rfind('/') + 1)));
  const std::string type = principal_type(context.world(), principal);
  if (type.empty()) {
    return fail(400, "PrincipalNotFound",
                fmt::format("Principal {} does not exist in the directory {}. Check that you have the correct principal ID. If you are creating this principal and then immediately assigning a role, "
                            "this error might be related to a replication delay. In this case, set the role assignment principalType property to a value, such as ServicePrincipal, User, or Group.  "
                            "See https://aka.ms/docs-principaltype",
                            replace_all(to_lower(principal), "-", ""), directory().tenant_id));
  }
  const std::string said = string_at(properties, "principalType");
  if (!said.empty() && said != type) {
    return fail(400, "UnmatchedPrincipalType", fmt::format("The PrincipalId '{}' has type '{}' , which is different from specified PrinciaplType '{}'.", replace_all(principal, "-", ""), type, said));
  }
  properties["principalType"] = type;
  properties["roleDefinitionId"] = role_definition_json(definition)["id"];
  return properties;
}

Response put_assignment(Context& context, const Request& request, const Match& match) {
  const std::string scope = arm::extension_scope(request.path);
  if (const auto ok = arm::check_scope(context, scope); !ok) return arm::error_response(ok.error());
  auto properties = checked_properties(context, request);
  if (!properties) return arm::error_response(properties.error());
  const std::string name = to_lower(match.at("name"));
  for (const auto& existing : all_assignments(context)) {
    const bool same_scope = equals_ignore_case(string_at(existing, "properties.scope"), scope.empty() ? "/" : scope);
    const auto same = [&](const char* key) { return equals_ignore_case(string_at(existing, std::string("properties.") + key), string_at(*properties, key)); };
    if (!same_scope) continue;
    const bool same_role = same("principalId") && same("roleDefinitionId");
    if (string_at(existing, "name") == name) {
      if (same_role) return json_response(200, existing);
      return arm::error_response({400, "RoleAssignmentUpdateNotPermitted", "Tenant ID, application ID, principal ID, and scope are not allowed to be updated."});
    }
    if (same_role) {
      return arm::error_response({409, "RoleAssignmentExists", "The role assignment already exists. The ID of the existing role assignment is " + replace_all(string_at(existing, "name"), "-", "") + "."});
    }
  }
  for (const char* key : {"condition", "conditionVersion", "delegatedManagedIdentityResourceId", "description"}) {
    if (!properties->contains(key)) (*properties)[key] = nullptr;
  }
  for (const char* key : {"createdOn", "updatedOn"}) (*properties)[key] = to_iso8601(context.now());
  for (const char* key : {"createdBy", "updatedBy"}) (*properties)[key] = context.caller().principal_id;
  const Json assignment = assignment_json(scope, name, *properties);
  arm::write_resource(context.world(), string_at(assignment, "id"), assignment);
  return json_response(201, assignment);
}

Response delete_assignment(Context& context, const Request& request, const Match& match) {
  const std::string scope = arm::extension_scope(request.path);
  if (const auto ok = arm::check_scope(context, scope); !ok) return arm::error_response(ok.error());
  const auto found = find_assignment(context, scope, match.at("name"));
  if (!found) return empty_response(204);
  const std::string key = to_lower(string_at(*found, "id"));
  if (context.world().find(Table::resource, key)) {
    context.world().erase(Table::resource, key);
  } else {
    take_directory_role(context.world(), string_at(*found, "properties.principalId"), string_at(find_role(context.world(), string_at(*found, "properties.roleDefinitionId")), "name"));
  }
  return json_response(200, *found);
}

/// Which of these actions a principal may take at a scope: what services ask that let their callers in by role.
Response check_access(Context& context, const Request& request, const Match&) {
  const auto body = parse_json(request.body.text());
  const std::string principal = body ? string_at(*body, "Subject.Attributes.ObjectId") : std::string();
  const Json* actions = body ? find_key(*body, "Actions") : nullptr;
  if (principal.empty() || actions == nullptr || !actions->is_array()) return arm::error_response({400, "InvalidRequestContent", "The request content was invalid: Subject.Attributes.ObjectId and Actions are needed."});
  const auto roles = roles_at(context.world(), principal, arm::extension_scope(request.path));
  Json decisions = Json::array();
  for (const auto& action : *actions) {
    const bool data = action.is_object() && action.value("IsDataAction", false);
    const bool allowed = roles_allow(context.world(), roles, string_at(action, "Id"), data ? ActionKind::data : ActionKind::control);
    decisions.push_back({{"actionId", string_at(action, "Id")}, {"isDataAction", data}, {"accessDecision", allowed ? "Allowed" : "NotAllowed"}});
  }
  return json_response(200, decisions);
}

}  // namespace

std::vector<Route> authorization_routes() {
  const std::string host(kArmHost);
  std::vector<std::string> scopes{std::string()};  // the tenant's root, and what lies below it
  scopes.insert(scopes.end(), arm::scope_patterns().begin(), arm::scope_patterns().end());
  std::vector<Route> out;
  for (const std::string& scope : scopes) {
    const std::string base = scope + std::string(kAuthorization);
    out.push_back({Method::get, host, base + "roleAssignments", "roleAssignments.list", list_assignments});
    out.push_back({Method::get, host, base + "roleAssignments/{name}", "roleAssignments.get", get_assignment});
    out.push_back({Method::put, host, base + "roleAssignments/{name}", "roleAssignments.create", put_assignment});
    out.push_back({Method::del, host, base + "roleAssignments/{name}", "roleAssignments.delete", delete_assignment});
    out.push_back({Method::post, host, base + "checkAccess", "authorization.checkAccess", check_access});
  }
  for (auto& route : role_definition_routes()) out.push_back(std::move(route));
  return out;
}

}  // namespace azlab::entra
