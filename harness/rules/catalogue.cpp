#include "harness/rules/catalogue.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "sim/core/fixtures.hpp"
#include "sim/core/json.hpp"
#include "sim/core/text.hpp"

namespace azlab::rules {
namespace {

std::vector<Rule> read_catalogue() {
  std::vector<Rule> out;
  for (const auto& path : fixtures::list("fixtures/rules/")) {
    const auto described = parse_jsonc(fixtures::get(path));
    if (!described || !described->is_array()) throw std::logic_error(path + " is no list of rules" + (described ? "" : ": " + described.error().message));
    for (const Json& one : *described) {
      std::vector<std::string> covers;
      if (const Json* list = find_path(one, "covers")) covers = list->get<std::vector<std::string>>();
      out.push_back({.id = string_at(one, "id"), .severity = string_at(one, "severity"), .owner = string_at(one, "owner"), .what = string_at(one, "what"), .why = string_at(one, "why"),
                     .example = string_at(one, "example"), .repair = string_at(one, "repair"), .covers = std::move(covers), .mended = string_at(one, "mended")});
    }
  }
  std::sort(out.begin(), out.end(), [](const Rule& a, const Rule& b) { return a.id < b.id; });
  return out;
}

}  // namespace

const std::vector<Rule>& catalogue() {
  static const std::vector<Rule> rules = read_catalogue();
  return rules;
}

const Rule* find_rule(std::string_view id) {
  const auto& all = catalogue();
  const auto found = std::lower_bound(all.begin(), all.end(), id, [](const Rule& rule, std::string_view wanted) { return rule.id < wanted; });
  return found != all.end() && found->id == id ? &*found : nullptr;
}

std::string nearest_rule(std::string_view id) {
  std::vector<std::string> names;
  for (const auto& rule : catalogue()) names.push_back(rule.id);
  const auto near = nearest(id, names, 1);
  return near.empty() ? std::string() : near.front();
}

Finding finding(std::string_view rule, int line, std::string message, std::string suggestion) {
  const Rule* known = find_rule(rule);
  return {.rule = std::string(rule), .severity = known != nullptr ? known->severity : "error", .line = line, .message = std::move(message), .suggestion = std::move(suggestion)};
}

std::string owner_of(const Finding& finding) {
  if (!finding.owner.empty()) return finding.owner;
  const Rule* rule = find_rule(finding.rule);
  return rule != nullptr ? rule->owner : "source";
}

}  // namespace azlab::rules
