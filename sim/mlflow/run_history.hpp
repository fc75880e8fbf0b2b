#pragma once

#include <string>
#include <string_view>

#include "sim/core/json.hpp"
#include "sim/mlflow/workspace.hpp"

namespace azlab::mlflow {

// What run history knows of a run beyond MLflow: a row of kind "h" by run id with its job's state, properties, target,
// error, definition. Runs that only MLflow's client made have none until something is said.

/// What is known; an empty object when nothing is.
Json read_run_history(const World& world, const Workspace& workspace, std::string_view run_id);
void write_run_history(World& world, const Workspace& workspace, std::string_view run_id, const Json& history);
/// MLflow's client set a run's status: what run history shows follows.
void note_run_status(World& world, const Workspace& workspace, std::string_view run_id, std::string_view status);

}  // namespace azlab::mlflow
