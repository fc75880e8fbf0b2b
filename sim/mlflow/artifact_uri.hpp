#pragma once

#include <string>
#include <string_view>

#include "sim/http/message.hpp"
#include "sim/mlflow/workspace.hpp"

namespace azlab::mlflow {

// Where artifacts lie: blobs of the workspace's container "azureml", named {origin}/{container}/{path}. A run's are in
// ExperimentRun/dcid.<run>, a logged model's in LoggedModel/<model>.

inline constexpr std::string_view kArtifactContainer = "azureml";
inline constexpr std::string_view kRunOrigin = "ExperimentRun";
inline constexpr std::string_view kModelOrigin = "LoggedModel";

/// "dcid.<run>".
std::string run_container(std::string_view run_id);
/// The address by which azureml-mlflow finds the run history that hands out a run's artifacts.
std::string run_artifact_uri(const Workspace& workspace, std::string_view experiment_id, std::string_view run_id);
/// The address by which azureml-mlflow finds the artifact service for a logged model's files.
std::string model_artifact_uri(std::string_view model_id);

/// Whether the client is one that cannot read `azureml://`: the open-source one, without Azure's plugin or on the
/// address of version 1.0, which the plugin of today never uses.
bool wants_proxied_artifacts(const Request& request);
/// The answer with addresses of artifacts as `mlflow-artifacts:/{origin}/{container}/...`, which the open-source client
/// resolves against its tracking address.
std::string with_proxied_artifacts(std::string answer, const Workspace& workspace);
/// {origin}/{container}[/path] of any of these addresses ("azureml://artifacts/...", "mlflow-artifacts:/...",
/// "azureml://.../experiments/e/runs/r/artifacts/..."); empty when it is another kind of address.
std::string artifact_blob_path(std::string_view uri);

}  // namespace azlab::mlflow
