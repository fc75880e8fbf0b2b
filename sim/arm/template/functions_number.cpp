#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

#include "sim/arm/template/expression.hpp"
#include "sim/core/text.hpp"

// Numbers, comparison, logic and conversion. Template numbers are 64-bit integers.

namespace azlab::arm_template {
namespace {

bool all_integers(const Call& call) {
  return std::all_of(call.arguments.begin(), call.arguments.end(), [](const Json& value) { return value.is_number_integer(); });
}

using Operation = bool (*)(std::int64_t, std::int64_t, std::int64_t*);
bool add_integers(std::int64_t a, std::int64_t b, std::int64_t* r) { return !__builtin_add_overflow(a, b, r); }
bool subtract_integers(std::int64_t a, std::int64_t b, std::int64_t* r) { return !__builtin_sub_overflow(a, b, r); }
bool multiply_integers(std::int64_t a, std::int64_t b, std::int64_t* r) { return !__builtin_mul_overflow(a, b, r); }
bool divide_integers(std::int64_t a, std::int64_t b, std::int64_t* r) {
  if (b == 0 || (a == INT64_MIN && b == -1)) return false;
  *r = a / b;
  return true;
}
bool remainder_integers(std::int64_t a, std::int64_t b, std::int64_t* r) {
  if (b == 0 || (a == INT64_MIN && b == -1)) return false;
  *r = a % b;
  return true;
}

template <Operation Do>
Result<Json> calculate(const Call& call) {
  if (!all_integers(call)) return call_error(call, "the parameters must be integers.");
  std::int64_t result = 0;
  if (!Do(call.arguments[0].get<std::int64_t>(), call.arguments[1].get<std::int64_t>(), &result)) {
    return call_error(call, "the operation divides by zero or its result does not fit an integer.");
  }
  return Json(result);
}

/// Negative, zero or positive; integers or strings.
Result<int> order_of(const Call& call) {
  const Json& a = call.arguments[0];
  const Json& b = call.arguments[1];
  if (!(a.is_number() && b.is_number()) && !(a.is_string() && b.is_string())) return call_error(call, "the parameters must both be integers or both be strings.");
  if (a.is_number()) return a < b ? -1 : (b < a ? 1 : 0);
  // As .NET compares: letters first without their case, then small before capital ('A' is greater than 'a').
  const std::string& one = a.get_ref<const std::string&>();
  const std::string& two = b.get_ref<const std::string&>();
  const int loose = to_lower(one).compare(to_lower(two));
  return loose != 0 ? loose : two.compare(one);
}

Result<Json> compare_order(const Call& call, bool (*holds)(int)) {
  const Result<int> order = order_of(call);
  if (!order) return fail(order.error());
  return Json(holds(*order));
}

Result<Json> extreme_integer(const Call& call, bool greatest) {
  const Json values = call.arguments.size() == 1 && call.arguments[0].is_array() ? call.arguments[0] : Json(call.arguments);
  if (values.empty() || !std::all_of(values.begin(), values.end(), [](const Json& value) { return value.is_number_integer(); })) {
    return call_error(call, "the parameters must be integers, or one array of integers.");
  }
  return greatest ? *std::max_element(values.begin(), values.end()) : *std::min_element(values.begin(), values.end());
}

Result<Json> to_integer(const Call& call) {
  const Json& value = call.arguments[0];
  if (value.is_number_integer()) return value;
  if (value.is_number_float() && value.get<double>() > -9.0e15 && value.get<double>() < 9.0e15) return Json(static_cast<std::int64_t>(value.get<double>()));
  std::int64_t number = 0;
  const std::string text = value.is_string() ? std::string(trim(value.get_ref<const std::string&>())) : "";
  const char* begin = text.data() + (text.starts_with('+') ? 1 : 0);
  const auto [end, status] = std::from_chars(begin, text.data() + text.size(), number);
  if (text.empty() || status != std::errc{} || end != text.data() + text.size()) return call_error(call, "the parameter cannot be converted to an integer.");
  return Json(number);
}

Result<Json> to_float(const Call& call) {
  const Json& value = call.arguments[0];
  if (value.is_number()) return Json(value.get<double>());
  const Result<Json> parsed = value.is_string() ? parse_json(value.get_ref<const std::string&>()) : Result<Json>(Json());
  if (!parsed || !parsed->is_number()) return call_error(call, "the parameter cannot be converted to a number.");
  return Json(parsed->get<double>());
}

Result<Json> to_boolean(const Call& call) {
  const Json& value = call.arguments[0];
  if (value.is_boolean()) return value;
  if (value.is_number_integer()) return Json(value.get<std::int64_t>() != 0);
  if (value.is_string()) {
    const std::string word = to_lower(value.get_ref<const std::string&>());
    if (word == "true" || word == "1") return Json(true);
    if (word == "false" || word == "0") return Json(false);
  }
  return call_error(call, "the parameter cannot be converted to a boolean.");
}

Result<Json> negate(const Call& call) {
  if (!call.arguments[0].is_boolean()) return call_error(call, "the parameter must be a boolean.");
  return Json(!call.arguments[0].get<bool>());
}

Result<Json> from_json(const Call& call) {
  if (!call.arguments[0].is_string()) return call_error(call, "the parameter must be a string.");
  Result<Json> value = read_json(call.arguments[0].get_ref<const std::string&>());
  return value ? value : Result<Json>(call_error(call, fmt::format("the value '{}' is not valid JSON.", call.arguments[0].get<std::string>())));
}

}  // namespace

const std::vector<FunctionEntry>& number_functions() {
  static const std::vector<FunctionEntry> table = {
      {"add", 2, 2, calculate<add_integers>},
      {"sub", 2, 2, calculate<subtract_integers>},
      {"mul", 2, 2, calculate<multiply_integers>},
      {"div", 2, 2, calculate<divide_integers>},
      {"mod", 2, 2, calculate<remainder_integers>},
      {"min", 1, kAnyCount, [](const Call& c) { return extreme_integer(c, false); }},
      {"max", 1, kAnyCount, [](const Call& c) { return extreme_integer(c, true); }},
      {"int", 1, 1, to_integer},
      {"float", 1, 1, to_float},
      {"bool", 1, 1, to_boolean},
      {"not", 1, 1, negate},
      {"true", 0, 0, [](const Call&) -> Result<Json> { return Json(true); }},
      {"false", 0, 0, [](const Call&) -> Result<Json> { return Json(false); }},
      {"null", 0, 0, [](const Call&) -> Result<Json> { return Json(); }},
      {"json", 1, 1, from_json},
      {"equals", 2, 2, [](const Call& c) -> Result<Json> { return Json(c.arguments[0] == c.arguments[1]); }},
      {"less", 2, 2, [](const Call& c) { return compare_order(c, [](int o) { return o < 0; }); }},
      {"lessOrEquals", 2, 2, [](const Call& c) { return compare_order(c, [](int o) { return o <= 0; }); }},
      {"greater", 2, 2, [](const Call& c) { return compare_order(c, [](int o) { return o > 0; }); }},
      {"greaterOrEquals", 2, 2, [](const Call& c) { return compare_order(c, [](int o) { return o >= 0; }); }},
  };
  return table;
}

}  // namespace azlab::arm_template
