#include "sim/core/clock.hpp"

#include <algorithm>

namespace azlab {

Clock::Clock(TimeMode mode, double scale, Time start)
    : mode_(mode), scale_(mode == TimeMode::real ? 1.0 : scale), start_(start), base_(start), started_(std::chrono::steady_clock::now()) {}

Time Clock::now() const {
  if (pinned_) return *pinned_;
  if (mode_ == TimeMode::leap) return base_;
  const std::chrono::duration<double> real = std::chrono::steady_clock::now() - started_;
  return base_ + seconds(real.count() * scale_);
}

void Clock::set(Time time) { restore(std::max(time, now())); }

void Clock::restore(Time time) {
  base_ = time;
  started_ = std::chrono::steady_clock::now();
}

std::chrono::nanoseconds Clock::real_until(Time time) const {
  const Duration left = time - now();
  if (mode_ == TimeMode::leap || left.count() <= 0) return std::chrono::nanoseconds(0);
  return std::chrono::nanoseconds(static_cast<std::int64_t>(to_seconds(left) / scale_ * 1e9));
}

void Clock::set_scale(double scale) {
  if (mode_ != TimeMode::scaled) return;
  restore(now());
  scale_ = scale;
}

Time Clock::machine_time() { return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()); }

double Clock::real_seconds() {
  static const auto kStart = std::chrono::steady_clock::now();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - kStart).count();
}

}  // namespace azlab
