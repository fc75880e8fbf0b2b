#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/http/context.hpp"

/// Scopes of Microsoft.Authorization's extension resources: role and policy assignments, locks.
namespace azlab::arm {

/// What stands before the last "/providers/Microsoft.Authorization" in a path, decoded: empty for the tenant's root.
std::string extension_scope(std::string_view path);
/// InvalidScope, or the error of the subscription, group or resource that is not there. The tenant's root is always there.
Result<void> check_scope(Context& context, const std::string& scope);
/// Whether a scope is this one or lies above it; ids compare without case. The tenant's root ("", "/") is above all.
bool is_at_or_above(std::string_view scope, std::string_view below);
/// Patterns of scopes below the root: the subscription, a group, a resource, its parts and theirs.
const std::vector<std::string>& scope_patterns();

}  // namespace azlab::arm
