/// `az role`: assignments and definitions, as the client's role module asks for them (azure-cli 2.91, role/custom.py).
#include <re2/re2.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/az/families.hpp"
#include "harness/az/model.hpp"
#include "sim/core/resource_id.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

constexpr std::string_view kAuthorizationVersion = "2022-04-01";
constexpr const char* kGraph = "https://graph.microsoft.com/v1.0";

bool is_guid(const std::string& text) { return RE2::FullMatch(text, "(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"); }

std::string authorization_path(const std::string& scope, const char* what) { return scope + "/providers/Microsoft.Authorization/" + what; }

/// `--scope`, `--resource-group`, or the whole subscription.
Result<std::string> role_scope(Invocation& az) {
  for (const char* key : {"assignee", "scope", "role", "resource-group"}) {
    if (az.has(key) && az.value(key).empty()) return cli_error(std::string("usage error: --") + key + " can't be an empty string. Either omit it or provide a non-empty string.");
  }
  const std::string scope = az.value("scope");
  if (scope.empty()) return az.has("resource-group") ? group_path(az) : subscription_path(az);
  if (az.has("resource-group")) return cli_error("Resource group \"" + az.value("resource-group") + "\" is redundant because scope is supplied");
  if (scope.starts_with("/subscriptions/") && !ResourceId::parse(scope)) return cli_error("Invalid scope. Please use --help to view the valid format.");
  return scope;
}

Result<Json> objects_of(Invocation& az, const Json& ids) {
  auto found = fetch(az, {.method = Method::post, .path = std::string(kGraph) + "/directoryObjects/getByIds", .body = dump({{"ids", ids}, {"types", {"user", "group", "servicePrincipal", "directoryObjectPartnerReference"}}})});
  return found ? Result<Json>(found->value("value", Json::array())) : found;
}

/// The type of a principal as ARM calls it.
std::string type_of(const Json& object) {
  const Json* type = find_key(object, "@odata.type");  // its name has a dot, so it is no path
  return type != nullptr && type->is_string() && type->get_ref<const std::string&>().ends_with(".user") ? "User" : "ServicePrincipal";
}

struct Assignee {
  std::string id;
  std::string type;
};

/// Whom `--assignee` means: a person by name, an application by its id, or an object by its own.
Result<Assignee> find_assignee(Invocation& az, const std::string& assignee) {
  const auto first = [&](const std::string& query) -> Result<std::string> {
    const auto found = fetch(az, {.path = kGraph + query});
    if (!found) return tl::make_unexpected(found.error());
    const Json values = found->value("value", Json::array());
    return values.empty() ? std::string() : string_at(values.front(), "id");
  };
  if (assignee.find('@') != std::string::npos) {
    const auto user = first("/users?$filter=" + percent_encode("userPrincipalName eq '" + assignee + "'"));
    if (!user) return tl::make_unexpected(user.error());
    if (!user->empty()) return Assignee{*user, "User"};
  }
  const auto application = first("/servicePrincipals?$filter=" + percent_encode("servicePrincipalNames/any(c:c eq '" + assignee + "')"));
  if (!application) return tl::make_unexpected(application.error());
  if (!application->empty()) return Assignee{*application, "ServicePrincipal"};
  if (is_guid(assignee)) {
    const auto objects = objects_of(az, Json::array({assignee}));
    if (!objects) return tl::make_unexpected(objects.error());
    if (!objects->empty()) return Assignee{string_at(objects->front(), "id"), type_of(objects->front())};
  }
  return cli_error("Cannot find user or service principal in graph database for '" + assignee +
                   "'. If the assignee is an appId, make sure the corresponding service principal is created with 'az ad sp create --id " + assignee + "'.");
}

/// The object id that `--assignee` or `--assignee-object-id` names; empty where neither is given.
Result<std::string> assignee_id(Invocation& az) {
  if (az.has("assignee") && az.has("assignee-object-id")) return cli_error("Usage error: Provide only one of --assignee or --assignee-object-id.");
  if (!az.has("assignee")) return az.value("assignee-object-id");
  const auto found = find_assignee(az, az.value("assignee"));
  return found ? Result<std::string>(found->id) : tl::make_unexpected(found.error());
}

Result<Json> definitions_at(Invocation& az, const std::string& scope, const std::string& name) {
  return fetch_list(az, {.path = authorization_path(scope, "roleDefinitions"), .version = kAuthorizationVersion, .query = name.empty() ? "" : "$filter=" + percent_encode("roleName eq '" + name + "'")});
}

Result<std::string> role_id(Invocation& az, const std::string& scope) {
  const std::string role = az.value("role");
  if (RE2::PartialMatch(role, "(?i)^/subscriptions/.+/providers/Microsoft.Authorization/roleDefinitions/")) return role;
  if (is_guid(role)) {
    const auto subscription = subscription_path(az);
    return subscription ? Result<std::string>(authorization_path(*subscription, "roleDefinitions/") + role) : subscription;
  }
  const auto found = definitions_at(az, scope, role);
  if (!found) return tl::make_unexpected(found.error());
  if (found->empty()) return cli_error("Role '" + role + "' doesn't exist.");
  return string_at(found->front(), "id");
}

