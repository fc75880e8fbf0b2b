#pragma once

#include <string>
#include <vector>

#include "sim/core/json.hpp"

namespace azlab {

/// One way in which a value breaks its schema.
struct SchemaBreach {
  std::string pointer{};     ///< what breaks it (RFC 6901)
  bool about_name = false;   ///< the member should not be there at all
  std::string what{};        ///< "a list is expected", "unknown key; did you mean 'faults'?"
};

/// Holds a value against a JSON Schema, and tells every breach in the value's order. Of JSON Schema 2020-12 it knows type,
/// properties, required, additionalProperties, propertyNames (pattern), minProperties, items, minItems, enum, pattern, minLength, minimum,
/// maximum, $ref into $defs, and the words that only describe (title, description, $schema, $id, $comment, default, examples); another
/// word is a defect: throws std::logic_error. What is asked for in words (`"x-says"` beside a pattern or an enum) is told instead of it.
std::vector<SchemaBreach> schema_breaches(const Json& schema, const Json& value);

}  // namespace azlab
