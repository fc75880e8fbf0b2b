#pragma once

#include "sim/ml/ml.hpp"

namespace azlab::ml {

arm::TypeHooks workspace_type_hooks();
OperationHooks workspace_create_hooks();
std::vector<Route> workspace_routes();

/// "<account>/<share>" behind a workspace's notebooks; empty until its creation has ended.
std::string notebook_share(const World& world, const ResourceId& workspace);

}  // namespace azlab::ml
