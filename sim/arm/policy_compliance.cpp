#include <nlohmann/json.hpp>
#include <set>

#include "sim/arm/error.hpp"
#include "sim/arm/policy.hpp"
#include "sim/arm/policy_compliance.hpp"
#include "sim/arm/scope.hpp"
#include "sim/arm/type.hpp"
#include "sim/core/resource_id.hpp"
#include "sim/core/text.hpp"

namespace azlab::arm {
namespace {

constexpr std::string_view kInsights = "/providers/microsoft.policyinsights/";

std::string scope_of(const Request& request) {
  const std::string path = percent_decode(request.path);
  return path.substr(0, to_lower(path).rfind(kInsights));
}

bool is_judged(const Row& row) { return row.type == "Microsoft.Resources/resourceGroups" || find_type(row.type) != nullptr; }

Json state_json(Context& context, const Json& resource, const Violation& one) {
  const auto id = ResourceId::parse(string_at(resource, "id"));
  Json out = {{"timestamp", to_iso8601(context.now())},
              {"resourceId", resource["id"]},
              {"resourceType", string_at(resource, "type")},
              {"resourceLocation", string_at(resource, "location")},
              {"resourceGroup", id ? id->resource_group : std::string()},
              {"subscriptionId", id ? id->subscription : std::string()},
              {"policyAssignmentId", one.assignment["id"]},
              {"policyAssignmentName", one.assignment["name"]},
              {"policyAssignmentScope", string_at(one.assignment, "properties.scope")},
              {"policyDefinitionId", one.definition["id"]},
              {"policyDefinitionName", one.definition["name"]},
              {"policyDefinitionAction", one.effect},
              {"policyDefinitionReferenceId", one.reference},
              {"policySetDefinitionId", string_at(one.set, "id")},
              {"isCompliant", false},
              {"complianceState", "NonCompliant"}};
  return out;
}

Result<Json> states_below(Context& context, const std::string& scope) {
  std::vector<Json> resources;
  context.world().for_each(Table::resource, to_lower(scope), [&](const std::string&, const RowPtr& row) {
    auto body = is_judged(*row) ? parse_json(row->body) : parse_json("");
    if (body && is_at_or_above(scope, string_at(*body, "id"))) resources.push_back(std::move(*body));
    return true;
  });
  Json out = Json::array();
  for (const auto& resource : resources) {
    const auto violations = violations_of(context, resource);
    if (!violations) return fail(violations.error());
    for (const auto& one : *violations) out.push_back(state_json(context, resource, one));
  }
  return out;
}

Response query_states(Context& context, const Request& request, const Match&) {
  const std::string scope = scope_of(request);
  if (const auto ok = check_scope(context, scope); !ok) return error_response(ok.error());
  const auto states = states_below(context, scope);
  if (!states) return error_response(states.error());
  return json_response(200, {{"@odata.context", "https://" + std::string(kArmHost) + scope + "/providers/Microsoft.PolicyInsights/policyStates/$metadata#latest"}, {"@odata.count", states->size()}, {"value", *states}});
}

Response summarize(Context& context, const Request& request, const Match&) {
  const std::string scope = scope_of(request);
  if (const auto ok = check_scope(context, scope); !ok) return error_response(ok.error());
  const auto states = states_below(context, scope);
  if (!states) return error_response(states.error());
  std::set<std::string> resources;
  std::set<std::string> policies;
  for (const auto& state : *states) {
    resources.insert(to_lower(string_at(state, "resourceId")));
    policies.insert(to_lower(string_at(state, "policyAssignmentId")) + "|" + to_lower(string_at(state, "policyDefinitionId")));
  }
  return json_response(200, {{"@odata.count", 1}, {"value", Json::array({{{"results", {{"nonCompliantResources", resources.size()}, {"nonCompliantPolicies", policies.size()}}}, {"policyAssignments", Json::array()}}})}});
}

}  // namespace

std::vector<Route> compliance_routes() {
  const std::string host(kArmHost);
  std::vector<Route> out;
  for (const std::string& scope : {scope_patterns()[0], scope_patterns()[1]}) {
    const std::string states = scope + "/providers/Microsoft.PolicyInsights/policyStates/latest/";
    out.push_back({Method::post, host, states + "queryResults", "policyStates.query", query_states});
    out.push_back({Method::post, host, states + "summarize", "policyStates.summarize", summarize});
  }
  return out;
}

}  // namespace azlab::arm
