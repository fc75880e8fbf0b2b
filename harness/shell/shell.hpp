#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/shell/process.hpp"
#include "sim/core/result.hpp"
#include "sim/core/time.hpp"

namespace azlab::shell {

class Session;
struct Program;

/// Where sandboxed processes live. One per lab run; everything is below `directory` and goes with it.
struct HostOptions {
  std::string directory;             ///< the run's own directory, absolute
  std::string channel_socket{};      ///< Unix socket of the local channel, bound into sandboxes; empty: none
  std::string azlab_binary{};        ///< bound as `az` and `sleep` in sandboxes
  /// Repository address -> local directory that stands in for it.
  std::vector<std::pair<std::string, std::string>> clone_map{};
  /// Asked with a directory of clone_map for a bare repository of it that is there already (make_repository), which
  /// sandboxes are shown as it is. "": there is none, and the run makes one. None: each is made by the run.
  std::function<Result<std::string>(const std::string&)> repository_of{};
  bool sandbox = true;               ///< false: --no-sandbox, plain child processes
  std::uint64_t seed = 1;
  /// Simulated time, for `date` and file stamps.
  std::function<Time()> now{};
  /// Told that processes shall not move time further than this, where it is not over yet (ClockRoom::move_until). May be empty.
  std::function<void(std::optional<Time>)> move_time_until{};
  /// Name -> text of a script that stands for the machine's own program of that name.
  std::map<std::string, std::string> scripts{};
  /// Asked before a terminal's shell or a script starts: adds mounts and wraps its command. What it returns lives as
  /// long as the process; an error blocks the step. None: nothing is added.
  std::function<Result<std::shared_ptr<void>>(Program&)> equip{};
};

/// Makes a bare repository of a directory at `place`: one commit with a fixed author and date, so that its hash is the same
/// each time.
Result<void> make_repository(const std::string& place, const std::string& directory);

/// Whether bubblewrap works here; the reason when it does not. Found to work once, it is not tried again in this process.
Result<void> check_sandbox();

/// A process read the terminal (the kernel says so), and what it was given.
struct PromptAnswer {
  std::string prompt;         ///< the last line on the terminal before it read
  std::string process{};      ///< who read, by the kernel's name for it
  std::string answered_with{};  ///< as CommandResult::answered_with
  std::string text{};         ///< what was typed
  int line_in_block = -1;     ///< of the line that was eaten, when one was
};

/// One command of a fence and what came of it. Lines that a prompt ate are in `prompts`; they have no result of
/// their own, because they never were commands.
struct CommandResult {
  std::string command;      ///< as pasted
  int line_in_block = 0;    ///< 0-based line of the fence
  int exit_status = 0;
  std::string output{};     ///< stdout and stderr as the terminal showed them, control sequences removed
  /// It read the terminal while text of the block was still to come, or nothing was: the prompt it showed.
  std::string prompt{};
  /// What answered the prompt: "next line of the block", "y", or empty when nothing did.
  std::string answered_with{};
  bool timed_out = false;
  bool given_up = false;    ///< timed_out because so much simulated time passed (BlockOptions::patience_s)
  /// A tool that the machine lists but this computer lacks: the step is blocked, not failed.
  std::string missing_tool{};
  /// What was asked for and is not simulated ("az vm", "docker"), each once: the step is blocked, whatever the exit status.
  std::vector<std::string> not_simulated{};
  /// Every read of the terminal, in order; `prompt` and `answered_with` repeat the first.
  std::vector<PromptAnswer> prompts{};
  /// git was given a web address that HostOptions::clone_map does not name.
  std::string unmapped_clone{};
  double simulated_s = 0;   ///< simulated time that passed meanwhile; 0 where the host tells none
  bool output_cut = false;  ///< BlockOptions::output_bytes_max was reached; the output says so too
};

struct BlockResult {
  std::vector<CommandResult> commands{};
  /// Set when the block could not be run at all (no sandbox, …): blocked, with the reason.
  std::string blocked{};
  /// What in this block cannot follow clock and seed.
  std::vector<std::string> not_reproducible{};
  /// Background jobs that still ran when the block was done; they end with it.
  std::vector<std::string> left_running{};
};

struct BlockOptions {
  double time_limit_s = 120;  ///< real seconds for one command
  double patience_s = 6.0 * 3600;  ///< simulated seconds after which a reader gives a command up; 0: never
  double start_limit_s = 120;  ///< real seconds until a prompt stands there; a busy computer is slow to start a shell
  /// Answers a plain yes/no question that nothing in the block answers, as a reader would; reported in the result.
  bool answer_plain_questions = true;
  std::size_t output_bytes_max = 1U << 20U;  ///< of one command
};

/// A place of this computer that a program's sandbox shows as well.
struct Mount {
  std::string here;
  std::string inside;
  bool writable = false;
};

/// A program that is no terminal's: a notebook's kernel, a job.
struct Program {
  std::vector<std::string> argv{};
  std::map<std::string, std::string> variables{};  ///< beside the machine's own; they win
  std::vector<std::string> path{};                 ///< folders before the machine's own on PATH
  std::string directory{};                         ///< on the machine; empty: the session's start directory
  std::vector<Mount> mounts{};                     ///< in a sandbox only
  bool root = false;
  ProcessOptions limits{};
  std::uint64_t file_bytes_max = 0;  ///< of one file that it writes; 0: any
  int processes_max = 0;             ///< in a sandbox, and the kernel heeds it for others than root; 0: any
  int nice = 0;                      ///< steps below this process's priority
};

/// A terminal at which a person sits, with bash as they left it at nobody's command. One thread reads; any may do the rest.
class LiveTerminal {
 public:
  virtual ~LiveTerminal() = default;  ///< ends what runs in it
  /// Waits up to `timeout_ms` and appends what was written. False when the shell has ended.
  virtual bool read_some(std::string& out, int timeout_ms) = 0;
  virtual void type(std::string_view text) = 0;
  virtual void resize(int columns, int rows) = 0;
  /// The commands that have ended since this was asked last. Of the thread that reads.
  virtual std::vector<CommandResult> take_commands() = 0;
};

/// A terminal on a simulated machine: "cloud-shell" or "compute-instance". State between blocks (directory,
/// exported variables, functions, files) is data below the run's directory, so it can be copied to branch.
class Session {
 public:
  struct Options {
    std::string machine;            ///< a description in fixtures/machines
    std::string name;               ///< unique in the run: its home lies in <directory>/homes/<name>
    std::string share_directory{};  ///< host directory mounted as ~/cloudfiles/code; empty: none
    std::string start_directory{};  ///< inside the machine; empty: home
    std::string hostname{};         ///< empty: the description's own
    std::map<std::string, std::string> variables{};
  };
  Session(const HostOptions& host, Options options);
  ~Session();

