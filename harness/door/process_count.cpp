#include "harness/door/process_count.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <numeric>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace azlab::door {
namespace {

namespace fs = std::filesystem;

std::string pid_namespace(const std::string& process) {
  std::error_code gone;
  return fs::read_symlink("/proc/" + process + "/ns/pid", gone).string();
}

std::string session_number(const std::string& process) {
  std::ifstream file("/proc/" + process + "/stat");
  std::string line;
  std::getline(file, line);
  // The name stands in brackets and may hold anything; state, parent, group and session follow it.
  const auto name_end = line.rfind(')');
  if (name_end == std::string::npos) return {};
  std::istringstream rest(line.substr(name_end + 1));
  std::string state, parent, group, session;
  rest >> state >> parent >> group >> session;
  return session;
}

/// The first child of bubblewrap lives in the sandbox.
std::string sandbox_of(const std::string& outer) {
  std::ifstream children("/proc/" + outer + "/task/" + outer + "/children");
  std::string first;
  children >> first;
  return first.empty() ? std::string() : pid_namespace(first);
}

/// The sum of these fields of a file of /proc in bytes; nothing when it cannot be read.
std::optional<std::uint64_t> kilobytes_in(const std::string& file, std::initializer_list<std::string_view> fields) {
  std::ifstream in(file);
  std::uint64_t total = 0;
  bool any = false;
  for (std::string line; std::getline(in, line);) {
    for (const auto field : fields) {
      if (!line.starts_with(field)) continue;
      any = true;
      total += std::strtoull(line.c_str() + field.size(), nullptr, 10) * 1024;
    }
  }
  return any ? std::optional<std::uint64_t>(total) : std::nullopt;
}

std::uint64_t memory_of(const std::string& process) { return kilobytes_in("/proc/" + process + "/status", {"RssAnon:", "RssShmem:"}).value_or(0); }

/// Its part of what it shares with others, and all it has alone.
std::uint64_t share_of(const std::string& process) { return kilobytes_in("/proc/" + process + "/smaps_rollup", {"Pss_Anon:", "Pss_Shmem:"}).value_or(memory_of(process)); }

}  // namespace

ProcessUse use_of(int child, bool in_sandbox, std::uint64_t memory_max) {
  const std::string outer = std::to_string(child);
  const std::string own = in_sandbox ? sandbox_of(outer) : outer;
  // Just before bubblewrap has made it, the sandbox is the one that we are in ourselves.
  if (own.empty() || (in_sandbox && own == pid_namespace("self"))) return {};
  std::vector<std::string> processes;
  std::error_code why;
  for (const auto& entry : fs::directory_iterator("/proc", why)) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    if ((in_sandbox ? pid_namespace(name) : session_number(name)) == own) processes.push_back(name);
  }
  const auto sum = [&](std::uint64_t (*bytes_of)(const std::string&)) {
    return std::accumulate(processes.begin(), processes.end(), std::uint64_t{0}, [&](std::uint64_t total, const std::string& process) { return total + bytes_of(process); });
  };
  ProcessUse use{.processes = static_cast<int>(processes.size()), .memory_bytes = sum(memory_of)};
  if (use.memory_bytes > memory_max) use.memory_bytes = sum(share_of);
  return use;
}

}  // namespace azlab::door
