#pragma once

#include <vector>

#include "sim/http/context.hpp"
#include "sim/http/operation.hpp"

namespace azlab::arm {

/// Resource groups and the resources in them: create, show, list, exists, tags, delete; lists with filters.
std::vector<Route> resource_group_routes();
std::vector<PhaseNames> resource_group_phase_names();
/// Event kind "resourceGroup.deleted": everything in the group goes, vaults and workspaces as soft-deleted.
void on_resource_group_deleted(Context& context, const Event& event);

}  // namespace azlab::arm
