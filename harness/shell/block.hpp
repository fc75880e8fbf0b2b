#pragma once

#include <functional>
#include <string>

#include "harness/shell/shell.hpp"
#include "harness/shell/terminal.hpp"

namespace azlab::shell {

/// What the block runner asks of the session around it.
struct BlockHooks {
  std::function<void()> before_command{};               ///< clock and seed for the next command
  std::function<void(CommandResult&)> after_command{};  ///< what the shims noted
  std::function<double()> simulated_s{};                ///< how much simulated time has passed since the command began; may be empty
};

/// Pastes `text` into a bash that was started with the session's start-up file, whose marks bear `mark`.
/// `shell_ended` says that bash itself went (by `exit`, say), so that there is nothing to go on from.
struct BlockRun {
  BlockResult result{};
  int last_status = 0;
  bool shell_ended = false;
};
BlockRun run_pasted(const ExecPlan& plan, const std::string& mark, const std::string& text, const BlockOptions& options,
                    const BlockHooks& hooks);

}  // namespace azlab::shell
