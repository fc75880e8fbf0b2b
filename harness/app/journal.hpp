#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace azlab::app {

/// `azlab journal FILE`: what a run's journal says, in lines for people or (`json`) for programs. `filters` are by name
/// (journal::filter_names). 0, or 2 for wrong use.
int print_journal(const std::string& file, const std::map<std::string, std::string>& filters, bool json);

/// What of `azlab replay` is otherwise than in the run, as the command line has it.
struct ReplayOptions {
  std::string scenario{};
  std::optional<std::uint64_t> seed{};
  std::vector<std::string> faults{};
  bool without_faults = false;
};
/// `azlab replay FILE`: 0 when all came as then, 1 when something differs, 2 for wrong use.
int replay_journal(const std::string& file, const ReplayOptions& options);

}  // namespace azlab::app
