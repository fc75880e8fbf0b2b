#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/http/context.hpp"
#include "sim/scenario/document.hpp"

namespace azlab {

/// A situation: what the World starts from, which faults are armed, how fast Azure is, and what is expected of a run in it
/// (docs/scenarios.md). What it extends is laid under it already.
struct Scenario {
  std::string name;
  std::string description;
  std::string source;   ///< evidence, or "constructed"
  std::string date{};   ///< first simulated instant, where nobody says another; or empty
  std::string as_of{};  ///< day whose screens, kernels and images count, where nobody says another; or empty
  Profile profile = Profile::typical;
  std::vector<ArmedFault> faults{};
  scenario::Document document{};  ///< the whole, with where each part stands
};

/// Settings of this prefix, followed by a group's key, name the resource groups that were there when the run began.
inline constexpr std::string_view kLeftBehind = "left-behind/";

/// Names of the scenarios in this build, sorted.
std::vector<std::string> scenario_names();
/// By name, by the path of a file (ends in ".json"), or from its JSON text (starts with '{'). One clear line on what is wrong, with
/// file, line and column or the nearest names.
Result<Scenario> load_scenario(std::string_view name_or_text);
/// From JSON with comments; `file` is what errors call it.
Result<Scenario> parse_scenario(std::string_view text, std::string_view file);
/// Puts the start state into the World and arms the faults. The clock ends where it began; `advance_to` lets time pass the day before.
Result<void> apply_scenario(Context& context, const Scenario& scenario, const std::function<void(Time)>& advance_to);

}  // namespace azlab
