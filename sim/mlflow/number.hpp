#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/core/json.hpp"

namespace azlab::mlflow {

// Numbers as protobuf's JSON spells them: 64-bit integers as number or text, doubles also as "NaN" and "Infinity".

std::optional<std::int64_t> read_integer(const Json& value);
std::optional<std::int64_t> read_integer(std::string_view text);
std::optional<double> read_double(const Json& value);
std::optional<double> read_double(std::string_view text);
/// The JSON of a metric's value: NaN as text; infinities as the largest numbers, as the SQL store keeps them.
Json double_json(double value);

}  // namespace azlab::mlflow
