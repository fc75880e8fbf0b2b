#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "sim/core/time.hpp"

namespace azlab::net {

/// The host under which the sleep shims speak to the clock.
inline constexpr std::string_view kClockHost = "clock.azlab";

/// Where processes with a sleep shim come, wait and leave (design 4), given by whoever owns the clock.
struct ClockHandlers {
  /// A process came, with its number on this computer (0: unknown); returns its number at the clock. It left when it says `leave`, or when the connection on which it came ends.
  std::function<int(int pid)> enter;
  std::function<void(int)> leave;
  /// Blocks until that much simulated time has passed for the process.
  std::function<Time(int, Duration)> sleep;
  std::function<Time()> now;
};

/// Answers one request to the clock: `/enter`, `/enter/{pid}`, `/leave/{n}`, `/sleep/{n}/{milliseconds}`, `/now`; plain numbers,
/// milliseconds since 1970. Remembers, for the connection of this thread, who entered on it.
std::string ask_clock(const ClockHandlers& clock, std::string_view path);
/// The connection of this thread has ended: whoever entered on it has left.
void leave_clock(const ClockHandlers& clock);

}  // namespace azlab::net
