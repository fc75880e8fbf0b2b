#include <re2/re2.h>

#include <nlohmann/json.hpp>

#include "sim/core/json.hpp"
#include "sim/core/text.hpp"
#include "sim/entra/directory.hpp"
#include "sim/entra/endpoints.hpp"

namespace azlab::entra {
namespace {

constexpr const char* kGraphHost = "graph.microsoft.com";
constexpr std::string_view kGraphRoot = "https://graph.microsoft.com/v1.0/$metadata#";

Json person_json(const Person& person) {
  return {{"businessPhones", Json::array()},
          {"displayName", person.display_name},
          {"givenName", person.given_name},
          {"id", person.id},
          {"jobTitle", person.job_title},
          {"mail", person.user_principal_name},
          {"mobilePhone", nullptr},
          {"officeLocation", nullptr},
          {"preferredLanguage", nullptr},
          {"surname", person.surname},
          {"userPrincipalName", person.user_principal_name}};
}

Json service_principal_json(const Application& app) {
  return {{"accountEnabled", true},
          {"appDisplayName", app.display_name},
          {"appId", app.app_id},
          {"appOwnerOrganizationId", directory().tenant_id},
          {"displayName", app.display_name},
          {"id", app.id},
          {"servicePrincipalNames", {app.app_id}},
          {"servicePrincipalType", app.kind == Application::Kind::managed_identity ? "ManagedIdentity" : "Application"},
          {"tags", Json::array()}};
}

Response graph_error(int status, std::string_view code, const std::string& message) {
  return json_response(status, {{"error", {{"code", code}, {"message", message}}}});
}

Response graph_not_found(const std::string& id) {
  return graph_error(404, "Request_ResourceNotFound", "Resource '" + id + "' does not exist or one of its queried reference-property objects are not present.");
}

Response graph_list(std::string_view of, Json value) {
  return json_response(200, {{"@odata.context", std::string(kGraphRoot) + std::string(of)}, {"value", std::move(value)}});
}

Response graph_one(std::string_view of, Json one) {
  one["@odata.context"] = std::string(kGraphRoot) + std::string(of) + "/$entity";
  return json_response(200, one);
}

/// The filters that az writes: equal, startswith, and any() over a list, joined by "and" or "or" alone. Nothing on others.
std::optional<bool> graph_filter_keeps(const std::string& filter, const Json& one) {
  static const RE2 kEqual(R"((\w+)\s+eq\s+'((?:[^']|'')*)')");
  static const RE2 kStarts(R"(startswith\(\s*(\w+)\s*,\s*'((?:[^']|'')*)'\s*\))");
  static const RE2 kAny(R"((\w+)/any\(\s*\w+\s*:\s*\w+\s+eq\s+'((?:[^']|'')*)'\s*\))");
  static const RE2 kJoin(R"((?i)^(.*?)\s+(and|or)\s+((?:\w+\s+eq|startswith|\w+/any).*)$)");
  std::string left, word, right, field, value;
  if (RE2::FullMatch(filter, kJoin, &left, &word, &right)) {
    const auto one_side = graph_filter_keeps(left, one);
    const auto other_side = graph_filter_keeps(right, one);
    if (!one_side || !other_side) return std::nullopt;
    return equals_ignore_case(word, "and") ? *one_side && *other_side : *one_side || *other_side;
  }
  const bool any = RE2::FullMatch(filter, kAny, &field, &value);
  const bool starts = !any && RE2::FullMatch(filter, kStarts, &field, &value);
  if (!any && !starts && !RE2::FullMatch(filter, kEqual, &field, &value)) return std::nullopt;
  value = replace_all(value, "''", "'");
  const Json* have = find_key(one, field);
  if (have == nullptr) return std::nullopt;
  if (any) {
    for (const auto& item : *have) {
      if (item.is_string() && equals_ignore_case(item.get<std::string>(), value)) return true;
    }
    return false;
  }
  if (!have->is_string()) return false;
  return starts ? starts_with_ignore_case(have->get<std::string>(), value) : equals_ignore_case(have->get<std::string>(), value);
}

Response filtered_list(const Request& request, std::string_view of, const Json& all) {
  const std::string filter(trim(request.query_value("$filter").value_or("")));
  if (filter.empty()) return graph_list(of, all);
  Json kept = Json::array();
  for (const auto& one : all) {
    const auto keep = graph_filter_keeps(filter, one);
    if (!keep) return graph_error(400, "Request_UnsupportedQuery", "Unsupported or invalid query filter clause specified: azlab does not understand \"" + filter + "\".");
    if (*keep) kept.push_back(one);
  }
  return graph_list(of, kept);
}

/// The signed-in person; a token of an application has none.
Response graph_me(Context& context, const Request&, const Match&) {
  const Person* person = directory().find_person(context.caller().principal_id);
  if (person == nullptr) return graph_error(400, "BadRequest", "/me request is only valid with delegated authentication flow.");
  return graph_one("users", person_json(*person));
}

Response graph_users(Context&, const Request& request, const Match&) {
  Json all = Json::array();
  for (const auto& person : directory().persons) all.push_back(person_json(person));
  return filtered_list(request, "users", all);
}

Response graph_user(Context&, const Request&, const Match& match) {
  const Person* person = directory().find_person(match.at("id"));
  return person != nullptr ? graph_one("users", person_json(*person)) : graph_not_found(match.at("id"));
}

Response graph_service_principals(Context&, const Request& request, const Match&) {
  Json all = Json::array();
  for (const auto& app : directory().applications) all.push_back(service_principal_json(app));
  return filtered_list(request, "servicePrincipals", all);
}

Response graph_service_principal(Context&, const Request&, const Match& match) {
  const Application* app = directory().find_service_principal(match.at("id"));
  return app != nullptr ? graph_one("servicePrincipals", service_principal_json(*app)) : graph_not_found(match.at("id"));
}

Response graph_organization(Context&, const Request&, const Match&) {
  const Directory& tenant = directory();
  return graph_list("organization", {{{"id", tenant.tenant_id}, {"displayName", tenant.display_name}, {"verifiedDomains", {{{"name", tenant.domain}, {"isDefault", true}, {"isInitial", true}, {"type", "Managed"}}}}}});
}

/// az resolves the names of role assignments with it; ids that nobody has are left out, as Graph does.
Response graph_get_by_ids(Context&, const Request& request, const Match&) {
  const auto body = parse_json(request.body.text());
  const Json* ids = body ? find_key(*body, "ids") : nullptr;
  if (ids == nullptr || !ids->is_array()) return graph_error(400, "Request_BadRequest", "Invalid value specified for property 'ids'.");
  Json found = Json::array();
  for (const auto& id : *ids) {
    if (!id.is_string()) continue;
    Json one;
    std::string_view type;
    if (const Person* person = directory().find_person(id.get<std::string>())) {
      one = person_json(*person);
      type = "#microsoft.graph.user";
    } else if (const Application* app = directory().find_service_principal(id.get<std::string>())) {
      one = service_principal_json(*app);
      type = "#microsoft.graph.servicePrincipal";
    } else {
      continue;
    }
    one["@odata.type"] = type;
    found.push_back(std::move(one));
  }
  return graph_list("directoryObjects", std::move(found));
}

}  // namespace

std::vector<Route> graph_routes() {
  return {
      {Method::get, kGraphHost, "/v1.0/me", "graph.getMe", graph_me},
      {Method::get, kGraphHost, "/v1.0/users", "graph.listUsers", graph_users},
      {Method::get, kGraphHost, "/v1.0/users/{id}", "graph.getUser", graph_user},
      {Method::get, kGraphHost, "/v1.0/servicePrincipals", "graph.listServicePrincipals", graph_service_principals},
      {Method::get, kGraphHost, "/v1.0/servicePrincipals/{id}", "graph.getServicePrincipal", graph_service_principal},
      {Method::get, kGraphHost, "/v1.0/organization", "graph.getOrganization", graph_organization},
      {Method::post, kGraphHost, "/v1.0/directoryObjects/getByIds", "graph.getByIds", graph_get_by_ids},
  };
}

}  // namespace azlab::entra
