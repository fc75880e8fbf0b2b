#pragma once

#include <string_view>
#include <vector>

#include "sim/core/json.hpp"

namespace azlab::scenario {

/// What may stand at the top of a scenario.
struct Member {
  std::string_view name;
  std::string_view schema;  ///< JSON Schema of its value; may refer to $defs of members.cpp
};
const std::vector<Member>& members();

/// JSON Schema of a whole scenario, made of members() and start_keys(). fixtures/scenario/scenario.schema.json is this, for editors.
const Json& scenario_schema();

}  // namespace azlab::scenario
