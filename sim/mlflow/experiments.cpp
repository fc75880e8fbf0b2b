#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"
#include "sim/mlflow/endpoints.hpp"
#include "sim/mlflow/error.hpp"
#include "sim/mlflow/experiment_search.hpp"
#include "sim/mlflow/experiment_store.hpp"
#include "sim/mlflow/page.hpp"
#include "sim/mlflow/run_store.hpp"
#include "sim/mlflow/validation.hpp"
#include "sim/mlflow/view_type.hpp"

namespace azlab::mlflow {
namespace {

Result<void> check_experiment_tag(const std::string& key, const std::string& value) {
  if (const auto ok = check_key(key); !ok) return ok;
  if (const auto ok = check_length("key", "experimentTagKey", key); !ok) return ok;
  return check_length("value", "experimentTagValue", value);
}

Result<Json> find_active_experiment(Call& call) {
  auto experiment = find_experiment(call.context, call.workspace, call.text("experiment_id"));
  if (experiment && string_at(*experiment, "lifecycle_stage") != "active") {
    return invalid_parameter("The experiment " + call.text("experiment_id") + " must be in the 'active' state. Current state is deleted.");
  }
  return experiment;
}

/// Deletes or restores an experiment and its runs.
void move_experiment(Call& call, Json experiment, const std::string& stage) {
  experiment["lifecycle_stage"] = stage;
  experiment["last_update_time"] = call.now();
  write_experiment(call.context.world(), call.workspace, experiment);
  for_each_run(call.context.world(), call.workspace, string_at(experiment, "experiment_id"), [&](std::string_view, const RowPtr& row) {
    Json run = *parse_json(row->body);
    run["info"]["lifecycle_stage"] = stage;
    write_run(call.context, call.workspace, run);
    return true;
  });
}

}  // namespace

Answer create_experiment(Call& call) {
  const std::string name = call.text("name");
  if (const auto ok = check_length("Experiment name", "experimentName", name); !ok) return fail(ok.error());
  if (const auto there = experiment_id_of_name(call.context.world(), call.workspace, name)) {
    return already_exists("Experiment(name=" + name + ") already exists. If the experiment is deleted, restore it or use another name.");
  }
  for (const auto& tag : call.list("tags")) {
    if (const auto ok = check_experiment_tag(string_at(tag, "key"), string_at(tag, "value")); !ok) return fail(ok.error());
  }
  Json experiment = make_experiment(call.context, call.workspace, name, call.text("artifact_location"));
  for (const auto& tag : call.list("tags")) set_entry(experiment["tags"], string_at(tag, "key"), string_at(tag, "value"));
  write_experiment(call.context.world(), call.workspace, experiment);
  return dump({{"experiment_id", experiment["experiment_id"]}});
}

Answer get_experiment(Call& call) {
  const auto experiment = find_experiment(call.context, call.workspace, call.text("experiment_id"));
  if (!experiment) return fail(experiment.error());
  return dump({{"experiment", *experiment}});
}

Answer get_experiment_by_name(Call& call) {
  const std::string name = call.text("experiment_name");
  const auto id = experiment_id_of_name(call.context.world(), call.workspace, name);
  if (!id) return does_not_exist("Could not find experiment with name '" + name + "'");
  call.body["experiment_id"] = *id;
  return get_experiment(call);
}

Answer search_experiments(Call& call) {
  const auto most = call.integer("max_results").value_or(1000);
  if (most < 1) return invalid_parameter("Invalid value " + std::to_string(most) + " for parameter 'max_results' supplied. It must be a positive integer");
  if (most > static_cast<std::int64_t>(limit("searchExperiments"))) {
    return invalid_parameter("Invalid value " + std::to_string(most) + " for parameter 'max_results' supplied. It must be at most " + std::to_string(limit("searchExperiments")));
  }
  const auto offset = read_page_token(call.text("page_token"));
  if (!offset) return fail(offset.error());
  auto found = experiments_matching(call.context.world(), call.workspace, read_view_type(call.text("view_type")), call.text("filter"), call.list("order_by"));
  if (!found) return fail(found.error());
  Json out = {{"experiments", Json::array()}};
  const std::size_t end = std::min(found->size(), *offset + static_cast<std::size_t>(most));
  for (std::size_t i = *offset; i < end; ++i) out["experiments"].push_back(std::move((*found)[i]));
  if (end < found->size()) out["next_page_token"] = page_token(end);
  return dump(out);
}

/// Azure has no way to give an experiment another name.
Answer update_experiment(Call& call) {
  const auto experiment = find_experiment(call.context, call.workspace, call.text("experiment_id"));
  if (!experiment) return fail(experiment.error());
  if (string_at(*experiment, "name") == call.text("new_name")) return std::string("{}");
  return failure("BAD_REQUEST", "Renaming an experiment is not supported by Azure Machine Learning.");
}

Answer delete_experiment(Call& call) {
  auto experiment = find_experiment(call.context, call.workspace, call.text("experiment_id"));
  if (!experiment) return fail(experiment.error());
  if (string_at(*experiment, "lifecycle_stage") != "active") return does_not_exist("No Experiment with id=" + call.text("experiment_id") + " exists");
  move_experiment(call, std::move(*experiment), "deleted");
  return std::string("{}");
}

Answer restore_experiment(Call& call) {
  auto experiment = find_experiment(call.context, call.workspace, call.text("experiment_id"));
  if (!experiment) return fail(experiment.error());
  if (string_at(*experiment, "lifecycle_stage") != "deleted") return does_not_exist("No Experiment with id=" + call.text("experiment_id") + " exists");
  move_experiment(call, std::move(*experiment), "active");
  return std::string("{}");
}

Answer set_experiment_tag(Call& call) {
  auto experiment = find_active_experiment(call);
  if (!experiment) return fail(experiment.error());
  if (const auto ok = check_experiment_tag(call.text("key"), call.text("value")); !ok) return fail(ok.error());
  set_entry((*experiment)["tags"], call.text("key"), call.text("value"));
  write_experiment(call.context.world(), call.workspace, *experiment);
  return std::string("{}");
}

Answer delete_experiment_tag(Call& call) {
  auto experiment = find_active_experiment(call);
  if (!experiment) return fail(experiment.error());
  Json& tags = (*experiment)["tags"];
  const auto [at, found] = find_entry(tags, call.text("key"));
  if (!found) return does_not_exist("No tag with name: " + call.text("key") + " in experiment with id " + call.text("experiment_id"));
  tags.erase(at);
  write_experiment(call.context.world(), call.workspace, *experiment);
  return std::string("{}");
}

}  // namespace azlab::mlflow
