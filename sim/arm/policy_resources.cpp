/// Microsoft.Authorization/policyDefinitions, policySetDefinitions and policyAssignments as resources.
#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/arm/error.hpp"
#include "sim/arm/policy.hpp"
#include "sim/arm/policy_compliance.hpp"
#include "sim/arm/policy_existence.hpp"
#include "sim/arm/policy_store.hpp"
#include "sim/arm/resource.hpp"
#include "sim/arm/scope.hpp"
#include "sim/core/text.hpp"

namespace azlab::arm {
namespace {

constexpr std::string_view kProvider = "/providers/Microsoft.Authorization/";
constexpr const char* kAssignmentPath = "policyAssignments";
constexpr std::string_view kUnserved[] = {"denyaction", "mutate", "addtonetworkgroup"};

Result<Json> read_properties(const Request& request) {
  auto body = parse_json(request.body.text());
  if (!body) return fail(400, "InvalidRequestContent", "The request content was invalid and could not be deserialized: '" + body.error().message + "'.");
  const Json* properties = find_key(*body, "properties");
  if (properties == nullptr || !properties->is_object()) return fail(400, "InvalidRequestContent", "The request content was invalid and could not be deserialized: 'properties' is missing.");
  return body;
}

/// The kind of a route, which is the last word of its collection.
std::string kind_of(const Match& match) { return match.route->operation.substr(0, match.route->operation.find('.')); }

std::string id_of(const Request& request, const Match& match) { return extension_scope(request.path) + std::string(kProvider) + kind_of(match) + "/" + match.at("name"); }

Error not_found(const Match& match) {
  const std::string kind = kind_of(match);
  const std::string what = kind == kAssignmentPath ? "assignment" : kind == kPolicySetDefinitions ? "set definition" : "definition";
  const std::string code = kind == kAssignmentPath ? "PolicyAssignmentNotFound" : kind == kPolicySetDefinitions ? "PolicySetDefinitionNotFound" : "PolicyDefinitionNotFound";
  return {404, code, fmt::format("The policy {} '{}' could not be found.", what, match.at("name"))};
}

/// Keeps when and by whom something was made, as `metadata` shows it.
void add_metadata(Context& context, Json& properties, const std::optional<Json>& existing) {
  Json metadata = properties.contains("metadata") && properties["metadata"].is_object() ? properties["metadata"] : Json::object();
  const Json* before = existing ? find_path(*existing, "properties.metadata") : nullptr;
  metadata["createdBy"] = before != nullptr ? before->value("createdBy", Json()) : Json(context.caller().principal_id);
  metadata["createdOn"] = before != nullptr ? before->value("createdOn", Json()) : Json(to_iso8601(context.now()));
  metadata["updatedBy"] = before != nullptr ? Json(context.caller().principal_id) : Json();
  metadata["updatedOn"] = before != nullptr ? Json(to_iso8601(context.now())) : Json();
  properties["metadata"] = metadata;
}

Result<void> check_definition(const Json& properties, const std::string& name) {
  const Json* rule = find_key(properties, "policyRule");
  if (rule == nullptr) return fail(400, "InvalidCreatePolicyDefinitionRequest", fmt::format("The policy definition '{}' create request is invalid. The policy definition rule is missing.", name));
  const std::string mode = string_at(properties, "mode", "All");
  if (!equals_ignore_case(mode, "All") && !equals_ignore_case(mode, "Indexed")) {
    return fail(400, "AzlabNotSimulated", "azlab does not simulate policies of mode '" + mode + "'; those of mode 'All' and 'Indexed' are.");
  }
  return policy::check_rule(*rule, name);
}

Result<void> check_set(Context& context, const Json& properties, const std::string& name) {
  const Json* members = find_key(properties, "policyDefinitions");
  if (members == nullptr || !members->is_array() || members->empty()) {
    return fail(400, "InvalidCreatePolicySetDefinitionRequest", fmt::format("The policy set definition '{}' create request is invalid. At least one policy definition must be referenced.", name));
  }
  for (const auto& member : *members) {
    const std::string id = string_at(member, "policyDefinitionId");
    if (!find_policy(context.world(), id)) return fail(404, "PolicyDefinitionNotFound", fmt::format("The policy definition '{}' could not be found.", id.substr(id.rfind('/') + 1)));
  }
  return {};
}

Response put_definition(Context& context, const Request& request, const Match& match) {
  const std::string scope = extension_scope(request.path);
  if (const auto ok = check_scope(context, scope); !ok) return error_response(ok.error());
  const auto body = read_properties(request);
  if (!body) return error_response(body.error());
  Json properties = *find_key(*body, "properties");
  const std::string name = match.at("name");
  const bool set = kind_of(match) == kPolicySetDefinitions;
  if (const auto ok = set ? check_set(context, properties, name) : check_definition(properties, name); !ok) return error_response(ok.error());
  const std::string id = id_of(request, match);
  const auto existing = read_resource(context.world(), id);
  properties["policyType"] = "Custom";
  if (!set && !properties.contains("mode")) properties["mode"] = "All";
  if (!properties.contains("displayName")) properties["displayName"] = nullptr;
  if (set) {
    for (std::size_t i = 0; i < properties["policyDefinitions"].size(); ++i) {
      Json& member = properties["policyDefinitions"][i];
      if (string_at(member, "policyDefinitionReferenceId").empty()) member["policyDefinitionReferenceId"] = std::to_string(context.draw().bits("policy-reference", id, i));
    }
  }
  add_metadata(context, properties, existing);
  const Json definition = {{"id", id}, {"type", "Microsoft.Authorization/" + kind_of(match)}, {"name", name}, {"properties", properties}};
  write_resource(context.world(), id, definition);
  return json_response(existing ? 200 : 201, definition);
}

/// An assignment must be one whose rules can be judged; the effect of each is known now.
Result<void> check_rules(Context& context, const Json& assignment) {
  const auto rules = rules_of(context, assignment);
  if (!rules) return fail(rules.error());
  for (const auto& rule : *rules) {
    const auto surroundings = surroundings_of(context, string_at(assignment, "properties.scope"), assignment, rule);
    const auto effect = policy::evaluate(rule.definition["properties"]["policyRule"]["then"]["effect"], Json::object(), {}, surroundings);
    if (!effect) return fail(effect.error());
    const std::string text = effect->is_string() ? to_lower(effect->get<std::string>()) : std::string();
    if (std::find(std::begin(kUnserved), std::end(kUnserved), text) != std::end(kUnserved)) {
      return fail(400, "AzlabNotSimulated", fmt::format("azlab does not simulate the policy effect '{}' of '{}'; audit, auditIfNotExists, deny, append, modify, deployIfNotExists and disabled are.", effect->get<std::string>(), string_at(rule.definition, "name")));
    }
    if (const auto ok = check_existence_rule(assignment, rule, text); !ok) return ok;
  }
  return {};
}

Response put_assignment(Context& context, const Request& request, const Match& match) {
  const std::string scope = extension_scope(request.path);
  if (const auto ok = check_scope(context, scope); !ok) return error_response(ok.error());
  const auto body = read_properties(request);
  if (!body) return error_response(body.error());
  Json properties = *find_key(*body, "properties");
  const std::string id = id_of(request, match);
  const auto existing = read_resource(context.world(), id);
  properties["scope"] = scope;
  for (const auto& [key, value] : {std::pair<const char*, Json>{"enforcementMode", "Default"}, {"notScopes", Json::array()}, {"parameters", Json::object()}, {"displayName", nullptr}}) {
    if (!properties.contains(key)) properties[key] = value;
  }
  add_metadata(context, properties, existing);
  Json assignment = {{"id", id}, {"type", "Microsoft.Authorization/policyAssignments"}, {"name", match.at("name")}, {"properties", properties}};
  for (const char* key : {"location", "identity"}) {
    if (body->contains(key)) assignment[key] = (*body)[key];
  }
  if (string_at(assignment, "identity.type") == "SystemAssigned") assignment["identity"]["principalId"] = context.draw().guid("principal", to_lower(id));
  if (const auto ok = check_rules(context, assignment); !ok) return error_response(ok.error());
  write_resource(context.world(), id, assignment);
  return json_response(existing ? 200 : 201, assignment);
}

Response get_one(Context& context, const Request& request, const Match& match) {
  const std::string scope = extension_scope(request.path);
  if (const auto ok = check_scope(context, scope); !ok) return error_response(ok.error());
  const auto found = find_policy(context.world(), id_of(request, match));
  return found ? json_response(200, *found) : error_response(not_found(match));
}

/// An assigned definition stays; the names of what uses it are in the refusal.
std::vector<std::string> users_of(const World& world, const std::string& id) {
  std::vector<std::string> out;
  for (const char* type : {"Microsoft.Authorization/policyAssignments", "Microsoft.Authorization/policySetDefinitions"}) {
    world.for_each_of_type(type, "", [&](const std::string&, const RowPtr& row) {
      const auto body = parse_json(row->body);
      if (!body) return true;
      bool uses = equals_ignore_case(string_at(*body, "properties.policyDefinitionId"), id);
      for (const auto& member : (*body)["properties"].value("policyDefinitions", Json::array())) uses = uses || equals_ignore_case(string_at(member, "policyDefinitionId"), id);
      if (uses) out.push_back(string_at(*body, "id"));
      return true;
    });
  }
  return out;
}

Response delete_one(Context& context, const Request& request, const Match& match) {
  const std::string scope = extension_scope(request.path);
  if (const auto ok = check_scope(context, scope); !ok) return error_response(ok.error());
  const std::string id = id_of(request, match);
  const auto existing = read_resource(context.world(), id);
  if (!existing) return empty_response(204);
  if (const auto users = users_of(context.world(), id); !users.empty()) {
    return error_response({409, "PolicyDefinitionInUse", fmt::format("The policy definition '{}' cannot be deleted because it is in use by '{}'.", match.at("name"), join(users, "', '"))});
  }
  context.world().erase(Table::resource, to_lower(id));
  return json_response(200, *existing);
}

/// Of definitions: the World's below the subscription and Azure's own, by `$filter=policyType eq 'Custom'`.
Response list_definitions(Context& context, const Request& request, const Match& match) {
  const std::string scope = extension_scope(request.path);
  if (const auto ok = check_scope(context, scope); !ok) return error_response(ok.error());
  std::string wanted;
  const std::string filter = request.query_value("$filter").value_or("");
  if (!filter.empty() && !RE2::FullMatch(filter, R"((?i)\s*policyType\s+-?eq\s+'(\w+)'\s*)", &wanted)) {
    return error_response({400, "InvalidFilterInQueryString", "Invalid $filter '" + filter + "' specified in the query string."});
  }
  Json value = Json::array();
  const std::string type = "Microsoft.Authorization/" + kind_of(match);
  const auto add = [&](const Json& definition) {
    if (string_at(definition, "type") == type && (wanted.empty() || equals_ignore_case(string_at(definition, "properties.policyType"), wanted))) value.push_back(definition);
  };
  for (const auto& known : built_in_policies()) add(known);
  if (!scope.empty()) {
    context.world().for_each_of_type(type, to_lower(scope), [&](const std::string&, const RowPtr& row) {
      if (const auto body = parse_json(row->body)) add(*body);
      return true;
    });
  }
  return json_response(200, {{"value", value}});
}

/// Of assignments: all that concern the scope, above and below it; atScope() and atExactScope() leave some out.
Response list_assignments(Context& context, const Request& request, const Match&) {
  const std::string scope = extension_scope(request.path);
  if (const auto ok = check_scope(context, scope); !ok) return error_response(ok.error());
  const std::string filter = std::string(trim(request.query_value("$filter").value_or("")));
  std::string definition;
  const bool exact = equals_ignore_case(filter, "atExactScope()");
  const bool at_scope = exact || equals_ignore_case(filter, "atScope()");
  if (!filter.empty() && !at_scope && !RE2::FullMatch(filter, R"((?i)policyDefinitionId\s+eq\s+'([^']*)')", &definition)) {
    return error_response({400, "InvalidFilterInQueryString", "Invalid $filter '" + filter + "' specified in the query string."});
  }
  Json value = Json::array();
  context.world().for_each_of_type("Microsoft.Authorization/policyAssignments", "", [&](const std::string&, const RowPtr& row) {
    const auto body = parse_json(row->body);
    if (!body) return true;
    const std::string at = string_at(*body, "properties.scope");
    if (exact ? !equals_ignore_case(at, scope) : !is_at_or_above(at, scope) && (at_scope || !is_at_or_above(scope, at))) return true;
    if (definition.empty() || equals_ignore_case(definition, string_at(*body, "properties.policyDefinitionId"))) value.push_back(*body);
    return true;
  });
  return json_response(200, {{"value", value}});
}

void add_routes(std::vector<Route>& out, const std::string& scope, const std::string& kind, Handler put, Handler list) {
  const std::string host(kArmHost);
  const std::string collection = scope + std::string(kProvider) + kind;
  out.push_back({Method::get, host, collection, kind + ".list", list});
  out.push_back({Method::get, host, collection + "/{name}", kind + ".get", get_one});
  if (put == nullptr) return;
  out.push_back({Method::put, host, collection + "/{name}", kind + ".create", put});
  out.push_back({Method::del, host, collection + "/{name}", kind + ".delete", delete_one});
}

}  // namespace

std::vector<Route> policy_routes() {
  std::vector<Route> out;
  for (const std::string_view kind : {kPolicyDefinitions, kPolicySetDefinitions}) {
    add_routes(out, "", std::string(kind), nullptr, list_definitions);
    add_routes(out, "/subscriptions/{sub}", std::string(kind), put_definition, list_definitions);
  }
  for (const auto& scope : scope_patterns()) add_routes(out, scope, kAssignmentPath, put_assignment, list_assignments);
  for (auto& route : compliance_routes()) out.push_back(std::move(route));
  return out;
}

}  // namespace azlab::arm
