#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/http/context.hpp"

namespace azlab {

/// A named situation: what the World starts from, which faults are armed, how fast Azure is (scenarios/*.json).
struct Scenario {
  std::string name;
  std::string description;
  std::string source;  ///< evidence, or "constructed"
  Profile profile = Profile::typical;
  std::vector<ArmedFault> faults{};
  std::string start{};  ///< JSON of the "start" object
};

/// Names of the scenarios in this build, sorted.
std::vector<std::string> scenario_names();
/// By name, or from its JSON text (starts with '{'). One clear line on what is wrong, with the nearest names.
Result<Scenario> load_scenario(std::string_view name_or_text);
/// Parses JSON with comments; unknown keys are errors with a suggestion.
Result<Scenario> parse_scenario(std::string_view text, std::string_view name);
/// Puts the start state into the World.
Result<void> apply_scenario(Context& context, const Scenario& scenario);

}  // namespace azlab
