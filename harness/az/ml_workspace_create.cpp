#include <charconv>
#include <iostream>
#include <nlohmann/json.hpp>

#include "harness/az/extensions.hpp"
#include "harness/az/ml.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

/// What the command and its YAML file say about the new workspace.
struct WorkspaceWishes {
  std::string name;
  std::string location;
  Json entity;  // members of the file, overridden by arguments
};

Result<WorkspaceWishes> read_wishes(Invocation& az) {
  auto entity = entity_file(az);
  if (!entity) return tl::make_unexpected(entity.error());
  for (const char* key :
       {"name", "display-name", "description", "location", "image-build-compute", "public-network-access",
        "storage-account", "key-vault", "application-insights", "container-registry"}) {
    if (az.has(key) && !az.value(key).empty()) (*entity)[replace_all(key, "-", "_")] = az.value(key);
  }
  static const std::vector<std::string> known = {
      "$schema",         "name",          "display_name",         "description",
      "location",        "tags",          "image_build_compute",  "public_network_access",
      "storage_account", "key_vault",     "application_insights", "container_registry",
      "hbi_workspace",   "resource_group"};
  for (const auto& [key, unused] : entity->items()) {
    if (std::find(known.begin(), known.end(), key) == known.end())
      return not_simulated("az ml workspace create: '" + key + "' in the file");
  }
  auto tags = tags_of(az.all("tags"));
  if (!tags) return tl::make_unexpected(tags.error());
  if (!tags->contains("createdByToolkit"))
    (*tags)["createdByToolkit"] = "cli-v2-" + string_at(installed_extension(az, "ml"), "sdk");
  // `--tags` (with the toolkit's own) replaces the tags of the file, as the client's override does.
  (*entity)["tags"] = *tags;
  const std::string name = string_at(*entity, "name");
  if (name.empty()) return usage_error("the following arguments are required: --name/-n");
  return WorkspaceWishes{.name = name, .location = string_at(*entity, "location"), .entity = *entity};
}

/// Parameters for a dependent resource: an existing one by its id, or a new one by name.
void set_dependent(Json& parameters, const std::string& key, const std::string& id, const std::string& new_name,
                   const std::string& group, const std::string& subscription) {
  const auto parts = split(id, '/');
  const bool existing = parts.size() > 8;
  parameters[key + "Option"] = {{"value", existing ? "existing" : "new"}};
  parameters[key + "Name"] = {{"value", existing ? parts[8] : new_name}};
  parameters[key + "ResourceGroupName"] = {{"value", existing ? parts[4] : group}};
  if (key == "storageAccount") parameters[key + "SubscriptionId"] = {{"value", existing ? parts[2] : subscription}};
}

Json deployment_parameters(Invocation& az, const WorkspaceWishes& wishes, const std::string& subscription) {
  const std::string group = az.value("resource-group");
  const Json& entity = wishes.entity;
  // Null takes the template's default (wire.md 2.6).
  Json parameters;
  parameters["location"] = {{"value", wishes.location}};
  parameters["workspaceName"] = {{"value", wishes.name}};
  parameters["resourceGroupName"] = {{"value", group}};
  parameters["description"] = {{"value", string_at(entity, "description", wishes.name)}};
  parameters["friendlyName"] = {{"value", string_at(entity, "display_name", wishes.name)}};
  parameters["kind"] = {{"value", "default"}};
  parameters["tagValues"] = {{"value", entity["tags"]}};
  parameters["publicNetworkAccess"] = {{"value", string_at(entity, "public_network_access", "Enabled")}};
  parameters["associatedResourcePNA"] = {{"value", string_at(entity, "public_network_access", "Enabled")}};
  parameters["confidential_data"] = {{"value", entity.value("hbi_workspace", false) ? "true" : "false"}};
  parameters["identity"] = {{"value", {{"type", "SystemAssigned"}}}};
  parameters["imageBuildCompute"] = {
      {"value", entity.contains("image_build_compute") ? entity["image_build_compute"] : Json(nullptr)}};
  for (const char* key : {"soft_delete_enabled", "allow_recover_softdeleted_workspace", "spark_runtime_version",
                          "offlineStoreStorageAccountOption"}) {
    parameters[key] = {{"value", nullptr}};
  }
  set_dependent(parameters, "storageAccount", string_at(entity, "storage_account"),
                dependent_name(az, wishes.name, "storage"), group, subscription);
  set_dependent(parameters, "keyVault", string_at(entity, "key_vault"), dependent_name(az, wishes.name, "keyvault"),
                group, subscription);
  set_dependent(parameters, "applicationInsights", string_at(entity, "application_insights"),
                dependent_name(az, wishes.name, "insights"), group, subscription);
  parameters["logAnalyticsName"] = {{"value", dependent_name(az, wishes.name, "logalytics")}};
  const std::string registry = string_at(entity, "container_registry");
  set_dependent(parameters, "containerRegistry", registry, dependent_name(az, wishes.name, "containerRegistry"), group,
                subscription);
  if (registry.empty()) parameters["containerRegistryOption"] = {{"value", "none"}};
  return parameters;
}

