#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "harness/run/result.hpp"

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

/// The JSON report; byte-identical for the same seed and labs but for `realSeconds`.
std::string to_json(const std::vector<run::LabRecord>& labs);
/// JUnit: a test suite a lab, a test case a step.
std::string to_junit(const std::vector<run::LabRecord>& labs);

}  // namespace azlab::report
