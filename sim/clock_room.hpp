#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
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

  /// Whether a process of this computer does nothing (it waits for a child, a pipe, a key). Such a process holds no
  /// clock although it does not sleep. Without an answer, who is awake is waited for.
  using AtRest = std::function<bool(int pid)>;
  void set_at_rest(AtRest at_rest) { at_rest_ = std::move(at_rest); }

  /// A process starts, before it sends its first request; `pid` 0 when it is not known. Returns its number.
  int enter(int pid = 0);
  void leave(int process);
  /// Waits until `duration` of simulated time has passed for this process. Returns the time reached. Where a hold
  /// keeps the clock, it waits in real time for what is left.
  Time sleep(int process, Duration duration);
  /// Nobody moves the clock from `limit` on: who still sleeps then is left to whoever waits for it, until this is called again, with
  /// another limit or none; then their sleeps are over, and no time has passed. A sleep that began before the limit may go beyond it.
  /// Only time that leaps is moved by anybody.
  void move_until(std::optional<Time> limit);
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
  struct Process {
    int pid = 0;
    std::optional<Time> deadline{};  ///< while asleep
  };
  /// Whether everybody but the sleepers is known to do nothing.
  bool others_rest() const;
  bool is_over() const;  ///< the limit is reached

  AtRest at_rest_{};
  std::map<int, Process> processes_{};
  int next_ = 1;
  std::optional<Time> limit_{};
  std::uint64_t limits_ = 0;  ///< how often a limit that was reached has gone
  std::uint64_t changes_ = 0;  ///< counts what may let a sleeper go on
  bool closed_ = false;
};

}  // namespace azlab
