#include "harness/shell/terminal.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "harness/shell/waiting.hpp"

namespace azlab::shell {

Terminal::~Terminal() {
  end(true);
}

Result<void> Terminal::start(const ExecPlan& plan) {
  std::vector<std::string> arguments = plan.argv;
  std::vector<std::string> environment = plan.environment;
  const std::vector<char*> argv = exec_array(arguments);
  const std::vector<char*> envp = exec_array(environment);
  std::array<char, 128> name{};
  master_ = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (master_ < 0 || grantpt(master_) != 0 || unlockpt(master_) != 0 ||
      ptsname_r(master_, name.data(), name.size()) != 0) {
    return fail(500, "NoTerminal", "no pseudo-terminal: " + std::string(std::strerror(errno)));
  }
  name_ = name.data();
  const int slave = open(name_.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
  struct stat status{};
  if (slave < 0 || fstat(slave, &status) != 0) return fail(500, "NoTerminal", "the pseudo-terminal does not open");
  device_ = status.st_rdev;
  // Wide enough that no tool folds a table, and without tab expansion, so that output is what was written.
  const winsize size{.ws_row = 40, .ws_col = 160, .ws_xpixel = 0, .ws_ypixel = 0};
  ioctl(slave, TIOCSWINSZ, &size);
  child_ = fork();
  if (child_ == 0) {
    setsid();
    ioctl(slave, TIOCSCTTY, 0);
    dup2(slave, 0);
    dup2(slave, 1);
    dup2(slave, 2);
    exec_in_child(argv.data(), envp.data(), plan.directory.c_str());
  }
  close(slave);
  if (child_ < 0) return fail(500, "NoProcess", "no child process: " + std::string(std::strerror(errno)));
  return {};
}

bool Terminal::read_some(std::string& out, int timeout_ms) {
  std::array<char, 65536> buffer{};
  pollfd wait{.fd = master_, .events = POLLIN, .revents = 0};
  const int ready = poll(&wait, 1, timeout_ms);
  if (ready == 0 || (ready < 0 && errno == EINTR)) return true;
  const ssize_t got = read(master_, buffer.data(), buffer.size());
  if (got <= 0) return got < 0 && (errno == EAGAIN || errno == EINTR);
  out.append(buffer.data(), static_cast<std::size_t>(got));
  return true;
}

void Terminal::type(std::string_view text) {
  while (!text.empty()) {
    const ssize_t done = write(master_, text.data(), text.size());
    if (done <= 0 && errno != EINTR) return;
    if (done > 0) text.remove_prefix(static_cast<std::size_t>(done));
  }
}

void Terminal::resize(int columns, int rows) const {
  const winsize size{.ws_row = static_cast<unsigned short>(rows), .ws_col = static_cast<unsigned short>(columns), .ws_xpixel = 0, .ws_ypixel = 0};
  ioctl(master_, TIOCSWINSZ, &size);
}

bool Terminal::print(std::string_view text) const {
  // Opened for this only: with a side of ours open, nobody would learn that everybody else has hung up.
  const int slave = open(name_.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  if (slave < 0) return false;
  const bool written = write(slave, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  close(slave);
  return written;
}

pid_t Terminal::foreground() const {
  const pid_t group = tcgetpgrp(master_);
  return group > 0 ? group : 0;
}

std::optional<TerminalReader> Terminal::waiting_reader() const {
  const pid_t group = foreground();
  if (group == 0) return std::nullopt;
  return find_waiting_reader(group, device_);
}

void Terminal::kill_group(pid_t group, int signal_number) const {
  if (group > 1) kill(-group, signal_number);
}

int Terminal::end(bool kill_it) {
  int status = 0;
  if (child_ > 0) {
    if (kill_it) {
      const pid_t group = foreground();
      if (group != child_) kill_group(group, SIGHUP);
      kill(child_, SIGKILL);
    }
    while (waitpid(child_, &status, 0) < 0 && errno == EINTR) {
    }
    child_ = -1;
  }
  if (master_ >= 0) close(master_);
  master_ = -1;
  return shell_status(status);
}

}  // namespace azlab::shell
