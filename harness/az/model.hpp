#pragma once

#include <string>
#include <string_view>

#include "sim/core/json.hpp"

namespace azlab::az {

/// An answer as a model class of the real client prints it: members by the model's names and places, null where the
/// answer has none, nothing that the model does not know, moments as Python writes them (fixtures/az/models.json). A
/// list is taken row by row; a model that the fixture does not hold leaves the answer as it is.
Json modelled(std::string_view model, const Json& answer);

/// "2026-11-23T09:00:00.1200000Z" as Python's isoformat: "2026-11-23T09:00:00.120000+00:00".
std::string python_time(const std::string& text);

}  // namespace azlab::az
