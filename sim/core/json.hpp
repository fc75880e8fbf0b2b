#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "sim/core/result.hpp"

namespace azlab {

/// JSON with sorted keys: the order `az -o json` prints, and the same bytes for the same value.
using Json = nlohmann::json;

/// Parses strict JSON. The error is one line: what and at which byte.
Result<Json> parse_json(std::string_view text);
/// Parses JSON with `//` and `/* */` comments (scenarios, fixtures, ARM templates).
Result<Json> parse_jsonc(std::string_view text);
/// Serialises without spaces; invalid UTF-8 is replaced, never thrown.
std::string dump(const Json& value);
/// Serialises with two spaces of indent.
std::string dump_pretty(const Json& value);

/// The value at a dotted path ("properties.provisioningState"), or nullptr. Keys match exactly.
const Json* find_path(const Json& value, std::string_view dotted);
/// The string at a dotted path, or `otherwise` where it is absent or not a string.
std::string string_at(const Json& value, std::string_view dotted, std::string_view otherwise = "");
/// Sets the value at a dotted path, making the objects on the way.
void set_path(Json& value, std::string_view dotted, Json leaf);
/// Key lookup that ignores case, as ARM does; nullptr when absent or not an object.
const Json* find_key(const Json& object, std::string_view key);

}  // namespace azlab
