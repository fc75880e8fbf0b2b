#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/az/ml_compute.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

/// What the client fills in for a cluster without a size (azure-ai-ml ComputeDefaults).
constexpr const char* kClusterSize = "STANDARD_DS3_V2";
constexpr int kClusterNodesMax = 4;

Result<void> only_known(const Json& entity, const std::vector<std::string>& known) {
  for (const auto& [key, unused] : entity.items()) {
    if (std::find(known.begin(), known.end(), key) == known.end())
      return not_simulated("az ml compute: '" + key + "' in the specification");
  }
  return {};
}

std::string capitalised(std::string text) {
  text = to_lower(text);
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 32);
  return text;
}

Json cluster_properties(const Json& entity) {
  Json scale = {{"maxNodeCount", entity.value("max_instances", Json(kClusterNodesMax))},
                {"minNodeCount", entity.value("min_instances", Json(0))}};
  if (const auto idle = entity.find("idle_time_before_scale_down"); idle != entity.end() && idle->is_number()) {
    scale["nodeIdleTimeBeforeScaleDown"] = iso_seconds(idle->get<long>());
  }
  std::string access = "NotSpecified";
  if (entity.contains("ssh_public_access_enabled") && entity["ssh_public_access_enabled"].is_boolean()) {
    access = entity["ssh_public_access_enabled"].get<bool>() ? "Enabled" : "Disabled";
  }
  return {{"osType", "Linux"},
          {"vmSize", string_at(entity, "size", kClusterSize)},
          {"vmPriority", string_at(entity, "tier") == "low_priority" ? "LowPriority" : "Dedicated"},
          {"scaleSettings", scale},
          {"remoteLoginPortPublicAccess", access},
          {"enableNodePublicIp", entity.value("enable_node_public_ip", Json(true))}};
}

/// One entry of `schedules.compute_start_stop`, from YAML's words to the service's.
Result<Json> schedule_request(const Json& schedule) {
  if (auto known = only_known(schedule, {"action", "status", "state", "trigger", "schedule_id", "provisioning_status",
                                         "trigger_type", "cron", "recurrence"});
      !known) {
    return tl::make_unexpected(known.error());
  }
  Json request = {{"action", capitalised(string_at(schedule, "action"))},
                  {"status", capitalised(string_at(schedule, "status", string_at(schedule, "state", "enabled")))}};
  const Json trigger = schedule.value("trigger", Json::object());
  const std::string type = to_lower(string_at(trigger, "type"));
  Json when;
  if (trigger.contains("start_time")) when["startTime"] = trigger["start_time"];
  when["timeZone"] = string_at(trigger, "time_zone", "UTC");
  if (type == "cron") {
    when["expression"] = string_at(trigger, "expression");
    request["triggerType"] = "Cron";
    request["cron"] = when;
    return request;
  }
  if (type != "recurrence")
    return cli_error("Error: schedules.compute_start_stop: trigger type '" + type +
                     "' is neither 'cron' nor 'recurrence'.");
  when["frequency"] = capitalised(string_at(trigger, "frequency"));
  when["interval"] = trigger.value("interval", Json(1));
  if (const Json* pattern = find_key(trigger, "schedule"); pattern && pattern->is_object()) {
    Json fields;
    for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
             {"hours", "hours"}, {"minutes", "minutes"}, {"week_days", "weekDays"}, {"weekdays", "weekDays"}}) {
      if (!pattern->contains(from)) continue;
      fields[to] = (*pattern)[from].is_array() ? (*pattern)[from] : Json::array({(*pattern)[from]});
    }
    for (Json& day : fields["weekDays"]) {
      if (day.is_string()) day = capitalised(day.get<std::string>());
    }
    if (fields["weekDays"].is_null()) fields.erase("weekDays");
    when["schedule"] = fields;
  }
  request["triggerType"] = "Recurrence";
  request["recurrence"] = when;
  return request;
}

