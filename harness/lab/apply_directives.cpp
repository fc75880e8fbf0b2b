#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "harness/lab/directives.hpp"
#include "harness/lab/lab.hpp"
#include "sim/core/json.hpp"
#include "sim/core/text.hpp"

namespace azlab::lab {
namespace {

constexpr int kToTheEnd = std::numeric_limits<int>::max();

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

/// Changes the orders of the fence that a directive stands before.
template <class Change>
void change_fence(Lab& lab, const Directive& directive, const Change& change) {
  const Unit* fence = unit_after(lab, directive.line);
  if (fence == nullptr || fence->kind != "C") return nothing_follows(lab, directive, "no command");
  change_units(lab, fence->line, [&](Unit& unit) {
    for (auto& op : unit.ops) {
      if (op.kind == "shell.block") change(op.orders);
    }
  });
}

/// "10s", "20m", "1.5h"; nothing where it is none.
std::optional<double> seconds_of(const std::string& text) {
  static const RE2 kForm(R"((\d{1,6}(?:\.\d{1,3})?)\s*([smh]))");
  double number = 0;
  std::string unit;
  if (!RE2::FullMatch(text, kForm, &number, &unit)) return std::nullopt;
  return number * (unit == "s" ? 1 : unit == "m" ? 60 : 3600);
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
  change_fence(lab, directive, [&](FenceOrders& orders) { orders.expectations.push_back(expected); });
}

/// A value of the last command's output that later commands find in a variable.
void add_capture(Lab& lab, const Directive& directive) {
  static const RE2 kPath(R"(([A-Za-z_]\w*)\s*=\s*\$\.?(\S+))");
  static const RE2 kPattern(R"(([A-Za-z_]\w*)\s*~\s*/(.+)/)");
  Capture capture{.line = directive.line};
  const bool by_path = RE2::FullMatch(directive.argument, kPath, &capture.variable, &capture.path);
  const bool by_pattern = RE2::FullMatch(directive.argument, kPattern, &capture.variable, &capture.pattern) && RE2(capture.pattern, RE2::Quiet).NumberOfCapturingGroups() >= 1;
  if (!by_path && !by_pattern) return lab.findings.push_back(malformed(directive, "Write NAME=$.json.path, or NAME~/regular expression with a (group)/."));
  change_fence(lab, directive, [&](FenceOrders& orders) { orders.captures.push_back(capture); });
}

void add_retry(Lab& lab, const Directive& directive) {
  static const RE2 kForm(R"((\d{1,3})(?:\s+every\s+(\S+))?)");
  int times = 0;
  std::string every;
  const bool fits = RE2::FullMatch(directive.argument, kForm, &times, &every) && times > 0;
  const auto pause_s = every.empty() ? std::optional<double>(0) : seconds_of(every);
  if (!fits || !pause_s) return lab.findings.push_back(malformed(directive, "Write 3, or 3 every 10s (s, m or h)."));
  change_fence(lab, directive, [&](FenceOrders& orders) {
    orders.retries = times;
    orders.retry_every_s = *pause_s;
  });
}

void add_time_limit(Lab& lab, const Directive& directive) {
  const auto limit_s = seconds_of(directive.argument);
  if (!limit_s || *limit_s <= 0) return lab.findings.push_back(malformed(directive, "Write a number with s, m or h: 20m."));
  change_fence(lab, directive, [&](FenceOrders& orders) {
    orders.time_limit_s = *limit_s;
    orders.time_limit_line = directive.line;
  });
}

void note_non_deterministic(Lab& lab, const Directive& directive) {
  if (directive.argument != "output") return lab.findings.push_back(malformed(directive, "Write non-deterministic: output."));
  change_fence(lab, directive, [&](FenceOrders& orders) { orders.non_deterministic = true; });
}

void add_prerequisite(Lab& lab, const Directive& directive) {
  if (!directive.argument.ends_with(".md") || directive.argument.starts_with('/')) return lab.findings.push_back(malformed(directive, "Write the path of a page, relative to this one: ../00-setup.md."));
  lab.prerequisites.push_back({.path = directive.argument, .line = directive.line});
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
      if (op.kind == "shell.block") op.orders.expectations.push_back(expected);
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

template <class Change>
void change_step(Lab& lab, const Directive& directive, const Change& change) {
  const Unit* target = unit_after(lab, directive.line);
  for (Step* step : all_steps(lab)) {
    if (target == nullptr || step->line != target->line) continue;
    change(*step);
    return;
  }
  nothing_follows(lab, directive, "no step");
}

void make_optional(Lab& lab, const Directive& directive) {
  change_step(lab, directive, [](Step& step) { step.optional = true; });
}

void skip_step(Lab& lab, const Directive& directive) {
  if (directive.argument.empty()) return lab.findings.push_back(malformed(directive, "Say why: <!-- azlab skip: reason -->"));
  change_step(lab, directive, [&](Step& step) { step.skip_reason = directive.argument; });
}

void always_judge(Lab& lab, const Directive& directive) {
  change_step(lab, directive, [](Step& step) { step.always = true; });
}

void add_fault(Lab& lab, const Directive& directive) {
  if (directive.argument.empty()) return lab.findings.push_back(malformed(directive, "Write ID@operation:phase:times as azlab run --fault takes it."));
  change_step(lab, directive, [&](Step& step) { step.faults.push_back({.fault = directive.argument, .line = directive.line}); });
}

struct Row {
  std::string_view kind;
  void (*apply)(Lab& lab, const Directive& directive);
};
constexpr Row kRows[] = {{"always", always_judge}, {"capture", add_capture}, {"disable", disable_rules}, {"expect", add_expectation}, {"fault", add_fault},
                         {"non-deterministic", note_non_deterministic}, {"optional", make_optional}, {"prerequisite", add_prerequisite}, {"retry", add_retry}, {"skip", skip_step},
                         {"timeout", add_time_limit}};

}  // namespace

std::vector<std::string> served_directives() {
  std::vector<std::string> out;
  for (const auto& row : kRows) out.emplace_back(row.kind);
  return out;
}

void apply_directives(const std::vector<Directive>& directives, Lab& lab) {
  for (const auto& directive : directives) {
    for (const auto& row : kRows) {
      if (row.kind == directive.kind) row.apply(lab, directive);
    }
    if (directive.kind == kSimilarityDirective) add_similarity(lab, directive);
  }
}

}  // namespace azlab::lab
