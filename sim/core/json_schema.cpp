#include "sim/core/json_schema.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string_view>

#include "sim/core/located_json.hpp"
#include "sim/core/text.hpp"

namespace azlab {
namespace {

constexpr std::array kKnown = {"type",     "properties", "required", "additionalProperties", "propertyNames", "minProperties", "items", "minItems",
                               "enum",     "pattern",    "minLength", "minimum",             "maximum",       "$ref",          "$defs", "title",
                               "$comment", "description", "$schema",  "$id",                 "default",       "examples",      "x-says"};

bool is_integer(const Json& value) { return value.is_number_integer() || (value.is_number_float() && std::floor(value.get<double>()) == value.get<double>()); }

bool has_type(const Json& value, std::string_view type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "number") return value.is_number();
  if (type == "integer") return is_integer(value);
  if (type == "null") return value.is_null();
  throw std::logic_error("unknown type in a schema: " + std::string(type));
}

std::string type_in_words(const std::string& type) {
  if (type == "array") return "a list";
  if (type == "object") return "an object";
  if (type == "string") return "a text";
  if (type == "integer") return "a whole number";
  if (type == "boolean") return "true or false";
  return type == "number" ? "a number" : type;
}

std::vector<std::string> texts(const Json& list) {
  std::vector<std::string> out;
  for (const auto& one : list) out.push_back(one.is_string() ? one.get<std::string>() : dump(one));
  return out;
}

class Check {
 public:
  explicit Check(const Json& root) : root_(root) {}

  std::vector<SchemaBreach> breaches{};

  void value(const Json& schema, const Json& value, const std::string& pointer) {
    if (schema.is_boolean()) {
      if (!schema.get<bool>()) tell(pointer, "nothing is expected here");
      return;
    }
    for (const auto& [word, ignored] : schema.items()) {
      if (std::find(kKnown.begin(), kKnown.end(), word) == kKnown.end()) throw std::logic_error("unknown word in a schema: " + word);
    }
    if (schema.contains("$ref")) this->value(referred(schema["$ref"]), value, pointer);
    if (!type(schema, value, pointer)) return;
    one_of(schema, value, pointer);
    if (value.is_string()) text(schema, value.get<std::string>(), pointer);
    if (value.is_number()) number(schema, value, pointer);
    if (value.is_array()) list(schema, value, pointer);
    if (value.is_object()) object(schema, value, pointer);
  }

 private:
  void tell(const std::string& pointer, std::string what) { breaches.push_back({.pointer = pointer, .what = std::move(what)}); }

  const Json& referred(const std::string& name) const { return root_.at(Json::json_pointer(name.substr(1))); }

  bool type(const Json& schema, const Json& value, const std::string& pointer) {
    if (!schema.contains("type")) return true;
    const Json types = schema["type"].is_array() ? schema["type"] : Json::array({schema["type"]});
    std::vector<std::string> words;
    for (const auto& name : texts(types)) {
      if (has_type(value, name)) return true;
      words.push_back(type_in_words(name));
    }
    tell(pointer, join(words, " or ") + " is expected");
    return false;
  }

  void one_of(const Json& schema, const Json& value, const std::string& pointer) {
    if (!schema.contains("enum")) return;
    const Json& choices = schema["enum"];
    if (std::find(choices.begin(), choices.end(), value) != choices.end()) return;
    const auto known = texts(choices);
    const std::string given = value.is_string() ? value.get<std::string>() : dump(value);
    const auto near = nearest(given, known, 1);
    tell(pointer, fmt::format("'{}' is not known here{}; known: {}", given, near.empty() ? "" : "; did you mean '" + near[0] + "'?", join(known, ", ")));
  }

  void text(const Json& schema, const std::string& value, const std::string& pointer) {
    if (value.size() < schema.value("minLength", std::size_t{0})) return tell(pointer, "a text is expected, and this is empty");
    if (schema.contains("pattern") && !RE2::PartialMatch(value, schema["pattern"].get<std::string>())) {
      tell(pointer, fmt::format("'{}': {}", value, schema.value("x-says", "it must fit " + schema["pattern"].get<std::string>())));
    }
  }

  void number(const Json& schema, const Json& value, const std::string& pointer) {
    if (schema.contains("minimum") && value < schema["minimum"]) tell(pointer, fmt::format("it must be {} or more", dump(schema["minimum"])));
    if (schema.contains("maximum") && value > schema["maximum"]) tell(pointer, fmt::format("it must be {} or less", dump(schema["maximum"])));
  }

  void list(const Json& schema, const Json& value, const std::string& pointer) {
    if (value.size() < schema.value("minItems", std::size_t{0})) tell(pointer, "something must stand in this list");
    if (!schema.contains("items")) return;
    for (std::size_t i = 0; i < value.size(); ++i) this->value(schema["items"], value[i], pointer_to(pointer, i));
  }

  void object(const Json& schema, const Json& value, const std::string& pointer) {
    if (value.size() < schema.value("minProperties", std::size_t{0})) tell(pointer, "something must stand in this object");
    for (const auto& name : schema.value("required", Json::array())) {
      if (!value.contains(name.get<std::string>())) tell(pointer, fmt::format("it needs \"{}\"", name.get<std::string>()));
    }
    const Json known = schema.value("properties", Json::object());
    for (const auto& [name, member] : value.items()) {
      const std::string at = pointer_to(pointer, name);
      if (schema.contains("propertyNames") && !RE2::PartialMatch(name, schema["propertyNames"]["pattern"].get<std::string>())) {
        breaches.push_back({.pointer = at, .about_name = true, .what = fmt::format("'{}': {}", name, schema["propertyNames"].value("x-says", "this name is not allowed"))});
      }
      if (known.contains(name)) {
        this->value(known[name], member, at);
      } else if (schema.contains("additionalProperties")) {
        additional(schema, known, name, member, at);
      }
    }
  }

  void additional(const Json& schema, const Json& known, const std::string& name, const Json& member, const std::string& at) {
    if (schema["additionalProperties"] != false) return value(schema["additionalProperties"], member, at);
    std::vector<std::string> names;
    for (const auto& [one, ignored] : known.items()) {
      if (!one.starts_with('$')) names.push_back(one);
    }
    const auto near = nearest(name, names, 1);
    breaches.push_back({.pointer = at, .about_name = true, .what = fmt::format("unknown key '{}'{}", name, near.empty() ? "; known: " + join(names, ", ") : "; did you mean '" + near[0] + "'?")});
  }

  const Json& root_;
};

}  // namespace

std::vector<SchemaBreach> schema_breaches(const Json& schema, const Json& value) {
  Check check(schema);
  check.value(schema, value, "");
  return std::move(check.breaches);
}

}  // namespace azlab
