#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "sim/query/ast.hpp"

namespace azlab::jmespath {
namespace {

enum Type : unsigned {
  kNumber = 1, kString = 2, kBoolean = 4, kArray = 8, kObject = 16, kNull = 32, kExpression = 64,
  kNumbers = 128, kStrings = 256,  // arrays all of whose elements are of one type
  kAny = kNumber | kString | kBoolean | kArray | kObject | kNull,
};

struct Call {
  const Node& node;
  const std::vector<Argument>& arguments;
  Evaluator& evaluator;

  const Json& json(std::size_t i) const { return *arguments[i].value.json; }
  const std::string& text(std::size_t i) const { return json(i).get_ref<const std::string&>(); }
};

struct Function {
  std::string_view name;
  std::vector<unsigned> parameters;  ///< types that each parameter takes
  bool variadic;                     ///< the last parameter may repeat
  Result<Value> (*body)(const Call&);
};

std::string_view type_name(const Json& value) {
  if (value.is_string()) return "string";
  if (value.is_number()) return "number";
  if (value.is_boolean()) return "boolean";
  if (value.is_array()) return "array";
  return value.is_object() ? "object" : "null";
}

unsigned types_of(const Json& value) {
  if (value.is_string()) return kString;
  if (value.is_number()) return kNumber;
  if (value.is_boolean()) return kBoolean;
  if (value.is_object()) return kObject;
  if (!value.is_array()) return kNull;
  unsigned types = kArray;
  if (std::all_of(value.begin(), value.end(), [](const Json& child) { return child.is_number(); })) types |= kNumbers;
  if (std::all_of(value.begin(), value.end(), [](const Json& child) { return child.is_string(); })) types |= kStrings;
  return types;
}

std::string expected_names(unsigned types) {
  constexpr std::pair<unsigned, std::string_view> kNames[] = {
      {kNumber, "number"}, {kString, "string"}, {kBoolean, "boolean"}, {kArray, "array"}, {kObject, "object"},
      {kNull, "null"}, {kExpression, "expref"}, {kNumbers, "array-number"}, {kStrings, "array-string"}};
  std::string names;
  for (const auto& [type, name] : kNames) {
    if ((types & type) == 0) continue;
    if (!names.empty()) names += ", ";
    names += "'" + std::string(name) + "'";
  }
  return names;
}

/// The Python engine's sentence: az shows it to the user as it stands.
tl::unexpected<Error> invalid_type(const Call& call, const Json* value, unsigned expected) {
  std::string shown = value == nullptr ? "expression" : value->is_null() ? "None" : value->is_string() ? value->get<std::string>() : dump(*value);
  return type_error(call.node, "In function " + call.node.text + "(), invalid type for value: " + shown + ", expected one of: [" +
                                   expected_names(expected) + "], received: \"" +
                                   std::string(value == nullptr ? "expref" : type_name(*value)) + "\"");
}

Value number(double value) { return make_value(Json(value)); }

/// A whole number where the result is one, as long as it fits.
Value whole(double value) {
  if (std::abs(value) < 9.0e15) return make_value(Json(static_cast<std::int64_t>(value)));
  return number(value);
}

std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string reversed(const std::string& text) {
  std::string result;
  result.reserve(text.size());
  std::size_t end = text.size();
  while (end > 0) {
    std::size_t start = end - 1;
    while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xC0U) == 0x80U) --start;
    result.append(text, start, end - start);
    end = start;
  }
  return result;
}

Result<Value> do_abs(const Call& call) {
  const Json& value = call.json(0);
  if (value.is_number_unsigned() || (value.is_number_integer() && value.get<std::int64_t>() >= 0)) return call.arguments[0].value;
  if (value.is_number_integer() && value.get<std::int64_t>() > INT64_MIN) return make_value(Json(-value.get<std::int64_t>()));
  return number(std::abs(value.get<double>()));
}

Result<Value> do_sum(const Call& call) {
  double total = 0;
  bool integers = true;
  for (const Json& child : call.json(0)) {
    total += child.get<double>();
    integers = integers && child.is_number_integer();
  }
  return integers ? whole(total) : number(total);
}

Result<Value> do_avg(const Call& call) {
  const Json& values = call.json(0);
  if (values.empty()) return make_value(nullptr);
  double total = 0;
  for (const Json& child : values) total += child.get<double>();
  return number(total / static_cast<double>(values.size()));
}

Result<Value> do_contains(const Call& call) {
  const Json& in = call.json(0);
  const Json& wanted = call.json(1);
  if (in.is_array()) return make_value(Json(std::find(in.begin(), in.end(), wanted) != in.end()));
  return make_value(Json(wanted.is_string() && call.text(0).find(call.text(1)) != std::string::npos));
}