Result<Json> script_request(Invocation& az, const Json& script) {
  std::string text = string_at(script, "command");
  if (const std::string path = string_at(script, "path"); !path.empty()) {
    auto file = read_text_file(az, path);
    if (!file) return tl::make_unexpected(file.error());
    text = *file;
  } else if (script.contains("script_data")) {
    return Json{{"scriptSource", "inline"},
                {"scriptData", string_at(script, "script_data")},
                {"scriptArguments", string_at(script, "script_arguments")}};
  }
  Json request = {{"scriptSource", "inline"}, {"scriptData", base64_encode(text)}};
  if (script.contains("script_arguments")) request["scriptArguments"] = string_at(script, "script_arguments");
  if (script.contains("timeout_minutes")) request["timeout"] = text_at(script, "timeout_minutes") + "m";
  return request;
}

Result<Json> instance_properties(Invocation& az, const Json& entity) {
  Json properties = {{"applicationSharingPolicy", "Shared"},
                     {"computeInstanceAuthorizationType", "personal"},
                     {"enableNodePublicIp", entity.value("enable_node_public_ip", Json(true))}};
  if (const std::string size = string_at(entity, "size"); !size.empty()) properties["vmSize"] = size;
  if (entity.contains("ssh_public_access_enabled") && entity["ssh_public_access_enabled"].is_boolean()) {
    properties["sshSettings"] = {
        {"sshPublicAccess", entity["ssh_public_access_enabled"].get<bool>() ? "Enabled" : "Disabled"}};
  }
  if (const auto minutes = entity.find("idle_time_before_shutdown_minutes");
      minutes != entity.end() && minutes->is_number()) {
    properties["idleTimeBeforeShutdown"] = "PT" + std::to_string(minutes->get<long>()) + "M";
  } else if (const std::string idle = string_at(entity, "idle_time_before_shutdown"); !idle.empty()) {
    properties["idleTimeBeforeShutdown"] = idle;
  }
  if (const Json* schedules = find_path(entity, "schedules.compute_start_stop"); schedules && schedules->is_array()) {
    Json list = Json::array();
    for (const Json& schedule : *schedules) {
      auto request = schedule_request(schedule);
      if (!request) return request;
      list.push_back(*request);
    }
    properties["schedules"] = {{"computeStartStop", list}};
  }
  for (const auto& [member, wire] : std::vector<std::pair<std::string, std::string>>{
           {"creation_script", "creationScript"}, {"startup_script", "startupScript"}}) {
    const Json* script = find_path(entity, "setup_scripts." + member);
    if (!script || !script->is_object()) continue;
    auto request = script_request(az, *script);
    if (!request) return request;
    properties["setupScripts"]["scripts"][wire] = *request;
  }
  return properties;
}

}  // namespace

Result<Json> compute_request(Invocation& az, const Json& entity) {
  static const std::vector<std::string> common = {"$schema",
                                                  "name",
                                                  "type",
                                                  "size",
                                                  "description",
                                                  "location",
                                                  "tags",
                                                  "ssh_public_access_enabled",
                                                  "enable_node_public_ip"};
  const std::string type = to_lower(string_at(entity, "type"));
  auto known = common;
  Json properties;
  if (type == "amlcompute") {
    for (const char* member : {"min_instances", "max_instances", "idle_time_before_scale_down", "tier"})
      known.emplace_back(member);
    properties = {{"computeType", "AmlCompute"}, {"properties", cluster_properties(entity)}};
  } else if (type == "computeinstance") {
    for (const char* member :
         {"schedules", "setup_scripts", "idle_time_before_shutdown", "idle_time_before_shutdown_minutes"})
      known.emplace_back(member);
    // The client takes the cluster's options for an instance, too, and does not send them.
    for (const char* member : {"min_instances", "max_instances", "tier"}) known.emplace_back(member);
    auto inner = instance_properties(az, entity);
    if (!inner) return inner;
    properties = {{"computeType", "ComputeInstance"}, {"properties", *inner}};
  } else if (type.empty()) {
    return usage_error("the following arguments are required: --type/-t");
  } else {
    return not_simulated("az ml compute of type '" + string_at(entity, "type") + "'");
  }
  if (auto understood = only_known(entity, known); !understood) return tl::make_unexpected(understood.error());
  if (const std::string description = string_at(entity, "description"); !description.empty())
    properties["description"] = description;
  Json body = {{"location", string_at(entity, "location")}, {"properties", properties}};
  if (entity.contains("tags")) body["tags"] = entity["tags"];
  return body;
}

}  // namespace azlab::az
