#pragma once

#include <string>
#include <vector>

#include "harness/az/command.hpp"

namespace azlab::az {

/// The candidate most like the word, or empty where none is like it enough. What real az asks of Python's difflib
/// (`get_close_matches` with 0.7): twice the matching characters over all characters, ties to the later name.
std::string closest(const std::string& word, const std::vector<std::string>& candidates);

/// What az writes under the error of a wrong command line: up to three examples of the command's help, those first
/// that use most of the options that were typed, and the link to the reference. `words`: the command's own.
std::string recommendations(const std::string& words, const Command* command, const std::vector<std::string>& typed);

}  // namespace azlab::az
