#pragma once

#include <vector>

#include "sim/arm/type.hpp"

namespace azlab::insights {

/// Application Insights components, the Log Analytics workspaces they write to, and the activity log.
std::vector<arm::TypeHooks> type_hooks();
std::vector<Route> routes();

}  // namespace azlab::insights
