#include "sim/mlflow/logged_model_store.hpp"

#include <nlohmann/json.hpp>

#include "sim/mlflow/error.hpp"

namespace azlab::mlflow {

Result<Json> find_logged_model(const World& world, const Workspace& workspace, const std::string& model_id) {
  const RowPtr row = world.find(Table::tracking, row_key(workspace, "l", model_id));
  if (!row || row->state == "deleted") return does_not_exist("Logged model with ID '" + model_id + "' not found.");
  return parse_json(row->body);
}

void write_logged_model(World& world, const Workspace& workspace, const Json& model) {
  world.put(Table::tracking, row_key(workspace, "l", string_at(model, "info.model_id")), Row{.body = dump(model), .state = "active"});
}

void put_model_metric(Call& call, const std::string& model_id, const Json& metric, const MetricPoint& point) {
  auto model = find_logged_model(call.context.world(), call.workspace, model_id);
  if (!model) return;
  Json entry = metric_json(string_at(metric, "key"), point);
  entry["model_id"] = model_id;
  entry["run_id"] = call.text("run_id");
  for (const char* field : {"dataset_name", "dataset_digest"}) {
    if (const std::string text = string_at(metric, field); !text.empty()) entry[field] = text;
  }
  Json& metrics = (*model)["data"]["metrics"];
  for (auto& there : metrics) {
    if (there["key"] == entry["key"] && there["timestamp"] == entry["timestamp"] && there["step"] == entry["step"] && there["run_id"] == entry["run_id"]) {
      there = std::move(entry);
      write_logged_model(call.context.world(), call.workspace, *model);
      return;
    }
  }
  metrics.push_back(std::move(entry));
  write_logged_model(call.context.world(), call.workspace, *model);
}

}  // namespace azlab::mlflow
