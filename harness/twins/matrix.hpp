#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "harness/lab/lab.hpp"
#include "harness/twins/twins.hpp"

namespace azlab::twins {

/// A source and its twins, unit by unit: what a language matrix shows.
struct Matrix {
  enum class State { same, differs, missing };
  struct Cell {
    State state = State::missing;
    int line = 0;                      ///< in the twin; 0 where it is missing
    std::vector<std::string> rules{};  ///< what differs, each once
  };
  struct Column {
    std::string file{};
    std::string language{};
    std::size_t same = 0;
    std::size_t differs = 0;
    std::size_t missing = 0;
    std::size_t added = 0;
  };
  struct Row {
    int line = 0;  ///< in the source
    std::string section{};
    int step = 0;
    std::string kind{};
    std::string text{};         ///< as a reader sees it, shortened
    std::vector<Cell> cells{};  ///< one a column
  };
  /// What a twin has and the source has not.
  struct Added {
    std::size_t column = 0;
    int line = 0;
    std::string text{};
  };
  /// How the twins name a label of the user interface; more than one spelling in a cell is worth a look.
  struct Label {
    std::string en{};
    std::vector<std::vector<std::string>> spellings{};  ///< one list a column, each spelling once
  };

  std::vector<Column> columns{};
  std::vector<Row> rows{};
  std::vector<Added> added{};
  std::vector<Label> labels{};  ///< in the order in which the source names them
};

/// A twin with what was found in it; everything outlives the call.
struct Compared {
  const lab::Lab* twin = nullptr;
  const Alignment* alignment = nullptr;
  const std::vector<lab::Finding>* findings = nullptr;  ///< of `compare` or `compare_with_history`
};

Matrix make_matrix(const lab::Lab& source, const std::vector<Compared>& twins);

}  // namespace azlab::twins
