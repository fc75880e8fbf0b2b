#pragma once

#include <string>

#include "sim/core/world.hpp"

namespace azlab::sweep {

/// Names a state of Azure up to time: two Worlds with the same name go on alike. Left out are instants (a retry shifts them), random
/// ids (a second attempt draws others), counters, and operations that have ended, for nothing that follows depends on them. Of the
/// counters, how often the first `faults` armed faults struck is kept: they may strike again.
std::string name_of(const World& world, std::size_t faults = 0);

/// Names what lies in a run's directory (homes, shares, terminals' state); empty when it cannot be read.
std::string name_of_files(const std::string& directory);

/// A text without the instants and random ids in it.
std::string timeless(std::string_view text);

}  // namespace azlab::sweep
