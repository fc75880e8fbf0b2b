#pragma once

#include <cstdint>
#include <memory>

#include "sim/core/clock.hpp"
#include "sim/core/commit_log.hpp"

namespace azlab {

/// What becomes of complete write sets: they are counted, and a log that outlives the process hears of each. Belongs to the
/// simulator, under its lock.
class WriteSets {
 public:
  /// From now on `log` (null: none) hears of all. Unless it `holds` this World already, everything is written into it first.
  Result<void> keep_in(std::shared_ptr<CommitLog> log, bool holds, const World& world, Time now);
  /// The World's write set is complete. When the log cannot take it, it is undone and the log's line comes back. Where nothing
  /// was written only a clock that moved is noted: at once where it leaps or was moved, at most once a second where it
  /// runs.
  Result<void> complete(World& world, const Clock& clock);
  /// Everything is otherwise. A log that cannot take it is told again before the next write set.
  Result<void> replaced(const World& world, Time now);
  /// Grows with each write set.
  std::uint64_t revision() const { return revision_; }

 private:
  bool is_worth_noting(const Clock& clock) const;

  std::shared_ptr<CommitLog> log_{};
  bool behind_ = false;      ///< the log did not take a World that was put in place of another
  Time noted_{};             ///< the clock as the log has it
  double noted_real_s_ = 0;  ///< when, in real seconds
  std::uint64_t revision_ = 0;
};

}  // namespace azlab
