#include "harness/shell/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <optional>

#include "sim/core/clock.hpp"

namespace azlab::shell {

std::vector<char*> exec_array(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& text : strings) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

int shell_status(int wait_status) {
  if (WIFEXITED(wait_status)) return WEXITSTATUS(wait_status);
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : 1;
}

void exec_in_child(char* const* argv, char* const* environment, const char* directory) {
  if (directory[0] != '\0' && chdir(directory) != 0) _exit(126);
  // The caller may be a server with sockets and databases open: none of that belongs to a lab's shell.
#ifdef SYS_close_range
  if (syscall(SYS_close_range, 3U, ~0U, 0U) != 0)
#endif
    for (int fd = 3; fd < 1024; ++fd) close(fd);
  for (int signal_number = 1; signal_number < 32; ++signal_number) std::signal(signal_number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execve(argv[0], argv, environment);
  _exit(127);
}

namespace {

void set_limit(__rlimit_resource_t what, std::uint64_t most) {
  if (most == 0) return;
  const rlimit limit{.rlim_cur = most, .rlim_max = most};
  setrlimit(what, &limit);
}

/// The reading ends of a child's output.
struct Pipes {
  std::array<int, 2> output{-1, -1};
  std::array<int, 2> errors{-1, -1};  ///< -1: they go into the output

  bool open(bool separate) { return pipe2(output.data(), O_CLOEXEC) == 0 && (!separate || pipe2(errors.data(), O_CLOEXEC) == 0); }
  void close_writing() {
    close(output[1]);
    if (errors[1] >= 0) close(errors[1]);
  }
  void close_reading() {
    for (const int end : {output[0], errors[0]}) {
      if (end >= 0) close(end);
    }
  }
};

/// Reads what is there from one end; false at its end, which is then closed and forgotten.
bool read_end(int& end, const std::function<void(std::string_view)>& take) {
  std::array<char, 65536> buffer{};
  const ssize_t got = read(end, buffer.data(), buffer.size());
  if (got > 0) {
    take({buffer.data(), static_cast<std::size_t>(got)});
    return true;
  }
  close(end);
  end = -1;
  return false;
}

/// While it lasts, this thread comes before all ordinary ones, where the kernel allows it, which is as root: there no
/// limit on processes holds, and thousands of them, each of a low priority, would starve the one that counts them.
class AheadOfOthers {
 public:
  AheadOfOthers() {
    const sched_param least{.sched_priority = 1};
    ahead_ = sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &least) == 0;
  }
  ~AheadOfOthers() {
    const sched_param none{.sched_priority = 0};
    if (ahead_) sched_setscheduler(0, SCHED_OTHER, &none);
  }
  AheadOfOthers(const AheadOfOthers&) = delete;
  AheadOfOthers& operator=(const AheadOfOthers&) = delete;

 private:
  bool ahead_ = false;
};

/// Bubblewrap's first child is the first process of the sandbox; 0: there is none (yet).
pid_t first_in_sandbox(pid_t bubblewrap) {
  const std::string own = std::to_string(bubblewrap);
  std::ifstream children("/proc/" + own + "/task/" + own + "/children");
  pid_t first = 0;
  children >> first;
  return first;
}

bool has_ended(pid_t child) {
  siginfo_t info{};
  return waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == child;
}

/// Ends a child with all that it started. The kernel ends a sandbox with its first process, which is not over, and
/// bubblewrap with it, before the last of the others is: a storm of processes takes seconds to die, in which nothing
/// else could be started.
void end_all(pid_t child, bool in_sandbox) {
  constexpr double kEmptyWithinS = 30;
  if (const pid_t first = in_sandbox ? first_in_sandbox(child) : 0; first > 0) {
    kill(first, SIGKILL);
    const double deadline = Clock::real_seconds() + kEmptyWithinS;
    while (!has_ended(child) && Clock::real_seconds() < deadline) poll(nullptr, 0, 2);
  }
  kill(-child, SIGKILL);
}

/// Reads until the child's side is closed, its time is over or it may not go on.
void read_all(Pipes& pipes, pid_t child, bool in_sandbox, const ProcessOptions& options, ProcessResult& result) {
  std::optional<AheadOfOthers> ahead;
  if (options.ahead_of_others) ahead.emplace();
  const auto keep = [&](std::string_view piece) {
    const std::size_t room = options.output_bytes_max - std::min(options.output_bytes_max, result.output.size());
    result.output_cut = result.output_cut || piece.size() > room;
    result.output.append(piece.substr(0, room));
    if (options.on_output) options.on_output(piece);
  };
  const double deadline = Clock::real_seconds() + options.time_limit_s;
  double ask_at = 0;
  while (pipes.output[0] >= 0 || pipes.errors[0] >= 0) {
    const double now = Clock::real_seconds();
    if (options.may_go_on && now >= ask_at) {
      result.stopped = !options.may_go_on(child);
      ask_at = now + options.ask_every_s;
    }
    result.timed_out = !result.stopped && now >= deadline;
    if (result.stopped || result.timed_out) {
      end_all(child, in_sandbox);
      return;
    }
    const double wait_s = std::min(deadline - now, options.may_go_on ? options.ask_every_s : 1.0);
    std::array<pollfd, 2> wait{{{.fd = pipes.output[0], .events = POLLIN, .revents = 0}, {.fd = pipes.errors[0], .events = POLLIN, .revents = 0}}};
    if (poll(wait.data(), wait.size(), static_cast<int>(wait_s * 1000) + 1) <= 0) continue;
    if (wait[0].revents != 0) read_end(pipes.output[0], keep);
    if (wait[1].revents != 0) read_end(pipes.errors[0], options.on_error);
  }
}

}  // namespace

ProcessResult run_process(const ExecPlan& plan, double time_limit_s, std::size_t output_bytes_max) {
  return run_process(plan, {.time_limit_s = time_limit_s, .output_bytes_max = output_bytes_max});
}

ProcessResult run_process(const ExecPlan& plan, const ProcessOptions& options) {
  ProcessResult result;
  std::vector<std::string> arguments = plan.argv;
  std::vector<std::string> environment = plan.environment;
  const std::vector<char*> argv = exec_array(arguments);
  const std::vector<char*> envp = exec_array(environment);
  Pipes pipes;
  if (arguments.empty() || !pipes.open(static_cast<bool>(options.on_error))) {
    result.failure = "no pipe for a child process";
    return result;
  }
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  const pid_t child = fork();
  if (child == 0) {
    setsid();
    dup2(options.input >= 0 ? options.input : nothing, 0);
    dup2(pipes.output[1], 1);
    dup2(pipes.errors[1] >= 0 ? pipes.errors[1] : pipes.output[1], 2);
    set_limit(RLIMIT_FSIZE, plan.file_bytes_max);
    if (plan.nice != 0) setpriority(PRIO_PROCESS, 0, plan.nice);
    exec_in_child(argv.data(), envp.data(), plan.directory.c_str());
  }
  pipes.close_writing();
  close(nothing);
  if (child < 0) {
    pipes.close_reading();
    result.failure = "no child process: " + std::string(std::strerror(errno));
    return result;
  }
  read_all(pipes, child, plan.in_sandbox, options, result);
  pipes.close_reading();
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  result.exit_status = shell_status(status);
  return result;
}

}  // namespace azlab::shell
