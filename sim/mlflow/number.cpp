#include "sim/mlflow/number.hpp"

#include <charconv>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"

namespace azlab::mlflow {
namespace {

// Beyond these a double is no 64-bit integer.
constexpr double kIntegerEnd = 9223372036854775807.0;

template <class Number>
std::optional<Number> read_whole(std::string_view text) {
  if (text.starts_with("+")) text.remove_prefix(1);
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<std::int64_t> read_integer(std::string_view text) {
  if (auto whole = read_whole<std::int64_t>(text)) return whole;
  // "12.0" is twelve as well.
  const auto number = read_whole<double>(text);
  if (!number || std::floor(*number) != *number || std::abs(*number) >= kIntegerEnd) return std::nullopt;
  return static_cast<std::int64_t>(*number);
}

std::optional<std::int64_t> read_integer(const Json& value) {
  if (value.is_string()) return read_integer(std::string_view(value.get_ref<const std::string&>()));
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return std::nullopt;
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (!value.is_number()) return std::nullopt;
  const double number = value.get<double>();
  if (std::floor(number) != number || std::abs(number) >= kIntegerEnd) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

std::optional<double> read_double(std::string_view text) {
  if (equals_ignore_case(text, "nan")) return std::numeric_limits<double>::quiet_NaN();
  if (equals_ignore_case(text, "infinity") || equals_ignore_case(text, "inf")) return std::numeric_limits<double>::infinity();
  if (equals_ignore_case(text, "-infinity") || equals_ignore_case(text, "-inf")) return -std::numeric_limits<double>::infinity();
  return read_whole<double>(text);
}

std::optional<double> read_double(const Json& value) {
  if (value.is_string()) return read_double(std::string_view(value.get_ref<const std::string&>()));
  if (value.is_number()) return value.get<double>();
  return std::nullopt;
}

Json double_json(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? std::numeric_limits<double>::max() : std::numeric_limits<double>::lowest();
  return value;
}

}  // namespace azlab::mlflow
