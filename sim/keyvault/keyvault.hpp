#pragma once

#include <optional>
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

/// The data plane of secrets (secrets.cpp).
std::vector<Route> secret_routes();
/// Forbidden for a client whom a vault's network rules keep out. For Machinery::admission.
std::optional<Response> check_network(Context& context, const Request& request, const Match& match);
/// A purged vault's secrets are gone.
void forget_secrets(World& world, const std::string& vault);

}  // namespace azlab::keyvault
