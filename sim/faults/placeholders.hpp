#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/http/context.hpp"

namespace azlab::faults {

using Values = std::map<std::string, std::string>;

/// A literal text and the name of the {placeholder} behind it; empty at the end.
struct Part {
  std::string literal;
  std::string placeholder;
};
std::vector<Part> parts_of(std::string_view text);
/// The text with each {placeholder} that has a value replaced.
std::string fill(std::string_view text, const Values& values);

/// What the request itself says: subscription, group, workspace, the thing's name under the names by which errors call it.
/// Existing values win.
void add_from_request(const Request& request, const Match& match, Values& values);
/// What the id of the resource says whose operation fails: group, name, type. Existing values win.
void add_from_resource(std::string_view resource, Values& values);
/// What neither scenario nor request says (fixtures/catalogue/placeholders.json; drawn ids, the time). Existing values win.
void add_defaults(Context& context, std::string_view subject, Values& values);

}  // namespace azlab::faults
