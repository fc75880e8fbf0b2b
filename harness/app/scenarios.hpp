#pragma once

#include <string>
#include <vector>

namespace azlab::app {

/// `azlab scenarios list`: the situations of this build by family, a line each; `json` for programs.
int list_scenarios(bool json);
/// `azlab scenarios show NAME`: its text; `resolved`: as JSON, with all that it extends laid under it. An unknown name, or one that cannot
/// be read: one line on standard error, status 2.
int show_scenario(const std::string& name, bool resolved);
/// `azlab scenarios check FILE…`: everything that is wrong with each ("file:line:column: what", status 2): its form, what it extends,
/// whether a fresh simulator takes its start and its faults, whether a run could meet what it expects. Names are taken as well.
int check_scenarios(const std::vector<std::string>& files);
/// `azlab scenarios schema`: the JSON Schema of a scenario.
int print_scenario_schema();

}  // namespace azlab::app
