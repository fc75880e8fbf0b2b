#include "harness/lab/directives.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <limits>
#include <nlohmann/json.hpp>

#include "harness/lab/lab.hpp"
#include "sim/core/text.hpp"

namespace azlab::lab {
namespace {

constexpr std::array<std::string_view, 4> kServed = {"disable", "expect", "optional", "skip"};
constexpr std::string_view kSimilarity = "expected_similarity";
constexpr int kToTheEnd = std::numeric_limits<int>::max();

std::vector<std::string> served() { return {kServed.begin(), kServed.end()}; }

rules::Finding unknown_directive(int line, const std::string& word) {
  const auto near = nearest(word, served(), 1);
  return rules::finding("directive/unknown", line, fmt::format("azlab has no directive '{}'.", word),
                        near.empty() ? "There is " + join(served(), ", ") + "." : "Do you mean '" + near.front() + "'?");
}

/// One comment's text, from "<!--" to "-->"; nothing for those that are not azlab's.
void read_comment(int line, const std::string& text, std::vector<Directive>& out, std::vector<rules::Finding>& problems) {
  static const RE2 kOwn(R"((?s)^<!--\s*azlab\b[\s:]*([\w-]*)[\s:]*(.*?)\s*-->$)");
  static const RE2 kSimilar(R"((?s)^<!--\s*([A-Za-z]+_similarity|expected[-_]\w+)\s*=\s*(.*?)\s*-->$)");
  std::string kind;
  std::string argument;
  if (RE2::FullMatch(text, kSimilar, &kind, &argument)) {
    if (kind == kSimilarity) return out.push_back({line, kind, argument});
    problems.push_back(rules::finding("directive/unknown", line, fmt::format("azlab has no directive '{}'.", kind), "Do you mean 'expected_similarity'?"));
    return;
  }
  if (!RE2::FullMatch(text, kOwn, &kind, &argument)) return;
  if (std::find(kServed.begin(), kServed.end(), kind) == kServed.end()) {
    problems.push_back(unknown_directive(line, kind));
    return;
  }
  out.push_back({line, kind, argument});
}

/// The unit that a directive stands before.
const Unit* unit_after(const Lab& lab, int line) {
  const auto found = std::find_if(lab.units.begin(), lab.units.end(), [&](const Unit& unit) { return unit.line > line; });
  return found == lab.units.end() ? nullptr : &*found;
}

const Unit* fence_before(const Lab& lab, int line) {
  const Unit* found = nullptr;
  for (const auto& unit : lab.units) {
    if (unit.line < line && unit.kind == "C") found = &unit;
  }
  return found;
}

/// Lab::units and the steps hold the same units: both are changed.
template <class Change>
void change_units(Lab& lab, int line, const Change& change) {
  const auto each = [&](std::vector<Unit>& units) {
    for (auto& unit : units) {
      if (unit.line == line) change(unit);
    }
  };
  each(lab.units);
  for (auto& step : lab.steps) {
    each(step.units);
    if (step.alternative) {
      for (auto& inner : step.alternative->steps) each(inner.units);
    }
  }
}

std::vector<Step*> all_steps(Lab& lab) {
  std::vector<Step*> out;
  for (auto& step : lab.steps) {
    out.push_back(&step);
    if (step.alternative) {
      for (auto& inner : step.alternative->steps) out.push_back(&inner);
    }
  }
  return out;
}

void nothing_follows(Lab& lab, const Directive& directive, const std::string& what) {
  lab.findings.push_back(rules::finding("directive/speaks-of-nothing", directive.line, fmt::format("The directive '{}' has {} to speak of.", directive.kind, what), "Put it directly before what it is about."));
}

rules::Finding malformed(const Directive& directive, const std::string& suggestion) {
  return rules::finding("directive/malformed", directive.line, fmt::format("'{}' is nothing that the directive '{}' can take.", directive.argument, directive.kind), suggestion);
}

/// Whether there is an expression of that form.
bool is_expectation(const std::string& text, Expectation& out) {
  static const RE2 kExit(R"(exit\s*=\s*(\d{1,3}))");
  static const RE2 kMatches(R"((?:stdout|stderr|output)\s*~\s*/(.+)/)");
  static const RE2 kJson(R"(json\s+\$\.?(\S+)\s*==\s*(.+))");
  if (RE2::FullMatch(text, kExit, &out.value)) out.kind = "exit";
  if (RE2::FullMatch(text, kMatches, &out.value)) {
    out.kind = "output";
    return RE2(out.value, RE2::Quiet).ok();
  }
  if (RE2::FullMatch(text, kJson, &out.path, &out.value)) {
    out.kind = "json";
    return parse_json(out.value).has_value();
  }
  return !out.kind.empty();
}

void add_expectation(Lab& lab, const Directive& directive) {
  Expectation expected{.line = directive.line};
  if (!is_expectation(directive.argument, expected)) {
    lab.findings.push_back(malformed(directive, "Write exit=1, output~/regular expression/ or json $.path == value."));
    return;
  }
  const Unit* fence = unit_after(lab, directive.line);
  if (fence == nullptr || fence->kind != "C") return nothing_follows(lab, directive, "no command");
  change_units(lab, fence->line, [&](Unit& unit) {
    for (auto& op : unit.ops) {
      if (op.kind == "shell.block") op.expectations.push_back(expected);
    }
  });
}

/// The fence below is what the command above is to print.
void add_similarity(Lab& lab, const Directive& directive) {
  static const RE2 kThreshold(R"((?:0(?:\.\d+)?|1(?:\.0+)?))");
  static const RE2 kPattern(R"re((?s)"(.+)")re");
  Expectation expected{.line = directive.line};
  if (RE2::FullMatch(directive.argument, kPattern, &expected.value)) {
    expected.kind = "output";
    if (!RE2(expected.value, RE2::Quiet).ok()) return lab.findings.push_back(malformed(directive, "Between quotation marks stands a regular expression."));
  } else if (RE2::FullMatch(directive.argument, kThreshold)) {
    expected.kind = "similarity";
    expected.path = directive.argument;
  } else {
    return lab.findings.push_back(malformed(directive, "Write a number between 0 and 1, or a regular expression in quotation marks."));
  }
  const Unit* command = fence_before(lab, directive.line);
  const Unit* sample = unit_after(lab, directive.line);
  if (command == nullptr) return nothing_follows(lab, directive, "no command before it");
  if (sample == nullptr || sample->kind != "C" || sample->ops.empty()) return nothing_follows(lab, directive, "no fence after it");
  if (expected.kind == "similarity") {
    expected.value = sample->ops.front().code;
    expected.json = to_lower(sample->ops.front().fence_language).starts_with("json");
  }
  const int command_line = command->line;
  const int sample_line = sample->line;
  change_units(lab, command_line, [&](Unit& unit) {
    for (auto& op : unit.ops) {
      if (op.kind == "shell.block") op.expectations.push_back(expected);
    }
  });
  change_units(lab, sample_line, [](Unit& unit) {
    for (auto& op : unit.ops) op = Op{.kind = "info"};
  });
}

void disable_rules(Lab& lab, const Directive& directive) {
  const auto colon = directive.argument.find(':');
  const std::string reason(trim(colon == std::string::npos ? "" : std::string_view(directive.argument).substr(colon + 1)));
  if (reason.empty()) return lab.findings.push_back(malformed(directive, "Say why: <!-- azlab disable RULE: reason -->"));
  // Before the first unit it speaks of the whole page; before a step's first line, of that step; else of the unit.
  const Unit* target = unit_after(lab, directive.line);
  const bool whole = lab.units.empty() || directive.line < lab.units.front().line;
  int first = whole ? 1 : directive.line;
  int last = kToTheEnd;
  if (!whole) {
    if (target == nullptr) return nothing_follows(lab, directive, "nothing");
    const auto steps = all_steps(lab);
    const bool of_step = std::any_of(steps.begin(), steps.end(), [&](const Step* step) { return step->line == target->line; });
    for (const auto& unit : lab.units) {
      const bool starts_step = std::any_of(steps.begin(), steps.end(), [&](const Step* step) { return step->line == unit.line; });
      if (unit.line > target->line && (!of_step || starts_step || unit.kind.starts_with("H"))) last = std::min(last, unit.line - 1);
    }
  }
  for (const auto& name : split(directive.argument.substr(0, colon), ',')) {
    const std::string rule(trim(name));
    if (rules::find_rule(rule) == nullptr) {
      const std::string near = rules::nearest_rule(rule);
      lab.findings.push_back(rules::finding("directive/unknown-rule", directive.line, "There is no rule '" + rule + "'.", near.empty() ? "azlab rules lists them." : "Do you mean '" + near + "'?"));
      continue;
    }
    lab.disabled.push_back({.rule = rule, .first_line = first, .last_line = last, .line = directive.line, .reason = reason});
  }
}

void change_step(Lab& lab, const Directive& directive) {
  const Unit* target = unit_after(lab, directive.line);
  for (Step* step : all_steps(lab)) {
    if (target == nullptr || step->line != target->line) continue;
    if (directive.kind == "optional") step->optional = true;
    if (directive.kind == "skip") step->skip_reason = directive.argument;
    return;
  }
  nothing_follows(lab, directive, "no step");
}

}  // namespace

std::vector<Directive> read_directives(std::string_view markdown, std::vector<rules::Finding>& problems) {
  std::vector<Directive> out;
  static const RE2 kFence(R"(^[\s>]*(?:(?:[-*+]|\d+[.)])\s+)*(`{3,}|~{3,}))");
  std::string fence;    // the marker of the one that is open
  std::string comment;  // the one that is open
  int comment_line = 0;
  int number = 0;
  for (const auto& line : split(markdown, '\n')) {
    ++number;
    std::string marker;
    if (comment.empty() && RE2::PartialMatch(line, kFence, &marker)) {
      if (fence.empty()) {
        fence = marker;
      } else if (marker.starts_with(fence) && trim(line).find_first_not_of(fence[0]) == std::string_view::npos) {
        fence.clear();
      }
      continue;
    }
    if (!fence.empty()) continue;
    std::string_view rest = line;
    while (true) {
      if (comment.empty()) {
        const auto at = rest.find("<!--");
        if (at == std::string_view::npos) break;
        rest.remove_prefix(at);
        comment_line = number;
      }
      const auto end = rest.find("-->");
      comment += std::string(rest.substr(0, end == std::string_view::npos ? rest.size() : end + 3));
      if (end == std::string_view::npos) {
        comment += '\n';
        break;
      }
      read_comment(comment_line, comment, out, problems);
      comment.clear();
      rest.remove_prefix(end + 3);
    }
  }
  return out;
}

void apply_directives(const std::vector<Directive>& directives, Lab& lab) {
  for (const auto& directive : directives) {
    if (directive.kind == "expect") {
      add_expectation(lab, directive);
    } else if (directive.kind == kSimilarity) {
      add_similarity(lab, directive);
    } else if (directive.kind == "disable") {
      disable_rules(lab, directive);
    } else {
      if (directive.kind == "skip" && directive.argument.empty()) {
        lab.findings.push_back(malformed(directive, "Say why: <!-- azlab skip: reason -->"));
        continue;
      }
      change_step(lab, directive);
    }
  }
}

}  // namespace azlab::lab
