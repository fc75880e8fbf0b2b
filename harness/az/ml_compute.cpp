#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/az/ml.hpp"
#include "harness/az/ml_compute.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

Result<std::string> workspace_of(Invocation& az) {
  return workspace_path(az, az.value("workspace-name"));
}

Result<std::string> compute_path(Invocation& az) {
  auto workspace = workspace_of(az);
  if (!workspace) return workspace;
  return *workspace + "/computes/" + path_segment(az.value("name"));
}

/// The client asks for the workspace's region each time a compute comes without one (wire.md 3.5).
Result<std::string> workspace_location(Invocation& az) {
  auto path = workspace_of(az);
  if (!path) return path;
  auto workspace = fetch(az, {.path = *path, .version = kWorkspacesVersion});
  if (!workspace) return tl::make_unexpected(workspace.error());
  return string_at(*workspace, "location");
}

/// Arguments over the members of the YAML file. Numbers arrive as text and stay numbers in the entity.
Result<Json> compute_wishes(Invocation& az) {
  auto entity = entity_file(az);
  if (!entity) return entity;
  for (const char* key : {"name", "type", "size", "description", "location", "tier", "min-instances", "max-instances",
                          "idle-time-before-scale-down"}) {
    if (!az.has(key)) continue;
    const std::string value = az.value(key);
    const std::string member = replace_all(key, "-", "_");
    const bool number = member.ends_with("instances") || member.starts_with("idle_time");
    if (!number) {
      (*entity)[member] = member == "type" ? to_lower(value) : value;
      continue;
    }
    auto parsed = parse_json(value);
    if (!parsed || !parsed->is_number_integer())
      return usage_error("argument --" + std::string(key) + ": invalid int value: '" + value + "'");
    (*entity)[member] = *parsed;
  }
  if (az.has("ssh-public-access-enabled"))
    (*entity)["ssh_public_access_enabled"] = az.value("ssh-public-access-enabled", "true") == "true";
  if (az.has("enable-node-public-ip"))
    (*entity)["enable_node_public_ip"] = az.value("enable-node-public-ip", "true") == "true";
  if (az.has("tags")) (*entity)["tags"] = *tags_of(az.all("tags"));
  return entity;
}

Result<Json> compute_create(Invocation& az) {
  auto entity = compute_wishes(az);
  if (!entity) return entity;
  if (string_at(*entity, "name").empty()) return usage_error("the following arguments are required: --name/-n");
  az.values["name"] = {string_at(*entity, "name")};
  auto path = compute_path(az);
  if (!path) return tl::make_unexpected(path.error());
  if (string_at(*entity, "location").empty()) {
    auto location = workspace_location(az);
    if (!location) return tl::make_unexpected(location.error());
    (*entity)["location"] = *location;
  }
  auto body = compute_request(az, *entity);
  if (!body) return body;
  auto compute =
      send_and_finish(az, {.method = Method::put, .path = *path, .version = kComputesVersion, .body = dump(*body)});
  if (!compute || compute->is_null()) return compute;
  return compute_entity(*compute);
}

Result<Json> compute_show(Invocation& az) {
  auto path = compute_path(az);
  if (!path) return tl::make_unexpected(path.error());
  auto compute = fetch(az, {.path = *path, .version = kComputesVersion});
  return compute ? Result<Json>(compute_entity(*compute)) : compute;
}

/// az's generic update: show, change, put the whole entity.
Result<Json> compute_update(Invocation& az) {
  auto entity = compute_show(az);
  if (!entity) return entity;
  const std::string type = string_at(*entity, "type");
  if (type != "amlcompute" && type != "computeinstance") return not_simulated("az ml compute update of type " + type);
  auto wishes = compute_wishes(az);
  if (!wishes) return wishes;
  for (const auto& [key, value] : wishes->items()) (*entity)[key] = value;
  for (const std::string& word : az.all("set")) {
    const auto equals = word.find('=');
    if (equals == std::string::npos) return cli_error("invalid key=value format: " + word);
    auto value = parse_json(word.substr(equals + 1));
    (*entity)[word.substr(0, equals)] = value ? *value : Json(word.substr(equals + 1));
  }
  for (const char* read_only : {"id", "provisioning_state", "created_on", "network_settings", "state", "last_operation",
                                "os_image_metadata", "services", "resourceGroup"}) {
    entity->erase(read_only);
  }
  auto body = compute_request(az, *entity);
  if (!body) return body;
  auto path = compute_path(az);
  if (!path) return tl::make_unexpected(path.error());
  auto compute =
      send_and_finish(az, {.method = Method::put, .path = *path, .version = kComputesVersion, .body = dump(*body)});
  if (!compute || compute->is_null()) return compute;
  return compute_entity(*compute);
}

