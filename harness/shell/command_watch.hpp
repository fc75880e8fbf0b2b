#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/shell/shell.hpp"

namespace azlab::shell {

/// Reads along what a person's terminal writes and tells which commands ended how. The start-up file (fixtures/machines/person.bash) marks
/// where a command begins and ends by sequences that begin with ESC ] `mark`; the person never gets to see them.
class CommandWatch {
 public:
  explicit CommandWatch(std::string mark) : mark_("\x1b]" + std::move(mark) + ";") {}

  /// What of it the person sees. A mark that is cut waits for its other half.
  std::string pass(std::string_view written);
  /// The commands that have ended since the last call, oldest first: text, status, and the end of what they wrote.
  std::vector<CommandResult> take();

 private:
  void on_mark(std::string_view inner);
  void end_command(std::string_view status);
  void keep(std::string_view text);

  std::string mark_;
  std::string unread_{};
  bool running_ = false;
  std::string output_{};
  std::vector<CommandResult> nameless_{};  ///< since the last prompt: how each ended; what it was is told there
  std::vector<std::string> texts_{};
  std::vector<CommandResult> ended_{};
};

}  // namespace azlab::shell
