#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/core/json.hpp"

namespace azlab::portal {

/// What a formatter is given.
struct FormatInput {
  const Json& value;
  std::uint64_t seed;
  std::uint64_t serial;  ///< of the form, so that each opened form proposes other names
};

struct Formatter {
  std::string_view name;
  Json (*apply)(const FormatInput&);
};

/// What JMESPath cannot say, by the name that screens use beside "$" (README); nullptr for an unknown one.
const Formatter* find_formatter(std::string_view name);

/// A value as text: a string is itself, null is nothing, anything else is JSON.
std::string evaluate_text(const Json& value);

}  // namespace azlab::portal