  /// Pastes a block into the terminal, as a reader pastes it, and waits until the prompt is back.
  BlockResult run_block(const std::string& text, const BlockOptions& options = {});
  /// Runs a script file's text with bash, without a terminal, as a creation script runs (that is, as root): in
  /// Options::start_directory, with the share mounted. `missing_tool` also says why it could not be run at all.
  CommandResult run_script(const std::string& text, const std::vector<std::string>& arguments,
                           double time_limit_s = 600, bool as_root = true);

  /// Opens a terminal for a person, in the start directory; several may be open at a time.
  Result<std::unique_ptr<LiveTerminal>> open_terminal(int columns, int rows);

  /// Runs a program on the machine, without a terminal. `failure` also says why nothing can run here at all.
  ProcessResult run_program(const Program& program);

  /// A path of the machine as its programs see it: itself in a sandbox, else where it lies on this computer.
  std::string as_seen(const std::string& path) const;
  /// The folder of the session's shims (pip, sleep), as programs see it.
  std::string shims() const;
  /// Names of the packages that the machine's pip has installed, as pip compares them.
  std::vector<std::string> installed_packages() const;
  /// Names of packages that the machine came with and its pip has taken away.
  std::vector<std::string> removed_packages() const;
  /// Writes a file that programs of the session can read; returns its path as they see it.
  Result<std::string> put_file(const std::string& name, const std::string& text) const;

  /// A file of the machine's home by its path in it, as a person brings it or takes it away; no path leads out (beneath.hpp).
  Result<void> write_home(const std::string& path, std::string_view bytes) const;
  Result<std::string> read_home(const std::string& path, std::size_t bytes_max) const;

  std::string working_directory() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace azlab::shell
