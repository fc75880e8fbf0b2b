#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"
#include "sim/mlflow/artifact_blobs.hpp"
#include "sim/mlflow/artifact_proxy.hpp"
#include "sim/mlflow/artifact_uri.hpp"
#include "sim/mlflow/endpoints.hpp"
#include "sim/mlflow/error.hpp"
#include "sim/mlflow/logged_model_store.hpp"
#include "sim/mlflow/run_store.hpp"

namespace azlab::mlflow {
namespace {

/// MLflow's FileInfos of what lies directly below `folder` of `root`; paths relative to the root, or names alone.
Result<Json> file_infos(Context& context, const Workspace& workspace, const std::string& root, const std::string& folder, bool names_only) {
  const std::string prefix = folder.empty() ? root + "/" : root + "/" + folder + "/";
  const auto page = list_all_artifact_blobs(context, workspace, prefix, true);
  if (!page) return fail(page.error());
  const std::size_t cut = names_only ? prefix.size() : root.size() + 1;
  Json out = Json::array();
  for (const auto& blob : page->blobs) out.push_back({{"path", blob.name.substr(cut)}, {"is_dir", false}, {"file_size", blob.size}});
  for (const auto& name : page->folders) out.push_back({{"path", name.substr(cut, name.size() - cut - 1)}, {"is_dir", true}});
  std::sort(out.begin(), out.end(), [](const Json& a, const Json& b) { return a["path"] < b["path"]; });
  return out;
}

Answer list_below(Call& call, const std::string& root_uri, std::string folder) {
  while (folder.ends_with("/")) folder.pop_back();
  if (!folder.empty() && !is_safe_path(folder)) return invalid_parameter("Invalid path");
  const auto files = file_infos(call.context, call.workspace, artifact_blob_path(root_uri), folder, false);
  if (!files) return fail(files.error());
  return dump({{"root_uri", root_uri}, {"files", *files}});
}

struct ProxiedPath {
  Workspace workspace;
  std::string path;
};

/// What a proxied address names: at least an origin, a container and a file in it.
Result<ProxiedPath> proxied_path(Context& context, const Match& match) {
  auto workspace = find_workspace(context, match);
  if (!workspace) return fail(workspace.error());
  const std::string& path = match.at("path");
  if (!is_safe_path(path) || split(path, '/').size() < 3) return invalid_parameter("Invalid path");
  return ProxiedPath{std::move(*workspace), path};
}

Response proxy_failure(const Response& from_storage, const std::string& path) {
  if (from_storage.status == 404) return mlflow_error(does_not_exist("No such artifact: " + path).value());
  return mlflow_error({.status = from_storage.status, .code = "INTERNAL_ERROR", .message = "The artifact could not be reached: " + path});
}

}  // namespace

Answer list_artifacts(Call& call) {
  const auto run = find_run(call.context.world(), call.workspace, call.text("run_id"));
  if (!run) return fail(run.error());
  return list_below(call, string_at(*run, "info.artifact_uri"), call.text("path"));
}

Answer list_logged_model_artifacts(Call& call) {
  const auto model = find_logged_model(call.context.world(), call.workspace, call.text("model_id"));
  if (!model) return fail(model.error());
  return list_below(call, string_at(*model, "info.artifact_uri"), call.text("artifact_directory_path"));
}

Response list_proxied_artifacts(Context& context, const Request& request, const Match& match) {
  const auto workspace = find_workspace(context, match);
  if (!workspace) return mlflow_error(workspace.error());
  std::string folder = request.query_value("path").value_or("");
  while (folder.ends_with("/")) folder.pop_back();
  if (!is_safe_path(folder)) return mlflow_error(invalid_parameter("Invalid path").value());
  const auto files = file_infos(context, *workspace, folder, "", true);
  if (!files) return mlflow_error(files.error());
  return json_response(200, {{"files", *files}});
}

Response download_proxied_artifact(Context& context, const Request&, const Match& match) {
  const auto place = proxied_path(context, match);
  if (!place) return mlflow_error(place.error());
  Response blob = read_artifact_blob(context, place->workspace, place->path);
  if (!blob.ok()) return proxy_failure(blob, place->path);
  const std::string name = place->path.substr(place->path.rfind('/') + 1);
  return {.status = 200,
          .headers = {{"Content-Type", "application/octet-stream"}, {"Content-Disposition", "attachment; filename=" + percent_encode(name, " ")}, {"X-Content-Type-Options", "nosniff"}},
          .body = std::move(blob.body)};
}

Response upload_proxied_artifact(Context& context, const Request& request, const Match& match) {
  const auto place = proxied_path(context, match);
  if (!place) return mlflow_error(place.error());
  const Response blob = write_artifact_blob(context, place->workspace, place->path, request.body, {});
  return blob.ok() ? json_response(200, Json::object()) : proxy_failure(blob, place->path);
}

Response delete_proxied_artifact(Context& context, const Request&, const Match& match) {
  const auto place = proxied_path(context, match);
  if (!place) return mlflow_error(place.error());
  const Response blob = delete_artifact_blob(context, place->workspace, place->path);
  return blob.ok() ? json_response(200, Json::object()) : proxy_failure(blob, place->path);
}

}  // namespace azlab::mlflow
