#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>

#include "sim/mlflow/artifact_proxy.hpp"
#include "sim/mlflow/artifact_service.hpp"
#include "sim/mlflow/endpoints.hpp"
#include "sim/mlflow/error.hpp"
#include "sim/mlflow/history_service.hpp"
#include "sim/mlflow/mlflow.hpp"

namespace azlab::mlflow {
namespace {

constexpr std::string_view kHost = "*.api.azureml.ms";

constexpr Endpoint kEndpoints[] = {
    {Method::post, "mlflow/experiments/create", "mlflow.experiments.create", create_experiment, "name! artifact_location tags[]"},
    {Method::get, "mlflow/experiments/get", "mlflow.experiments.get", get_experiment, "experiment_id!"},
    {Method::get, "mlflow/experiments/get-by-name", "mlflow.experiments.getByName", get_experiment_by_name, "experiment_name!"},
    {Method::post, "mlflow/experiments/search", "mlflow.experiments.search", search_experiments, "view_type max_results# order_by[] filter page_token"},
    {Method::get, "mlflow/experiments/search", "mlflow.experiments.search", search_experiments, "view_type max_results# order_by[] filter page_token"},
    {Method::post, "mlflow/experiments/update", "mlflow.experiments.update", update_experiment, "experiment_id! new_name!"},
    {Method::post, "mlflow/experiments/delete", "mlflow.experiments.delete", delete_experiment, "experiment_id!"},
    {Method::post, "mlflow/experiments/restore", "mlflow.experiments.restore", restore_experiment, "experiment_id!"},
    {Method::post, "mlflow/experiments/set-experiment-tag", "mlflow.experiments.setTag", set_experiment_tag, "experiment_id! key! value"},
    {Method::post, "mlflow/experiments/delete-experiment-tag", "mlflow.experiments.deleteTag", delete_experiment_tag, "experiment_id! key!"},

    {Method::post, "mlflow/runs/create", "mlflow.runs.create", create_run, "experiment_id start_time# run_name user_id tags[]"},
    {Method::get, "mlflow/runs/get", "mlflow.runs.get", get_run, "run_id!"},
    {Method::post, "mlflow/runs/update", "mlflow.runs.update", update_run, "run_id! status end_time# run_name"},
    {Method::post, "mlflow/runs/delete", "mlflow.runs.delete", delete_run, "run_id!"},
    {Method::post, "mlflow/runs/restore", "mlflow.runs.restore", restore_run, "run_id!"},
    {Method::post, "mlflow/runs/search", "mlflow.runs.search", search_runs, "experiment_ids[] filter run_view_type max_results# order_by[] page_token"},
    {Method::post, "mlflow/runs/log-metric", "mlflow.runs.logMetric", log_metric, "run_id! key! value!% timestamp!# step# model_id dataset_name dataset_digest"},
    {Method::post, "mlflow/runs/log-parameter", "mlflow.runs.logParameter", log_parameter, "run_id! key! value"},
    {Method::post, "mlflow/runs/set-tag", "mlflow.runs.setTag", set_run_tag, "run_id! key! value"},
    {Method::post, "mlflow/runs/delete-tag", "mlflow.runs.deleteTag", delete_run_tag, "run_id! key!"},
    {Method::post, "mlflow/runs/log-batch", "mlflow.runs.logBatch", log_batch, "run_id! metrics[] params[] tags[]"},
    {Method::post, "preview/mlflow/runs/log-batch-async", "mlflow.runs.logBatchAsync", log_batch_async, "run_id! metrics[] params[] tags[]"},
    {Method::get, "preview/mlflow/runs/get-run-data-status", "mlflow.runs.getRunDataStatus", get_run_data_status, "run_id! batch_tracking_id"},
    {Method::post, "mlflow/runs/log-model", "mlflow.runs.logModel", log_model, "run_id! model_json!"},
    {Method::post, "mlflow/runs/log-inputs", "mlflow.runs.logInputs", log_inputs, "run_id! datasets[] models[]"},
    {Method::post, "mlflow/runs/outputs", "mlflow.runs.logOutputs", log_outputs, "run_id! models![]"},

    {Method::get, "mlflow/metrics/get-history", "mlflow.metrics.getHistory", get_metric_history, "run_id! metric_key! max_results# page_token"},
    {Method::get, "mlflow/metrics/get-history-bulk-interval", "mlflow.metrics.getHistoryBulkInterval", get_metric_history_bulk_interval,
     "run_ids![] metric_key! start_step# end_step# max_results#"},

    {Method::get, "mlflow/artifacts/list", "mlflow.artifacts.list", list_artifacts, "run_id! path page_token"},

    {Method::post, "mlflow/logged-models", "mlflow.loggedModels.create", create_logged_model, "experiment_id! name model_type source_run_id params[] tags[]"},
    {Method::post, "mlflow/logged-models/search", "mlflow.loggedModels.search", search_logged_models, "experiment_ids![] filter datasets[] max_results# order_by[] page_token"},
    {Method::get, "mlflow/logged-models/{model_id}", "mlflow.loggedModels.get", get_logged_model, "model_id!"},
    {Method::patch, "mlflow/logged-models/{model_id}", "mlflow.loggedModels.finalize", finalize_logged_model, "model_id! status!"},
    {Method::del, "mlflow/logged-models/{model_id}", "mlflow.loggedModels.delete", delete_logged_model, "model_id!"},
    {Method::patch, "mlflow/logged-models/{model_id}/tags", "mlflow.loggedModels.setTags", set_logged_model_tags, "model_id! tags[]"},
    {Method::del, "mlflow/logged-models/{model_id}/tags/{tag_key}", "mlflow.loggedModels.deleteTag", delete_logged_model_tag, "model_id! tag_key!"},
    {Method::post, "mlflow/logged-models/{model_id}/params", "mlflow.loggedModels.logParams", log_logged_model_params, "model_id! params[]"},
    {Method::get, "mlflow/logged-models/{model_id}/artifacts/directories", "mlflow.loggedModels.listArtifacts", list_logged_model_artifacts,
     "model_id! artifact_directory_path page_token"},

    {Method::post, "mlflow/registered-models/create", "mlflow.registeredModels.create", create_registered_model, "name! tags[] description"},
    {Method::get, "mlflow/registered-models/get", "mlflow.registeredModels.get", get_registered_model, "name!"},
    {Method::patch, "mlflow/registered-models/update", "mlflow.registeredModels.update", update_registered_model, "name! description"},
    {Method::post, "mlflow/registered-models/rename", "mlflow.registeredModels.rename", rename_registered_model, "name! new_name!"},
    {Method::del, "mlflow/registered-models/delete", "mlflow.registeredModels.delete", delete_registered_model, "name!"},
    {Method::get, "mlflow/registered-models/search", "mlflow.registeredModels.search", search_registered_models, "filter max_results# order_by[] page_token"},
    {Method::post, "mlflow/registered-models/get-latest-versions", "mlflow.registeredModels.getLatestVersions", get_latest_versions, "name! stages[]"},
    {Method::get, "mlflow/registered-models/get-latest-versions", "mlflow.registeredModels.getLatestVersions", get_latest_versions, "name! stages[]"},
    {Method::post, "mlflow/registered-models/set-tag", "mlflow.registeredModels.setTag", set_registered_model_tag, "name! key! value"},
    {Method::del, "mlflow/registered-models/delete-tag", "mlflow.registeredModels.deleteTag", delete_registered_model_tag, "name! key!"},
    {Method::post, "mlflow/registered-models/alias", "mlflow.registeredModels.setAlias", set_model_alias, "name! alias! version!"},
    {Method::del, "mlflow/registered-models/alias", "mlflow.registeredModels.deleteAlias", delete_model_alias, "name! alias!"},
    {Method::get, "mlflow/registered-models/alias", "mlflow.registeredModels.getAlias", get_model_version_by_alias, "name! alias!"},

    {Method::post, "mlflow/model-versions/create", "mlflow.modelVersions.create", create_model_version, "name! source! run_id run_link description model_id tags[]"},
    {Method::get, "mlflow/model-versions/get", "mlflow.modelVersions.get", get_model_version, "name! version!"},
    {Method::patch, "mlflow/model-versions/update", "mlflow.modelVersions.update", update_model_version, "name! version! description"},
    {Method::del, "mlflow/model-versions/delete", "mlflow.modelVersions.delete", delete_model_version, "name! version!"},
    {Method::post, "mlflow/model-versions/transition-stage", "mlflow.modelVersions.transitionStage", transition_model_version_stage,
     "name! version! stage! archive_existing_versions?"},
    {Method::get, "mlflow/model-versions/search", "mlflow.modelVersions.search", search_model_versions, "filter max_results# order_by[] page_token"},
    {Method::get, "mlflow/model-versions/get-download-uri", "mlflow.modelVersions.getDownloadUri", get_model_version_download_uri, "name! version!"},
    {Method::post, "mlflow/model-versions/set-tag", "mlflow.modelVersions.setTag", set_model_version_tag, "name! version! key! value"},
    {Method::del, "mlflow/model-versions/delete-tag", "mlflow.modelVersions.deleteTag", delete_model_version_tag, "name! version! key!"},
};

/// What newer clients ask before they send large files: whether in parts. Not.
Response server_info(Context&, const Request&, const Match&) {
  return json_response(200, {{"store_type", "SqlStore"}, {"workspaces_enabled", false}, {"trace_archival_enabled", false}, {"multipart_uploads_enabled", false}, {"multipart_downloads_enabled", false}});
}

/// Newer clients fall back to older methods when they hear this of a path.
Response unknown_endpoint(Context& context, const Request& request, const Match& match) {
  next_number(context.world(), fmt::format("unknown-route/{} {}{}", to_string(request.method), request.host, request.path));
  const Error error = failure("ENDPOINT_NOT_FOUND", fmt::format("azlab does not serve {} {}", to_string(request.method), match.at("rest"))).value();
  return mlflow_error(error);
}

}  // namespace

std::vector<Route> routes() {
  const std::string base = fmt::format("/mlflow/{{version}}{}/api/", kWorkspacePattern);
  std::vector<Route> out;
  for (const auto& endpoint : kEndpoints) {
    out.push_back({endpoint.method, std::string(kHost), base + "2.0/" + std::string(endpoint.path), std::string(endpoint.operation), serve_endpoint, &endpoint});
  }
  for (const Method method : {Method::get, Method::post, Method::put, Method::patch, Method::del}) {
    out.push_back({method, std::string(kHost), base + "{rest*}", "mlflow.unknown", unknown_endpoint});
  }
  out.push_back({Method::get, std::string(kHost), base + "3.0/mlflow/server-info", "mlflow.serverInfo", server_info});
  const std::string artifacts = base + "2.0/mlflow-artifacts/artifacts";
  out.push_back({Method::get, std::string(kHost), artifacts, "mlflow.proxiedArtifacts.list", list_proxied_artifacts});
  out.push_back({Method::get, std::string(kHost), artifacts + "/{path*}", "mlflow.proxiedArtifacts.download", download_proxied_artifact});
  out.push_back({Method::put, std::string(kHost), artifacts + "/{path*}", "mlflow.proxiedArtifacts.upload", upload_proxied_artifact});
  out.push_back({Method::del, std::string(kHost), artifacts + "/{path*}", "mlflow.proxiedArtifacts.delete", delete_proxied_artifact});
  for (auto part : {artifact_service_routes(), history_routes()}) {
    std::move(part.begin(), part.end(), std::back_inserter(out));
  }
  return out;
}

}  // namespace azlab::mlflow
