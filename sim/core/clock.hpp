#pragma once

#include <optional>

#include "sim/core/time.hpp"

namespace azlab {

enum class TimeMode { real, scaled, leap };

/// The only source of time. In `leap` nothing passes until `set` moves it; in `real` and `scaled` it runs
/// with the machine's steady clock. Not synchronised.
class Clock {
 public:
  Clock(TimeMode mode, double scale, Time start);

  Time now() const;
  /// Moves on to `time`; never back.
  void set(Time time);
  /// Goes to `time` even when it lies in the past: restoring a snapshot.
  void restore(Time time);
  /// Until `unpin`, `now` is this instant in every mode: one request and one due event see one time.
  void pin(Time time) { pinned_ = time; }
  void unpin() { pinned_.reset(); }
  TimeMode mode() const { return mode_; }
  /// How many simulated seconds pass in a real one from now on; in `scaled` mode only.
  void set_scale(double scale);
  double scale() const { return scale_; }
  /// The first instant of the run.
  Time start() const { return start_; }
  /// How long a real wait until simulated `time` takes; zero when it has come or in leap mode.
  std::chrono::nanoseconds real_until(Time time) const;
  /// Real seconds since the process began measuring; for reports (`realSeconds`), benchmarks and
  /// the time limits of real processes only.
  static double real_seconds();
  /// What the machine's calendar says. Where the simulated day starts when clients that we do not own compare it
  /// with theirs; never read again after that.
  static Time machine_time();

 private:
  TimeMode mode_;
  double scale_;
  Time start_;
  Time base_;
  std::chrono::steady_clock::time_point started_;
  std::optional<Time> pinned_{};
};

}  // namespace azlab
