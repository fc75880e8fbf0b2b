#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <ctime>
#include <fstream>

#include "tests/bench/bench.hpp"

extern char** environ;

namespace azlab::bench {

double resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  double total = 0;
  double resident = 0;
  statm >> total >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double processor_seconds() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

Child run_child(const std::vector<std::string>& command, const std::vector<std::string>& variables) {
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return {};
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, pipe[1], 1);
  ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  std::vector<char*> arguments;
  for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  std::vector<char*> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) environment.push_back(*entry);
  for (const auto& variable : variables) environment.push_back(const_cast<char*>(variable.c_str()));
  environment.push_back(nullptr);

  Child child;
  const auto start = std::chrono::steady_clock::now();
  pid_t pid = 0;
  const int spawned = ::posix_spawnp(&pid, arguments.front(), &actions, nullptr, arguments.data(), environment.data());
  ::close(pipe[1]);
  ::posix_spawn_file_actions_destroy(&actions);
  std::array<char, 4096> buffer{};
  for (ssize_t got = 0; spawned == 0 && (got = ::read(pipe[0], buffer.data(), buffer.size())) > 0;) child.output.append(buffer.data(), static_cast<std::size_t>(got));
  ::close(pipe[0]);
  if (spawned != 0) return child;
  int status = 0;
  ::waitpid(pid, &status, 0);
  child.real_s = seconds_since(start);
  child.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  return child;
}

std::optional<double> quickest_child_seconds(int runs, const std::vector<std::string>& command, const std::vector<std::string>& variables) {
  std::vector<double> each;
  for (int run = 0; run < runs; ++run) {
    const Child child = run_child(command, variables);
    if (child.status != 0) return std::nullopt;
    each.push_back(child.real_s);
  }
  return *std::min_element(each.begin(), each.end());
}

std::string with_commas(std::size_t value) {
  std::string digits = std::to_string(value);
  for (std::size_t place = digits.size(); place > 3;) {
    place -= 3;
    digits.insert(place, ",");
  }
  return digits;
}

std::string with_unit(double value, const std::string& unit) {
  const std::string number = value >= 1000  ? with_commas(static_cast<std::size_t>(value + 0.5))
                             : value >= 100 ? fmt::format("{:.0f}", value)
                             : value >= 10  ? fmt::format("{:.1f}", value)
                                            : fmt::format("{:.2f}", value);
  return number + " " + unit;
}

}  // namespace azlab::bench
