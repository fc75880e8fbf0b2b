#include "harness/app/scenarios.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "harness/app/wrong_use.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/fault.hpp"
#include "sim/scenario/members.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/simulator.hpp"

namespace azlab::app {
namespace {

/// "quota/students" is of "quota"; one without a folder is of none.
std::string family_of(const std::string& name) { return name.find('/') == std::string::npos ? std::string() : name.substr(0, name.find('/')); }

/// In one word, where it is known from.
std::string kind_of_source(const std::string& source) {
  if (source.starts_with("catalogue")) return "catalogue";
  if (source.find("https://") != std::string::npos) return "thread";
  return source.starts_with("constructed") ? "constructed" : "data";
}

/// Codes that the catalogue knows, of errors and of the shells around them.
bool is_known_code(const std::string& code) {
  const auto& faults = faults::all_faults();
  return std::any_of(faults.begin(), faults.end(), [&](const auto& fault) { return fault.code == code; });
}

/// What may be meant otherwise, but need not be wrong.
void remark_on(const Scenario& scenario) {
  const Json expect = scenario.document.value().value("expect", Json::object());
  const Json errors = expect.value("errors", Json::object());
  for (const auto& [code, ignored] : errors.items()) {
    if (!is_known_code(code)) std::cout << scenario.document.place(pointer_to("/expect/errors", code)) << ": note: the catalogue of faults has no code '" << code << "'\n";
  }
}

/// All that is wrong with one, a line each.
std::vector<std::string> errors_of(const std::string& name) {
  const auto source = scenario::find_source(name, "");
  if (!source) return {source.error().message};
  if (auto form = scenario::form_errors(*source); !form.empty()) return form;
  constexpr std::string_view kBefore = "scenario ";
  const auto bare = [&](const std::string& message) { return message.starts_with(kBefore) ? message.substr(kBefore.size()) : message; };
  const auto scenario = load_scenario(name);
  if (!scenario) return {bare(scenario.error().message)};
  try {
    Simulator simulator({.scenario = name});
  } catch (const std::invalid_argument& e) {
    return {bare(e.what())};
  }
  remark_on(*scenario);
  return {};
}

}  // namespace

int list_scenarios(bool json) {
  Json all = Json::array();
  std::string family = ".";
  for (const auto& name : scenario_names()) {
    const auto scenario = load_scenario(name);
    if (!scenario) return wrong_use(scenario.error().message);
    const std::string source = kind_of_source(scenario->source);
    if (json) {
      Json faults = Json::array();
      for (const auto& fault : scenario->faults) faults.push_back(fault.fault);
      all.push_back({{"name", name}, {"family", family_of(name)}, {"description", scenario->description}, {"source", scenario->source}, {"sourceKind", source}, {"faults", faults}});
      continue;
    }
    if (family != "." && family != family_of(name)) std::cout << "\n";
    family = family_of(name);
    std::cout << fmt::format("{:<52} {:<11} {}\n", name, source, scenario->description);
  }
  if (json) std::cout << dump_pretty(all) << "\n";
  return 0;
}

int show_scenario(const std::string& name, bool resolved) {
  const auto source = scenario::find_source(name, "");
  if (!source) return wrong_use(source.error().message);
  if (!resolved) {
    std::cout << source->text << (source->text.ends_with('\n') ? "" : "\n");
    return 0;
  }
  const auto scenario = load_scenario(name);
  if (!scenario) return wrong_use(scenario.error().message);
  Json whole = scenario->document.value();
  whole.erase("extends");
  std::cout << dump_pretty(whole) << "\n";
  return 0;
}

int check_scenarios(const std::vector<std::string>& files) {
  bool all_right = true;
  for (const auto& file : files) {
    const auto errors = errors_of(file);
    for (const auto& error : errors) std::cerr << "azlab: " << error << "\n";
    if (errors.empty()) std::cout << file << ": a simulator takes it\n";
    all_right = all_right && errors.empty();
  }
  return all_right ? 0 : 2;
}

int print_scenario_schema() {
  std::cout << dump_pretty(scenario::scenario_schema()) << "\n";
  return 0;
}

}  // namespace azlab::app
