#include "sim/mlflow/experiment_store.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"
#include "sim/mlflow/error.hpp"

namespace azlab::mlflow {

std::optional<Json> read_experiment(const World& world, const Workspace& workspace, std::string_view id) {
  const RowPtr row = world.find(Table::tracking, row_key(workspace, "e", id));
  if (!row) return std::nullopt;
  auto body = parse_json(row->body);
  return body ? std::optional<Json>(std::move(*body)) : std::nullopt;
}

std::optional<std::string> experiment_id_of_name(const World& world, const Workspace& workspace, std::string_view name) {
  const RowPtr row = world.find(Table::tracking, row_key(workspace, "n", name));
  return row ? std::optional<std::string>(row->body) : std::nullopt;
}

void write_experiment(World& world, const Workspace& workspace, const Json& experiment) {
  world.put(Table::tracking, row_key(workspace, "e", string_at(experiment, "experiment_id")),
            Row{.body = dump(experiment), .state = string_at(experiment, "lifecycle_stage")});
}

Json make_experiment(Context& context, const Workspace& workspace, const std::string& name, std::string artifact_location) {
  const std::string id = context.draw().guid("mlflow-experiment", workspace.rows + name);
  const auto now = context.now().time_since_epoch().count();
  if (artifact_location.empty()) artifact_location = fmt::format("azureml://{}/mlflow/v2.0{}/experiments/{}", workspace.host, workspace.id, id);
  Json experiment = {{"experiment_id", id},
                     {"name", name},
                     {"artifact_location", std::move(artifact_location)},
                     {"lifecycle_stage", "active"},
                     {"creation_time", now},
                     {"last_update_time", now},
                     {"tags", Json::array()}};
  write_experiment(context.world(), workspace, experiment);
  context.world().put(Table::tracking, row_key(workspace, "n", name), Row{.body = id});
  return experiment;
}

Json ensure_experiment(Context& context, const Workspace& workspace, const std::string& name) {
  if (const auto id = experiment_id_of_name(context.world(), workspace, name)) {
    if (auto found = read_experiment(context.world(), workspace, *id)) return std::move(*found);
  }
  return make_experiment(context, workspace, name);
}

Result<Json> find_experiment(Context& context, const Workspace& workspace, const std::string& id) {
  if (id == kDefaultExperimentAlias) return ensure_experiment(context, workspace, std::string(kDefaultExperiment));
  auto found = read_experiment(context.world(), workspace, id);
  if (!found) return does_not_exist("No Experiment with id=" + id + " exists");
  return std::move(*found);
}

Result<Json> find_experiment_by_id_or_name(Context& context, const Workspace& workspace, const std::string& id_or_name) {
  if (const auto id = experiment_id_of_name(context.world(), workspace, id_or_name)) return find_experiment(context, workspace, *id);
  return find_experiment(context, workspace, id_or_name);
}

std::pair<std::size_t, bool> find_entry(const Json& list, std::string_view key) {
  std::size_t low = 0;
  std::size_t high = list.is_array() ? list.size() : 0;
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (list[middle]["key"].get_ref<const std::string&>() < key) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return {low, list.is_array() && low < list.size() && list[low]["key"].get_ref<const std::string&>() == key};
}

void set_entry(Json& list, const std::string& key, const Json& value) {
  if (!list.is_array()) list = Json::array();
  const auto [at, found] = find_entry(list, key);
  if (found) {
    list[at]["value"] = value;
  } else {
    list.insert(list.begin() + static_cast<std::ptrdiff_t>(at), Json({{"key", key}, {"value", value}}));
  }
}

std::string entry_text(const Json& list, std::string_view key) {
  const auto [at, found] = find_entry(list, key);
  return found ? string_at(list[at], "value") : std::string();
}

}  // namespace azlab::mlflow
