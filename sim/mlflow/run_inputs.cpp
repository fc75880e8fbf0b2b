#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"
#include "sim/mlflow/endpoints.hpp"
#include "sim/mlflow/error.hpp"
#include "sim/mlflow/experiment_store.hpp"
#include "sim/mlflow/number.hpp"
#include "sim/mlflow/run_store.hpp"

namespace azlab::mlflow {
namespace {

constexpr const char* kModelHistoryTag = "mlflow.log-model.history";

bool same_dataset(const Json& one, const Json& other) {
  return string_at(one, "dataset.name") == string_at(other, "dataset.name") && string_at(one, "dataset.digest") == string_at(other, "dataset.digest");
}

Result<void> check_dataset(const Json& input) {
  for (const auto& [field, what] : {std::pair{"dataset.name", "name"}, {"dataset.digest", "digest"}, {"dataset.source_type", "source_type"}, {"dataset.source", "source"}}) {
    if (string_at(input, field).empty()) return invalid_parameter(std::string("Dataset ") + what + " cannot be None");
  }
  return {};
}

/// Adds to a list what is not there by its model_id.
void add_models(Json& list, const Json& models) {
  for (const auto& model : models) {
    const std::string id = string_at(model, "model_id");
    const bool there = std::any_of(list.begin(), list.end(), [&](const Json& one) { return string_at(one, "model_id") == id; });
    if (!there) list.push_back(model);
  }
}

Result<void> check_models(const Json& models) {
  for (std::size_t i = 0; i < models.size(); ++i) {
    if (string_at(models[i], "model_id").empty()) return invalid_parameter("Missing value for required parameter 'models[" + std::to_string(i) + "].model_id'. See the API docs for more information about request parameters.");
  }
  return {};
}

}  // namespace

/// How clients before MLflow 3 say that a run has a model: it becomes a tag.
Answer log_model(Call& call) {
  auto run = find_active_run(call.context.world(), call.workspace, call.text("run_id"));
  if (!run) return fail(run.error());
  const std::string text = call.text("model_json");
  const auto model = parse_json(text);
  if (!model || !model->is_object()) return invalid_parameter("Malformed model info. \n " + text + " \n is not a valid JSON.");
  std::string missing;
  for (const char* field : {"artifact_path", "flavors", "run_id", "utc_time_created"}) {
    if (!model->contains(field)) missing += (missing.empty() ? "'" : ", '") + std::string(field) + "'";
  }
  if (!missing.empty()) return invalid_parameter("Model json is missing mandatory fields: {" + missing + "}");
  Json& tags = (*run)["data"]["tags"];
  auto history = parse_json(entry_text(tags, kModelHistoryTag));
  Json list = history && history->is_array() ? std::move(*history) : Json::array();
  list.push_back(*model);
  set_entry(tags, kModelHistoryTag, dump(list));
  write_run(call.context, call.workspace, *run);
  return std::string("{}");
}

Answer log_inputs(Call& call) {
  auto run = find_active_run(call.context.world(), call.workspace, call.text("run_id"));
  if (!run) return fail(run.error());
  Json& datasets = (*run)["inputs"]["dataset_inputs"];
  for (const auto& input : call.list("datasets")) {
    if (const auto ok = check_dataset(input); !ok) return fail(ok.error());
    // What is known of a dataset stays as it was said first.
    const bool there = std::any_of(datasets.begin(), datasets.end(), [&](const Json& one) { return same_dataset(one, input); });
    if (!there) datasets.push_back(input);
  }
  if (const auto ok = check_models(call.list("models")); !ok) return fail(ok.error());
  add_models((*run)["inputs"]["model_inputs"], call.list("models"));
  write_run(call.context, call.workspace, *run);
  return std::string("{}");
}

Answer log_outputs(Call& call) {
  auto run = find_active_run(call.context.world(), call.workspace, call.text("run_id"));
  if (!run) return fail(run.error());
  Json models = call.list("models");
  if (const auto ok = check_models(models); !ok) return fail(ok.error());
  for (auto& model : models) model["step"] = model.contains("step") ? read_integer(model["step"]).value_or(0) : 0;
  add_models((*run)["outputs"]["model_outputs"], models);
  write_run(call.context, call.workspace, *run);
  return std::string("{}");
}

}  // namespace azlab::mlflow
