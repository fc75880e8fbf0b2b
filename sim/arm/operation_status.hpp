#pragma once

#include <vector>

#include "sim/http/context.hpp"

namespace azlab::arm {

/// The URLs at which clients follow long-running operations: Azure-AsyncOperation and Location styles.
std::vector<Route> operation_status_routes();

}  // namespace azlab::arm