/// The members of an assignment side by side, as the client prints a new one.
Json flat_assignment(const Json& assignment) {
  Json out = flattened(assignment);
  for (const char* key : {"createdOn", "updatedOn"}) out[key] = python_time(string_at(out, key));
  out["systemData"] = nullptr;
  return out;
}

/// The same without what is null: how lists are printed.
Json listed_assignment(const Json& assignment) {
  Json out = Json::object();
  const Json flat = flat_assignment(assignment);
  for (const auto& [key, value] : flat.items()) {
    if (!value.is_null()) out[key] = value;
  }
  return out;
}

Json flat_definition(const Json& definition) {
  Json out = {{"id", definition["id"]}, {"name", definition["name"]}, {"type", definition["type"]}, {"systemData", nullptr}};
  const Json properties = definition.value("properties", Json::object());
  for (const char* key : {"roleName", "description", "assignableScopes", "permissions", "createdBy", "updatedBy"}) out[key] = properties.value(key, Json(nullptr));
  for (const char* key : {"createdOn", "updatedOn"}) out[key] = python_time(string_at(properties, key));
  out["roleType"] = properties.value("type", Json(nullptr));
  for (auto& permission : out["permissions"]) {
    for (const char* key : {"condition", "conditionVersion"}) permission[key] = nullptr;
  }
  return out;
}

/// What the options ask for; `scope` is empty with `--all`.
Result<Json> search_assignments(Invocation& az, const std::string& scope) {
  const auto assignee = assignee_id(az);
  if (!assignee) return tl::make_unexpected(assignee.error());
  const bool groups = az.has("include-groups") && !assignee->empty();
  std::string filter = scope.empty() ? "" : "atScope()";
  if (groups) filter += std::string(filter.empty() ? "" : " and ") + "assignedTo('" + *assignee + "')";
  if (filter.empty() && !assignee->empty()) filter = "principalId eq '" + *assignee + "'";
  const auto subscription = subscription_path(az);
  if (!subscription) return tl::make_unexpected(subscription.error());
  const auto all = fetch_list(az, {.path = authorization_path(scope.empty() ? *subscription : scope, "roleAssignments"), .version = kAuthorizationVersion, .query = filter.empty() ? "" : "$filter=" + percent_encode(filter)});
  if (!all) return all;
  std::string role;
  if (az.has("role") && !all->empty()) {
    const auto id = role_id(az, scope.empty() ? *subscription : scope);
    if (!id) return tl::make_unexpected(id.error());
    role = *id;
  }
  Json out = Json::array();
  for (const auto& one : *all) {
    const Json flat = listed_assignment(one);
    if (!scope.empty() && !az.has("include-inherited") && !equals_ignore_case(string_at(flat, "scope"), scope)) continue;
    if (!role.empty() && string_at(flat, "roleDefinitionId") != role) continue;
    if (!assignee->empty() && !groups && string_at(flat, "principalId") != *assignee) continue;
    out.push_back(flat);
  }
  return out;
}

Result<void> fill_names(Invocation& az, const std::string& scope, Json& assignments) {
  if (az.value("fill-role-definition-name", "true") != "false") {
    const auto definitions = definitions_at(az, scope, "");
    if (!definitions) return tl::make_unexpected(definitions.error());
    for (auto& one : assignments) {
      one["roleDefinitionName"] = nullptr;
      for (const auto& definition : *definitions) {
        if (definition["id"] == one["roleDefinitionId"]) one["roleDefinitionName"] = definition["properties"]["roleName"];
      }
    }
  }
  if (az.value("fill-principal-name", "true") == "false") return {};
  Json ids = Json::array();
  for (const auto& one : assignments) {
    if (std::find(ids.begin(), ids.end(), one["principalId"]) == ids.end()) ids.push_back(one["principalId"]);
  }
  const auto objects = objects_of(az, ids);
  if (!objects) return {};  // who may not ask the directory gets the list without names
  for (auto& one : assignments) {
    one["principalName"] = "";
    for (const auto& object : *objects) {
      if (string_at(object, "id") != string_at(one, "principalId")) continue;
      const Json* names = find_key(object, "servicePrincipalNames");
      one["principalName"] = object.contains("userPrincipalName") ? object["userPrincipalName"] : names != nullptr && !names->empty() ? names->front() : object.value("displayName", Json(""));
    }
  }
  return {};
}

Result<Json> role_assignment_list(Invocation& az) {
  if (az.has("all") && (az.has("scope") || az.has("resource-group"))) return cli_error("group or scope are not required when --all is used");
  const auto scope = az.has("all") ? Result<std::string>(std::string()) : role_scope(az);
  if (!scope) return tl::make_unexpected(scope.error());
  auto found = search_assignments(az, *scope);
  if (!found || found->empty()) return found;
  const auto subscription = subscription_path(az);
  if (const auto filled = fill_names(az, scope->empty() ? *subscription : *scope, *found); !filled) return tl::make_unexpected(filled.error());
  return found;
}

