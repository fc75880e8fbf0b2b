#pragma once

#include "sim/policy/expression.hpp"

namespace azlab::policy {

/// Carries out `append` (details: [{field, value}]) on a resource that its rule applies to: adds what is absent. False where
/// something else is there already: the request is then denied, as documented.
Result<bool> append(Json& resource, const Json& details, const Surroundings& surroundings);
/// Carries out `modify` (details.operations: add, addOrReplace, remove, with their conditions).
Result<void> modify(Json& resource, const Json& details, const Surroundings& surroundings);

}  // namespace azlab::policy