Result<std::string> location_of_group(Invocation& az, const std::string& subscription) {
  auto group = fetch(az, {.path = subscription + "/resourcegroups/" + path_segment(az.value("resource-group")),
                          .version = kWorkspaceDeploymentVersion});
  if (!group) return tl::make_unexpected(group.error());
  return string_at(*group, "location");
}

/// A PATCH with what may change; what `update` does and `create` for a workspace that is there.
Result<Json> patch_workspace(Invocation& az, const std::string& path, const Json& entity) {
  Json body = {{"properties", Json::object()}};
  for (const auto& [member, wire] :
       std::vector<std::pair<std::string, std::string>>{{"description", "description"},
                                                        {"display_name", "friendlyName"},
                                                        {"image_build_compute", "imageBuildCompute"},
                                                        {"public_network_access", "publicNetworkAccess"},
                                                        {"application_insights", "applicationInsights"},
                                                        {"container_registry", "containerRegistry"}}) {
    if (entity.contains(member)) body["properties"][wire] = entity[member];
  }
  if (entity.contains("tags")) body["tags"] = entity["tags"];
  auto workspace =
      send_and_finish(az, {.method = Method::patch, .path = path, .version = kWorkspacesVersion, .body = dump(body)});
  if (!workspace || workspace->is_null()) return workspace;
  return workspace_entity(*workspace);
}

}  // namespace

Result<std::string> workspace_path(Invocation& az, const std::string& name) {
  return resource_path(az, "Microsoft.MachineLearningServices/workspaces", name);
}

std::string dependent_name(Invocation& az, const std::string& workspace, const std::string& kind) {
  std::string name;
  for (const char c : to_lower(workspace)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) name += c;
  }
  return (name.substr(0, 8) + kind.substr(0, 8) + az.random_hex(32)).substr(0, 24);
}

Result<Json> ml_workspace_create(Invocation& az) {
  auto wishes = read_wishes(az);
  if (!wishes) return tl::make_unexpected(wishes.error());
  auto path = workspace_path(az, wishes->name);
  if (!path) return tl::make_unexpected(path.error());
  auto existing = fetch(az, {.path = *path, .version = kWorkspacesVersion});
  if (existing) return patch_workspace(az, *path, wishes->entity);
  if (existing.error().status != 404) return existing;

  auto subscription = subscription_path(az);
  if (!subscription) return tl::make_unexpected(subscription.error());
  if (wishes->location.empty()) {
    auto location = location_of_group(az, *subscription);
    if (!location) return tl::make_unexpected(location.error());
    wishes->location = *location;
  }
  auto workspace_template = parse_jsonc(fixtures::get("fixtures/az/workspace-template.json"));
  if (!workspace_template) return workspace_template;
  const Json body = {
      {"properties",
       {{"template", *workspace_template},
        {"parameters", deployment_parameters(az, *wishes, subscription->substr(std::string("/subscriptions/").size()))},
        {"mode", "incremental"}}}};
  std::uint64_t number = 0;
  const std::string hex = az.random_hex(8);
  std::from_chars(hex.data(), hex.data() + hex.size(), number, 16);
  const std::string deployment = wishes->name + "-" + std::to_string(number % 10'000'000 + 1);
  auto deployed = deploy_workspace(az, deployment, body);
  if (!deployed) return tl::make_unexpected(deployed.error());
  if (az.has("no-wait")) {
    az.warn("Workspace create request initiated. Status can be checked using `az ml workspace show -n " + wishes->name +
            "`");
    return Json(nullptr);
  }
  auto workspace = fetch(az, {.path = *path, .version = kWorkspacesVersion});
  return workspace ? Result<Json>(workspace_entity(*workspace)) : workspace;
}

Result<Json> ml_workspace_update(Invocation& az) {
  auto entity = entity_file(az);
  if (!entity) return entity;
  for (const char* key : {"display-name", "description", "image-build-compute", "public-network-access",
                          "application-insights", "container-registry"}) {
    if (az.has(key)) (*entity)[replace_all(key, "-", "_")] = az.value(key);
  }
  auto path = workspace_path(az, az.value("name"));
  if (!path) return tl::make_unexpected(path.error());
  auto current = fetch(az, {.path = *path, .version = kWorkspacesVersion});
  if (!current) return current;
  if (az.has("tags") || az.has("set")) {
    Json tags = current->contains("tags") && (*current)["tags"].is_object() ? (*current)["tags"] : Json::object();
    if (az.has("tags")) tags = *tags_of(az.all("tags"));
    for (const std::string& word : az.all("set")) {
      const auto equals = word.find('=');
      if (equals == std::string::npos) return cli_error("invalid key=value format: " + word);
      if (word.starts_with("tags.")) {
        tags[word.substr(5, equals - 5)] = word.substr(equals + 1);
      } else {
        (*entity)[word.substr(0, equals)] = word.substr(equals + 1);
      }
    }
    (*entity)["tags"] = tags;
  }
  return patch_workspace(az, *path, *entity);
}

}  // namespace azlab::az
