#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/guide/seen.hpp"

namespace azlab::guide {

/// The commands of a fence, comments and what holds a compound together left out; continued lines are one.
std::vector<std::string> commands_of(const std::string& code);
/// A command in words, quotes removed as a shell removes them.
std::vector<std::string> words_of(const std::string& command);

/// A command of az: its words and its options by their long names ("-n" is "--name").
struct AzCommand {
  std::string name{};  ///< "ml workspace create"
  std::map<std::string, std::string> options{};
};
/// Empty name: it is none of az's.
AzCommand read_az(const std::string& command);

/// Whether a learner who typed `typed` has carried `wanted` out: the same, or in another of the ways of writing it (order and
/// names of az's options, further options, the way to a script, several commands on a line that went well).
bool is_carried_out(const std::string& wanted, const CommandSeen& typed, bool tolerated);

}  // namespace azlab::guide
