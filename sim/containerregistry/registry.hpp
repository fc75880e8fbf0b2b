#pragma once

#include <vector>

#include "sim/arm/type.hpp"

namespace azlab::containerregistry {

/// Container registries on the control plane.
std::vector<arm::TypeHooks> type_hooks();
std::vector<Route> routes();

}  // namespace azlab::containerregistry
