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
  for (const char* key : {"vnet-name", "subnet", "admin-username", "admin-password", "ssh-key-value", "user-tenant-id",
                          "user-object-id", "identity-type", "user-assigned-identities"}) {
    if (az.has(key)) return not_simulated("az " + az.command + " --" + key);
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
  if (!az.has("yes")) {
    auto sure = az.confirm("Are you sure you want to perform this operation?");
    if (!sure) return tl::make_unexpected(sure.error());
    if (!*sure) return cli_error("Operation cancelled.");
  }
  auto path = compute_path(az);
  if (!path) return tl::make_unexpected(path.error());
  auto done = send_and_finish(
      az,
      {.method = Method::del, .path = *path, .version = kComputesVersion, .query = "underlyingResourceAction=Delete"});
  return done ? Result<Json>(Json(nullptr)) : done;
}

std::vector<Argument> cluster_arguments() {
  return {{.names = {"--min-instances"}, .help = "The minimum number of nodes to use on the cluster."},
          {.names = {"--max-instances"}, .help = "The maximum number of nodes to use on the cluster."},
          {.names = {"--idle-time-before-scale-down"},
           .help = "Node idle time in seconds before scaling down the cluster."},
          tags_argument(),
          no_wait_argument()};
}

std::vector<Argument> create_arguments(const Argument& name) {
  Argument optional_name = name;
  optional_name.required = false;
  std::vector<Argument> arguments = {
      group_argument(),
      workspace_argument(),
      optional_name,
      {.names = {"--file", "-f"}, .help = "Local path to the YAML file containing the Azure ML compute specification."},
      {.names = {"--type", "-t"}, .help = "The type of compute target. Allowed values: AmlCompute, ComputeInstance."},
      {.names = {"--size"}, .help = "VM size to use for the compute target."},
      {.names = {"--tier"}, .help = "VM priority tier for AmlCompute.", .choices = {"dedicated", "low_priority"}},
      {.names = {"--description"}, .help = "Description of the compute target."},
      {.names = {"--location", "-l"}, .help = "The location to be used for the new compute."},
      {.names = {"--enable-node-public-ip"},
       .help = "Enable public IP for the nodes.",
       .takes = Takes::optional,
       .choices = {"false", "true"}},
      {.names = {"--ssh-public-access-enabled"},
       .help = "Indicates whether public SSH port is enabled.",
       .takes = Takes::optional,
       .choices = {"false", "true"}}};
  for (const char* option : {"--vnet-name", "--subnet", "--admin-username", "--admin-password", "--ssh-key-value",
                             "--user-tenant-id", "--user-object-id", "--identity-type", "--user-assigned-identities"}) {
    arguments.push_back({.names = {option}, .help = "Not simulated yet by the built-in az."});
  }
  for (Argument& argument : cluster_arguments()) arguments.push_back(std::move(argument));
  return arguments;
}

}  // namespace

std::vector<Command> ml_compute_commands() {
  const Argument name = name_argument("Name of the compute target.");
  const Argument type{.names = {"--type", "-t"}, .help = "The type of compute target."};
  const std::vector<Argument> one = {group_argument(), workspace_argument(), name};
  const std::vector<Argument> one_and_wait = {group_argument(), workspace_argument(), name, no_wait_argument()};
  std::vector<Argument> update = {group_argument(),
                                  workspace_argument(),
                                  name,
                                  {.names = {"--set"},
                                   .help = "Update an object by specifying a property path and value to set.",
                                   .takes = Takes::many,
                                   .heading = "Generic Update Arguments"}};
  for (Argument& argument : cluster_arguments()) update.push_back(std::move(argument));
  return {
      {.words = "ml compute create",
       .summary = "Create a compute target.",
       .arguments = create_arguments(name),
       .run = compute_create,
       .table = {},
       .examples = {{"Create a compute target from a YAML specification file.",
                     "az ml compute create --file compute.yml --resource-group my-resource-group --workspace-name "
                     "my-workspace"}}},
      {.words = "ml compute show",
       .summary = "Show details for a compute target.",
       .arguments = one,
       .run = compute_show},
      {.words = "ml compute list",
       .summary = "List the compute targets in a workspace.",
       .arguments = {group_argument(), workspace_argument(), type},
       .run = compute_list},
      {.words = "ml compute list-nodes",
       .summary =
           "List node details for a compute target. The only supported compute type for this command is AML compute.",
       .arguments = one,
       .run = compute_nodes},
      {.words = "ml compute list-sizes",
       .summary = "List the VM sizes available by location.",
       .arguments = {group_argument(),
                     workspace_argument(),
                     type,
                     {.names = {"--location", "-l"}, .help = "The location for which resource usage is queried."}},
       .run = compute_sizes},
      {.words = "ml compute list-usage",
       .summary = "List the available usage resources for VMs.",
       .arguments = {group_argument(),
                     workspace_argument(),
                     {.names = {"--location", "-l"}, .help = "The location for which resource usage is queried."}},
       .run = compute_usage},
      {.words = "ml compute start",
       .summary = "Start a ComputeInstance target.",
       .arguments = one_and_wait,
       .run = compute_start},
      {.words = "ml compute stop",
       .summary = "Stop a ComputeInstance target.",
       .arguments = one_and_wait,
       .run = compute_stop},
      {.words = "ml compute restart",
       .summary = "Restart a ComputeInstance target.",
       .arguments = one_and_wait,
       .run = compute_restart},
      {.words = "ml compute update", .summary = "Update a compute target.", .arguments = update, .run = compute_update},
      {.words = "ml compute delete",
       .summary = "Delete a compute target.",
       .arguments = {group_argument(), workspace_argument(), name, yes_argument(), no_wait_argument()},
       .run = compute_delete},
  };
}

}  // namespace azlab::az
