#include "harness/app/rules.hpp"

#include <fmt/format.h>

#include <iostream>

#include "harness/report/remarks.hpp"
#include "harness/rules/catalogue.hpp"
#include "sim/core/text.hpp"

namespace azlab::app {
namespace {

constexpr int kUnknownRule = 2;

std::string indented(const std::string& text) { return "    " + replace_all(text, "\n", "\n    "); }

}  // namespace

int print_rules(const std::string& id) {
  if (id.empty()) {
    const auto line = [](const rules::Rule& rule) { std::cout << fmt::format("{:<30} {:<8} {:<12} {}\n", rule.id, rule.severity, rule.owner, rule.what); };
    for (const auto& rule : report::step_rules()) line(rule);
    for (const auto& rule : rules::catalogue()) line(rule);
    return 0;
  }
  const auto* rule = report::rule_of(id);
  if (rule == nullptr) {
    const std::string near = rules::nearest_rule(id);
    std::cerr << "azlab: there is no rule '" << id << "'" << (near.empty() ? "; azlab rules lists them" : "; do you mean '" + near + "'?") << "\n";
    return kUnknownRule;
  }
  std::cout << fmt::format("{}: {}, owner {}\n\n{}\n{}\n\nIt fires on:\n\n{}\n\nRepair: {}\n\n", rule->id, rule->severity, rule->owner, rule->what, rule->why, indented(rule->example), rule->repair);
  if (rules::find_rule(id) == nullptr) {
    std::cout << "It is a step's verdict, not a finding: <!-- azlab skip: why --> before the step leaves it out,\n"
                 "and \"notSimulated\" in azlab.json or a baseline says that a blocked one is known (docs/ci.md).\n";
    return 0;
  }
  std::cout << fmt::format("To silence it in one lab, write before the line: <!-- azlab disable {}: why -->\n"
                           "To silence it everywhere, or to change its severity: \"rules\" in azlab.json (docs/ci.md).\n", rule->id);
  return 0;
}

}  // namespace azlab::app
