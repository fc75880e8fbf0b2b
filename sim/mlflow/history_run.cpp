#include "sim/mlflow/history_run.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/arm/resource.hpp"
#include "sim/core/text.hpp"
#include "sim/mlflow/artifact_uri.hpp"
#include "sim/mlflow/error.hpp"
#include "sim/mlflow/experiment_store.hpp"
#include "sim/mlflow/number.hpp"
#include "sim/mlflow/run_history.hpp"
#include "sim/mlflow/run_status.hpp"
#include "sim/mlflow/run_store.hpp"
#include "sim/mlflow/validation.hpp"

namespace azlab::mlflow {
namespace {

// What run history keeps as it was said and answers again.
constexpr const char* kKeptFields[] = {"description", "status", "target", "error", "warnings", "runDefinition", "jobSpecification", "userId", "createdUtc", "startTimeUtc", "endTimeUtc", "outputs", "inputs",
                                       "hidden", "runType", "runTypeV2", "services", "settings", "parentRunId", "scriptName", "dataContainerId", "computeRequest", "compute"};
constexpr const char* kParentTag = "mlflow.parentRunId";

std::string text_of(const Json& value) { return value.is_string() ? value.get<std::string>() : dump(value); }

std::optional<std::int64_t> millis_of(const Json& body, const char* field) {
  const auto time = parse_iso8601(string_at(body, field));
  return time ? std::optional<std::int64_t>(time->time_since_epoch().count()) : std::nullopt;
}

Json time_or_null(const Json& history, const char* field, const Json& run, const char* mlflow_field) {
  if (const std::string said = string_at(history, field); !said.empty()) return said;
  const Json* millis = find_path(run, std::string("info.") + mlflow_field);
  const auto number = millis != nullptr ? read_integer(*millis) : std::nullopt;
  return number ? Json(to_iso8601(Time(Duration(*number)))) : Json(nullptr);
}

Json map_of_entries(const Json& list) {
  Json out = Json::object();
  for (const auto& entry : list) out[entry["key"].get<std::string>()] = entry["value"];
  return out;
}

/// Tags that MLflow keeps for itself are no tags of the job.
Json own_tags(const Json& list) {
  Json out = Json::object();
  for (const auto& entry : list) {
    const auto& key = entry["key"].get_ref<const std::string&>();
    if (!key.starts_with("mlflow.")) out[key] = entry["value"];
  }
  return out;
}

/// What MLflow shows of the same run.
void change_mlflow_run(Json& run, const Json& body) {
  if (const std::string name = string_at(body, "displayName"); !name.empty()) rename_run(run, name);
  if (const std::string status = string_at(body, "status"); !status.empty()) run["info"]["status"] = run_status_of_job(status);
  if (const auto start = millis_of(body, "startTimeUtc")) run["info"]["start_time"] = *start;
  if (const auto end = millis_of(body, "endTimeUtc")) run["info"]["end_time"] = *end;
  Json& tags = run["data"]["tags"];
  if (const std::string user = string_at(body, "userId"); !user.empty()) {
    run["info"]["user_id"] = user;
    set_entry(tags, "mlflow.user", user);
  }
  if (const std::string parent = string_at(body, "parentRunId"); !parent.empty()) set_entry(tags, kParentTag, parent);
  const auto add = [&](const char* field, const char* prefix) {
    const Json* map = find_path(body, field);
    if (map == nullptr || !map->is_object()) return;
    for (const auto& [key, value] : map->items()) {
      if (!value.is_null() && key.starts_with(prefix)) set_entry(tags, key, cut_to(text_of(value), "tagValue"));
    }
  };
  add("tags", "");
  // Where a job's code comes from stands in its properties, in MLflow's own words.
  add("properties", "mlflow.");
}

void keep_history(Json& history, const Json& body) {
  for (const char* field : kKeptFields) {
    const Json* value = find_path(body, field);
    if (value != nullptr && !value->is_null()) history[field] = *value;
  }
  const Json* properties = find_path(body, "properties");
  if (properties == nullptr || !properties->is_object()) return;
  for (const auto& [key, value] : properties->items()) {
    if (!value.is_null()) history["properties"][key] = text_of(value);
  }
}

/// A job is this run: what clients change here, they read there.
void change_job(Context& context, const Workspace& workspace, const std::string& run_id, const Json& body) {
  const std::string id = workspace.id + "/jobs/" + run_id;
  auto job = arm::read_resource(context.world(), id);
  if (!job || !(*job)["properties"].is_object()) return;
  const Json before = *job;
  Json& properties = (*job)["properties"];
  for (const char* field : {"displayName", "description"}) {
    if (const std::string text = string_at(body, field); !text.empty()) properties[field] = text;
  }
  for (const char* field : {"tags", "properties"}) {
    const Json* map = find_path(body, field);
    if (map == nullptr || !map->is_object()) continue;
    for (const auto& [key, value] : map->items()) {
      if (!properties[field].is_object()) properties[field] = Json::object();
      if (!value.is_null()) properties[field][key] = text_of(value);
    }
  }
  if (const Json* hidden = find_path(body, "hidden"); hidden != nullptr && hidden->is_boolean()) properties["isArchived"] = *hidden;
  if (*job != before) arm::write_resource(context.world(), id, *job);
}

}  // namespace

void show_in_job(Context& context, const Workspace& workspace, const Json& run) {
  const std::string id = workspace.id + "/jobs/" + string_at(run, "info.run_id");
  if (!context.world().find(Table::resource, to_lower(id))) return;
  auto job = arm::read_resource(context.world(), id);
  if (!job || !(*job)["properties"].is_object()) return;
  const Json before = *job;
  (*job)["properties"]["displayName"] = run["info"]["run_name"];
  (*job)["properties"]["tags"] = own_tags(run["data"]["tags"]);
  if (*job != before) arm::write_resource(context.world(), id, *job);
}

Json history_run_json(const Context& context, const Workspace& workspace, const Json& run, const Json& history) {
  const std::string id = string_at(run, "info.run_id");
  const Json& tags = run["data"]["tags"];
  const std::string parent = entry_text(tags, kParentTag);
  const std::string uuid = context.draw().guid("run-uuid", workspace.rows + id);
  Json out = {{"runId", id},
              {"runUuid", uuid},
              {"rootRunId", parent.empty() ? id : parent},
              {"rootRunUuid", uuid},
              {"parentRunId", parent.empty() ? Json(nullptr) : Json(parent)},
              {"experimentId", run["info"]["experiment_id"]},
              {"displayName", run["info"]["run_name"]},
              {"name", run["info"]["run_name"]},
              {"status", history.value("status", job_state_of_run(string_at(run, "info.status")))},
              {"createdUtc", time_or_null(history, "createdUtc", run, "start_time")},
              {"startTimeUtc", time_or_null(history, "startTimeUtc", run, "start_time")},
              {"endTimeUtc", time_or_null(history, "endTimeUtc", run, "end_time")},
              {"userId", run["info"]["user_id"]},
              {"createdBy", {{"userObjectId", nullptr}, {"userTenantId", workspace.tenant}, {"userName", run["info"]["user_id"]}}},
              {"dataContainerId", run_container(id)},
              {"tags", own_tags(tags)},
              {"parameters", map_of_entries(run["data"]["params"])},
              {"properties", history.value("properties", Json::object())},
              {"hidden", false},
              {"runType", "azureml.scriptrun"},
              {"inputDatasets", Json::array()},
              {"outputDatasets", Json::array()},
              {"services", Json::object()},
              {"warnings", nullptr},
              {"error", nullptr},
              {"target", nullptr},
              {"description", nullptr},
              {"token", nullptr}};
  for (const char* field : kKeptFields) {
    if (history.contains(field)) out[field] = history[field];
  }
  return out;
}

Result<Json> apply_create_run(Context& context, const Workspace& workspace, const std::string& experiment, const std::string& run_id, const Json& body) {
  Json run;
  if (find_run_row(context.world(), workspace, run_id)) {
    auto found = find_run(context.world(), workspace, run_id);
    if (!found) return found;
    run = std::move(*found);
  } else {
    std::string id = string_at(body, "experimentId");
    if (id.empty() || !read_experiment(context.world(), workspace, id)) {
      id = read_experiment(context.world(), workspace, experiment) ? experiment : string_at(ensure_experiment(context, workspace, experiment), "experiment_id");
    }
    const auto created = millis_of(body, "createdUtc");
    const std::string name = string_at(body, "displayName");
    run = make_run(context, workspace, id, {.id = run_id, .name = name.empty() ? run_id : name, .status = "SCHEDULED", .start_time = created});
  }
  change_mlflow_run(run, body);
  write_run(context, workspace, run);
  Json history = read_run_history(context.world(), workspace, run_id);
  keep_history(history, body);
  if (!history.contains("status")) history["status"] = "NotStarted";
  write_run_history(context.world(), workspace, run_id, history);
  change_job(context, workspace, run_id, body);
  return run;
}

}  // namespace azlab::mlflow
