#pragma once

#include <string_view>

#include "sim/core/json.hpp"
#include "sim/faults/placeholders.hpp"

namespace azlab::faults {

/// An entry of the catalogue or of its rules as it stands there; throws std::logic_error for an unknown id.
const Json& entry_of(std::string_view id);
/// JSON with the {placeholders} of its texts filled in.
Json fill_json(const Json& json, const Values& values);

}  // namespace azlab::faults
