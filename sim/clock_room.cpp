#include "sim/clock_room.hpp"

#include <algorithm>

namespace azlab {

int ClockRoom::enter() {
  const std::lock_guard lock(mutex_);
  processes_.emplace(next_, std::nullopt);
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

void ClockRoom::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  wake_all();
}

void ClockRoom::wake_all() {
  ++changes_;
  changed_.notify_all();
}

/// One of the sleepers moves the clock, when nobody is awake; the others see it when they wake.
void ClockRoom::move_time(std::unique_lock<std::mutex>& lock) {
  std::optional<Time> earliest;
  for (const auto& [process, deadline] : processes_) {
    if (!deadline) return;
    earliest = earliest ? std::min(*earliest, *deadline) : *deadline;
  }
  if (!earliest) return;
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
  processes_[process] = deadline;
  while (!closed_ && simulator_.now() < deadline) {
    if (leap) {
      // What changes while time is being moved, unlocked, must not be slept through.
      const std::uint64_t seen = changes_;
      move_time(lock);
      changed_.wait(lock, [&] { return changes_ != seen || closed_ || simulator_.now() >= deadline; });
    } else {
      const double scale = simulator_.options().time_mode == TimeMode::real ? 1.0 : simulator_.options().time_scale;
      changed_.wait_for(lock, std::chrono::duration<double>(to_seconds(deadline - simulator_.now()) / scale));
    }
  }
  processes_[process] = std::nullopt;
  wake_all();
  return simulator_.now();
}

}  // namespace azlab
