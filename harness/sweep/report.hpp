#pragma once

#include <string>
#include <vector>

#include "harness/sweep/outcome.hpp"
#include "sim/core/json.hpp"
#include "sim/core/result.hpp"

namespace azlab::sweep {

/// What `azlab sweep` says at its end: counts, and the sentences that are needed most.
std::string as_text(const std::vector<LabSweep>& labs);
/// `--report json=FILE`: {"sweep": 1, "labs": [{file, title, language, scenario, steps, cells, sentences, counts}]}.
std::string as_json(const std::vector<LabSweep>& labs);
/// Reads it back. The error is one line.
Result<std::vector<LabSweep>> from_json(std::string_view text);
/// Whether a text is such a report rather than one of azlab validate.
bool is_sweep(std::string_view json_text);
/// `--report html=FILE`: the matrix, the sentences and each branch, in one file that loads nothing.
std::string as_html(const std::vector<LabSweep>& labs);
/// `--report markdown=FILE`: counts, matrix and sentences as tables; of the lab's text it has line numbers alone.
std::string as_markdown(const std::vector<LabSweep>& labs);

Json cell_json(const Cell& cell);
Cell cell_from_json(const Json& value);

/// A step that has cells, and the cells of one fault, as a matrix needs them.
struct Matrix {
  std::vector<std::size_t> steps{};   ///< columns: indices of LabSweep::steps
  std::vector<std::string> faults{};  ///< rows
  /// The cell of a fault at a step, or null.
  const Cell* at(const LabSweep& lab, const std::string& fault, std::size_t step) const;
};
Matrix matrix_of(const LabSweep& lab);
/// One letter for an outcome: a absorbed, + led out, ! left alone, H hidden, ? unclear, - not struck.
char letter_of(std::string_view outcome);

/// Joins the parts of one sweep (`--shard`), the labs in their order; the cells of each by step and fault. The error is one line:
/// parts of other sweeps, a branch that stands in two of them.
Result<std::vector<LabSweep>> merge(std::vector<std::vector<LabSweep>> parts);

}  // namespace azlab::sweep
