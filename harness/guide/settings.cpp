#include "harness/guide/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/walk/match.hpp"
#include "sim/core/text.hpp"

namespace azlab::guide {
namespace {

// As the forms of fixtures/screens and the templates of az write them.
constexpr SettingPlace kPlaces[] = {
    {"compute instance", "Virtual machine size", "properties.properties.vmSize", "same"},
    {"compute instance", "--size", "properties.properties.vmSize", "same"},
    {"compute instance", "Virtual machine type", "properties.properties.vmSize", "gpu"},
    {"compute instance", "Enable SSH access", "properties.properties.sshSettings.sshPublicAccess", "switch"},
    {"compute instance", "Enable virtual network", "properties.properties.subnet", "switch"},
    {"compute instance", "Assign to another user", "properties.properties.personalComputeInstanceSettings.assignedUser", "switch"},
    {"compute instance", "Provision with a creation script", "properties.properties.setupScripts.scripts.creationScript", "switch"},
    {"compute instance", "Creation script", "properties.properties.setupScripts.scripts.creationScript.scriptData", "end"},
    {"compute instance", "Auto shut down", "properties.properties.idleTimeBeforeShutdown", "switch"},
    {"compute instance", "Schedule", "properties.properties.schedules.computeStartStop", "schedule"},
    {"compute cluster", "Virtual machine size", "properties.properties.vmSize", "same"},
    {"compute cluster", "--size", "properties.properties.vmSize", "same"},
    {"compute cluster", "Virtual machine type", "properties.properties.vmSize", "gpu"},
    {"compute cluster", "Virtual machine tier", "properties.properties.vmPriority", "same"},
    {"compute cluster", "--tier", "properties.properties.vmPriority", "same"},
    {"compute cluster", "Minimum number of nodes", "properties.properties.scaleSettings.minNodeCount", "same"},
    {"compute cluster", "--min-instances", "properties.properties.scaleSettings.minNodeCount", "same"},
    {"compute cluster", "Maximum number of nodes", "properties.properties.scaleSettings.maxNodeCount", "same"},
    {"compute cluster", "--max-instances", "properties.properties.scaleSettings.maxNodeCount", "same"},
    {"compute cluster", "Idle seconds before scale down", "properties.properties.scaleSettings.nodeIdleTimeBeforeScaleDown", "seconds"},
    {"compute cluster", "Enable SSH access", "properties.properties.remoteLoginPortPublicAccess", "switch"},
    {"compute cluster", "Location", "location", "region"},
    {"workspace", "Region", "location", "region"},
    {"workspace", "--location", "location", "region"},
    {"workspace", "Storage account", "properties.storageAccount", "end"},
    {"workspace", "Key vault", "properties.keyVault", "end"},
    {"workspace", "Application insights", "properties.applicationInsights", "end"},
    {"workspace", "Container registry", "properties.containerRegistry", "none"},
    {"resource group", "Region", "location", "region"},
    {"resource group", "--location", "location", "region"},
};

std::string plain(const Json* value) {
  if (value == nullptr || value->is_null()) return {};
  return value->is_string() ? value->get<std::string>() : dump(*value);
}

std::string last_part(const std::string& path) { return path.substr(path.rfind('/') + 1); }

/// "East US 2" and "eastus2" are one region.
std::string region(std::string_view text) { return to_lower(replace_all(std::string(text), " ", "")); }

bool is_on(const std::string& shown) { return !shown.empty() && shown != "Disabled" && shown != "false" && shown != "{}" && shown != "[]"; }

/// The N family of sizes has graphics processors: learn.microsoft.com/azure/virtual-machines/sizes/overview.
std::string processor(const std::string& size) { return size.empty() ? "" : starts_with_ignore_case(size, "Standard_N") ? "GPU" : "CPU"; }

/// Schedules of a body as "stop 18:00", each.
std::vector<std::string> schedules(const Json* list) {
  std::vector<std::string> out;
  if (list == nullptr || !list->is_array()) return out;
  for (const auto& one : *list) {
    const auto parts = split(string_at(one, "cron.expression"), ' ');
    std::string time = parts.size() < 2 ? std::string() : fmt::format("{:0>2}:{:0>2}", parts[1], parts[0]);
    if (time.empty()) time = fmt::format("{:0>2}:{:0>2}", plain(find_path(one, "recurrence.schedule.hours.0")), plain(find_path(one, "recurrence.schedule.minutes.0")));
    out.push_back(to_lower(string_at(one, "action")) + " " + time);
  }
  return out;
}

}  // namespace

const SettingPlace* find_setting(std::string_view noun, std::string_view label) {
  const auto* const found = std::find_if(std::begin(kPlaces), std::end(kPlaces), [&](const SettingPlace& place) { return place.noun == noun && walk::fold(place.label) == walk::fold(label); });
  return found == std::end(kPlaces) ? nullptr : found;
}

std::string setting_shown(const Json& body, std::string_view path, std::string_view how) {
  const Json* found = find_path(body, path);
  if (how == "schedule") return join(schedules(found), ", ");
  const std::string text = plain(found);
  if (how == "gpu") return processor(text);
  if (how == "switch") return is_on(text) ? "on" : "off";
  return how == "end" || how == "none" ? last_part(text) : text;
}

bool setting_is(const Json& body, std::string_view path, std::string_view how, std::string_view value) {
  if (how == "schedule") {
    const auto all = schedules(find_path(body, path));
    return std::find(all.begin(), all.end(), value) != all.end();
  }
  const std::string shown = setting_shown(body, path, how);
  if (how == "region") return region(shown) == region(value);
  if (how == "seconds") return equals_ignore_case(shown, "PT" + std::string(value) + "S");
  if (how == "none" && equals_ignore_case(value, "None")) return shown.empty();
  return equals_ignore_case(shown, value);
}

}  // namespace azlab::guide
