#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/http/router.hpp"

namespace azlab::entra {

/// Microsoft.Authorization at every scope: role assignments (list, get, create, delete) and the built-in role
/// definitions. What they say is what strict mode goes by (roles.hpp): there is one source.
std::vector<Route> authorization_routes();

}  // namespace azlab::entra
