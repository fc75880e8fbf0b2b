#include "sim/core/fault_plan.hpp"

#include <algorithm>
#include <cstdlib>

#include "sim/core/text.hpp"

namespace azlab {
namespace {

std::string hits_key(std::size_t index) { return "fault-hits/" + std::to_string(index); }

}  // namespace

int FaultPlan::hits(const World& world, std::size_t index) {
  const RowPtr row = world.find(Table::counter, hits_key(index));
  return row ? std::atoi(row->body.c_str()) : 0;
}

const ArmedFault* FaultPlan::strike(World& world, std::string_view operation, std::string_view resource,
                                    std::string_view phase) const {
  for (std::size_t i = 0; i < armed_.size(); ++i) {
    const ArmedFault& fault = armed_[i];
    const bool here = std::any_of(fault.places.begin(), fault.places.end(), [&](const auto& place) { return place.second == phase && glob_match(place.first, operation); });
    if (!here || is_disarmed(i) || !glob_match(fault.resource, resource)) continue;
    const int so_far = hits(world, i);
    if (fault.times >= 0 && so_far >= fault.times) continue;
    world.put(Table::counter, hits_key(i), Row{.body = std::to_string(so_far + 1)});
    return &fault;
  }
  return nullptr;
}

}  // namespace azlab
