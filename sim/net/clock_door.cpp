#include "sim/net/clock_door.hpp"

#include <cstdlib>
#include <vector>

#include "sim/core/text.hpp"

namespace azlab::net {
namespace {

thread_local std::vector<int> t_entered;

std::string number(Time time) { return std::to_string(time.time_since_epoch().count()); }

}  // namespace

std::string ask_clock(const ClockHandlers& clock, std::string_view path) {
  const auto parts = split(path, '/');
  const std::string verb = parts.size() > 1 ? parts[1] : "";
  const int process = parts.size() > 2 ? std::atoi(parts[2].c_str()) : 0;
  if (verb == "enter") {
    t_entered.push_back(clock.enter(process));
    return std::to_string(t_entered.back());
  }
  if (verb == "leave") {
    std::erase(t_entered, process);
    clock.leave(process);
  }
  if (verb == "sleep" && parts.size() > 3) return number(clock.sleep(process, Duration(std::strtoll(parts[3].c_str(), nullptr, 10))));
  return number(clock.now());
}

void leave_clock(const ClockHandlers& clock) {
  for (const int process : t_entered) clock.leave(process);
  t_entered.clear();
}

}  // namespace azlab::net
