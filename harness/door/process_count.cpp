#include "harness/door/process_count.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

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

}  // namespace

int processes_of(int child, bool in_sandbox) {
  const std::string outer = std::to_string(child);
  const std::string own = in_sandbox ? sandbox_of(outer) : outer;
  // Just before bubblewrap has made it, the sandbox is the one that we are in ourselves.
  if (own.empty() || (in_sandbox && own == pid_namespace("self"))) return 0;
  int count = 0;
  std::error_code why;
  for (const auto& entry : fs::directory_iterator("/proc", why)) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    if ((in_sandbox ? pid_namespace(name) : session_number(name)) == own) ++count;
  }
  return count;
}

}  // namespace azlab::door
