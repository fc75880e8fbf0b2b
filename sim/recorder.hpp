#pragma once

#include "sim/core/fault_plan.hpp"
#include "sim/core/journal.hpp"
#include "sim/http/message.hpp"

namespace azlab {

/// Hears of all that happens to a simulator, in order, so that it can be written down (harness/journal). Called under the
/// simulator's lock, so it must not call back.
class Recorder {
 public:
  virtual ~Recorder() = default;
  /// A request was answered. `request` is what the client sent; null for what services asked on somebody's behalf.
  virtual void answered(const JournalEntry& entry, const Request* request) = 0;
  /// A fault was armed, or disarmed again, at this moment.
  virtual void armed(const ArmedFault& fault, Time at) = 0;
  virtual void disarmed(const ArmedFault& fault, Time at) = 0;
  /// A snapshot was restored, or all began anew: what was told before is not how it came to what follows.
  virtual void went_back(Time at) = 0;
};

}  // namespace azlab
