#pragma once

#include <vector>

#include "sim/http/context.hpp"

namespace azlab::arm {

/// Template deployments of resource groups and subscriptions: create, validate, what-if, show, list, delete, exists, cancel, export, and
/// their operations at both spellings of the URL (wire.md 2.5). What a template means is sim/arm/template's.
std::vector<Route> deployment_routes();

/// Event kind "deployment.step": looks at what has ended, puts what is ready, ends the deployment when nothing is left.
void on_deployment_step(Context& context, const Event& event);

/// Whatever made a deployment fail stands in its body, too: of an armed fault that ends it nothing else would write it.
std::vector<OperationHooks> deployment_operation_hooks();

}  // namespace azlab::arm
