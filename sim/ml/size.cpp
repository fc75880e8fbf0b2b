#include "sim/ml/size.hpp"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "sim/arm/error.hpp"
#include "sim/arm/quota.hpp"
#include "sim/arm/subscription.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"

namespace azlab::ml {
namespace {

constexpr const char* kTotal = "TotalDedicatedCores";
constexpr std::string_view kOnlineDeployments = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments";

/// Calls `visit(size, instances, state)` for each online deployment of a region.
template <class Visit>
void each_deployment(const World& world, const std::string& location, const Visit& visit) {
  world.for_each_of_type(kOnlineDeployments, "", [&](const std::string&, const RowPtr& row) {
    const auto body = row->location == location ? parse_json(row->body) : parse_json("");
    const VmSize* size = body ? find_vm_size(string_at(*body, "properties.instanceType")) : nullptr;
    const Json* instances = body ? find_path(*body, "sku.capacity") : nullptr;
    if (size != nullptr) visit(*size, instances != nullptr && instances->is_number_integer() ? instances->get<int>() : 1, row->state);
    return true;
  });
}

const std::vector<VmSize>& vm_sizes() {
  static const std::vector<VmSize> kSizes = [] {
    std::vector<VmSize> out;
    const Json fixture = *parse_json(fixtures::get("fixtures/azure/vm-sizes.json"));
    for (const auto& s : fixture) {
      out.push_back({.name = s["name"], .family = s["family"], .vcpus = s["vCPUs"], .gpus = s["gpus"], .memory_gb = s["memoryGB"]});
    }
    return out;
  }();
  return kSizes;
}

/// "standardDSv2Family" -> "Standard DSv2 Family".
std::string display_name(const std::string& family) {
  std::string middle = family;
  if (starts_with_ignore_case(middle, "standard")) middle = middle.substr(8);
  if (middle.ends_with("Family")) middle.resize(middle.size() - 6);
  return "Standard " + std::string(trim(middle)) + " Family";
}

Result<std::string> location_of(Context& context, const Match& match) {
  if (const auto ok = arm::check_subscription(context, match.at("sub")); !ok) return fail(ok.error());
  std::string location = arm::normalise_location(match.at("location"));
  if (location.empty()) {
    return fail(400, "BadRequest", "The provided location '" + match.at("location") + "' is not a region of Azure Machine Learning.");
  }
  return location;
}

Response list_sizes(Context& context, const Request&, const Match& match) {
  const auto location = location_of(context, match);
  if (!location) return arm::error_response(location.error());
  Json value = Json::array();
  for (const auto& size : vm_sizes()) {
    value.push_back({{"name", size.name},
                     {"family", size.family},
                     {"vCPUs", size.vcpus},
                     {"gpus", size.gpus},
                     {"osVhdSizeMB", 1047552},
                     {"maxResourceVolumeMB", static_cast<int>(size.memory_gb) * 2048},
                     {"memoryGB", size.memory_gb},
                     {"lowPriorityCapable", true},
                     {"premiumIO", size.name.find('S') != std::string::npos},
                     {"estimatedVMPrices", nullptr},
                     {"supportedComputeTypes", {"AmlCompute", "ComputeInstance"}}});
  }
  return json_response(200, {{"value", value}});
}

Json usage_json(const std::string& sub, const std::string& name, const std::string& label, const std::string& type, int used, int limit) {
  return {{"id", "/subscriptions/" + sub + "/providers/Microsoft.MachineLearningServices/usages/" + name},
          {"type", type},
          {"unit", "Count"},
          {"currentValue", used},
          {"limit", limit},
          {"name", {{"value", name}, {"localizedValue", label}}}};
}

Response list_usages(Context& context, const Request&, const Match& match) {
  const auto location = location_of(context, match);
  if (!location) return arm::error_response(location.error());
  const std::string& sub = match.at("sub");
  Json value = Json::array();
  value.push_back(usage_json(sub, kTotal, "Total Cluster Dedicated Regional vCPUs", "Microsoft.MachineLearningServices/totalDedicatedCores/usages",
                             cores_used(context.world(), *location, ""), arm::quota_limit(context.world(), *location, kTotal)));
  for (const auto& family : arm::quota_families()) {
    value.push_back(usage_json(sub, family, display_name(family) + " Cluster Dedicated vCPUs",
                               "Microsoft.MachineLearningServices/vmFamily/dedicatedCores/usages",
                               cores_used(context.world(), *location, family), arm::quota_limit(context.world(), *location, family)));
  }
  return json_response(200, {{"value", value}});
}

}  // namespace

const VmSize* find_vm_size(std::string_view name) {
  for (const auto& size : vm_sizes()) {
    if (equals_ignore_case(size.name, name)) return &size;
  }
  return nullptr;
}

int cores_used(const World& world, const std::string& location, const std::string& family) {
  int used = 0;
  world.for_each_of_type("Microsoft.MachineLearningServices/workspaces/computes", "", [&](const std::string&, const RowPtr& row) {
    if (row->location != location) return true;
    const auto body = parse_json(row->body);
    if (!body || row->state == "Failed") return true;
    const VmSize* size = find_vm_size(string_at(*body, "properties.properties.vmSize"));
    if (size == nullptr || (!family.empty() && size->family != family)) return true;
    int nodes = 1;
    if (string_at(*body, "properties.computeType") == "AmlCompute") {
      const Json* current = find_path(*body, "properties.properties.targetNodeCount");
      nodes = current != nullptr && current->is_number() ? current->get<int>() : 0;
    }
    used += nodes * size->vcpus;
    return true;
  });
  each_deployment(world, location, [&](const VmSize& size, int instances, const std::string& state) {
    if (state != "Failed" && (family.empty() || size.family == family)) used += instances_reserved(instances) * size.vcpus;
  });
  return used;
}

int instances_reserved(int instances) { return (instances * 12 + 9) / 10; }

CoresLeft cores_left(const World& world, const std::string& location, const VmSize& size) {
  const CoresLeft family{cores_used(world, location, size.family), arm::quota_limit(world, location, size.family)};
  const CoresLeft total{cores_used(world, location, ""), arm::quota_limit(world, location, kTotal)};
  return total.limit - total.used < family.limit - family.used ? total : family;
}

Result<void> check_quota(Context& context, const std::string& location, const VmSize& size, int nodes) {
  const int cores = nodes * size.vcpus;
  const int total = arm::quota_limit(context.world(), location, kTotal);
  const int family = arm::quota_limit(context.world(), location, size.family);
  if (cores_used(context.world(), location, size.family) + cores > family) {
    return fail(faults::make_error("ml-family-vcpu-quota", {{"familyDisplayName", display_name(size.family)},
                                                            {"limit", std::to_string(family)},
                                                            {"nodes", std::to_string(nodes)},
                                                            {"vcpus", std::to_string(cores)}}));
  }
  if (cores_used(context.world(), location, "") + cores > total) {
    return fail(faults::make_error("ml-total-vcpu-quota", {{"limit", std::to_string(total)}, {"vcpus", std::to_string(cores)}}));
  }
  return {};
}

Result<void> check_offered(const World& world, const std::string& compute, const std::string& location, const VmSize& size) {
  if (arm::size_restriction(world, location, size.name).empty()) return {};
  return fail(faults::make_error("sku-not-available", {{"resourceId", compute}, {"location", location}, {"zones", ""}, {"subscriptionId", arm::default_subscription().id}}));
}

int machines_allocated(const World& world, const std::string& location, const VmSize& size) {
  int allocated = 0;
  world.for_each_of_type("Microsoft.MachineLearningServices/workspaces/computes", "", [&](const std::string&, const RowPtr& row) {
    const auto body = row->location == location ? parse_json(row->body) : parse_json("");
    if (!body || !equals_ignore_case(string_at(*body, "properties.properties.vmSize"), size.name)) return true;
    if (string_at(*body, "properties.computeType") == "AmlCompute") {
      const Json* nodes = find_path(*body, "properties.properties.currentNodeCount");
      allocated += nodes != nullptr && nodes->is_number_integer() ? nodes->get<int>() : 0;
    } else if (const std::string state = string_at(*body, "properties.properties.state"); state == "Running" || state == "UserSettingUp" || state == "Stopping" || state == "Restarting") {
      ++allocated;
    }
    return true;
  });
  each_deployment(world, location, [&](const VmSize& deployed, int instances, const std::string& state) {
    if (state == "Succeeded" && deployed.name == size.name) allocated += instances;
  });
  return allocated;
}

int machines_left(const World& world, const std::string& location, const VmSize& size) {
  const auto has = arm::capacity(world, location, size.name);
  return has ? std::max(0, *has - machines_allocated(world, location, size)) : std::numeric_limits<int>::max();
}

std::vector<Route> size_routes() {
  const std::string base = "/subscriptions/{sub}/providers/Microsoft.MachineLearningServices/locations/{location}/";
  return {{Method::get, std::string(kArmHost), base + "vmSizes", "computes.listSizes", list_sizes},
          {Method::get, std::string(kArmHost), base + "usages", "computes.listUsages", list_usages}};
}

}  // namespace azlab::ml
