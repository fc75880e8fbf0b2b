#include "sim/clock_room.hpp"

#include <algorithm>

namespace azlab {
namespace {

constexpr std::chrono::milliseconds kLookAgain{20};

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

/// One of the sleepers moves the clock, when nobody is awake; the others see it when they wake.
void ClockRoom::move_time(std::unique_lock<std::mutex>& lock) {
  std::optional<Time> earliest;
  for (const auto& [number, process] : processes_) {
    if (process.deadline) earliest = earliest ? std::min(*earliest, *process.deadline) : *process.deadline;
  }
  if (!earliest || !others_rest()) return;
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
  while (!closed_ && simulator_.now() < deadline) {
    if (leap) {
      // What changes while time is being moved, unlocked, must not be slept through.
      const std::uint64_t seen = changes_;
      move_time(lock);
      const auto go_on = [&] { return changes_ != seen || closed_ || simulator_.now() >= deadline; };
      if (at_rest_) {
        changed_.wait_for(lock, kLookAgain, go_on);  // nobody tells us when a process comes to rest
      } else {
        changed_.wait(lock, go_on);
      }
    } else {
      const double scale = simulator_.options().time_mode == TimeMode::real ? 1.0 : simulator_.options().time_scale;
      changed_.wait_for(lock, std::chrono::duration<double>(to_seconds(deadline - simulator_.now()) / scale));
    }
  }
  processes_[process].deadline.reset();
  wake_all();
  return simulator_.now();
}

}  // namespace azlab
