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
#include <map>

#include "harness/door/client_door.hpp"
#include "harness/run/machines.hpp"
#include "harness/run/run_directory.hpp"
#include "harness/shell/process.hpp"
#include "sim/core/journal.hpp"
#include "sim/core/text.hpp"
#include "sim/core/world.hpp"

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

void write_summary(const Simulator& simulator, const door::ClientDoor& door, Time begin, std::ostream& out) {
  std::map<std::string, int> operations;
  int requests = 0;
  for (const auto& entry : simulator.journal().entries()) {
    if (entry.parent != 0) continue;
    ++requests;
    if (!entry.operation.empty()) ++operations[std::string(entry.operation)];
  }
  out << "azlab: " << requests << (requests == 1 ? " request, " : " requests, ") << to_words(simulator.now() - begin) << " of simulated time\n";
  for (const auto& [operation, count] : operations) out << fmt::format("{:7}  {}\n", count, operation);
  constexpr std::string_view kPrefix = "unknown-route/";
  simulator.inspect([&](const World& world) {
    world.for_each(Table::counter, kPrefix, [&](const std::string& key, const RowPtr&) {
      out << "  not served: " << key.substr(kPrefix.size()) << "\n";
      return true;
    });
  });
  for (const auto& [host, count] : door.refused()) out << fmt::format("  refused host: {} ({} times)\n", host, count);
  for (const auto& fault : simulator.fault_hits()) {
    out << (fault.hits == 0 ? "  armed, never hit: " : "  fault struck: ") << fault.fault << " at " << fault.armed << (fault.hits == 0 ? "" : fmt::format(" ({} times)", fault.hits)) << "\n";
  }
}

}  // namespace

Result<ArmedFault> parse_armed_fault(std::string_view text) {
  ArmedFault out{.fault = std::string(text.substr(0, text.find('@')))};
  if (const auto at = text.find('@'); at != std::string_view::npos) {
    const auto parts = split(text.substr(at + 1), ':');
    out.operation = parts[0];
    if (parts.size() > 1) out.phase = parts[1];
    if (parts.size() > 2) {
      char* end = nullptr;
      out.times = static_cast<int>(std::strtol(parts[2].c_str(), &end, 10));
      if (parts[2].empty() || *end != '\0' || out.times == 0) return fail(400, "WrongUse", fmt::format("--fault {}: '{}' is not a number of times (-1: without end)", text, parts[2]));
    }
    if (parts.size() > 3 || out.operation.empty() || out.phase.empty()) return fail(400, "WrongUse", fmt::format("--fault {}: write ID@operation:phase:times", text));
  }
  return out;
}

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
  SimulatorOptions simulator_options = options.simulator;
  // Clients compare our times with their own clock (tokens, signatures), so the simulated day is today.
  if (simulator_options.date.empty()) simulator_options.date = to_iso8601_seconds(Clock::machine_time());
  std::unique_ptr<Simulator> simulator;
  try {
    simulator = std::make_unique<Simulator>(simulator_options);
  } catch (const std::invalid_argument& e) {
    return fail(400, "WrongUse", e.what());
  }
  for (const auto& fault : options.faults) {
    if (const auto ok = simulator->arm(fault); !ok) return fail(ok.error());
  }
  auto directory = run::RunDirectory::make();
  if (!directory) return fail(directory.error());
  // What clients submit runs here as well: instances' scripts, jobs.
  auto machines = run::Machines::make(*simulator, **directory, {.azlab_binary = options.azlab_binary, .python = options.python, .say = options.say});
  if (!machines) return fail(machines.error());
  simulator->set_files(std::make_shared<run::DirectoryFiles>((*directory)->path() + "/shares"));
  if (!options.azlab_binary.empty()) simulator->set_workloads(*machines);
  auto door = door::ClientDoor::open(*simulator, (*machines)->room(), {.directory = (*directory)->path(), .port = options.port});
  if (!door) return fail(door.error());
  const Time begin = simulator->now();
  const auto status = run_child(options.command, (*door)->environment(own_environment()));
  (*machines)->room().close();
  (*machines)->finish(true);
  simulator->set_workloads(nullptr);
  if (!status) return status;
  write_summary(*simulator, **door, begin, out);
  for (const auto& what : (*machines)->replaced()) out << "  replaced: " << what << "\n";
  const auto& entries = simulator->journal().entries();
  const bool silent = entries.empty();
  if (silent) out << "azlab: no request came from '" << options.command.front() << "': does it look at HTTPS_PROXY? docs/run-a-client.md lists programs that do not\n";
  return silent && options.require_requests && *status == 0 ? 1 : *status;
}

}  // namespace azlab::host
