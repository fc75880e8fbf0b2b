#include "sim/mlflow/run_store.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/core/fixtures.hpp"
#include "sim/core/text.hpp"
#include "sim/mlflow/artifact_uri.hpp"
#include "sim/mlflow/error.hpp"
#include "sim/mlflow/experiment_store.hpp"
#include "sim/mlflow/run_view.hpp"
#include "sim/mlflow/validation.hpp"

namespace azlab::mlflow {
namespace {

/// Azure's names for runs that were given none: "sincere_drawer_r8m1k8yq".
std::string invented_name(Context& context, const std::string& run_id) {
  static const Json kWords = *parse_json(fixtures::get("fixtures/mlflow/run_names.json"));
  const auto pick = [&](const char* list) {
    const Json& words = kWords.at(list);
    return words[context.draw().bits(std::string("run-name-") + list, run_id) % words.size()].get<std::string>();
  };
  return fmt::format("{}_{}_{}", pick("adjectives"), pick("nouns"), context.draw().hex(8, "run-name", run_id));
}

std::string run_key(const Workspace& workspace, std::string_view experiment_id, std::string_view run_id) {
  return row_key(workspace, "r", fmt::format("{}/{}", experiment_id, run_id));
}

}  // namespace

std::optional<std::string> experiment_of_run(const World& world, const Workspace& workspace, std::string_view run_id) {
  const RowPtr row = world.find(Table::tracking, row_key(workspace, "i", run_id));
  return row ? std::optional<std::string>(row->body) : std::nullopt;
}

RowPtr find_run_row(const World& world, const Workspace& workspace, std::string_view run_id) {
  const auto experiment = experiment_of_run(world, workspace, run_id);
  return experiment ? world.find(Table::tracking, run_key(workspace, *experiment, run_id)) : nullptr;
}

Result<Json> find_run(const World& world, const Workspace& workspace, const std::string& run_id) {
  const RowPtr row = find_run_row(world, workspace, run_id);
  if (!row) return does_not_exist("Run with id=" + run_id + " not found");
  return parse_json(row->body);
}

Result<Json> find_active_run(const World& world, const Workspace& workspace, const std::string& run_id) {
  auto run = find_run(world, workspace, run_id);
  if (run && string_at(*run, "info.lifecycle_stage") != "active") {
    return invalid_parameter("The run " + run_id + " must be in the 'active' state. Current state is deleted.");
  }
  return run;
}

void write_run(Context& context, const Workspace& workspace, const Json& run) {
  const Json& info = run.at("info");
  const std::string experiment = string_at(info, "experiment_id");
  const std::string key = run_key(workspace, experiment, string_at(info, "run_id"));
  context.world().put(Table::tracking, key, Row{.body = dump(run), .state = string_at(info, "lifecycle_stage")});
  keep_view(context, workspace, experiment, run, context.world().find(Table::tracking, key));
}

Json make_run(Context& context, const Workspace& workspace, const std::string& experiment_id, NewRun given) {
  if (given.id.empty()) given.id = context.draw().guid("mlflow-run", workspace.rows, next_number(context.world(), "mlflow-run/" + workspace.rows));
  if (given.name.empty()) given.name = invented_name(context, given.id);
  Json run = {{"info",
               {{"run_id", given.id},
                {"run_uuid", given.id},
                {"experiment_id", experiment_id},
                {"user_id", context.caller().user_name},
                {"status", given.status},
                {"start_time", given.start_time.value_or(context.now().time_since_epoch().count())},
                {"artifact_uri", run_artifact_uri(workspace, experiment_id, given.id)},
                {"lifecycle_stage", "active"}}},
              {"data", {{"metrics", Json::array()}, {"params", Json::array()}, {"tags", Json::array()}}},
              {"inputs", {{"dataset_inputs", Json::array()}, {"model_inputs", Json::array()}}},
              {"outputs", {{"model_outputs", Json::array()}}}};
  rename_run(run, given.name);
  Json& tags = run["data"]["tags"];
  set_entry(tags, "mlflow.rootRunId", given.id);
  if (given.tags != nullptr) {
    for (const auto& tag : *given.tags) set_entry(tags, string_at(tag, "key"), cut_to(string_at(tag, "value"), "tagValue"));
  }
  // Who it is says the token, whatever the machine's account is called.
  set_entry(tags, "mlflow.user", context.caller().user_name);
  write_run(context, workspace, run);
  context.world().put(Table::tracking, row_key(workspace, "i", given.id), Row{.body = experiment_id});
  return run;
}

void rename_run(Json& run, const std::string& name) {
  run["info"]["run_name"] = name;
  set_entry(run["data"]["tags"], "mlflow.runName", name);
}

void for_each_run(const World& world, const Workspace& workspace, std::string_view experiment_id,
                  const std::function<bool(std::string_view run_id, const RowPtr& row)>& visit) {
  const std::string prefix = run_key(workspace, experiment_id, "");
  world.for_each(Table::tracking, prefix, [&](const std::string& key, const RowPtr& row) { return visit(std::string_view(key).substr(prefix.size()), row); });
}

}  // namespace azlab::mlflow
