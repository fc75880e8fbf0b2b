#pragma once

#include <string_view>
#include <vector>

#include "sim/core/json.hpp"
#include "sim/core/resource_id.hpp"
#include "sim/http/context.hpp"

/// Azure Policy: definitions, sets of them and assignments are rows of resources (policy_resources.cpp); what a rule says of a
/// resource is sim/policy. Management groups are not simulated.
namespace azlab::arm {

/// What the policies assigned at a resource's scope or above do to a request that would write it: `append` and `modify`
/// change `body`, then `deny` refuses: RequestDisallowedByPolicy, with every assignment that refuses.
Result<void> apply_policies(Context& context, std::string_view type, const ResourceId& id, Json& body);
/// The same without changing anything: what a deployment asks before it starts.
Result<void> check_policies(Context& context, std::string_view type, const ResourceId& id, const Json& body);

/// A scenario's `policies` entry as a definition and an assignment of its own at the subscription:
/// `{"name","displayName","denyTypes":[globs],"allowTypes":[globs],"allowLocations":[…],"reason"}`.
Result<void> put_scenario_policy(Context& context, const Json& policy);

/// Something was written: rules that deploy look at it later.
void schedule_policy_deployments(Context& context, std::string_view type, const ResourceId& id);
inline constexpr std::string_view kPolicyDeploy = "policy.deploy";
/// The handler of that event: the deployments of all rules whose related resource is missing. Carried out as Azure, whatever roles the
/// assignment's identity has.
void on_policy_deploy(Context& context, const Event& event);

/// Definitions, set definitions and assignments; compliance (Microsoft.PolicyInsights/policyStates).
std::vector<Route> policy_routes();

}  // namespace azlab::arm
