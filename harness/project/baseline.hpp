#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/run/result.hpp"
#include "sim/core/result.hpp"

namespace azlab::project {

/// One thing that a team knows of and has put off: a finding, or a step that fails or that azlab cannot judge. Told apart by the words it
/// is about rather than by their line, so that it stays known when lines move.
struct KnownThing {
  std::string file{};
  std::string rule{};  ///< "step/failed" for a step that fails, "step" for one that is blocked or not understood
  std::string text{};  ///< the line's words, or the step's
  int count = 0;       ///< how often the same stands in the file

  bool operator==(const KnownThing&) const = default;
};

/// Everything that a run reports, as a baseline's text (JSON, sorted, one entry a line).
std::string write_baseline(const std::vector<run::LabRecord>& labs);
/// Reads one; the error is a line that says what is wrong.
Result<std::vector<KnownThing>> read_baseline(std::string_view text);

/// What a baseline took out of a run.
struct BaselineUse {
  int findings = 0;
  int steps = 0;
  int stale = 0;
};

/// Takes known findings out of the records, marks known steps, and adds a finding `baseline/stale` for each entry of a file
/// that was carried out and does not show it any more.
BaselineUse apply_baseline(const std::vector<KnownThing>& baseline, std::vector<run::LabRecord>& labs);

}  // namespace azlab::project
