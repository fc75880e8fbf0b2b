#include <nlohmann/json.hpp>

#include "harness/az/ml.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

Result<Json> workspace_show(Invocation& az) {
  auto path = workspace_path(az, az.value("name"));
  if (!path) return tl::make_unexpected(path.error());
  auto workspace = fetch(az, {.path = *path, .version = kWorkspacesVersion});
  return workspace ? Result<Json>(workspace_entity(*workspace)) : workspace;
}

Result<Json> workspace_list(Invocation& az) {
  auto base = az.has("resource-group") ? group_path(az) : subscription_path(az);
  if (!base) return tl::make_unexpected(base.error());
  auto workspaces = fetch_list(
      az, {.path = *base + "/providers/Microsoft.MachineLearningServices/workspaces", .version = kWorkspacesVersion});
  if (!workspaces) return workspaces;
  Json list = Json::array();
  for (const Json& workspace : *workspaces) list.push_back(workspace_entity(workspace));
  return list;
}

/// Deletes the resources that a workspace names, with the api-versions of the client (wire.md 2.1), then itself.
Result<void> delete_dependents(Invocation& az, const Json& workspace) {
  std::vector<std::pair<std::string, std::string_view>> targets;
  const std::string insights = text_at(workspace, "properties.applicationInsights");
  if (!insights.empty()) {
    auto component = fetch(az, {.path = insights, .version = "2015-05-01"});
    if (!component) return tl::make_unexpected(component.error());
    targets.emplace_back(insights, "2015-05-01");
    if (const std::string logs = text_at(*component, "properties.WorkspaceResourceId"); !logs.empty())
      targets.emplace_back(logs, "2020-08-01");
  }
  for (const auto& [member, version] :
       std::vector<std::pair<std::string_view, std::string_view>>{{"properties.storageAccount", "2019-06-01"},
                                                                  {"properties.keyVault", "2019-09-01"},
                                                                  {"properties.containerRegistry", "2019-05-01"}}) {
    if (const std::string id = text_at(workspace, member); !id.empty()) targets.emplace_back(id, version);
  }
  for (const auto& [id, version] : targets) {
    auto deleted = send_and_finish(az, {.method = Method::del, .path = id, .version = version});
    if (!deleted) return tl::make_unexpected(deleted.error());
  }
  return {};
}

Result<Json> workspace_delete(Invocation& az) {
  if (!az.has("yes")) {
    auto sure = az.confirm("Are you sure you want to perform this operation?");
    if (!sure) return tl::make_unexpected(sure.error());
    if (!*sure) return cli_error("Operation cancelled.");
  }
  auto path = workspace_path(az, az.value("name"));
  if (!path) return tl::make_unexpected(path.error());
  auto workspace = fetch(az, {.path = *path, .version = kWorkspacesVersion});
  if (!workspace) return workspace;
  if (az.has("all-resources")) {
    if (auto done = delete_dependents(az, *workspace); !done) return tl::make_unexpected(done.error());
  }
  Call call{.method = Method::del, .path = *path, .version = kWorkspacesVersion};
  if (az.has("permanently-delete")) call.query = "forceToPurge=true";
  auto done = send_and_finish(az, call);
  return done ? Result<Json>(Json(nullptr)) : done;
}

Result<Json> workspace_list_keys(Invocation& az) {
  auto path = workspace_path(az, az.value("name"));
  if (!path) return tl::make_unexpected(path.error());
  auto keys = fetch(az, {.method = Method::post, .path = *path + "/listKeys", .version = kWorkspacesVersion});
  return keys ? Result<Json>(snake_cased(*keys)) : keys;
}

Result<Json> workspace_sync_keys(Invocation& az) {
  auto path = workspace_path(az, az.value("name"));
  if (!path) return tl::make_unexpected(path.error());
  auto done =
      send_and_finish(az, {.method = Method::post, .path = *path + "/resyncKeys", .version = kWorkspacesVersion});
  return done ? Result<Json>(Json(nullptr)) : done;
}

Result<Json> workspace_later(Invocation& az) {
  return not_simulated("az " + az.command);
}

Argument workspace_name(bool required = true) {
  return {.names = {"--name", "-n"},
          .help =
              "Name of the Azure ML workspace. You can configure the default workspace using `az configure --defaults "
              "workspace=<name>`.",
          .required = required,
          .default_key = required ? "workspace" : ""};
}

