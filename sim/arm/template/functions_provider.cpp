#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "sim/arm/template/expression.hpp"
#include "sim/core/text.hpp"

// Who deploys, what providers offer, and availability zones. Which zone of a location a subscription calls 1, 2 and 3
// is drawn once a subscription in Azure; here the numbers are the same everywhere.

namespace azlab::arm_template {
namespace {

constexpr std::size_t kZones = 3;
/// Types whose resources can be put in a zone, of those that the documentation's examples and common templates ask for.
constexpr std::array<std::string_view, 5> kZonalTypes = {"microsoft.compute/virtualmachines", "microsoft.compute/virtualmachinescalesets", "microsoft.compute/disks",
                                                         "microsoft.network/publicipaddresses", "microsoft.network/loadbalancers"};

const std::string& text_at(const Call& call, std::size_t i) { return call.arguments[i].get_ref<const std::string&>(); }
tl::unexpected<Error> want_texts(const Call& call) { return call_error(call, "all function arguments must be string literals."); }
bool is_text(const Call& call, std::size_t count) {
  return std::all_of(call.arguments.begin(), call.arguments.begin() + static_cast<std::ptrdiff_t>(count), [](const Json& value) { return value.is_string(); });
}

/// "East US 2" and "eastus2" name one location.
std::string location_of(const std::string& text) { return to_lower(replace_all(text, " ", "")); }

/// pickZones(namespace, type, location[, count[, offset]])
Result<Json> pick_zones(const Call& call) {
  if (!is_text(call, 3)) return want_texts(call);
  std::array<std::int64_t, 2> numbers = {1, 0};
  for (std::size_t i = 3; i < call.arguments.size(); ++i) {
    if (!call.arguments[i].is_number_integer()) return call_error(call, "the number of zones and the offset must be integers.");
    numbers[i - 3] = call.arguments[i].get<std::int64_t>();
  }
  const auto [count, offset] = numbers;
  constexpr auto kMost = static_cast<std::int64_t>(kZones);
  if (count < 1 || offset < 0 || count > kMost || offset > kMost - count) {
    return call_error(call, fmt::format("the number of zones and the offset must be positive and come to at most '{}'.", kZones));
  }
  const std::string type = to_lower(text_at(call, 0) + "/" + text_at(call, 1));
  const std::optional<bool> zones = call.evaluator.environment().has_zones(location_of(text_at(call, 2)));
  if (!zones) return call_error(call, fmt::format("the location '{}' is not known.", text_at(call, 2)));
  Json picked = Json::array();
  const bool zonal = std::find(kZonalTypes.begin(), kZonalTypes.end(), type) != kZonalTypes.end();
  for (std::int64_t i = 1; *zones && zonal && i <= count; ++i) picked.push_back(std::to_string(offset + i));
  return picked;
}

/// The logical zone of "westus2-az2", or the physical one of "2".
Result<std::string> other_zone(const Call& call, const std::string& location, const Json& zone, bool to_physical) {
  for (std::size_t i = 1; i <= kZones; ++i) {
    const std::string logical = std::to_string(i);
    const std::string physical = location + "-az" + logical;
    if (zone == (to_physical ? logical : physical)) return to_physical ? physical : logical;
  }
  return call_error(call, fmt::format("the zone '{}' is not one of the location '{}'.", zone.is_string() ? zone.get<std::string>() : dump(zone), location));
}

/// to…Zone(subscription, location, zone) and to…Zones(subscription, location, [zones])
Result<Json> change_zones(const Call& call, bool to_physical, bool many) {
  if (!is_text(call, 2)) return want_texts(call);
  const std::string location = location_of(text_at(call, 1));
  if (!call.evaluator.environment().has_zones(location).value_or(false)) return call_error(call, fmt::format("the location '{}' has no availability zones.", location));
  if (many != call.arguments[2].is_array()) return call_error(call, many ? "the third parameter must be an array." : "the third parameter must be a string.");
  Json changed = Json::array();
  for (const Json& zone : many ? call.arguments[2] : Json::array({call.arguments[2]})) {
    const Result<std::string> other = other_zone(call, location, zone, to_physical);
    if (!other) return fail(other.error());
    changed.push_back(*other);
  }
  return many ? changed : changed[0];
}

/// providers(namespace[, type]): deprecated in Azure, still answered.
Result<Json> list_provider(const Call& call) {
  if (!is_text(call, call.arguments.size())) return want_texts(call);
  const Result<Json> provider = call.evaluator.environment().provider(text_at(call, 0));
  if (!provider) return provider;
  Json types = Json::array();
  for (const Json& type : provider->value("resourceTypes", Json::array())) {
    Json entry = Json::object();
    for (const char* key : {"resourceType", "locations", "apiVersions"}) {
      if (type.contains(key)) entry[key] = type[key];
    }
    if (call.arguments.size() > 1 && equals_ignore_case(string_at(type, "resourceType"), text_at(call, 1))) return entry;
    types.push_back(std::move(entry));
  }
  if (call.arguments.size() > 1) return call_error(call, fmt::format("the provider '{}' has no resource type '{}'.", text_at(call, 0), text_at(call, 1)));
  return Json{{"namespace", string_at(*provider, "namespace")}, {"resourceTypes", types}};
}

}  // namespace

const std::vector<FunctionEntry>& provider_functions() {
  static const std::vector<FunctionEntry> table = {
      {"deployer", 0, 0, [](const Call& c) -> Result<Json> { return c.evaluator.environment().deployer(); }},
      {"providers", 1, 2, list_provider},
      {"pickZones", 3, 5, pick_zones},
      {"toLogicalZone", 3, 3, [](const Call& c) { return change_zones(c, false, false); }},
      {"toLogicalZones", 3, 3, [](const Call& c) { return change_zones(c, false, true); }},
      {"toPhysicalZone", 3, 3, [](const Call& c) { return change_zones(c, true, false); }},
      {"toPhysicalZones", 3, 3, [](const Call& c) { return change_zones(c, true, true); }},
  };
  return table;
}

}  // namespace azlab::arm_template
