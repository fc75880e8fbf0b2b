#pragma once

#include <string>
#include <vector>

#include "sim/core/json.hpp"
#include "sim/http/context.hpp"

namespace azlab::arm {

/// A policy that says no to a resource as it is, by `audit` or `deny`: what compliance is about.
struct Violation {
  Json assignment;
  Json definition;
  Json set{};             ///< null where the definition is assigned alone
  std::string reference;  ///< of the definition within the set
  std::string effect;     ///< "deny"
  Json expressions;       ///< evaluated, as evaluationDetails shows them
};
/// Those of a resource as it stands in the World; enforcement mode does not matter here.
Result<std::vector<Violation>> violations_of(Context& context, const Json& resource);

/// POST {scope}/providers/Microsoft.PolicyInsights/policyStates/latest/queryResults and /summarize, at subscription and group
/// scope. Compliance is judged when it is asked; Azure's scan comes hours later.
std::vector<Route> compliance_routes();

}  // namespace azlab::arm
