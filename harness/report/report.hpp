#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "harness/run/result.hpp"
#include "sim/core/result.hpp"

namespace azlab::report {

struct ConsoleOptions {
  bool colour = false;
};

/// One line of progress: verdict, file:line, the step's words, simulated time.
void print_step(std::ostream& out, const run::LabRecord& lab, const run::StepRecord& step, const ConsoleOptions& options);
/// Findings and the summary of one lab, naming the first failing line.
void print_lab(std::ostream& out, const run::LabRecord& lab, const ConsoleOptions& options);
/// The last lines of a run over several labs.
void print_summary(std::ostream& out, const std::vector<run::LabRecord>& labs, const ConsoleOptions& options);

/// The format of the JSON report, its member `version`: counted up when a reader of the former one would go wrong.
inline constexpr int kJsonVersion = 1;
/// The JSON report; byte-identical for the same seed and labs but for `realSeconds`.
std::string to_json(const std::vector<run::LabRecord>& labs);
/// The records that a JSON report was made of: to_json of them is the same report.
Result<std::vector<run::LabRecord>> from_json(std::string_view text);
/// JUnit: a test suite a lab, a test case a step.
std::string to_junit(const std::vector<run::LabRecord>& labs);
/// SARIF 2.1.0: findings, and the steps that did not go well, with the rules behind them.
std::string to_sarif(const std::vector<run::LabRecord>& labs);
/// Workflow commands of GitHub Actions, at most as many as GitHub shows, and a line that says how many there are.
std::string to_github(const std::vector<run::LabRecord>& labs);
/// Markdown for a pull request's comment, below 60,000 bytes; what is left out, it says.
std::string to_markdown(const std::vector<run::LabRecord>& labs);
/// One HTML file that works offline: filters, prints, loads nothing.
std::string to_html(const std::vector<run::LabRecord>& labs);

/// All that a report knows of a line: "52", or "FILE:52" where it has several labs (FILE may be the path's end). Fails with
/// one clear line when there is no such place.
Result<std::string> explain(const std::vector<run::LabRecord>& labs, std::string_view place);

}  // namespace azlab::report
