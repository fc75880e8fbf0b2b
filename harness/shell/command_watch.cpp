#include "harness/shell/command_watch.hpp"

#include <cstdlib>
#include <utility>

#include "harness/shell/screen_text.hpp"
#include "sim/core/text.hpp"

namespace azlab::shell {
namespace {

constexpr std::size_t kOutputMax = 16'384;
constexpr std::size_t kMarkMax = 65'536;  ///< what is longer never was a mark of ours

}  // namespace

std::string CommandWatch::pass(std::string_view written) {
  unread_ += written;
  std::string seen;
  const auto show = [&](std::size_t bytes) {
    keep(std::string_view(unread_).substr(0, bytes));
    seen.append(unread_, 0, bytes);
    unread_.erase(0, bytes);
  };
  while (true) {
    const std::size_t at = unread_.find(mark_);
    if (at == std::string::npos) {
      const std::size_t escape = unread_.rfind('\x1b');
      // The begin of a mark may stand at the end.
      const bool half = escape != std::string::npos && std::string_view(mark_).starts_with(std::string_view(unread_).substr(escape));
      show(half ? escape : unread_.size());
      return seen;
    }
    show(at);
    const std::size_t end = unread_.find('\a');
    if (end == std::string::npos) {
      if (unread_.size() > kMarkMax) show(unread_.size());
      return seen;
    }
    const std::string inner = unread_.substr(mark_.size(), end - mark_.size());
    unread_.erase(0, end + 1);
    on_mark(inner);
  }
}

void CommandWatch::keep(std::string_view text) {
  if (!running_) return;
  output_ += text;
  // What went wrong stands at the end.
  if (output_.size() > 2 * kOutputMax) output_.erase(0, output_.size() - kOutputMax);
}

void CommandWatch::end_command(std::string_view status) {
  if (running_) nameless_.push_back({.command = {}, .exit_status = std::atoi(std::string(status).c_str()), .output = screen_text(output_)});
  output_.clear();
}

/// "C;status" where a command starts, with the status of what ran before; before a prompt "E;text" for each command and "P;status".
void CommandWatch::on_mark(std::string_view inner) {
  const char kind = inner.empty() ? '\0' : inner[0];
  const std::string_view argument = inner.size() > 2 ? inner.substr(2) : std::string_view();
  if (kind == 'E') texts_.push_back(percent_decode(argument));
  if (kind == 'C') {
    end_command(argument);
    running_ = true;
  }
  if (kind != 'P') return;
  end_command(argument);
  // A prompt that follows no command (an empty line, the first) has nothing to tell. What is told last ran last.
  for (std::size_t i = 0; i < nameless_.size(); ++i) {
    const std::size_t from_end = nameless_.size() - i;
    if (from_end > texts_.size()) continue;
    nameless_[i].command = texts_[texts_.size() - from_end];
    ended_.push_back(std::move(nameless_[i]));
  }
  nameless_.clear();
  texts_.clear();
  running_ = false;
}

std::vector<CommandResult> CommandWatch::take() { return std::exchange(ended_, {}); }

}  // namespace azlab::shell
