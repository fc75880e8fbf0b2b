#pragma once

#include <vector>

#include "sim/http/context.hpp"

namespace azlab::arm {

/// Tags as a resource of their own (`Microsoft.Resources/tags/default` of a subscription, group or resource) and the
/// list of all names in use.
std::vector<Route> tag_routes();

}  // namespace azlab::arm
