#pragma once

#include <vector>

#include "sim/http/router.hpp"

namespace azlab::mlflow {

/// Run history (`/history/v1.0...`): how the service's own parts and Azure's SDK make, change and read a run that is a
/// job; the same run that MLflow's methods show.
std::vector<Route> history_routes();

}  // namespace azlab::mlflow
