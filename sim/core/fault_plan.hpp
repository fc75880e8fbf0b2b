#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/core/world.hpp"

namespace azlab {

/// Where a catalogue entry strikes (design 6).
struct ArmedFault {
  std::string fault;             ///< catalogue id
  std::string operation = "*";   ///< glob over operation names ("workspaces.create"); empty: where the catalogue says
  std::string resource = "*";    ///< glob over the resource's name
  std::string phase = "request"; ///< "request", or a phase of the operation
  int times = 1;                 ///< how often; -1 without end
  std::map<std::string, std::string> values{};  ///< placeholders of the message
  /// Where it strikes, as (operation, phase), where its catalogue entry says so; `operation` and `phase` count when it is empty.
  std::vector<std::pair<std::string, std::string>> places{};
  bool hangs = false;  ///< what it strikes never ends, instead of failing
};

/// The armed faults of a run. Which were hit is counted in rows, so a snapshot carries it.
class FaultPlan {
 public:
  void arm(ArmedFault fault) {
    if (fault.places.empty()) fault.places.emplace_back(fault.operation, fault.phase);
    armed_.push_back(std::move(fault));
  }
  const std::vector<ArmedFault>& armed() const { return armed_; }
  /// The i-th strikes no more, and what it struck stays counted; the others keep their places.
  void disarm(std::size_t index) { disarmed_.insert(index); }
  bool is_disarmed(std::size_t index) const { return disarmed_.contains(index); }
  /// The first armed fault that strikes here and has strikes left; counts the hit.
  const ArmedFault* strike(World& world, std::string_view operation, std::string_view resource, std::string_view phase) const;
  /// Hits of the i-th armed fault.
  static int hits(const World& world, std::size_t index);

 private:
  std::vector<ArmedFault> armed_{};
  std::set<std::size_t> disarmed_{};
};

}  // namespace azlab
