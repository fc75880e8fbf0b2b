#include "harness/shell/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

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

ProcessResult run_process(const ExecPlan& plan, double time_limit_s, std::size_t output_bytes_max) {
  ProcessResult result;
  std::vector<std::string> arguments = plan.argv;
  std::vector<std::string> environment = plan.environment;
  const std::vector<char*> argv = exec_array(arguments);
  const std::vector<char*> envp = exec_array(environment);
  std::array<int, 2> ends{};
  if (arguments.empty() || pipe2(ends.data(), O_CLOEXEC) != 0) {
    result.failure = "no pipe for a child process";
    return result;
  }
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  const pid_t child = fork();
  if (child == 0) {
    setsid();
    dup2(nothing, 0);
    dup2(ends[1], 1);
    dup2(ends[1], 2);
    exec_in_child(argv.data(), envp.data(), plan.directory.c_str());
  }
  close(ends[1]);
  close(nothing);
  if (child < 0) {
    close(ends[0]);
    result.failure = "no child process: " + std::string(std::strerror(errno));
    return result;
  }
  const double deadline = Clock::real_seconds() + time_limit_s;
  std::array<char, 65536> buffer{};
  while (true) {
    const double left = deadline - Clock::real_seconds();
    if (left <= 0) {
      result.timed_out = true;
      kill(-child, SIGKILL);
      break;
    }
    pollfd wait{.fd = ends[0], .events = POLLIN, .revents = 0};
    if (poll(&wait, 1, static_cast<int>(std::min(left, 1.0) * 1000) + 1) <= 0) continue;
    const ssize_t got = read(ends[0], buffer.data(), buffer.size());
    if (got <= 0) break;
    const std::size_t room = output_bytes_max - std::min(output_bytes_max, result.output.size());
    result.output_cut = result.output_cut || static_cast<std::size_t>(got) > room;
    result.output.append(buffer.data(), std::min(room, static_cast<std::size_t>(got)));
  }
  close(ends[0]);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  result.exit_status = shell_status(status);
  return result;
}

}  // namespace azlab::shell
