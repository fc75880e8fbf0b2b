#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ostream>

#include "harness/report/matrix.hpp"
#include "harness/report/remarks.hpp"
#include "harness/report/report.hpp"
#include "sim/core/text.hpp"
#include "sim/core/time.hpp"

namespace azlab::report {
namespace {

constexpr std::size_t kTextCharactersMax = 72;

struct Mark {
  std::string_view verdict;
  const char* word;
  const char* colour;
};
constexpr Mark kMarks[] = {{run::verdict::kPassed, "ok", "32"},       {run::verdict::kPassedByAlternative, "ok*", "32"},
                           {run::verdict::kTolerated, "ok~", "32"},   {run::verdict::kSkipped, "skip", "90"},
                           {run::verdict::kBlocked, "block", "33"},   {run::verdict::kNotUnderstood, "?", "35"},
                           {run::verdict::kFailed, "FAIL", "31"}};

std::string mark_of(std::string_view verdict, const ConsoleOptions& options) {
  for (const auto& mark : kMarks) {
    if (mark.verdict != verdict) continue;
    const std::string padded = fmt::format("{:<5}", mark.word);
    return options.colour ? fmt::format("\x1b[{}m{}\x1b[0m", mark.colour, padded) : padded;
  }
  return std::string(verdict);
}

/// The first line of a text, cut on a character boundary.
std::string shortened(std::string_view text) {
  text = trim(text.substr(0, text.find('\n')));
  std::string out;
  std::size_t characters = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool starts = (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
    if (starts && ++characters > kTextCharactersMax) return out + "…";
    out += text[i];
  }
  return out;
}

/// Hosts of pipelines read commands of their own from a job's output ("##vso[…]", "##[…]" anywhere in a line, "::error::…" at its
/// beginning): what a lab prints gives none.
std::string without_commands(const std::string& text) { return replace_all(replace_all(text, "##vso[", "## vso["), "##[", "## ["); }

void print_indented(std::ostream& out, const std::string& text) {
  for (const auto& line : split(without_commands(text), '\n')) out << "        " << (trim(line).starts_with("::") ? "| " : "") << line << "\n";
}

}  // namespace

void print_step(std::ostream& out, const run::LabRecord& lab, const run::StepRecord& step, const ConsoleOptions& options) {
  const std::string file = lab.file.substr(lab.file.rfind('/') + 1);
  out << mark_of(step.verdict, options) << " " << file << ":" << step.line << "  " << (step.in_alternative ? "(alternative) " : "") << without_commands(shortened(step.text));
  if (step.simulated_s >= 1) out << "  [" << to_words(seconds(step.simulated_s)) << "]";
  out << "\n";
  const bool wants_reason = step.verdict == run::verdict::kFailed || step.verdict == run::verdict::kBlocked ||
                            step.verdict == run::verdict::kNotUnderstood || step.verdict == run::verdict::kPassedByAlternative;
  if (wants_reason && !step.evidence.empty()) print_indented(out, step.evidence);
  out.flush();
}

void print_lab(std::ostream& out, const run::LabRecord& lab, const ConsoleOptions& options) {
  if (!lab.findings.empty()) out << "\nFindings in " << lab.file << "\n";
  for (const auto& finding : lab.findings) {
    const char* colour = finding.severity == "error" ? "31" : finding.severity == "warning" ? "33" : "36";
    const std::string severity = options.colour ? fmt::format("\x1b[{}m{}\x1b[0m", colour, finding.severity) : finding.severity;
    out << "  " << lab.file << ":" << finding.line << "  " << severity << "  " << finding.rule << "  " << without_commands(finding.message) << "\n";
    if (!finding.suggestion.empty()) print_indented(out, finding.suggestion);
  }
  for (const auto& fault : lab.faults) {
    out << (fault.hits == 0 ? "  armed, never hit: " : "  fault struck: ") << fault.fault << " at " << fault.armed << (fault.hits == 0 ? "" : fmt::format(" ({} times)", fault.hits)) << "\n";
  }
  for (const auto& notebook : lab.notebooks) {
    if (!notebook.python.empty()) out << "  notebook at line " << notebook.line << ": kernel '" << notebook.kernel << "' was Python " << notebook.python << "; its packages stand in the JSON report\n";
    if (!notebook.taken_over_from.empty()) out << "    from the same start as " << notebook.taken_over_from << ", so it was not carried out again\n";
  }
  for (const auto& what : lab.replaced) out << "  replaced: " << what << "\n";
  for (const auto& route : lab.unknown_routes) out << "  not served: " << route << "\n";
  for (const auto& property : lab.unmodelled) out << "  kept, without effect here: " << property << "\n";
  for (const auto& stand_in : lab.stand_ins) out << "  stands in for " << stand_in.address << ": " << stand_in.stands_in << "\n";
  std::map<std::string, int> counts;
  const run::StepRecord* first_failed = nullptr;
  for (const auto& step : lab.steps) {
    ++counts[step.verdict];
    if (step.verdict == run::verdict::kFailed && !step.in_alternative && first_failed == nullptr) first_failed = &step;
  }
  std::vector<std::string> parts;
  for (const auto& mark : kMarks) {
    if (const auto n = counts[std::string(mark.verdict)]; n > 0) parts.push_back(fmt::format("{} {}", n, mark.verdict));
  }
  out << "\n" << lab.file << ": " << lab.verdict << " (" << join(parts, ", ") << ")";
  if (first_failed != nullptr) out << "; a reader gets stuck at line " << first_failed->line;
  if (!lab.read_with_source.empty()) out << "\n  " << lab.read_with_source.size() << " sentences are understood by their source's words, not by their own (lines " << fmt::format("{}", fmt::join(lab.read_with_source, ", ")) << ")";
  if (lab.silenced > 0) out << "\n  " << lab.silenced << " findings are silenced";
  if (const auto known = std::count_if(lab.steps.begin(), lab.steps.end(), [](const auto& step) { return !step.known.empty(); }); known > 0) out << "\n  " << known << " steps are known to fail or not to be judged";
  out << "\n  the reader waits " << to_words(seconds(lab.simulated_s)) << " of simulated time; this run took " << fmt::format("{:.1f} s", lab.real_s) << "\n\n";
}

void print_summary(std::ostream& out, const std::vector<run::LabRecord>& labs, const ConsoleOptions&) {
  if (labs.size() < 2) return;
  for (const auto& lab : labs) {
    const auto failed = std::find_if(lab.steps.begin(), lab.steps.end(), [](const auto& s) { return s.verdict == run::verdict::kFailed && !s.in_alternative; });
    out << lab.file << ": " << lab.verdict << ", " << lab.findings.size() << " findings";
    if (failed != lab.steps.end()) out << ", first failing line " << failed->line;
    out << "\n";
  }
  for (const auto& matrix : matrices_of(labs)) {
    out << "\nLanguages of " << name_of(*matrix.columns.front().lab) << "\n";
    for (const auto& column : matrix.columns) {
      if (column.lab != matrix.columns.front().lab) out << "  " << column.lab->language << ": " << words_on(matrix, column) << "\n";
    }
  }
}

}  // namespace azlab::report
