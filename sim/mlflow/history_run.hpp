#pragma once

#include "sim/core/json.hpp"
#include "sim/mlflow/workspace.hpp"

namespace azlab::mlflow {

/// A run as run history answers it; `run` is MLflow's, `history` what read_run_history gives.
Json history_run_json(const Context& context, const Workspace& workspace, const Json& run, const Json& history);

/// Makes or changes a run by a CreateRun (azure-ai-ml's model of that name): what is null stays, tags and properties are
/// added to. Returns the run in MLflow's form.
Result<Json> apply_create_run(Context& context, const Workspace& workspace, const std::string& experiment, const std::string& run_id, const Json& body);

/// MLflow's client named or tagged a run: its job, if it is one, shows the same.
void show_in_job(Context& context, const Workspace& workspace, const Json& run);

}  // namespace azlab::mlflow
