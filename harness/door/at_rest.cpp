#include "harness/door/at_rest.hpp"

#include <poll.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace azlab::door {
namespace {

constexpr int kApartMs = 3;

bool looks_at_rest(int pid) {
  std::error_code gone;
  for (const auto& task : std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task", gone)) {
    std::ifstream file(task.path() / "stat");
    std::string line;
    std::getline(file, line);
    // The name stands in brackets and may hold anything; the state follows it.
    const auto name_end = line.rfind(')');
    if (name_end != std::string::npos && name_end + 2 < line.size() && line[name_end + 2] == 'R') return false;
  }
  return true;
}

}  // namespace

bool is_at_rest(int pid) {
  if (!looks_at_rest(pid)) return false;
  ::poll(nullptr, 0, kApartMs);
  return looks_at_rest(pid);
}

}  // namespace azlab::door
