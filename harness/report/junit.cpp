#include <fmt/format.h>

#include <algorithm>

#include "harness/report/report.hpp"
#include "sim/core/text.hpp"

namespace azlab::report {
namespace {

/// XML 1.0 has no place for control characters, not even escaped.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\n': out += "&#10;"; break;
      case '\t': out += "&#9;"; break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20) out += c;
    }
  }
  return out;
}

std::string case_xml(const run::LabRecord& lab, const run::StepRecord& step) {
  std::string out = fmt::format("    <testcase classname=\"{}\" name=\"{}:{} {}\" time=\"{:.3f}\"", escaped(lab.file), escaped(step.section), step.line,
                                escaped(step.text.substr(0, step.text.find('\n'))), step.simulated_s);
  if (step.verdict == run::verdict::kFailed) {
    return out + fmt::format(">\n      <failure message=\"{}\">{}:{}</failure>\n    </testcase>\n", escaped(step.evidence), escaped(lab.file), step.line);
  }
  if (step.verdict == run::verdict::kBlocked || step.verdict == run::verdict::kNotUnderstood || step.verdict == run::verdict::kSkipped) {
    return out + fmt::format(">\n      <skipped message=\"{}: {}\"/>\n    </testcase>\n", step.verdict, escaped(step.evidence));
  }
  return out + "/>\n";
}

}  // namespace

std::string to_junit(const std::vector<run::LabRecord>& labs) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  for (const auto& lab : labs) {
    const auto count = [&](auto wanted) { return std::count_if(lab.steps.begin(), lab.steps.end(), wanted); };
    const auto failures = count([](const auto& s) { return s.verdict == run::verdict::kFailed; });
    const auto skipped = count([](const auto& s) { return s.verdict == run::verdict::kBlocked || s.verdict == run::verdict::kNotUnderstood || s.verdict == run::verdict::kSkipped; });
    out += fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" time=\"{:.3f}\">\n", escaped(lab.file), lab.steps.size(),
                       failures, skipped, lab.simulated_s);
    for (const auto& step : lab.steps) out += case_xml(lab, step);
    out += "  </testsuite>\n";
  }
  return out + "</testsuites>\n";
}

}  // namespace azlab::report
