#pragma once

#include <string>
#include <vector>

#include "harness/az/invocation.hpp"

namespace azlab::az {

/// What a command line came to: a command with its arguments in the Invocation, or help for some words.
struct ParsedLine {
  std::optional<Command> command{};
  bool help = false;
  /// The words in front of the arguments ("ml workspace").
  std::string words{};
};

/// Finds the command and reads its arguments the way argparse does, with az's texts for what is wrong.
Result<ParsedLine> parse_command_line(Invocation& az, const std::vector<std::string>& arguments);

/// Reads the words behind a command into the Invocation; true when help was asked for.
Result<bool> read_arguments(Invocation& az, const Command& command, const std::vector<std::string>& words);

/// Help for a group or a command, in az's layout; the welcome text for no words.
std::string help_text(Invocation& az, const std::string& words);

}  // namespace azlab::az
