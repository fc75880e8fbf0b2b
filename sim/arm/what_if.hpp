#pragma once

#include <string>
#include <vector>

#include "sim/core/json.hpp"
#include "sim/http/context.hpp"

/// What a deployment would change, without deploying: POST …/whatIf is accepted, its Location answers the list
/// (wire.md 2.5; learn.microsoft.com: template deployment what-if).
namespace azlab::arm {

Response what_if_deployment(Context& context, const Request& request, const Match& match);
Response get_what_if_result(Context& context, const Request& request, const Match& match);
std::vector<PhaseNames> deployment_phase_names();

/// How a resource that exists differs from what a template asks for: [{path, propertyChangeType, before, after, children}].
/// Only what the template writes is compared (a PUT leaves the rest as it is), but for tags, which it replaces as a whole.
/// Properties that only the service sets are NoEffect.
Json what_if_delta(const Json& before, const Json& after);
/// Whether a list of differences changes anything.
bool has_effect(const Json& delta);

}  // namespace azlab::arm
