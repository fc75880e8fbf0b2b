#include "sim/policy/operators.hpp"

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>

#include "sim/core/text.hpp"
#include "sim/core/time.hpp"

namespace azlab::policy {
namespace {

std::string text_of(const Json& value) { return value.is_string() ? value.get<std::string>() : value.is_null() ? std::string() : value.dump(); }

/// A parameter gives "true" where the property is true: scalars compare as text.
bool equal(const Json& value, const Json& target) {
  if (value.is_null()) return target.is_null() || (target.is_string() && target.get_ref<const std::string&>().empty());
  if (value.is_structured() || target.is_structured()) return value == target;
  return equals_ignore_case(text_of(value), text_of(target));
}

std::optional<double> number_of(const Json& value) {
  if (value.is_number()) return value.get<double>();
  if (!value.is_string() || value.get_ref<const std::string&>().empty()) return std::nullopt;
  const std::string text = value.get<std::string>();
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  return *end == '\0' ? std::optional(number) : std::nullopt;
}

/// Less than 0, 0 or more, as the two stand in order; nothing when they do not compare.
std::optional<int> order(const Json& value, const Json& target) {
  const auto sign = [](auto a, auto b) { return a < b ? -1 : b < a ? 1 : 0; };
  const auto a = number_of(value);
  const auto b = number_of(target);
  if (a && b) return sign(*a, *b);
  if (!value.is_string() || !target.is_string()) return std::nullopt;
  const auto first = parse_iso8601(value.get<std::string>());
  const auto second = parse_iso8601(target.get<std::string>());
  if (first && second) return sign(*first, *second);
  return sign(to_lower(value.get<std::string>()), to_lower(target.get<std::string>()));
}

/// '#' is a digit, '?' a letter, '.' any character; others stand for themselves.
bool match(std::string_view text, std::string_view pattern, bool with_case) {
  if (text.size() != pattern.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const char lower = to_lower(c);
    const bool fits = pattern[i] == '#' ? c >= '0' && c <= '9' : pattern[i] == '?' ? lower >= 'a' && lower <= 'z' : pattern[i] == '.' || (with_case ? pattern[i] == c : to_lower(pattern[i]) == lower);
    if (!fits) return false;
  }
  return true;
}

bool contains(const Json& value, const Json& target) {
  if (value.is_array()) return std::any_of(value.begin(), value.end(), [&](const Json& element) { return equal(element, target); });
  return value.is_string() && to_lower(value.get<std::string>()).find(to_lower(text_of(target))) != std::string::npos;
}

bool is_in(const Json& value, const Json& target) {
  return target.is_array() && std::any_of(target.begin(), target.end(), [&](const Json& element) { return equal(value, element); });
}

bool like(const Json& value, const Json& target) { return value.is_string() && glob_match(text_of(target), value.get<std::string>()); }
bool matches(const Json& value, const Json& target) { return value.is_string() && match(value.get_ref<const std::string&>(), text_of(target), true); }
bool matches_any_case(const Json& value, const Json& target) { return value.is_string() && match(value.get_ref<const std::string&>(), text_of(target), false); }
bool has_key(const Json& value, const Json& target) { return find_key(value, text_of(target)) != nullptr; }

/// `exists` takes true and "true".
bool exists(const Json& value, const Json& target) { return value.is_null() != equals_ignore_case(text_of(target), "true"); }

template <bool (*holds)(const Json&, const Json&)>
bool is_not(const Json& value, const Json& target) {
  return !holds(value, target);
}

constexpr Operator kOperators[] = {
    {"equals", "Equals", equal},
    {"notEquals", "NotEquals", is_not<equal>},
    {"like", "Like", like},
    {"notLike", "NotLike", is_not<like>},
    {"match", "Match", matches},
    {"matchInsensitively", "MatchInsensitively", matches_any_case},
    {"notMatch", "NotMatch", is_not<matches>},
    {"notMatchInsensitively", "NotMatchInsensitively", is_not<matches_any_case>},
    {"contains", "Contains", contains},
    {"notContains", "NotContains", is_not<contains>},
    {"in", "In", is_in},
    {"notIn", "NotIn", is_not<is_in>},
    {"containsKey", "ContainsKey", has_key},
    {"notContainsKey", "NotContainsKey", is_not<has_key>},
    {"less", "Less", [](const Json& a, const Json& b) { return order(a, b).value_or(0) < 0; }},
    {"lessOrEquals", "LessOrEquals", [](const Json& a, const Json& b) { return order(a, b).value_or(1) <= 0; }},
    {"greater", "Greater", [](const Json& a, const Json& b) { return order(a, b).value_or(0) > 0; }},
    {"greaterOrEquals", "GreaterOrEquals", [](const Json& a, const Json& b) { return order(a, b).value_or(-1) >= 0; }},
    {"exists", "Exists", exists},
};

}  // namespace

const Operator* find_operator(std::string_view name) {
  const auto* found = std::find_if(std::begin(kOperators), std::end(kOperators), [&](const Operator& known) { return equals_ignore_case(known.name, name); });
  return found == std::end(kOperators) ? nullptr : found;
}

const Operator* operator_of(const Json& condition, const Json** operand) {
  for (const auto& [key, value] : condition.items()) {
    if (const Operator* known = find_operator(key)) {
      *operand = &value;
      return known;
    }
  }
  return nullptr;
}

}  // namespace azlab::policy
