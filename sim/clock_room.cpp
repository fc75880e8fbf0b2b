#include "sim/clock_room.hpp"

#include <algorithm>

#include "sim/core/clock.hpp"

namespace azlab {
namespace {

constexpr std::chrono::milliseconds kLookAgain{20};

/// A sleep that meets a hold waits in real time (design 4): the process that holds the clock may be the one that sleeps.
class HeldWait {
 public:
  /// Whether as many real seconds have passed at one hold as simulated ones are left.
  bool has_waited(const Simulator& simulator, Time deadline) {
    const Time now = simulator.now();
    const auto until = simulator.held_until();
    if (!until || now + Duration(1) < *until) {  // the clock stops just before it
      since_s_ = kNotHeld;
      return false;
    }
    const double real_s = Clock::real_seconds();
    if (since_s_ < 0 || at_ != now) {
      since_s_ = real_s;
      at_ = now;
    }
    return real_s - since_s_ >= to_seconds(deadline - now);
  }

 private:
  static constexpr double kNotHeld = -1;
  double since_s_ = kNotHeld;
  Time at_{};
};

}  // namespace

int ClockRoom::enter(int pid) {
  const std::lock_guard lock(mutex_);
  processes_.emplace(next_, Process{.pid = pid});
  return next_++;
}

void ClockRoom::leave(int process) {
  const std::lock_guard lock(mutex_);
  processes_.erase(process);
  wake_all();
}

void ClockRoom::poke() {
  const std::lock_guard lock(mutex_);
  wake_all();
}

void ClockRoom::move_until(std::optional<Time> limit) {
  const std::lock_guard lock(mutex_);
  if (is_over()) ++limits_;
  limit_ = limit;
  wake_all();
}

void ClockRoom::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  wake_all();
}

void ClockRoom::wake_all() {
  ++changes_;
  changed_.notify_all();
}

bool ClockRoom::others_rest() const {
  for (const auto& [number, process] : processes_) {
    if (!process.deadline && (process.pid == 0 || !at_rest_ || !at_rest_(process.pid))) return false;
  }
  return true;
}

bool ClockRoom::is_over() const { return limit_ && simulator_.options().time_mode == TimeMode::leap && simulator_.now() >= *limit_; }

/// One of the sleepers moves the clock, when nobody is awake; the others see it when they wake.
void ClockRoom::move_time(std::unique_lock<std::mutex>& lock) {
  std::optional<Time> earliest;
  for (const auto& [number, process] : processes_) {
    if (process.deadline) earliest = earliest ? std::min(*earliest, *process.deadline) : *process.deadline;
  }
  if (!earliest || !others_rest()) return;
  if (is_over()) return;
  lock.unlock();
  const Time before = simulator_.now();
  const Time reached = simulator_.advance_to(*earliest);
  lock.lock();
  // At a hold nothing moves: waking the others would only have them wake us.
  if (reached > before) wake_all();
}

Time ClockRoom::sleep(int process, Duration duration) {
  const bool leap = simulator_.options().time_mode == TimeMode::leap;
  std::unique_lock lock(mutex_);
  const Time deadline = simulator_.now() + duration;
  processes_[process].deadline = deadline;
  HeldWait held;
  bool waited = false;
  const std::uint64_t limits = limits_;
  while (!closed_ && limits_ == limits && simulator_.now() < deadline) {
    waited = held.has_waited(simulator_, deadline);
    if (waited) break;
    if (leap) {
      // What changes while time is being moved, unlocked, must not be slept through.
      const std::uint64_t seen = changes_;
      move_time(lock);
      const auto go_on = [&] { return changes_ != seen || closed_ || simulator_.now() >= deadline; };
      changed_.wait_for(lock, kLookAgain, go_on);  // nobody tells us when a process comes to rest, or of real time
    } else {
      // How fast time goes may change meanwhile, and it may be moved; nobody tells us.
      const double scale = simulator_.options().time_mode == TimeMode::real ? 1.0 : simulator_.options().time_scale;
      changed_.wait_for(lock, std::min<std::chrono::duration<double>>(kLookAgain, std::chrono::duration<double>(to_seconds(deadline - simulator_.now()) / scale)));
    }
  }
  processes_[process].deadline.reset();
  wake_all();
  return waited ? deadline : simulator_.now();
}

}  // namespace azlab
