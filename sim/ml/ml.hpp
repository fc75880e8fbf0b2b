#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/arm/type.hpp"

namespace azlab::ml {

/// Azure Machine Learning on the control plane: workspaces, datastores, computes, sizes and quotas, notebook files.
std::vector<arm::TypeHooks> type_hooks();
std::vector<Route> routes();
std::vector<OperationHooks> operation_hooks();
std::vector<PhaseNames> phases();
std::vector<EventHandler> event_handlers();

/// Marks a workspace name as soft-deleted, as deletion does; for scenarios.
void put_deleted_workspace(World& world, const ResourceId& id, const Json& body, Time deleted_at);

}  // namespace azlab::ml
