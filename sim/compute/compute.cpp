#include "sim/compute/compute.hpp"

#include <nlohmann/json.hpp>

#include "sim/arm/error.hpp"
#include "sim/arm/quota.hpp"
#include "sim/arm/resource.hpp"
#include "sim/arm/subscription.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/json.hpp"
#include "sim/core/text.hpp"

namespace azlab::compute {
namespace {

const Json& vm_sizes() {
  static const Json kSizes = *parse_json(fixtures::get("fixtures/azure/vm-sizes.json"));
  return kSizes;
}

Result<std::string> location_of(Context& context, const Match& match) {
  if (const auto ok = arm::check_subscription(context, match.at("sub")); !ok) return fail(ok.error());
  std::string location = arm::normalise_location(match.at("location"));
  if (!location.empty()) return location;
  std::vector<std::string> names;
  for (const auto& region : arm::regions()) names.push_back(region.name);
  return fail(400, "NoRegisteredProviderFound",
              "No registered resource provider found for location '" + match.at("location") + "' and API version of this request for type 'locations'. The supported locations are '" + join(names, ", ") + "'.");
}

/// The local disk is 8 GB for each GB of memory in the older series, and absent in those named without a "d" later.
int local_disk_mb(const Json& size) {
  const std::string name = string_at(size, "name");
  const bool older = name.ends_with("_v2") || name.find("_v") == std::string::npos;
  return older ? static_cast<int>(size.at("memoryGB").get<double>() * 2048) : 0;
}

Response list_vm_sizes(Context& context, const Request&, const Match& match) {
  const auto location = location_of(context, match);
  if (!location) return arm::error_response(location.error());
  Json value = Json::array();
  for (const auto& size : vm_sizes()) {
    const int cores = size.at("vCPUs");
    value.push_back({{"name", size.at("name")},
                     {"numberOfCores", cores},
                     {"osDiskSizeInMB", 1047552},
                     {"resourceDiskSizeInMB", local_disk_mb(size)},
                     {"memoryInMB", static_cast<int>(size.at("memoryGB").get<double>() * 1024)},
                     {"maxDataDiskCount", std::min(cores * 4, 64)}});
  }
  return json_response(200, {{"value", value}});
}

Json usage_json(const std::string& name, const std::string& label, int limit) {
  return {{"unit", "Count"}, {"currentValue", 0}, {"limit", limit}, {"name", {{"value", name}, {"localizedValue", label}}}};
}

/// "standardDSv2Family" -> "Standard DSv2 Family vCPUs".
std::string family_label(const std::string& family) {
  std::string middle = family;
  if (starts_with_ignore_case(middle, "standard")) middle = middle.substr(8);
  if (middle.ends_with("Family")) middle.resize(middle.size() - 6);
  return "Standard " + std::string(trim(middle)) + " Family vCPUs";
}

Response list_vm_usages(Context& context, const Request&, const Match& match) {
  const auto location = location_of(context, match);
  if (!location) return arm::error_response(location.error());
  const auto limit = [&](const std::string& name) { return arm::quota_limit(context.world(), *location, name); };
  Json value = Json::array();
  value.push_back(usage_json("availabilitySets", "Availability Sets", 2500));
  value.push_back(usage_json("cores", "Total Regional vCPUs", limit("cores")));
  value.push_back(usage_json("virtualMachines", "Virtual Machines", 25000));
  value.push_back(usage_json("lowPriorityCores", "Total Regional Low-priority vCPUs", limit("TotalLowPriorityCores")));
  for (const auto& family : arm::quota_families()) value.push_back(usage_json(family, family_label(family), limit(family)));
  return json_response(200, {{"value", value}});
}

/// Why a size cannot be had in a region, as the list of sizes says it.
Json restrictions_json(const World& world, const std::string& location, const std::string& name) {
  const std::string reason = arm::size_restriction(world, location, name);
  if (reason.empty()) return Json::array();
  return Json::array({{{"type", "Location"}, {"values", {location}}, {"restrictionInfo", {{"locations", {location}}}}, {"reasonCode", reason}}});
}

Json sku_json(const World& world, const Json& size, const std::string& location) {
  const std::string name = string_at(size, "name");
  const Json capabilities = {{{"name", "vCPUs"}, {"value", std::to_string(size.at("vCPUs").get<int>())}},
                             {{"name", "MemoryGB"}, {"value", size.at("memoryGB").dump()}},
                             {{"name", "GPUs"}, {"value", std::to_string(size.value("gpus", 0))}}};
  return {{"resourceType", "virtualMachines"},
          {"name", name},
          {"tier", "Standard"},
          {"size", name.substr(name.find('_') + 1)},
          {"family", size.at("family")},
          {"locations", Json::array({location})},
          {"locationInfo", Json::array({{{"location", location}, {"zones", Json::array()}, {"zoneDetails", Json::array()}}})},
          {"capabilities", capabilities},
          {"restrictions", restrictions_json(world, location, name)}};
}

Response list_skus(Context& context, const Request& request, const Match& match) {
  if (const auto ok = arm::check_subscription(context, match.at("sub")); !ok) return arm::error_response(ok.error());
  // az filters by "location eq 'eastus'"; without a filter every region's offers come.
  const std::string filter = request.query_value("$filter").value_or("");
  const auto quote = filter.find('\'');
  const std::string wanted = quote == std::string::npos ? "" : arm::normalise_location(filter.substr(quote + 1, filter.rfind('\'') - quote - 1));
  Json value = Json::array();
  for (const auto& region : arm::regions()) {
    if (!filter.empty() && region.name != wanted) continue;
    for (const auto& size : vm_sizes()) value.push_back(sku_json(context.world(), size, region.name));
  }
  return json_response(200, {{"value", value}});
}

Response list_no_machines(Context& context, const Request&, const Match& match) {
  ResourceId scope{.subscription = match.at("sub")};
  if (match.route->pattern.find("{rg}") != std::string::npos) {
    scope.resource_group = match.at("rg");
    if (const auto ok = arm::check_group(context, scope, false); !ok) return arm::error_response(ok.error());
  } else if (const auto ok = arm::check_subscription(context, scope.subscription); !ok) {
    return arm::error_response(ok.error());
  }
  return json_response(200, {{"value", Json::array()}});
}

}  // namespace

std::vector<Route> routes() {
  const std::string host(kArmHost);
  const std::string base = "/subscriptions/{sub}/providers/Microsoft.Compute/";
  return {
      {Method::get, host, base + "locations/{location}/vmSizes", "virtualMachines.listSizes", list_vm_sizes},
      {Method::get, host, base + "locations/{location}/usages", "virtualMachines.listUsages", list_vm_usages},
      {Method::get, host, base + "skus", "virtualMachines.listSkus", list_skus},
      {Method::get, host, base + "virtualMachines", "virtualMachines.listBySubscription", list_no_machines},
      {Method::get, host, "/subscriptions/{sub}/resourcegroups/{rg}/providers/Microsoft.Compute/virtualMachines", "virtualMachines.list", list_no_machines},
  };
}

}  // namespace azlab::compute
