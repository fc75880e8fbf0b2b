#include "sim/mlflow/artifact_uri.hpp"

#include <fmt/format.h>

#include "sim/core/text.hpp"

namespace azlab::mlflow {
namespace {

constexpr std::string_view kProxied = "mlflow-artifacts:/";
constexpr std::string_view kServiceUri = "azureml://artifacts/";
constexpr std::string_view kRunsPart = "/runs/";
constexpr std::string_view kArtifactsPart = "/artifacts";

/// The text with each {prefix}/experiments/<e>/runs/<r>/artifacts in it made into a proxied address.
std::string proxy_run_uris(std::string text, const std::string& prefix) {
  for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at)) {
    const auto runs = text.find(kRunsPart, at + prefix.size());
    const auto artifacts = runs == std::string::npos ? runs : text.find(kArtifactsPart, runs);
    if (artifacts == std::string::npos) break;
    const auto name = runs + kRunsPart.size();
    const std::string proxied = fmt::format("{}{}/{}", kProxied, kRunOrigin, run_container(std::string_view(text).substr(name, artifacts - name)));
    text.replace(at, artifacts + kArtifactsPart.size() - at, proxied);
    at += proxied.size();
  }
  return text;
}

std::string run_uri_prefix(const Workspace& workspace) { return fmt::format("azureml://{}/mlflow/v2.0{}/experiments/", workspace.host, workspace.id); }

}  // namespace

std::string run_container(std::string_view run_id) { return fmt::format("dcid.{}", run_id); }

std::string run_artifact_uri(const Workspace& workspace, std::string_view experiment_id, std::string_view run_id) {
  return fmt::format("{}{}/runs/{}/artifacts", run_uri_prefix(workspace), experiment_id, run_id);
}

std::string model_artifact_uri(std::string_view model_id) { return fmt::format("{}{}/{}/artifacts", kServiceUri, kModelOrigin, model_id); }

bool wants_proxied_artifacts(const Request& request) {
  const std::string_view agent = request.headers.get("User-Agent");
  const bool plugin = agent.find("azureml-mlflow") != std::string_view::npos;
  const bool open_source = agent.find("mlflow-python-client") != std::string_view::npos;
  if (open_source && !plugin) return true;
  return starts_with_ignore_case(request.path, "/mlflow/v1.0/") && agent.find("mlflow-python-client/1.") == std::string_view::npos;
}

std::string with_proxied_artifacts(std::string answer, const Workspace& workspace) {
  answer = proxy_run_uris(std::move(answer), run_uri_prefix(workspace));
  return replace_all(std::move(answer), fmt::format("\"{}", kServiceUri), fmt::format("\"{}", kProxied));
}

std::string artifact_blob_path(std::string_view uri) {
  for (const auto prefix : {kServiceUri, kProxied}) {
    if (!uri.starts_with(prefix)) continue;
    uri.remove_prefix(prefix.size());
    while (uri.starts_with("/")) uri.remove_prefix(1);
    return std::string(uri);
  }
  const auto runs = uri.find(kRunsPart);
  if (!uri.starts_with("azureml://") || runs == std::string_view::npos) return {};
  uri.remove_prefix(runs + kRunsPart.size());
  const auto slash = uri.find('/');
  const std::string base = fmt::format("{}/{}", kRunOrigin, run_container(uri.substr(0, slash)));
  if (slash == std::string_view::npos || !uri.substr(slash).starts_with(kArtifactsPart)) return base;
  return base + std::string(uri.substr(slash + kArtifactsPart.size()));
}

}  // namespace azlab::mlflow
