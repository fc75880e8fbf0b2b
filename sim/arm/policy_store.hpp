#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "sim/core/json.hpp"
#include "sim/http/context.hpp"
#include "sim/policy/rule.hpp"

/// Where definitions come from, and which rules an assignment stands for.
namespace azlab::arm {

inline constexpr std::string_view kPolicyDefinitions = "policyDefinitions";
inline constexpr std::string_view kPolicySetDefinitions = "policySetDefinitions";

/// The definitions that Azure brings along, of fixtures/azure/policy/built-in.json, as their GET answers.
const std::vector<Json>& built_in_policies();
/// A definition or set by its id: the World's or a built-in one.
std::optional<Json> find_policy(const World& world, std::string_view id);

/// A definition as an assignment applies it.
struct AssignedRule {
  Json definition;
  Json set{};             ///< null where the definition is assigned alone
  std::string reference{};
  Json parameters;        ///< name -> value, defaults filled in
};
/// The rules behind an assignment, its parameters checked. Codes of Azure: MissingPolicyParameter, UndefinedPolicyParameter,
/// PolicyParameterValueNotAllowed, PolicyDefinitionNotFound.
Result<std::vector<AssignedRule>> rules_of(Context& context, const Json& assignment);

/// What a rule's expressions can ask: the scope of a resource and the assignment.
policy::Surroundings surroundings_of(Context& context, std::string_view resource_id, const Json& assignment, const AssignedRule& rule);

}  // namespace azlab::arm
