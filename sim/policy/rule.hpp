#pragma once

#include "sim/policy/expression.hpp"

namespace azlab::policy {

/// What an `if` says of a resource.
struct Finding {
  bool met = false;
  /// The conditions that were looked at, as `evaluationDetails.evaluatedExpressions` shows them.
  Json expressions = Json::array();
};

/// Whether a condition is met. The resource is its body with name, fullName and type in it.
Result<Finding> judge(const Json& condition, const Json& resource, const Surroundings& surroundings);

/// Refuses a rule that cannot be judged: unknown operators, fields that are none, no effect. Codes InvalidPolicyRule and
/// InvalidPolicyAlias, as Azure answers when a definition is written.
Result<void> check_rule(const Json& rule, std::string_view definition);

}  // namespace azlab::policy
