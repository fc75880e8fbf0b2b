#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/core/json.hpp"
#include "sim/core/result.hpp"
#include "sim/http/router.hpp"

namespace azlab::entra {

/// A role as Microsoft.Authorization/roleDefinitions shows it.
Json role_definition_json(const Json& role);
/// Whether a role may be assigned at a scope: built-in ones everywhere, custom ones at and below their assignableScopes.
bool is_assignable(const Json& role, const std::string& scope);
Error no_role_definition(const std::string& name);

/// GET, list, PUT and DELETE of role definitions; custom ones are rows of resources.
std::vector<Route> role_definition_routes();

}  // namespace azlab::entra
