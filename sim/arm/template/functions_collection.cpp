#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "sim/arm/template/expression.hpp"
#include "sim/core/text.hpp"

// Functions on arrays and objects. Keys of objects compare without case.

namespace azlab::arm_template {
namespace {

tl::unexpected<Error> want_collection(const Call& call, std::string_view kinds) {
  return call_error(call, fmt::format("the parameter must be {}.", kinds));
}

Result<Json> collection_contains(const Call& call) {
  const Json& in = call.arguments[0];
  const Json& wanted = call.arguments[1];
  if (in.is_array()) return Json(std::find(in.begin(), in.end(), wanted) != in.end());
  if (in.is_object() && wanted.is_string()) return Json(find_key(in, wanted.get_ref<const std::string&>()) != nullptr);
  if (in.is_string() && wanted.is_string()) return Json(in.get_ref<const std::string&>().find(wanted.get_ref<const std::string&>()) != std::string::npos);
  return want_collection(call, "an array, an object with a key, or two strings");
}

Result<Json> collection_length(const Call& call) {
  const Json& value = call.arguments[0];
  if (value.is_string()) {
    const std::string& text = value.get_ref<const std::string&>();
    return Json(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
  }
  if (!value.is_structured()) {
    return template_error(fmt::format("The template language function 'length' expects its parameter to be an array, object, or a string. The provided value is of type '{}'. "
                                      "Please see https://aka.ms/arm-functions for usage details.",
                                      kind_of(value)));
  }
  return Json(value.size());
}

Result<Json> collection_empty(const Call& call) {
  const Json& value = call.arguments[0];
  if (value.is_null()) return Json(true);
  if (value.is_string()) return Json(value.get_ref<const std::string&>().empty());
  if (!value.is_structured()) return want_collection(call, "an array, a string or an object");
  return Json(value.empty());
}

Result<Json> collection_end(const Call& call, bool last) {
  const Json& value = call.arguments[0];
  if (value.is_array()) return value.empty() ? Json() : (last ? value.back() : value.front());
  if (!value.is_string()) return want_collection(call, "an array or a string");
  const std::string& text = value.get_ref<const std::string&>();
  return text.empty() ? Json("") : Json(std::string(1, last ? text.back() : text.front()));
}

Result<Json> collection_part(const Call& call, bool skip) {
  const Json& value = call.arguments[0];
  if (!call.arguments[1].is_number_integer()) return want_collection(call, "an integer");
  if (!value.is_array() && !value.is_string()) return want_collection(call, "an array or a string");
  const std::size_t size = value.is_array() ? value.size() : value.get_ref<const std::string&>().size();
  const auto count = static_cast<std::size_t>(std::clamp<std::int64_t>(call.arguments[1].get<std::int64_t>(), 0, static_cast<std::int64_t>(size)));
  const std::size_t from = skip ? count : 0;
  const std::size_t to = skip ? size : count;
  if (value.is_string()) return Json(value.get_ref<const std::string&>().substr(from, to - from));
  Json part = Json::array();
  part.insert(part.end(), value.begin() + static_cast<std::ptrdiff_t>(from), value.begin() + static_cast<std::ptrdiff_t>(to));
  return part;
}

/// Later values win; objects within objects merge.
void merge_objects(Json& into, const Json& from, bool deep) {
  for (const auto& item : from.items()) {
    const Json* present = find_key(into, item.key());
    if (deep && present != nullptr && present->is_object() && item.value().is_object()) {
      Json merged = *present;
      merge_objects(merged, item.value(), true);
      into[item.key()] = std::move(merged);
    } else {
      into[item.key()] = item.value();
    }
  }
}

bool all_of_type(const std::vector<Json>& values, bool (Json::*is)() const noexcept) {
  return std::all_of(values.begin(), values.end(), [&](const Json& value) { return (value.*is)(); });
}

Result<Json> collection_union(const Call& call) {
  if (all_of_type(call.arguments, &Json::is_object)) {
    Json merged = Json::object();
    for (const Json& value : call.arguments) merge_objects(merged, value, true);
    return merged;
  }
  if (!all_of_type(call.arguments, &Json::is_array)) return want_collection(call, "all arrays or all objects");
  Json merged = Json::array();
  for (const Json& value : call.arguments) {
    for (const Json& element : value) {
      if (std::find(merged.begin(), merged.end(), element) == merged.end()) merged.push_back(element);
    }
  }
  return merged;
}

Result<Json> collection_intersection(const Call& call) {
  const bool objects = all_of_type(call.arguments, &Json::is_object);
  if (!objects && !all_of_type(call.arguments, &Json::is_array)) return want_collection(call, "all arrays or all objects");
  Json common = objects ? Json::object() : Json::array();
  for (const auto& item : call.arguments[0].items()) {
    const bool everywhere = std::all_of(call.arguments.begin(), call.arguments.end(), [&](const Json& other) {
      if (!objects) return std::find(other.begin(), other.end(), item.value()) != other.end();
      const Json* found = find_key(other, item.key());
      return found != nullptr && *found == item.value();
    });
    if (!everywhere) continue;
    if (objects) common[item.key()] = item.value();
    else if (std::find(common.begin(), common.end(), item.value()) == common.end()) common.push_back(item.value());
  }
  return common;
}

Result<Json> collection_create_object(const Call& call) {
  if (call.arguments.size() % 2 != 0) return call_error(call, "the parameters must be pairs of a key and a value.");
  Json object = Json::object();
  for (std::size_t i = 0; i < call.arguments.size(); i += 2) {
    if (!call.arguments[i].is_string()) return call_error(call, "the keys must be strings.");
    object[call.arguments[i].get<std::string>()] = call.arguments[i + 1];
  }
  return object;
}

Result<Json> collection_range(const Call& call) {
  if (!call.arguments[0].is_number_integer() || !call.arguments[1].is_number_integer()) return want_collection(call, "an integer");
  const auto start = call.arguments[0].get<std::int64_t>();
  const auto count = call.arguments[1].get<std::int64_t>();
  if (count < 0 || count > 10000 || start > 2147483647 - count || start < -2147483647) {
    return call_error(call, "the count must be between '0' and '10000' and the sum of start and count at most '2147483647'.");
  }
  Json numbers = Json::array();
  for (std::int64_t i = 0; i < count; ++i) numbers.push_back(start + i);
  return numbers;
}

Result<Json> collection_items(const Call& call) {
  if (!call.arguments[0].is_object()) return want_collection(call, "an object");
  Json items = Json::array();
  for (const auto& item : call.arguments[0].items()) items.push_back({{"key", item.key()}, {"value", item.value()}});
  return items;
}

Result<Json> collection_keys(const Call& call) {
  if (!call.arguments[0].is_object()) return want_collection(call, "an object");
  Json keys = Json::array();
  for (const auto& item : call.arguments[0].items()) keys.push_back(item.key());
  return keys;
}

Result<Json> collection_flatten(const Call& call) {
  if (!call.arguments[0].is_array()) return want_collection(call, "an array of arrays");
  Json flat = Json::array();
  for (const Json& inner : call.arguments[0]) {
    if (!inner.is_array()) return want_collection(call, "an array of arrays");
    flat.insert(flat.end(), inner.begin(), inner.end());
  }
  return flat;
}

Result<Json> collection_shallow_merge(const Call& call) {
  if (!call.arguments[0].is_array()) return want_collection(call, "an array of objects");
  Json merged = Json::object();
  for (const Json& object : call.arguments[0]) {
    if (!object.is_object()) return want_collection(call, "an array of objects");
    merge_objects(merged, object, false);
  }
  return merged;
}

Result<Json> collection_from_end(const Call& call, bool lenient) {
  const Json& array = call.arguments[0];
  const bool valid = array.is_array() && call.arguments[1].is_number_integer();
  const std::int64_t back = valid ? call.arguments[1].get<std::int64_t>() : 0;
  if (valid && back >= 1 && back <= static_cast<std::int64_t>(array.size())) return array[array.size() - static_cast<std::size_t>(back)];
  if (lenient) return Json();
  return call_error(call, "the index is out of bounds.");
}

Result<Json> collection_try_get(const Call& call) {
  const Json* at = &call.arguments[0];
  for (std::size_t i = 1; i < call.arguments.size(); ++i) {
    const Json& key = call.arguments[i];
    const Json* next = nullptr;
    if (key.is_string()) {
      next = find_key(*at, key.get_ref<const std::string&>());
    } else if (key.is_number_integer() && at->is_array() && key.get<std::int64_t>() >= 0 && key.get<std::int64_t>() < static_cast<std::int64_t>(at->size())) {
      next = &(*at)[static_cast<std::size_t>(key.get<std::int64_t>())];
    }
    if (next == nullptr) return Json();
    at = next;
  }
  return *at;
}

Result<Json> collection_coalesce(const Call& call) {
  for (const Json& value : call.arguments) {
    if (!value.is_null()) return value;
  }
  return Json();
}

}  // namespace

const std::vector<FunctionEntry>& collection_functions() {
  static const std::vector<FunctionEntry> table = {
      {"contains", 2, 2, collection_contains},
      {"length", 1, 1, collection_length},
      {"empty", 1, 1, collection_empty},
      {"first", 1, 1, [](const Call& c) { return collection_end(c, false); }},
      {"last", 1, 1, [](const Call& c) { return collection_end(c, true); }},
      {"skip", 2, 2, [](const Call& c) { return collection_part(c, true); }},
      {"take", 2, 2, [](const Call& c) { return collection_part(c, false); }},
      {"union", 1, kAnyCount, collection_union},
      {"intersection", 1, kAnyCount, collection_intersection},
      {"array", 1, 1, [](const Call& c) -> Result<Json> { return c.arguments[0].is_array() ? c.arguments[0] : Json::array({c.arguments[0]}); }},
      {"createArray", 0, kAnyCount, [](const Call& c) -> Result<Json> { return c.arguments.empty() ? Json::array() : Json(c.arguments); }},
      {"createObject", 0, kAnyCount, collection_create_object},
      {"range", 2, 2, collection_range},
      {"items", 1, 1, collection_items},
      {"objectKeys", 1, 1, collection_keys},
      {"flatten", 1, 1, collection_flatten},
      {"shallowMerge", 1, 1, collection_shallow_merge},
      {"indexFromEnd", 2, 2, [](const Call& c) { return collection_from_end(c, false); }},
      {"tryIndexFromEnd", 2, 2, [](const Call& c) { return collection_from_end(c, true); }},
      {"tryGet", 2, kAnyCount, collection_try_get},
      {"coalesce", 1, kAnyCount, collection_coalesce},
  };
  return table;
}

}  // namespace azlab::arm_template
