#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/core/json.hpp"
#include "sim/mlflow/workspace.hpp"

namespace azlab::mlflow {

// Runs are rows of kind "r", {experiment id}/{run id}, whose body is MLflow's Run as it is answered; lists in it are
// sorted by key. A row of kind "i" by run id holds the experiment's id.

/// What a run starts from; empty fields get Azure's defaults.
struct NewRun {
  std::string id{};
  std::string name{};
  std::string status = "RUNNING";
  std::optional<std::int64_t> start_time{};
  /// {"key","value"} as a client sent them; checked.
  const Json* tags = nullptr;
};

std::optional<std::string> experiment_of_run(const World& world, const Workspace& workspace, std::string_view run_id);
/// The row of a run; null when there is none.
RowPtr find_run_row(const World& world, const Workspace& workspace, std::string_view run_id);
/// A run in MLflow's form; RESOURCE_DOES_NOT_EXIST in MLflow's words.
Result<Json> find_run(const World& world, const Workspace& workspace, const std::string& run_id);
/// The same, for a change: a deleted run takes none.
Result<Json> find_active_run(const World& world, const Workspace& workspace, const std::string& run_id);
/// Puts a run in place, and keeps what searches look at.
void write_run(Context& context, const Workspace& workspace, const Json& run);
/// A new run, in the World; its id must be free.
Json make_run(Context& context, const Workspace& workspace, const std::string& experiment_id, NewRun given);
/// Gives a run another name, in its tag as well.
void rename_run(Json& run, const std::string& name);
/// Visits the rows of an experiment's runs, in order of id, until the visitor returns false.
void for_each_run(const World& world, const Workspace& workspace, std::string_view experiment_id,
                  const std::function<bool(std::string_view run_id, const RowPtr& row)>& visit);

}  // namespace azlab::mlflow
