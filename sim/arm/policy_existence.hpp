#pragma once

#include <optional>

#include "sim/arm/policy_applied.hpp"

/// The effects that ask for another resource: `auditIfNotExists` says that there is none, `deployIfNotExists` deploys a template
/// of its own some minutes after the resource was written (learn.microsoft.com: governance/policy/concepts/effect-deploy-if-not-exists).
namespace azlab::arm {

/// Whether a rule can be carried out here: `details.type` is there, and so is a deployment's template. A definition that has a
/// deployment wants an identity in the assignment, even where its effect is another one (ResourceIdentityRequired).
Result<void> check_existence_rule(const Json& assignment, const AssignedRule& rule, std::string_view effect);

/// Where the rule concerns a resource and what it asks for is not there: the expressions that were evaluated. Nothing otherwise.
Result<std::optional<Json>> lacks_related(Context& context, const Applied& applied, const ResourceId& id, const Json& subject);

}  // namespace azlab::arm
