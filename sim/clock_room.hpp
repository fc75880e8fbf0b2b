#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "sim/simulator.hpp"

namespace azlab {

/// Where processes with our sleep shim wait (design 4). A process moves time by sleeping only: when every process
/// in the room sleeps, the clock goes to the earliest deadline. A hold stops it until the held process ends.
/// Any thread may call any member.
class ClockRoom {
 public:
  explicit ClockRoom(Simulator& simulator) : simulator_(simulator) {}

  /// A process starts, before it sends its first request. Returns its number.
  int enter();
  void leave(int process);
  /// Waits until `duration` of simulated time has passed for this process. Returns the time reached.
  Time sleep(int process, Duration duration);
  /// Something ended that the clock may have been held by.
  void poke();
  /// Wakes everybody for good; later sleeps return at once.
  void close();

 private:
  void wake_all();
  void move_time(std::unique_lock<std::mutex>& lock);

  Simulator& simulator_;
  std::mutex mutex_{};
  std::condition_variable changed_{};
  std::map<int, std::optional<Time>> processes_{};  ///< deadline while asleep
  int next_ = 1;
  std::uint64_t changes_ = 0;  ///< counts what may let a sleeper go on
  bool closed_ = false;
};

}  // namespace azlab
