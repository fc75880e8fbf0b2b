#pragma once

#include <vector>

#include "sim/http/context.hpp"

namespace azlab::arm {

/// A group's resources written as a template (`az group export`).
std::vector<Route> export_routes();

}  // namespace azlab::arm
