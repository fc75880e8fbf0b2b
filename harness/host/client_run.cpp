#include "harness/host/client_run.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "harness/host/stage.hpp"
#include "harness/shell/process.hpp"
#include "sim/core/journal.hpp"
#include "sim/core/text.hpp"

namespace azlab::host {
namespace {

constexpr std::array kPassedOn = {SIGINT, SIGTERM, SIGHUP};
constexpr int kCannotExecute = 127;

std::atomic<pid_t> g_child = 0;

void pass_on(int signal) {
  const pid_t child = g_child.load();
  if (child > 0) ::kill(child, signal);
}

/// Takes the signals over while a child runs, and gives them back.
class SignalsPassedOn {
 public:
  explicit SignalsPassedOn(pid_t child) {
    g_child = child;
    struct sigaction action {};
    action.sa_handler = pass_on;
    for (std::size_t i = 0; i < kPassedOn.size(); ++i) ::sigaction(kPassedOn[i], &action, &before_[i]);
  }
  ~SignalsPassedOn() {
    g_child = 0;
    for (std::size_t i = 0; i < kPassedOn.size(); ++i) ::sigaction(kPassedOn[i], &before_[i], nullptr);
  }
  SignalsPassedOn(const SignalsPassedOn&) = delete;
  SignalsPassedOn& operator=(const SignalsPassedOn&) = delete;

 private:
  std::array<struct sigaction, kPassedOn.size()> before_{};
};

std::vector<std::string> own_environment() {
  std::vector<std::string> out;
  for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry) out.emplace_back(*entry);
  return out;
}

/// The file that a command's name stands for, as execvp finds it; empty when there is none.
std::string find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) return ::access(name.c_str(), X_OK) == 0 ? name : std::string();
  const char* path = std::getenv("PATH");
  for (const auto& directory : split(path != nullptr ? path : "/usr/bin:/bin", ':')) {
    const std::string file = (directory.empty() ? "." : directory) + "/" + name;
    if (::access(file.c_str(), X_OK) == 0) return file;
  }
  return {};
}

Result<int> run_child(std::vector<std::string> command, std::vector<std::string> environment) {
  const std::string program = find_program(command.front());
  if (program.empty()) return fail(400, "WrongUse", fmt::format("there is no program '{}' on PATH", command.front()));
  command.front() = program;
  const auto argv = shell::exec_array(command);
  const auto envp = shell::exec_array(environment);
  const pid_t child = ::fork();
  if (child < 0) return fail(500, "Process", fmt::format("cannot start '{}': {}", program, std::strerror(errno)));
  if (child == 0) {
    ::execve(argv[0], argv.data(), envp.data());
    ::_exit(kCannotExecute);
  }
  const SignalsPassedOn passed_on(child);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return shell::shell_status(status);
}

}  // namespace

Result<void> parse_time_mode(std::string_view text, SimulatorOptions& options) {
  if (text == "leap" || text == "real") {
    options.time_mode = text == "leap" ? TimeMode::leap : TimeMode::real;
    return {};
  }
  char* end = nullptr;
  const std::string number(text.substr(0, text.size() - (text.ends_with('x') ? 1 : 0)));
  const double scale = std::strtod(number.c_str(), &end);
  if (!text.ends_with('x') || number.empty() || *end != '\0' || !(scale > 0)) return fail(400, "WrongUse", fmt::format("--time {}: write leap, real, or how many times faster, as 60x", text));
  options.time_mode = TimeMode::scaled;
  options.time_scale = scale;
  return {};
}

Result<int> run_client(const ClientRunOptions& options, std::ostream& out) {
  auto stage = Stage::open(options);
  if (!stage) return fail(stage.error());
  if ((*stage)->admin_port() != 0) out << "azlab: admin interface at http://127.0.0.1:" << (*stage)->admin_port() << "\n" << std::flush;
  const auto status = run_child(options.command, (*stage)->door().environment(own_environment()));
  if (!status) return status;
  if (const auto closed = (*stage)->close(out, *status); !closed) return fail(closed.error());
  const bool silent = (*stage)->simulator().journal().entries().empty();
  if (silent) out << "azlab: no request came from '" << options.command.front() << "': does it look at HTTPS_PROXY? docs/run-a-client.md lists programs that do not\n";
  const bool failed = !(*stage)->all_met() || (silent && options.require_requests);
  if (failed && *status == 0) return 1;
  // A status that the scenario asks for is what should happen.
  return !failed && (*stage)->exit_status_expected() ? 0 : *status;
}

}  // namespace azlab::host
