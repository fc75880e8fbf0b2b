#pragma once

#include <string_view>

#include "sim/core/json.hpp"
#include "sim/core/resource_id.hpp"
#include "sim/http/context.hpp"

namespace azlab::arm {

/// RequestDisallowedByPolicy when a policy of the scenario denies this type or location. Policies are setting
/// rows "policy/<name>": `{"name","displayName","denyTypes":[globs],"allowTypes":[globs],"allowLocations":[…],"reason"}`.
Result<void> check_policies(Context& context, std::string_view type, const ResourceId& id, const Json& body);

}  // namespace azlab::arm
