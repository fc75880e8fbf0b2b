#pragma once

#include <string>
#include <vector>

#include "sim/core/world.hpp"

namespace azlab::run {

/// What is different between two states of Azure, a line a resource, in order of their ids: "+ <type>/<name> (<state>)" is
/// new, "- …" is gone, "~ …" is another than before. Rows are shared by snapshots, so those that nobody wrote cost a
/// comparison of pointers.
std::vector<std::string> state_changes(const World& before, const World& after);

}  // namespace azlab::run
