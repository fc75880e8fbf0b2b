#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "harness/journal/file.hpp"

namespace azlab::journal {

/// What is otherwise than in the run that was written down; empty: as then.
struct Changed {
  std::string scenario{};
  std::optional<std::uint64_t> seed{};
  std::vector<ArmedFault> faults{};  ///< beside those of the run
  bool without_faults = false;       ///< none of those that the run's command line and its admin interface armed
};

/// What came of a replay.
struct Replayed {
  std::size_t requests = 0;
  std::size_t left_out = 0;   ///< requests that cannot be sent again: their secrets or bodies are not kept
  std::vector<std::string> differences{};  ///< a line each
};

/// `azlab replay FILE`: sends what clients sent to a simulator of its own, at the same simulated times, and compares status,
/// error code and fault of each answer, how long each operation took and how it ended, and the resources at the end.
/// `path` is the file that `lines` were read from, for bodies beside it; `progress` hears of what could not be compared.
/// Fails with one line where nothing can be replayed.
Result<Replayed> replay(const std::string& path, const std::vector<Line>& lines, const Changed& changed, std::ostream& progress);

}  // namespace azlab::journal
