#pragma once

#include <vector>

#include "sim/http/router.hpp"

namespace azlab::mlflow {

/// Azure's artifact service (`/artifact/v2.0...`) and run history's face of it (`/history/v1.0.../artifacts`), which
/// speak of the same things: places to upload to, addresses to read from, lists.
std::vector<Route> artifact_service_routes();

}  // namespace azlab::mlflow
