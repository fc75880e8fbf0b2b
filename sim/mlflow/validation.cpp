#include "sim/mlflow/validation.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "sim/core/fixtures.hpp"
#include "sim/core/text.hpp"
#include "sim/mlflow/error.hpp"
#include "sim/mlflow/number.hpp"

namespace azlab::mlflow {
namespace {

constexpr std::string_view kBadCharacter =
    "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).";

/// What a path comes to without its empty, "." and ".." parts, as POSIX tools shorten it.
std::string normal_path(std::string_view path) {
  if (path.empty()) return ".";
  const bool absolute = path.starts_with("/");
  // Exactly two slashes in front mean something of their own and stay.
  const std::string front = !absolute ? "" : path.starts_with("//") && !path.starts_with("///") ? "//" : "/";
  std::vector<std::string> parts;
  for (const auto& part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != ".." || (!absolute && parts.empty()) || (!parts.empty() && parts.back() == "..")) {
      parts.push_back(part);
    } else if (!parts.empty()) {
      parts.pop_back();
    }
  }
  const std::string out = front + join(parts, "/");
  return out.empty() ? "." : out;
}

std::string invalid_text(std::string_view path, const Json& value, std::string_view why) {
  return fmt::format("Invalid value {} for parameter '{}' supplied: {}", dump(value), path, why);
}

std::size_t count_characters(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
  return count;
}

Error missing_inside(const std::string& path) {
  return {.code = "INVALID_PARAMETER_VALUE",
          .message = "Missing value for required parameter '" + path + "'. See the API docs for more information about request parameters."};
}

}  // namespace

std::size_t limit(std::string_view name) {
  static const Json kLimits = *parse_json(fixtures::get("fixtures/mlflow/limits.json"));
  return kLimits.at(std::string(name)).at("value").get<std::size_t>();
}

Result<void> check_key(std::string_view name, std::string_view path) {
  static const RE2 kName(R"([/\pL\pN_.\- :]*)");
  if (!RE2::FullMatch(std::string(name), kName)) return invalid_parameter(invalid_text(path, name, kBadCharacter));
  const std::string normal = normal_path(name);
  if (normal != name || normal == "." || normal.starts_with("..") || normal.starts_with("/")) {
    return invalid_parameter(invalid_text(path, name,
                                          "Names may be treated as files in certain cases, and must not resolve to other names when treated as such. This name would resolve to '" +
                                              normal + "'"));
  }
  return {};
}

Result<void> check_length(std::string_view what, std::string_view limit_name, std::string_view text) {
  if (count_characters(text) <= limit(limit_name)) return {};
  return invalid_parameter(fmt::format("'{}' exceeds the maximum length of {} characters", what, limit(limit_name)));
}

std::string cut_to(std::string text, std::string_view limit_name) {
  const std::size_t most = limit(limit_name);
  if (text.size() <= most) return text;
  std::size_t at = 0;
  for (std::size_t count = 0; at < text.size(); ++at) {
    if ((static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) continue;
    if (count++ == most) break;
  }
  text.resize(at);
  return text;
}

std::string inner_path(std::string_view path, std::string_view name) { return path.empty() ? std::string(name) : fmt::format("{}.{}", path, name); }

Result<MetricPoint> check_metric(const Json& metric, const std::string& path) {
  for (const char* field : {"key", "value", "timestamp"}) {
    const Json* there = metric.is_object() ? find_path(metric, field) : nullptr;
    if (there == nullptr || there->is_null() || (there->is_string() && there->get_ref<const std::string&>().empty())) return fail(missing_inside(inner_path(path, field)));
  }
  if (!metric["key"].is_string()) return invalid_parameter(invalid_text(inner_path(path, "name"), metric["key"], kBadCharacter));
  const auto& key = metric["key"].get_ref<const std::string&>();
  if (const auto ok = check_key(key, inner_path(path, "name")); !ok) return fail(ok.error());
  auto value = read_double(metric["value"]);
  const auto timestamp = read_integer(metric["timestamp"]);
  const auto step = metric.contains("step") && !metric["step"].is_null() ? read_integer(metric["step"]) : std::optional<std::int64_t>(0);
  if (!value) {
    return invalid_parameter(invalid_text(inner_path(path, "value"), metric["value"],
                                          "(timestamp=" + dump(metric["timestamp"]) + "). Please specify value as a valid double (64-bit floating point)"));
  }
  const std::string of_metric = fmt::format("metric '{}' (value={}). ", key, *value);
  if (!timestamp || *timestamp < 0) {
    return invalid_parameter(invalid_text(inner_path(path, "timestamp"), metric["timestamp"], of_metric + "Timestamp must be a nonnegative long (64-bit integer) "));
  }
  if (!step) return invalid_parameter(invalid_text(inner_path(path, "step"), metric["step"], of_metric + "Step must be a valid long (64-bit integer)."));
  if (const auto ok = check_length("Metric name", "key", key); !ok) return fail(ok.error());
  if (std::isinf(*value)) value = *value > 0 ? std::numeric_limits<double>::max() : std::numeric_limits<double>::lowest();
  return MetricPoint{.timestamp = *timestamp, .step = *step, .value = *value};
}

}  // namespace azlab::mlflow
