#include "sim/mlflow/run_history.hpp"

#include <nlohmann/json.hpp>

#include "sim/mlflow/run_status.hpp"

namespace azlab::mlflow {

Json read_run_history(const World& world, const Workspace& workspace, std::string_view run_id) {
  const RowPtr row = world.find(Table::tracking, row_key(workspace, "h", run_id));
  return row ? *parse_json(row->body) : Json::object();
}

void write_run_history(World& world, const Workspace& workspace, std::string_view run_id, const Json& history) {
  world.put(Table::tracking, row_key(workspace, "h", run_id), Row{.body = dump(history)});
}

void note_run_status(World& world, const Workspace& workspace, std::string_view run_id, std::string_view status) {
  Json history = read_run_history(world, workspace, run_id);
  if (!history.contains("status")) return;
  // More exact than MLflow's words as long as both say the same.
  if (run_status_of_job(string_at(history, "status")) == status) return;
  history["status"] = job_state_of_run(status);
  write_run_history(world, workspace, run_id, history);
}

}  // namespace azlab::mlflow
