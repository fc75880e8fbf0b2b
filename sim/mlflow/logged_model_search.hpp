#pragma once

#include <string>
#include <vector>

#include "sim/mlflow/call.hpp"

namespace azlab::mlflow {

/// The logged models of the named experiments that match, in the asked order; the newest first when none is asked.
Result<std::vector<Json>> logged_models_matching(const Call& call);

}  // namespace azlab::mlflow
