#include "harness/webdriver/driver.hpp"

#include <fcntl.h>
#include <poll.h>
#include <re2/re2.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <vector>

#include "harness/shell/process.hpp"
#include "sim/core/clock.hpp"
#include "sim/core/text.hpp"

namespace azlab::webdriver {
namespace {

/// A machine that does many things at once is slow to start a program.
constexpr double kStartLimitS = 60;

/// Reads until the driver has said its port (chromedriver 116 and later: "started successfully on port N").
Result<int> read_port(int output) {
  static const RE2 kPort(R"(started successfully on port (\d+))");
  std::string said;
  const double deadline = Clock::real_seconds() + kStartLimitS;
  while (Clock::real_seconds() < deadline) {
    pollfd wait{.fd = output, .events = POLLIN, .revents = 0};
    if (poll(&wait, 1, 1000) <= 0) continue;
    std::array<char, 4096> piece{};
    const ssize_t got = read(output, piece.data(), piece.size());
    if (got <= 0) return fail(502, "NoDriver", "chromedriver ended at once: " + std::string(trim(said)));
    said.append(piece.data(), static_cast<std::size_t>(got));
    int port = 0;
    if (RE2::PartialMatch(said, kPort, &port)) return port;
  }
  return fail(502, "NoDriver", "chromedriver did not start within a minute");
}

/// A folder of its own: the browser leaves nothing in the caller's home and finds nothing of it.
Result<std::string> make_home() {
  std::string name = (std::filesystem::temp_directory_path() / "azlab-browser-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) return fail(500, "FileError", "no folder for a browser: " + std::string(std::strerror(errno)));
  return name;
}

}  // namespace

std::string find_on_path(const std::string& name) {
  const char* path = std::getenv("PATH");
  for (const auto& directory : split(path != nullptr ? path : "/usr/bin:/bin", ':')) {
    const std::string file = (directory.empty() ? "." : directory) + "/" + name;
    if (::access(file.c_str(), X_OK) == 0) return file;
  }
  return {};
}

Result<std::unique_ptr<Driver>> Driver::start() {
  const std::string program = find_on_path("chromedriver");
  if (program.empty() || find_on_path("chromium").empty()) return fail(400, "NoDriver", "a browser needs chromedriver and Chromium on PATH; install Debian's packages chromium and chromium-driver");
  auto home = make_home();
  if (!home) return fail(home.error());
  const char* path = std::getenv("PATH");
  std::vector<std::string> command = {program, "--port=0"};
  std::vector<std::string> environment = {"HOME=" + *home, "TMPDIR=" + *home, "PATH=" + std::string(path == nullptr ? "/usr/bin:/bin" : path)};
  const auto argv = shell::exec_array(command);
  const auto envp = shell::exec_array(environment);
  std::array<int, 2> output{-1, -1};
  if (pipe2(output.data(), O_CLOEXEC) != 0) return fail(500, "NoDriver", "no pipe for chromedriver");
  const pid_t child = fork();
  if (child == 0) {
    setsid();
    // Who is killed takes the driver along, and the browser ends with its driver's pipe.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(output[1], 1);
    dup2(output[1], 2);
    shell::exec_in_child(argv.data(), envp.data(), "");
  }
  close(output[1]);
  if (child < 0) {
    close(output[0]);
    return fail(500, "NoDriver", "cannot start chromedriver: " + std::string(std::strerror(errno)));
  }
  std::unique_ptr<Driver> driver(new Driver(child, output[0], std::move(*home)));
  const auto port = read_port(output[0]);
  if (!port) return fail(port.error());
  driver->port_ = *port;
  return driver;
}

Driver::~Driver() {
  // The browser is of the driver's group, so nothing stays behind.
  kill(-process_, SIGKILL);
  int status = 0;
  while (waitpid(process_, &status, 0) < 0 && errno == EINTR) {
  }
  close(output_);
  std::error_code why;
  std::filesystem::remove_all(home_, why);
}

}  // namespace azlab::webdriver
