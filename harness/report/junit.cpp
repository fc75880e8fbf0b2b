#include <fmt/format.h>

#include <algorithm>

#include "harness/report/plain.hpp"
#include "harness/report/remarks.hpp"
#include "harness/report/report.hpp"
#include "sim/core/text.hpp"

namespace azlab::report {
namespace {

/// As a value of an attribute, which would lose its line ends.
std::string in_attribute(std::string_view text) { return replace_all(replace_all(html_text(text), "\n", "&#10;"), "\t", "&#9;"); }

/// What was typed and shown, what was found at the step's line, and the page it was on.
std::string system_out(const run::LabRecord& lab, const run::StepRecord& step) {
  std::string text = transcript_of(step);
  for (const auto& finding : lab.findings) {
    if (finding.line == step.line) text += finding.severity + " " + finding.rule + ": " + finding.message + "\n";
  }
  text += step.screen;
  return text.empty() ? text : "      <system-out>" + html_text(text) + "</system-out>\n";
}

/// Neither passed nor a failure that anybody has to look at: that a step fails may be known.
bool is_skipped(const run::StepRecord& step) {
  return step.verdict == run::verdict::kFailed ? !step.known.empty() : step.verdict == run::verdict::kBlocked || step.verdict == run::verdict::kNotUnderstood || step.verdict == run::verdict::kSkipped;
}

std::string case_xml(const run::LabRecord& lab, const run::StepRecord& step) {
  std::string out = fmt::format("    <testcase classname=\"{}\" name=\"{}:{} {}\" time=\"{:.3f}\"", in_attribute(name_of(lab)), in_attribute(step.section), step.line,
                                in_attribute(step.text.substr(0, step.text.find('\n'))), step.simulated_s);
  const std::string transcript = system_out(lab, step);
  if (step.verdict == run::verdict::kFailed && step.known.empty()) {
    return out + fmt::format(">\n      <failure message=\"{}\">{}:{}</failure>\n{}    </testcase>\n", in_attribute(step.evidence), html_text(lab.file), step.line, transcript);
  }
  if (is_skipped(step)) {
    return out + fmt::format(">\n      <skipped message=\"{}: {}\"/>\n{}    </testcase>\n", step.verdict, in_attribute(step.evidence), transcript);
  }
  return transcript.empty() ? out + "/>\n" : out + ">\n" + transcript + "    </testcase>\n";
}

}  // namespace

std::string to_junit(const std::vector<run::LabRecord>& labs) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  for (const auto& lab : labs) {
    const auto count = [&](auto wanted) { return std::count_if(lab.steps.begin(), lab.steps.end(), wanted); };
    const auto failures = count([](const auto& s) { return s.verdict == run::verdict::kFailed && s.known.empty(); });
    const auto skipped = count(is_skipped);
    out += fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" time=\"{:.3f}\">\n", in_attribute(name_of(lab)), lab.steps.size(),
                       failures, skipped, lab.simulated_s);
    for (const auto& step : lab.steps) out += case_xml(lab, step);
    out += "  </testsuite>\n";
  }
  return out + "</testsuites>\n";
}

}  // namespace azlab::report
