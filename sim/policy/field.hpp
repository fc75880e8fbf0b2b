#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/json.hpp"

namespace azlab::policy {

/// The path that an alias stands for ("properties.networkAcls.ipRules[*].value"), or nothing for a name that is none.
/// fixtures/azure/policy/aliases.json; the names are Azure's, compared without case.
const std::string* find_alias(std::string_view alias);
/// The aliases known for a resource type, for refusals.
std::vector<std::string> aliases_of(std::string_view type);
/// The type that an alias belongs to: "Microsoft.Storage/storageAccounts".
std::string type_of_alias(std::string_view alias);

/// Whether rules may name this: name, type, location, tags['x'], an alias, …
bool is_field(std::string_view field);

/// The elements that enclosing counts are at, by the lower-case alias of their array.
using Elements = std::map<std::string, Json>;

/// What a field holds. An alias with [*] has a value for each element.
struct FieldValues {
  bool each = false;          ///< an alias with [*] that no count is at
  std::vector<Json> values{};
};
/// Reads a field of a resource (its body with name, fullName and type in it). Absent: one null value.
FieldValues read_field(const Json& resource, std::string_view field, const Elements& elements = {});
/// The one value that `field('…')` gives in an expression: an array for aliases with [*].
Json field_value(const Json& resource, std::string_view field, const Elements& elements = {});

/// Sets a tag, location, identity.type or an alias without [*]. False where a field cannot be set.
bool write_field(Json& resource, std::string_view field, Json value);
bool remove_field(Json& resource, std::string_view field);

}  // namespace azlab::policy
