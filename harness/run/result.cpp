#include "harness/run/result.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

#include "harness/rules/catalogue.hpp"
#include "sim/core/text.hpp"

namespace azlab::run {
namespace {

constexpr std::array kOrder = {verdict::kSkipped, verdict::kPassed,  verdict::kTolerated, verdict::kPassedByAlternative,
                               verdict::kBlocked, verdict::kNotUnderstood, verdict::kFailed};

std::size_t rank(std::string_view v) { return static_cast<std::size_t>(std::find(kOrder.begin(), kOrder.end(), v) - kOrder.begin()); }

bool counts(std::string_view severity, std::string_view fail_on) {
  if (fail_on == "never") return false;
  return severity == "error" || (fail_on == "warning" && severity == "warning");
}

}  // namespace

bool is_bad(std::string_view v) { return v == verdict::kFailed || v == verdict::kBlocked || v == verdict::kNotUnderstood; }

std::string worse(std::string_view a, std::string_view b) { return std::string(rank(a) >= rank(b) ? a : b); }

namespace {

/// Whether another finding of the same line says the mistake more exactly.
bool is_covered(const lab::Finding& finding, const std::vector<lab::Finding>& all) {
  return std::any_of(all.begin(), all.end(), [&](const lab::Finding& other) {
    const auto* rule = other.line == finding.line ? rules::find_rule(other.rule) : nullptr;
    return rule != nullptr && std::find(rule->covers.begin(), rule->covers.end(), finding.rule) != rule->covers.end();
  });
}

}  // namespace

void tidy_findings(LabRecord& record, std::string_view source) {
  auto& findings = record.findings;
  std::stable_sort(findings.begin(), findings.end(), [](const auto& a, const auto& b) { return a.line < b.line; });
  std::set<std::tuple<std::string, int, std::string>> seen;
  std::erase_if(findings, [&](const lab::Finding& f) { return !seen.emplace(f.rule, f.line, f.message).second; });
  const auto all = findings;
  std::erase_if(findings, [&](const lab::Finding& f) { return is_covered(f, all); });
  const auto lines = split(source, '\n');
  for (auto& finding : findings) {
    const bool in_text = finding.line >= 1 && static_cast<std::size_t>(finding.line) <= lines.size();
    if (finding.quote.empty() && in_text) finding.quote = trim(lines[static_cast<std::size_t>(finding.line) - 1]);
  }
}

int exit_status(const std::vector<LabRecord>& labs, std::string_view fail_on) {
  bool open_end = false;
  for (const auto& lab : labs) {
    const std::string_view least = fail_on.empty() ? lab.fail_on : fail_on;
    open_end = open_end || lab.steps.empty();
    for (const auto& finding : lab.findings) {
      if (counts(finding.severity, least)) return 1;
    }
    for (const auto& step : lab.steps) {
      if (!step.known.empty()) continue;
      if (step.verdict == verdict::kFailed && least != "never") return 1;
      open_end = open_end || step.verdict == verdict::kBlocked || step.verdict == verdict::kNotUnderstood;
    }
  }
  return open_end ? 3 : 0;
}

}  // namespace azlab::run
