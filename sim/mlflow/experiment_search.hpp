#pragma once

#include <string>
#include <vector>

#include "sim/core/json.hpp"
#include "sim/mlflow/view_type.hpp"
#include "sim/mlflow/workspace.hpp"

namespace azlab::mlflow {

/// The experiments that a search asks for, in its order; the newest first when it names none. Attributes are
/// experiment_id, name, creation_time and last_update_time.
Result<std::vector<Json>> experiments_matching(const World& world, const Workspace& workspace, ViewType view, const std::string& filter, const Json& order_by);

}  // namespace azlab::mlflow
