#pragma once

#include <vector>

#include "sim/core/result.hpp"
#include "sim/core/time.hpp"
#include "sim/core/world.hpp"

namespace azlab {

/// Where write sets go so that they outlive the process (sim/state). Called under the simulator's lock, before what made
/// them is answered, so it must not call back.
class CommitLog {
 public:
  virtual ~CommitLog() = default;
  /// A write set is complete (in the order of its writes; empty: only time has passed) and `now` is the clock's reading. After a
  /// failure, one line, it holds what it held before.
  virtual Result<void> commit(const std::vector<Change>& changes, Time now) = 0;
  /// All is otherwise: a snapshot was restored, or everything began anew. Fails like `commit`.
  virtual Result<void> replace(const World& world, Time now) = 0;
};

}  // namespace azlab