std::vector<Argument> settings_arguments() {
  return {{.names = {"--file", "-f"},
           .help = "Local path to the YAML file containing the Azure ML workspace specification."},
          {.names = {"--display-name"}, .help = "Display name for the workspace."},
          {.names = {"--description"}, .help = "Description of the Azure ML workspace."},
          {.names = {"--public-network-access"},
           .help = "Allow public endpoint connectivity when a workspace is private link enabled.",
           .choices = {"Enabled", "Disabled"}},
          {.names = {"--image-build-compute", "-i"},
           .help = "The name of the compute target to use for building environment Docker images."},
          {.names = {"--application-insights", "-a"},
           .help = "ARM ID of the application insights associated with this workspace."},
          {.names = {"--container-registry", "-c"},
           .help = "ARM ID of the container registry associated with this workspace."},
          {.names = {"--update-dependent-resources", "-u"},
           .help = "Provide this flag to confirm updating workspace dependent resources.",
           .takes = Takes::flag},
          {.names = {"--managed-network", "-m"}, .help = "Managed Network Isolation Mode for the workspace."},
          {.names = {"--primary-user-assigned-identity", "-p"},
           .help = "ARM ID of primary user assigned managed identity."},
          tags_argument(),
          no_wait_argument()};
}

std::vector<Argument> with(std::vector<Argument> first, const std::vector<Argument>& more) {
  first.insert(first.end(), more.begin(), more.end());
  return first;
}

}  // namespace

std::vector<Command> ml_workspace_commands() {
  const Argument name = workspace_name();
  return {
      {.words = "ml workspace create",
       .summary = "Create a workspace.",
       .arguments = with(
           {group_argument(),
            workspace_name(false),
            location_argument(),
            {.names = {"--storage-account"}, .help = "ARM ID of the storage account associated with this workspace."},
            {.names = {"--key-vault"}, .help = "ARM ID of the key vault associated with this workspace."},
            {.names = {"--hub-id"}, .help = "The ARM ID of the hub."},
            {.names = {"--kind", "-k"}, .help = "The kind of the workspace."}},
           settings_arguments()),
       .run = ml_workspace_create,
       .table = {},
       .examples = {{"Create a workspace from a YAML specification file.",
                     "az ml workspace create --file workspace.yml --resource-group my-resource-group"}}},
      {.words = "ml workspace show",
       .summary = "Show details for a workspace.",
       .arguments = {group_argument(), name},
       .run = workspace_show},
      {.words = "ml workspace list",
       .summary = "List all the workspaces in a subscription.",
       .arguments = {group_argument(false),
                     {.names = {"--max-results", "-r"}, .help = "Max number of results to return."}},
       .run = workspace_list},
      {.words = "ml workspace update",
       .summary = "Update a workspace.",
       .arguments = with({group_argument(),
                          name,
                          {.names = {"--set"},
                           .help = "Update an object by specifying a property path and value to set.  Example: --set "
                                   "property1.property2=<value>.",
                           .takes = Takes::many,
                           .heading = "Generic Update Arguments"}},
                         settings_arguments()),
       .run = ml_workspace_update},
      {.words = "ml workspace delete",
       .summary = "Delete a workspace.",
       .arguments = {group_argument(),
                     name,
                     {.names = {"--all-resources"},
                      .help = "Delete all the dependent resources associated with the workspace (Azure Storage "
                              "account, Azure Container Registry, Azure Application Insights, Azure Key Vault).",
                      .takes = Takes::flag},
                     {.names = {"--permanently-delete", "-p"},
                      .help = "Workspaces are soft-deleted state by default to allow recovery of workspace data. Set "
                              "this flag to override the soft-delete behavior and permanently delete your workspace.",
                      .takes = Takes::flag},
                     yes_argument(),
                     no_wait_argument()},
       .run = workspace_delete},
      {.words = "ml workspace list-keys",
       .summary = "List workspace keys for dependent resources such as Azure Storage, Azure Container Registry, and "
                  "Azure Application Insights.",
       .arguments = {group_argument(), name},
       .run = workspace_list_keys},
      {.words = "ml workspace sync-keys",
       .summary = "Sync workspace keys for dependent resources.",
       .arguments = {group_argument(), name, no_wait_argument()},
       .run = workspace_sync_keys},
      {.words = "ml workspace diagnose",
       .summary = "Diagnose workspace setup problems.",
       .arguments = {group_argument(), name, no_wait_argument()},
       .run = workspace_later},
      {.words = "ml workspace provision-network",
       .summary = "Provision workspace managed network.",
       .arguments = {group_argument(), name, no_wait_argument()},
       .run = workspace_later},
  };
}

}  // namespace azlab::az
