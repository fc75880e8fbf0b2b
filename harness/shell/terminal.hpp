#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/shell/process.hpp"
#include "sim/core/result.hpp"

namespace azlab::shell {

/// A thread that is blocked reading the terminal. Two reads of one thread differ in `switches`.
struct TerminalReader {
  pid_t process = 0;
  pid_t thread = 0;
  std::uint64_t switches = 0;  ///< voluntary context switches: grows each time it blocks
  std::string name{};
  bool operator==(const TerminalReader& other) const { return thread == other.thread && switches == other.switches; }
};

/// A process on its own pseudo-terminal. Used by one thread; ends the process when it goes.
class Terminal {
 public:
  Terminal() = default;
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  Result<void> start(const ExecPlan& plan);
  /// Waits up to `timeout_ms` and appends what was written. False when nobody has the terminal open any more.
  bool read_some(std::string& out, int timeout_ms);
  void type(std::string_view text);
  void resize(int columns, int rows) const;
  /// Writes what a process inside would write, so that it comes out behind all that was written before. False when it
  /// cannot be written now.
  bool print(std::string_view text) const;
  /// The terminal's foreground process group, in this process's numbering; 0 when unknown.
  pid_t foreground() const;
  /// Who of the foreground process group is blocked reading this terminal, as the kernel sees it.
  std::optional<TerminalReader> waiting_reader() const;
  void kill_group(pid_t group, int signal_number) const;
  /// Kills the process (a sandbox goes with its first process) and returns its status as a shell counts it.
  int end(bool kill_it);

 private:
  int master_ = -1;
  std::string name_{};  ///< path of its other side
  pid_t child_ = -1;
  dev_t device_ = 0;
};

}  // namespace azlab::shell
