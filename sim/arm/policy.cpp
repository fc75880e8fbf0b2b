#include "sim/arm/policy.hpp"

#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"

namespace azlab::arm {
namespace {

bool any_matches(const Json& policy, const char* key, std::string_view text) {
  const auto globs = policy.find(key);
  if (globs == policy.end()) return false;
  for (const auto& glob : *globs) {
    if (glob_match(glob.get<std::string>(), text)) return true;
  }
  return false;
}

bool denies(const Json& policy, std::string_view type, const std::string& location) {
  if (any_matches(policy, "denyTypes", type)) return true;
  if (policy.contains("allowTypes") && !any_matches(policy, "allowTypes", type)) return true;
  return policy.contains("allowLocations") && !location.empty() && !any_matches(policy, "allowLocations", location);
}

}  // namespace

Result<void> check_policies(Context& context, std::string_view type, const ResourceId& id, const Json& body) {
  std::optional<Error> error;
  context.world().for_each(Table::setting, "policy/", [&](const std::string&, const RowPtr& row) {
    const auto policy = parse_json(row->body);
    if (!policy || !denies(*policy, type, string_at(body, "location"))) return true;
    const std::string name = string_at(*policy, "name");
    const std::string scope = "/subscriptions/" + id.subscription;
    error = faults::make_error("request-disallowed-by-policy",
                               {{"name", id.name()},
                                {"reason", string_at(*policy, "reason")},
                                {"resourceType", std::string(type)},
                                {"targetValue", std::string(type)},
                                {"policyDefinitionId", scope + "/providers/Microsoft.Authorization/policyDefinitions/" + name},
                                {"policySetDefinitionId", ""},
                                {"policyDefinitionName", name},
                                {"policyDefinitionDisplayName", string_at(*policy, "displayName", name)},
                                {"policyAssignmentId", scope + "/providers/Microsoft.Authorization/policyAssignments/" + name},
                                {"policyAssignmentName", name},
                                {"policyAssignmentDisplayName", string_at(*policy, "displayName", name)},
                                {"policyAssignmentScope", scope}});
    return false;
  });
  if (error) return fail(*error);
  return {};
}

}  // namespace azlab::arm
