#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/arm/policy_store.hpp"
#include "sim/core/resource_id.hpp"

namespace azlab::arm {

/// An assignment with one of its rules and what the rule's expressions see.
struct Applied {
  Json assignment;
  AssignedRule rule;
  policy::Surroundings surroundings;
  std::string effect;  ///< lower case
};
/// The rules assigned at a resource's scope or above; those of assignments that enforce nothing only when compliance asks.
Result<std::vector<Applied>> rules_for(Context& context, std::string_view type, const std::string& id, bool enforced_only);
/// A body as rules see it: with what its address says.
Json subject_of(std::string_view type, const ResourceId& id, const Json& body);
/// The type by which rules know what an id stands for; `type` is that of its body.
std::string type_for_rules(const ResourceId& id, const std::string& type);

}  // namespace azlab::arm
