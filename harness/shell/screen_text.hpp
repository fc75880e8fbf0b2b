#pragma once

#include <string>
#include <string_view>

namespace azlab::shell {

/// What a reader sees of terminal output: control sequences gone, carriage returns and backspaces carried out
/// (a progress bar leaves its last state), lines ended by '\n'. Bytes that are no UTF-8 become U+FFFD.
std::string screen_text(std::string_view bytes);

/// The last line, without what ends it: where a prompt stands.
std::string last_line(std::string_view text);

/// Whether the text asks for yes or no and nothing else ("Proceed (Y/n)?"). Gives what a reader would type.
std::string plain_answer(std::string_view prompt);

}  // namespace azlab::shell
