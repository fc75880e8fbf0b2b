#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "harness/run/result.hpp"

namespace azlab::report {

/// A lab in all its languages, step by step: where which translation goes wrong.
struct Matrix {
  struct Column {
    const run::LabRecord* lab = nullptr;
    std::size_t differs = 0;  ///< steps with findings about the translation
    std::size_t missing = 0;  ///< steps of the source that it has not
    std::size_t added = 0;    ///< steps that the source has not
  };
  struct Cell {
    const run::StepRecord* step = nullptr;  ///< null: missing
    std::vector<std::string> rules{};       ///< `l10n/…` found from its line to the next step's, each once
  };
  struct Row {
    const run::StepRecord* source = nullptr;
    std::vector<Cell> cells{};  ///< one a column
  };
  std::vector<Column> columns{};  ///< the source, then its translations in the order of the report
  std::vector<Row> rows{};        ///< the source's steps

  /// Whether every language passes or fails the row alike and no translation differs there.
  static bool is_even(const Row& row);
};

/// One for each lab that has translations among `labs`, a scenario each; `labs` outlive them.
std::vector<Matrix> matrices_of(const std::vector<run::LabRecord>& labs);

/// How a column fares: "12 steps as in the source, 1 differs, 1 missing, none added".
std::string words_on(const Matrix& matrix, const Matrix::Column& column);

}  // namespace azlab::report