Result<Json> compute_list(Invocation& az) {
  auto workspace = workspace_of(az);
  if (!workspace) return tl::make_unexpected(workspace.error());
  auto computes = fetch_list(az, {.path = *workspace + "/computes", .version = kComputesVersion});
  if (!computes) return computes;
  Json list = Json::array();
  const std::string type = to_lower(az.value("type"));
  for (const Json& compute : *computes) {
    Json entity = compute_entity(compute);
    if (type.empty() || string_at(entity, "type") == type) list.push_back(std::move(entity));
  }
  return list;
}

Result<Json> compute_nodes(Invocation& az) {
  auto path = compute_path(az);
  if (!path) return tl::make_unexpected(path.error());
  auto nodes = fetch(az, {.method = Method::post, .path = *path + "/listNodes", .version = kComputesVersion});
  if (!nodes) return nodes;
  return snake_cased(nodes->value("nodes", nodes->value("value", Json::array())));
}

Result<Json> compute_region_list(Invocation& az, const std::string& what) {
  std::string location = az.value("location");
  if (location.empty()) {
    auto found = workspace_location(az);
    if (!found) return tl::make_unexpected(found.error());
    location = *found;
  }
  auto subscription = subscription_path(az);
  if (!subscription) return tl::make_unexpected(subscription.error());
  auto rows = fetch_list(az, {.path = *subscription + "/providers/Microsoft.MachineLearningServices/locations/" +
                                      path_segment(location) + "/" + what,
                              .version = kComputesVersion});
  if (!rows) return rows;
  Json list = Json::array();
  const std::string type = to_lower(az.value("type"));
  for (const Json& row : *rows) {
    bool wanted = type.empty() || !row.contains("supportedComputeTypes");
    for (const Json& supported : row.value("supportedComputeTypes", Json::array()))
      wanted = wanted || to_lower(supported.get<std::string>()) == type;
    if (wanted) list.push_back(snake_cased(row));
  }
  return list;
}

Result<Json> compute_sizes(Invocation& az) {
  return compute_region_list(az, "vmSizes");
}
Result<Json> compute_usage(Invocation& az) {
  return compute_region_list(az, "usages");
}

Result<Json> compute_action(Invocation& az, const std::string& verb) {
  auto path = compute_path(az);
  if (!path) return tl::make_unexpected(path.error());
  auto done = send_and_finish(az, {.method = Method::post, .path = *path + "/" + verb, .version = kComputesVersion});
  return done ? Result<Json>(Json(nullptr)) : done;
}

Result<Json> compute_start(Invocation& az) {
  return compute_action(az, "start");
}
Result<Json> compute_stop(Invocation& az) {
  return compute_action(az, "stop");
}
Result<Json> compute_restart(Invocation& az) {
  return compute_action(az, "restart");
}

Result<Json> compute_delete(Invocation& az) {
  auto path = compute_path(az);
  if (!path) return tl::make_unexpected(path.error());
  auto done = send_and_finish(
      az,
      {.method = Method::del, .path = *path, .version = kComputesVersion, .query = "underlyingResourceAction=Delete"});
  return done ? Result<Json>(Json(nullptr)) : done;
}

}  // namespace

Rows ml_compute_commands() {
  static constexpr std::string_view kOne = "resource-group workspace-name name";
  static constexpr std::string_view kOneAndWait = "resource-group workspace-name name no-wait";
  static constexpr CommandRow kRows[] = {
      {"ml compute create", compute_create,
       "resource-group workspace-name name file type size tier description location enable-node-public-ip "
       "ssh-public-access-enabled min-instances max-instances idle-time-before-scale-down tags no-wait"},
      {"ml compute show", compute_show, kOne},
      {"ml compute list", compute_list, "resource-group workspace-name type"},
      {"ml compute list-nodes", compute_nodes, kOne},
      {"ml compute list-sizes", compute_sizes, "resource-group workspace-name type location"},
      {"ml compute list-usage", compute_usage, "resource-group workspace-name location"},
      {"ml compute start", compute_start, kOneAndWait},
      {"ml compute stop", compute_stop, kOneAndWait},
      {"ml compute restart", compute_restart, kOneAndWait},
      {"ml compute update", compute_update,
       "resource-group workspace-name name set min-instances max-instances idle-time-before-scale-down tags no-wait"},
      {"ml compute delete", compute_delete, "resource-group workspace-name name yes no-wait"},
  };
  return kRows;
}

}  // namespace azlab::az
