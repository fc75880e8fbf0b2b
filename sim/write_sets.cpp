#include "sim/write_sets.hpp"

#include <algorithm>

namespace azlab {

Result<void> WriteSets::keep_in(std::shared_ptr<CommitLog> log, bool holds, const World& world, Time now) {
  behind_ = false;
  log_ = std::move(log);
  noted_ = now;
  noted_real_s_ = Clock::real_seconds();
  if (!log_ || holds) return {};
  const auto written = log_->replace(world, now);
  if (!written) log_ = nullptr;
  return written;
}

bool WriteSets::is_worth_noting(const Clock& clock) const {
  if (!log_) return false;
  if (clock.mode() == TimeMode::leap) return clock.now() != noted_;
  // Moved on by a request, it stands further ahead than it could have run to.
  return Clock::real_seconds() - noted_real_s_ >= 1 || clock.now() - noted_ >= seconds(std::max(1.0, clock.scale()));
}

Result<void> WriteSets::complete(World& world, const Clock& clock) {
  const auto changes = world.take_changes();
  if (changes.empty() && !is_worth_noting(clock)) return {};
  if (log_) {
    const Time now = clock.now();
    // The write set is in the World already, so a whole writing has it as well.
    const auto kept = behind_ ? log_->replace(world, now) : log_->commit(changes, now);
    if (!kept) {
      world.undo(changes);
      return kept;
    }
    behind_ = false;
    noted_ = now;
    noted_real_s_ = Clock::real_seconds();
  }
  if (!changes.empty()) ++revision_;
  return {};
}

Result<void> WriteSets::replaced(const World& world, Time now) {
  ++revision_;
  if (!log_) return {};
  noted_ = now;
  noted_real_s_ = Clock::real_seconds();
  const auto kept = log_->replace(world, now);
  behind_ = !kept;
  return kept;
}

}  // namespace azlab