Result<Value> do_join(const Call& call) {
  std::string joined;
  bool first = true;
  for (const Json& child : call.json(1)) {
    if (!first) joined += call.text(0);
    first = false;
    joined += child.get_ref<const std::string&>();
    if (joined.size() > kCopiedValuesMax) return type_error(call.node, "The result of join() is too large");
  }
  return make_value(Json(std::move(joined)));
}

Result<Value> do_keys(const Call& call) {
  Json keys = Json::array();
  for (const auto& item : call.json(0).items()) keys.push_back(item.key());
  return make_value(std::move(keys));
}

Result<Value> do_values(const Call& call) {
  Json values = Json::array();
  for (const Json& child : call.json(0)) {
    if (Result<void> paid = call.evaluator.charge(child); !paid) return fail(paid.error());
    values.push_back(child);
  }
  return make_value(std::move(values));
}

Result<Value> do_length(const Call& call) {
  return make_value(Json(call.json(0).is_string() ? characters(call.text(0)) : call.json(0).size()));
}

Result<Value> do_map(const Call& call) {
  Json mapped = Json::array();
  const Value& source = call.arguments[1].value;
  for (const Json& child : *source.json) {
    Result<Value> value = call.evaluator.evaluate(*call.arguments[0].expression, Value{.json = &child, .owner = source.owner});
    if (!value) return value;
    if (Result<void> added = call.evaluator.append(mapped, *value); !added) return fail(added.error());
  }
  return make_value(std::move(mapped));
}

Result<Value> extreme(const Call& call, bool greatest) {
  const Json& values = call.json(0);
  if (values.empty()) return make_value(nullptr);
  const auto found = greatest ? std::max_element(values.begin(), values.end()) : std::min_element(values.begin(), values.end());
  return Value{.json = &*found, .owner = call.arguments[0].value.owner};
}

/// The elements of the first argument with what the expression makes of each: all numbers, or all strings.
Result<std::vector<std::pair<Value, const Json*>>> keyed(const Call& call) {
  std::vector<std::pair<Value, const Json*>> rows;
  for (const Json& child : call.json(0)) {
    Result<Value> key =
        call.evaluator.evaluate(*call.arguments[1].expression, Value{.json = &child, .owner = call.arguments[0].value.owner});
    if (!key) return fail(key.error());
    const unsigned expected = rows.empty() ? kNumber | kString : types_of(*rows.front().first.json);
    if ((types_of(*key->json) & expected) == 0) return invalid_type(call, key->json, expected);
    rows.emplace_back(std::move(*key), &child);
  }
  return rows;
}

Result<Value> extreme_by(const Call& call, bool greatest) {
  auto rows = keyed(call);
  if (!rows) return fail(rows.error());
  if (rows->empty()) return make_value(nullptr);
  const auto less = [](const auto& a, const auto& b) { return *a.first.json < *b.first.json; };
  const auto found = greatest ? std::max_element(rows->begin(), rows->end(), less) : std::min_element(rows->begin(), rows->end(), less);
  return Value{.json = found->second, .owner = call.arguments[0].value.owner};
}

Result<Value> do_sort_by(const Call& call) {
  auto rows = keyed(call);
  if (!rows) return fail(rows.error());
  std::stable_sort(rows->begin(), rows->end(), [](const auto& a, const auto& b) { return *a.first.json < *b.first.json; });
  Json sorted = Json::array();
  for (const auto& row : *rows) {
    if (Result<void> added = call.evaluator.append(sorted, Value{.json = row.second}); !added) return fail(added.error());
  }
  return make_value(std::move(sorted));
}

Result<Value> do_sort(const Call& call) {
  if (Result<void> paid = call.evaluator.charge(call.json(0)); !paid) return fail(paid.error());
  Json sorted = call.json(0);
  std::stable_sort(sorted.begin(), sorted.end());
  return make_value(std::move(sorted));
}

Result<Value> do_merge(const Call& call) {
  Json merged = Json::object();
  for (const Argument& argument : call.arguments) {
    if (Result<void> paid = call.evaluator.charge(*argument.value.json); !paid) return fail(paid.error());
    merged.update(*argument.value.json);
  }
  return make_value(std::move(merged));
}

Result<Value> do_not_null(const Call& call) {
  for (const Argument& argument : call.arguments) {
    if (!argument.value.json->is_null()) return argument.value;
  }
  return make_value(nullptr);
}

