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

}  // namespace

Rows ml_workspace_commands() {
  static constexpr CommandRow kRows[] = {
      {"ml workspace create", ml_workspace_create,
       "resource-group name location storage-account key-vault file display-name description public-network-access "
       "image-build-compute application-insights container-registry tags no-wait"},
      {"ml workspace show", workspace_show, "resource-group name"},
      {"ml workspace list", workspace_list, "resource-group"},
      {"ml workspace update", ml_workspace_update,
       "resource-group name set file display-name description public-network-access image-build-compute "
       "application-insights container-registry tags no-wait"},
      {"ml workspace delete", workspace_delete, "resource-group name all-resources permanently-delete yes no-wait"},
      {"ml workspace list-keys", workspace_list_keys, "resource-group name"},
      {"ml workspace sync-keys", workspace_sync_keys, "resource-group name no-wait"},
  };
  return kRows;
}

}  // namespace azlab::az
