#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/arm/type.hpp"

namespace azlab::keyvault {

/// Key vaults on the control plane: soft delete, recover, purge.
std::vector<arm::TypeHooks> type_hooks();
std::vector<Route> routes();

/// Makes `name` a soft-deleted vault of that region; a name with `*` stands for every such name (scenarios,
/// where the client draws the name). Also what deletion does.
void put_deleted_vault(World& world, const std::string& name, const Json& vault, Time deleted_at);

}  // namespace azlab::keyvault
