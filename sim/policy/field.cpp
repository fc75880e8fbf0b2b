#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/core/fixtures.hpp"
#include "sim/core/text.hpp"
#include "sim/policy/field.hpp"

namespace azlab::policy {
namespace {

// What every resource has, beside tags and aliases.
constexpr std::string_view kPlainFields[] = {"name", "fullName", "kind", "type", "location", "id", "tags", "identity.type"};

struct AliasTable {
  std::map<std::string, std::pair<std::string, std::string>> paths{};  ///< lower-case alias -> (alias, path)
};

const AliasTable& aliases() {
  static const AliasTable kTable = [] {
    AliasTable out;
    const Json fixture = *parse_jsonc(fixtures::get("fixtures/azure/policy/aliases.json"));
    for (const auto& [type, names] : fixture.items()) {
      for (const auto& [name, path] : names.items()) {
        const std::string alias = type + "/" + name;
        out.paths[to_lower(alias)] = {alias, path.get<std::string>()};
      }
    }
    return out;
  }();
  return kTable;
}

const std::string* plain_field(std::string_view field) {
  static const std::vector<std::string> kFields(std::begin(kPlainFields), std::end(kPlainFields));
  const auto found = std::find_if(kFields.begin(), kFields.end(), [&](const std::string& known) { return equals_ignore_case(known, field); });
  return found == kFields.end() ? nullptr : &*found;
}

/// The tag that "tags['x y']", "tags[x]" or "tags.x" names; empty for another field.
std::string tag_of(std::string_view field) {
  if (starts_with_ignore_case(field, "tags.")) return std::string(field.substr(5));
  if (!starts_with_ignore_case(field, "tags[") || !field.ends_with("]")) return {};
  std::string_view inside = trim(field.substr(5, field.size() - 6));
  if (inside.size() >= 2 && inside.front() == '\'' && inside.back() == '\'') inside = inside.substr(1, inside.size() - 2);
  return replace_all(std::string(inside), "''", "'");
}

/// The member at a dotted path, keys compared without case; null where there is none.
Json at_path(const Json& value, std::string_view path) {
  const Json* at = &value;
  for (const auto& key : split(path, '.')) {
    if (key.empty()) continue;
    at = find_key(*at, key);
    if (at == nullptr) return nullptr;
  }
  return *at;
}

/// Follows a path with "[*]" in it; appends a value for each element.
void collect(const Json& value, std::string_view path, std::vector<Json>& out) {
  const auto star = path.find("[*]");
  if (star == std::string_view::npos) {
    out.push_back(at_path(value, path));
    return;
  }
  const Json array = at_path(value, path.substr(0, star));
  if (!array.is_array()) return;
  for (const auto& element : array) collect(element, path.substr(star + 3), out);
}

/// The element that a count is at, if the alias lies in its array: the longest such array wins.
const std::pair<const std::string, Json>* enclosing(const Elements& elements, const std::string& alias) {
  const std::pair<const std::string, Json>* best = nullptr;
  for (const auto& element : elements) {
    if (starts_with_ignore_case(alias, element.first) && (best == nullptr || element.first.size() > best->first.size())) best = &element;
  }
  return best;
}

}  // namespace

const std::string* find_alias(std::string_view alias) {
  const auto found = aliases().paths.find(to_lower(alias));
  return found == aliases().paths.end() ? nullptr : &found->second.second;
}

std::vector<std::string> aliases_of(std::string_view type) {
  std::vector<std::string> out;
  for (const auto& [key, alias] : aliases().paths) {
    if (equals_ignore_case(type_of_alias(alias.first), type)) out.push_back(alias.first);
  }
  return out;
}

std::string type_of_alias(std::string_view alias) {
  const auto dot = alias.find('.', alias.find('/'));  // the namespace has a dot of its own
  const std::string_view head = alias.substr(0, dot == std::string_view::npos ? alias.size() : dot);
  const auto slash = head.rfind('/');
  return std::string(head.substr(0, slash == std::string_view::npos ? head.size() : slash));
}

bool is_field(std::string_view field) { return plain_field(field) != nullptr || !tag_of(field).empty() || find_alias(field) != nullptr; }

FieldValues read_field(const Json& resource, std::string_view field, const Elements& elements) {
  if (const std::string tag = tag_of(field); !tag.empty()) {
    const Json* tags = find_key(resource, "tags");
    const Json* value = tags != nullptr ? find_key(*tags, tag) : nullptr;
    return {.values = {value != nullptr ? *value : Json()}};
  }
  if (const std::string* plain = plain_field(field)) return {.values = {at_path(resource, *plain)}};
  const std::string* path = find_alias(field);
  if (path == nullptr) return {.values = {Json()}};
  const std::string alias = to_lower(field);
  if (const auto* element = enclosing(elements, alias)) {
    // Within its array's element the rest of the path is what follows the array's own.
    const std::string* array = find_alias(element->first);
    FieldValues out;
    collect(element->second, std::string_view(*path).substr(array != nullptr ? array->size() : path->size()), out.values);
    out.each = alias.find("[*]", element->first.size()) != std::string::npos;
    return out;
  }
  if (!equals_ignore_case(string_at(resource, "type"), type_of_alias(field))) return {.values = {Json()}};
  FieldValues out{.each = path->find("[*]") != std::string::npos};
  collect(resource, *path, out.values);
  return out;
}

Json field_value(const Json& resource, std::string_view field, const Elements& elements) {
  const FieldValues read = read_field(resource, field, elements);
  if (!read.each) return read.values.empty() ? Json() : read.values.front();
  return Json(read.values);
}

bool write_field(Json& resource, std::string_view field, Json value) {
  if (const std::string tag = tag_of(field); !tag.empty()) {
    Json& tags = resource["tags"];
    if (!tags.is_object()) tags = Json::object();
    std::string key = tag;
    for (const auto& [have, old] : tags.items()) {
      if (equals_ignore_case(have, tag)) key = have;
    }
    tags[key] = std::move(value);
    return true;
  }
  if (equals_ignore_case(field, "tags") || equals_ignore_case(field, "location") || equals_ignore_case(field, "identity.type")) {
    set_path(resource, *plain_field(field), std::move(value));
    return true;
  }
  const std::string* path = find_alias(field);
  if (path == nullptr || path->find("[*]") != std::string::npos) return false;
  set_path(resource, *path, std::move(value));
  return true;
}

bool remove_field(Json& resource, std::string_view field) {
  const std::string tag = tag_of(field);
  const std::string* path = tag.empty() ? find_alias(field) : nullptr;
  if (tag.empty() && (path == nullptr || path->find("[*]") != std::string::npos)) return false;
  const auto dot = path != nullptr ? path->rfind('.') : std::string::npos;
  const std::string holder = path == nullptr ? "tags" : path->substr(0, dot == std::string::npos ? 0 : dot);
  const std::string leaf = path == nullptr ? tag : path->substr(dot == std::string::npos ? 0 : dot + 1);
  Json parent = at_path(resource, holder);
  if (!parent.is_object()) return true;
  const Json before = parent;
  for (const auto& [key, value] : before.items()) {
    if (equals_ignore_case(key, leaf)) parent.erase(key);
  }
  if (holder.empty()) {
    resource = parent;
  } else {
    set_path(resource, holder, parent);
  }
  return true;
}

}  // namespace azlab::policy