Result<Value> do_reverse(const Call& call) {
  const Json& value = call.json(0);
  if (value.is_string()) return make_value(Json(reversed(call.text(0))));
  if (Result<void> paid = call.evaluator.charge(value); !paid) return fail(paid.error());
  Json turned = value;
  std::reverse(turned.begin(), turned.end());
  return make_value(std::move(turned));
}

Result<Value> do_to_array(const Call& call) {
  if (call.json(0).is_array()) return call.arguments[0].value;
  Json array = Json::array();
  if (Result<void> added = call.evaluator.append(array, call.arguments[0].value); !added) return fail(added.error());
  return make_value(std::move(array));
}

Result<Value> do_to_number(const Call& call) {
  if (call.json(0).is_number()) return call.arguments[0].value;
  if (call.json(0).is_string()) {
    Result<Json> parsed = parse_json(call.text(0));
    if (parsed && parsed->is_number()) return make_value(std::move(*parsed));
  }
  return make_value(nullptr);
}

Result<Value> do_to_string(const Call& call) {
  if (call.json(0).is_string()) return call.arguments[0].value;
  if (Result<void> paid = call.evaluator.charge(call.json(0)); !paid) return fail(paid.error());
  return make_value(Json(dump(call.json(0))));
}

const std::vector<Function>& functions() {
  static const std::vector<Function> table = {
      {"abs", {kNumber}, false, do_abs},
      {"avg", {kNumbers}, false, do_avg},
      {"ceil", {kNumber}, false, [](const Call& c) -> Result<Value> { return whole(std::ceil(c.json(0).get<double>())); }},
      {"contains", {kArray | kString, kAny}, false, do_contains},
      {"ends_with", {kString, kString}, false, [](const Call& c) -> Result<Value> { return make_value(Json(c.text(0).ends_with(c.text(1)))); }},
      {"floor", {kNumber}, false, [](const Call& c) -> Result<Value> { return whole(std::floor(c.json(0).get<double>())); }},
      {"join", {kString, kStrings}, false, do_join},
      {"keys", {kObject}, false, do_keys},
      {"length", {kString | kArray | kObject}, false, do_length},
      {"map", {kExpression, kArray}, false, do_map},
      {"max", {kNumbers | kStrings}, false, [](const Call& c) { return extreme(c, true); }},
      {"max_by", {kArray, kExpression}, false, [](const Call& c) { return extreme_by(c, true); }},
      {"merge", {kObject}, true, do_merge},
      {"min", {kNumbers | kStrings}, false, [](const Call& c) { return extreme(c, false); }},
      {"min_by", {kArray, kExpression}, false, [](const Call& c) { return extreme_by(c, false); }},
      {"not_null", {kAny}, true, do_not_null},
      {"reverse", {kArray | kString}, false, do_reverse},
      {"sort", {kNumbers | kStrings}, false, do_sort},
      {"sort_by", {kArray, kExpression}, false, do_sort_by},
      {"starts_with", {kString, kString}, false, [](const Call& c) -> Result<Value> { return make_value(Json(c.text(0).starts_with(c.text(1)))); }},
      {"sum", {kNumbers}, false, do_sum},
      {"to_array", {kAny}, false, do_to_array},
      {"to_number", {kAny}, false, do_to_number},
      {"to_string", {kAny}, false, do_to_string},
      {"type", {kAny}, false, [](const Call& c) -> Result<Value> { return make_value(Json(std::string(type_name(c.json(0))))); }},
      {"values", {kObject}, false, do_values},
  };
  return table;
}

}  // namespace

Result<Value> call_function(const Node& node, const std::vector<Argument>& arguments, Evaluator& evaluator) {
  const auto& table = functions();
  const auto found = std::find_if(table.begin(), table.end(), [&](const Function& f) { return f.name == node.text; });
  if (found == table.end()) return type_error(node, "Unknown function: " + node.text + "()");
  const std::size_t wanted = found->parameters.size();
  if (arguments.size() < wanted || (arguments.size() > wanted && !found->variadic)) {
    return type_error(node, std::string("Expected ") + (found->variadic ? "at least " : "") + std::to_string(wanted) +
                                (wanted == 1 ? " argument" : " arguments") + " for function " + node.text + "(), received " +
                                std::to_string(arguments.size()));
  }
  const Call call{.node = node, .arguments = arguments, .evaluator = evaluator};
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const unsigned expected = found->parameters[std::min(i, wanted - 1)];
    const Json* value = arguments[i].value.json;
    if (((value == nullptr ? unsigned{kExpression} : types_of(*value)) & expected) == 0) return invalid_type(call, value, expected);
  }
  return found->body(call);
}

}  // namespace azlab::jmespath
