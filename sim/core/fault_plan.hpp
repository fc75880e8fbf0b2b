#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/world.hpp"

namespace azlab {

/// Where a catalogue entry strikes (design 6).
struct ArmedFault {
  std::string fault;             ///< catalogue id
  std::string operation = "*";   ///< glob over operation names ("workspaces.create")
  std::string resource = "*";    ///< glob over the resource's name
  std::string phase = "request"; ///< "request", or a phase of the operation
  int times = 1;                 ///< how often; -1 without end
  std::map<std::string, std::string> values{};  ///< placeholders of the message
};

/// The armed faults of a run. Which were hit is counted in rows, so a snapshot carries it.
class FaultPlan {
 public:
  void arm(ArmedFault fault) { armed_.push_back(std::move(fault)); }
  const std::vector<ArmedFault>& armed() const { return armed_; }
  /// The first armed fault that strikes here and has strikes left; counts the hit.
  const ArmedFault* strike(World& world, std::string_view operation, std::string_view resource, std::string_view phase) const;
  /// Hits of the i-th armed fault.
  static int hits(const World& world, std::size_t index);

 private:
  std::vector<ArmedFault> armed_{};
};

}  // namespace azlab
