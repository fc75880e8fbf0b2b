#include "harness/report/remarks.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "sim/core/text.hpp"
#include "sim/core/time.hpp"

namespace azlab::report {
namespace {

const rules::Rule kStepRules[] = {
    {.id = "azlab/step-failed", .severity = "error", .owner = "source", .what = "A step fails when it is carried out.", .why = "A reader who follows the text is stuck or misled here.",
     .example = "1. Open the **Missing.ipynb** notebook.", .repair = "Mend the instruction, or what it builds on; azlab explain shows the commands and the page."},
    {.id = "azlab/step-blocked", .severity = "warning", .owner = "source", .what = "A step could not be judged.",
     .why = "Something before it failed, or azlab or this computer lacks what it needs; nobody knows whether it works.", .example = "1. Sign in with your own phone.",
     .repair = "Mend the line that the evidence names, or list the step as known to be unsupported."},
    {.id = "azlab/step-not-understood", .severity = "warning", .owner = "source", .what = "A step holds no instruction that azlab knows.",
     .why = "It was not carried out, so nobody knows whether it works; readers may wonder, too.", .example = "1. Fold the page in half.", .repair = "Say what to select, enter or run, with labels in bold."},
};

struct RuleOfVerdict {
  std::string_view verdict;
  const rules::Rule& rule;
};
const RuleOfVerdict kRulesOfVerdicts[] = {
    {run::verdict::kFailed, kStepRules[0]}, {run::verdict::kBlocked, kStepRules[1]}, {run::verdict::kNotUnderstood, kStepRules[2]}};

Remark remark_of(const run::LabRecord& lab, const lab::Finding& finding) {
  const rules::Rule* rule = rules::find_rule(finding.rule);
  const bool own_suggestion = !finding.suggestion.empty() || rule == nullptr;
  return {.file = lab.file, .line = std::max(finding.line, 1), .severity = finding.severity, .rule = finding.rule, .owner = rules::owner_of(finding), .message = finding.message,
          .suggestion = own_suggestion ? finding.suggestion : rule->repair, .quote = finding.quote};
}

/// Whose a step is that did not go well: that of the error which was found at its lines, if one was.
std::string owner_of_step(const run::LabRecord& lab, const run::StepRecord& step, const rules::Rule& rule) {
  const auto is_of_step = [&](int line) { return line == step.line || std::any_of(step.ops.begin(), step.ops.end(), [&](const auto& op) { return op.line == line; }); };
  const auto cause = std::find_if(lab.findings.begin(), lab.findings.end(), [&](const lab::Finding& f) { return f.severity == "error" && is_of_step(f.line); });
  if (step.verdict == run::verdict::kFailed && cause != lab.findings.end()) return rules::owner_of(*cause);
  return step.owner.empty() ? rule.owner : step.owner;
}

}  // namespace

std::span<const rules::Rule> step_rules() { return kStepRules; }

const rules::Rule* rule_of(std::string_view id) {
  for (const auto& rule : kStepRules) {
    if (rule.id == id) return &rule;
  }
  return rules::find_rule(id);
}

std::vector<Remark> remarks_of(const run::LabRecord& lab) {
  std::vector<Remark> out;
  std::set<std::tuple<std::string, int, std::string>> seen;
  for (const auto& finding : lab.findings) {
    if (seen.emplace(finding.rule, finding.line, finding.message).second) out.push_back(remark_of(lab, finding));
  }
  for (const auto& step : lab.steps) {
    for (const auto& [verdict, rule] : kRulesOfVerdicts) {
      if (step.verdict != verdict) continue;
      // What is known not to be judged is nobody's alarm, and still said.
      out.push_back({.file = lab.file, .line = std::max(step.line, 1), .severity = step.known.empty() ? rule.severity : "note", .rule = rule.id, .owner = owner_of_step(lab, step, rule),
                     .message = step.evidence.empty() ? rule.what : step.evidence, .suggestion = step.known.empty() ? "" : "Known: " + step.known, .quote = first_line(step.text)});
    }
  }
  std::stable_sort(out.begin(), out.end(), [](const Remark& a, const Remark& b) { return a.line < b.line; });
  return out;
}

std::vector<Remark> remarks_of(const std::vector<run::LabRecord>& labs) {
  std::vector<Remark> out;
  std::set<std::tuple<std::string, std::string, int, std::string>> seen;
  for (const auto& lab : labs) {
    for (auto& remark : remarks_of(lab)) {
      if (seen.emplace(remark.file, remark.rule, remark.line, remark.message).second) out.push_back(std::move(remark));
    }
  }
  return out;
}

std::string name_of(const run::LabRecord& lab) { return lab.scenario.empty() ? lab.file : lab.file + " (" + lab.scenario + ")"; }

std::size_t count_of(const std::vector<Remark>& remarks, std::string_view severity) {
  return static_cast<std::size_t>(std::count_if(remarks.begin(), remarks.end(), [&](const Remark& r) { return r.severity == severity; }));
}

bool did_not_go_well(const run::StepRecord& step) {
  return step.verdict == run::verdict::kFailed || step.verdict == run::verdict::kBlocked || step.verdict == run::verdict::kNotUnderstood ||
         step.verdict == run::verdict::kPassedByAlternative;
}

std::string transcript_of(const run::StepRecord& step) {
  std::string out;
  for (const auto& op : step.ops) {
    for (const auto& command : op.commands) {
      out += "$ " + command.command + "\n" + command.output + (command.output.empty() || command.output.ends_with('\n') ? "" : "\n");
      if (command.exit_status != 0) out += "(exit status " + std::to_string(command.exit_status) + ")\n";
      if (command.simulated_s >= 1) out += "(" + to_words(seconds(command.simulated_s)) + ")\n";
    }
  }
  return out;
}

std::string cut_text(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string(text);
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "…";
}

std::string first_line(std::string_view text) {
  text = trim(text);
  return std::string(trim(text.substr(0, text.find('\n'))));
}

}  // namespace azlab::report
