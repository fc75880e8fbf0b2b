#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace azlab::shell {

/// What to execute: nothing of the caller's environment is handed on.
struct ExecPlan {
  std::vector<std::string> argv;
  std::vector<std::string> environment{};  ///< "NAME=value"
  std::string directory{};                 ///< empty: the caller's
  std::uint64_t file_bytes_max = 0;        ///< 0: as the caller
  int nice = 0;                            ///< steps below the caller's priority
  bool in_sandbox = false;                 ///< it is bubblewrap, whose first child is the first process of the sandbox
};

struct ProcessResult {
  int exit_status = 0;       ///< 128 + signal when a signal ended it
  std::string output{};      ///< stdout and stderr in the order they came
  bool timed_out = false;
  bool stopped = false;      ///< `may_go_on` said no
  bool output_cut = false;
  std::string failure{};     ///< it could not be started
};

struct ProcessOptions {
  double time_limit_s = 120;
  int input = -1;  ///< the caller's descriptor that becomes its standard input; negative: it has none
  std::size_t output_bytes_max = std::size_t{1} << 20U;  ///< kept in the result; the rest is read and dropped
  /// What it writes, as it comes, whatever is kept.
  std::function<void(std::string_view)> on_output{};
  /// Set: standard error goes here instead of into the output.
  std::function<void(std::string_view)> on_error{};
  /// Asked every `ask_every_s` with the child's number; false ends it.
  std::function<bool(pid_t child)> may_go_on{};
  double ask_every_s = 0.1;
  bool ahead_of_others = false;  ///< who is asked comes before all ordinary threads of this computer, where the kernel allows it
};

/// Runs to the end with no terminal. What is ended early is ended whole: the process group, and of a sandbox every
/// process in it, before this returns.
ProcessResult run_process(const ExecPlan& plan, const ProcessOptions& options);
ProcessResult run_process(const ExecPlan& plan, double time_limit_s, std::size_t output_bytes_max);

/// Between fork and exec: changes directory, closes what is not standard, executes. Never returns.
/// Takes ready-made arrays, because a child of a threaded process must not allocate.
[[noreturn]] void exec_in_child(char* const* argv, char* const* environment, const char* directory);

/// The arrays `execve` wants; valid while `strings` lives unchanged.
std::vector<char*> exec_array(std::vector<std::string>& strings);

/// Exit status as a shell counts it, from what waitpid gave.
int shell_status(int wait_status);

}  // namespace azlab::shell