Result<Json> role_assignment_create(Invocation& az) {
  if (az.value("assignee").empty() == az.value("assignee-object-id").empty()) return cli_error("usage error: --assignee STRING | --assignee-object-id GUID");
  if (az.has("assignee-principal-type") && !az.has("assignee-object-id")) return cli_error("usage error: --assignee-object-id GUID --assignee-principal-type TYPE");
  Assignee assignee{az.value("assignee-object-id"), az.value("assignee-principal-type")};
  if (az.has("assignee")) {
    auto found = find_assignee(az, az.value("assignee"));
    if (!found) return tl::make_unexpected(found.error());
    assignee = *found;
  } else if (assignee.type.empty()) {
    az.warn("RBAC service might reject creating role assignment without --assignee-principal-type in the future. Better to specify --assignee-principal-type manually.");
    const auto objects = objects_of(az, Json::array({assignee.id}));
    if (objects && !objects->empty()) assignee.type = type_of(objects->front());
  }
  const auto scope = role_scope(az);
  if (!scope) return tl::make_unexpected(scope.error());
  const auto role = role_id(az, *scope);
  if (!role) return tl::make_unexpected(role.error());
  Json properties = {{"roleDefinitionId", *role}, {"principalId", assignee.id}};
  if (!assignee.type.empty()) properties["principalType"] = assignee.type;
  if (az.has("description")) properties["description"] = az.value("description");
  std::string name = az.value("name");
  if (name.empty()) {
    const std::string hex = az.random_hex(32);
    name = hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" + hex.substr(16, 4) + "-" + hex.substr(20);
  }
  auto made = fetch(az, {.method = Method::put, .path = authorization_path(*scope, "roleAssignments/") + path_segment(name), .version = kAuthorizationVersion, .body = dump({{"properties", properties}})});
  if (made) return flat_assignment(*made);
  if (made.error().code != "RoleAssignmentExists") return made;
  // The same assignment twice is none: az shows the one that is there.
  az.values["assignee-object-id"] = {assignee.id};
  az.values.erase("assignee");
  auto there = role_assignment_list(az);
  return there && !there->empty() ? Result<Json>(there->front()) : made;
}

Result<Json> role_assignment_delete(Invocation& az) {
  std::vector<std::string> ids = az.all("ids");
  if (ids.empty()) {
    const bool any = std::any_of(az.values.begin(), az.values.end(), [](const auto& one) { return one.first == "assignee" || one.first == "assignee-object-id" || one.first == "role" || one.first == "resource-group" || one.first == "scope"; });
    if (!any) return cli_error("Please provide at least one of these arguments: --ids, --assignee, --assignee-object-id, --role, --resource-group, --scope");
    const auto scope = role_scope(az);
    if (!scope) return tl::make_unexpected(scope.error());
    const auto found = search_assignments(az, *scope);
    if (!found) return found;
    if (found->empty()) return cli_error("No matched assignments were found to delete");
    for (const auto& one : *found) ids.push_back(string_at(one, "id"));
  }
  for (const auto& id : ids) {
    if (const auto gone = fetch(az, {.method = Method::del, .path = id, .version = kAuthorizationVersion}); !gone) return gone;
  }
  return Json(nullptr);
}

Result<Json> role_definition_list(Invocation& az) {
  const auto scope = role_scope(az);
  if (!scope) return tl::make_unexpected(scope.error());
  const std::string name = az.value("name");
  const auto all = definitions_at(az, *scope, is_guid(name) ? "" : name);
  if (!all) return all;
  Json out = Json::array();
  for (const auto& one : *all) {
    const Json flat = flat_definition(one);
    if (!name.empty() && string_at(flat, "name") != name && string_at(flat, "roleName") != name) continue;
    if (az.value("custom-role-only") == "true" && string_at(flat, "roleType") != "CustomRole") continue;
    out.push_back(flat);
  }
  return out;
}

}  // namespace

Rows role_commands() {
  static constexpr CommandRow kRows[] = {
      {"role assignment list", role_assignment_list, "assignee assignee-object-id role resource-group scope include-inherited all include-groups fill-role-definition-name fill-principal-name",
       "{Principal:principalName,Role:roleDefinitionName,Scope:scope}"},
      {"role assignment create", role_assignment_create, "role scope assignee assignee-object-id assignee-principal-type description name"},
      {"role assignment delete", role_assignment_delete, "ids assignee assignee-object-id role resource-group scope include-inherited yes"},
      {"role definition list", role_definition_list, "name resource-group scope custom-role-only", "{Name:roleName,Type:type,Description:description}"},
  };
  return kRows;
}

}  // namespace azlab::az
