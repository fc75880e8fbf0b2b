#pragma once

#include <optional>
#include <vector>

#include "sim/http/context.hpp"

/// Microsoft.Authorization/locks: rows of resources. A CanNotDelete lock keeps its scope and what lies below it from being
/// deleted, a ReadOnly lock also from being written and from actions (POST), which change something or give away keys.
/// learn.microsoft.com: azure-resource-manager/management/lock-resources.
namespace azlab::arm {

/// ScopeLocked for a request that a lock forbids. For Machinery::admission, inside requests too.
std::optional<Response> check_locks(Context& context, const Request& request, const Match& match);

std::vector<Route> lock_routes();

}  // namespace azlab::arm
