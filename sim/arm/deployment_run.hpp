#pragma once

#include <memory>

#include "sim/arm/deployment_state.hpp"

namespace azlab::arm {

/// Begins a deployment that has been checked: its row, its operation, its first step. Returns the row's body.
Json start_deployment(Context& context, const ResourceId& id, const DeploymentRequest& request, const std::shared_ptr<arm_template::Plan>& plan);
/// What a deployment says of itself when it begins.
Json deployment_json(Context& context, const ResourceId& id, const DeploymentRequest& request, const arm_template::Plan& plan);
/// What everything that belongs to a deployment is called (its correlationId), by its operation.
std::string deployment_correlation(const Context& context, std::string_view operation);
/// The deployment to which a failed one returns. Code DeploymentNotFound where there is none.
Result<std::string> rollback_target(Context& context, const ResourceId& deployment, const Json& on_error);

}  // namespace azlab::arm
