#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"
#include "sim/mlflow/endpoints.hpp"
#include "sim/mlflow/error.hpp"
#include "sim/mlflow/experiment_store.hpp"
#include "sim/mlflow/history_run.hpp"
#include "sim/mlflow/logged_model_store.hpp"
#include "sim/mlflow/run_store.hpp"
#include "sim/mlflow/validation.hpp"

namespace azlab::mlflow {
namespace {

/// Adds a point to a run's metric: to its history, and to the run itself when none is later.
void put_metric(Call& call, Json& run, const Json& metric, const MetricPoint& point) {
  const auto& key = metric["key"].get_ref<const std::string&>();
  Json& metrics = run["data"]["metrics"];
  const auto [at, found] = find_entry(metrics, key);
  const MetricPoint latest = found ? read_metric(metrics[at]) : MetricPoint{};
  append_point(call.context.world(), call.workspace, call.text("run_id"), key, point, found ? &latest : nullptr);
  if (!found) {
    metrics.insert(metrics.begin() + static_cast<std::ptrdiff_t>(at), metric_json(key, point));
  } else if (later_by_step(point, latest)) {
    metrics[at] = metric_json(key, point);
  }
  if (const std::string model = string_at(metric, "model_id"); !model.empty()) put_model_metric(call, model, metric, point);
}

/// What Azure answers beyond its limit of params; its words, with its own error inside of MLflow's.
tl::unexpected<Error> too_many_params(const Call& call, std::size_t count) {
  const std::string region = call.workspace.host.substr(0, call.workspace.host.find('.'));
  return invalid_parameter(fmt::format("Response: {{'Error': {{'Code': 'ValidationError', 'Severity': None, 'Message': 'A field of the entity is over the size limit. FieldName=Parameters, "
                                       "Limit={}, Size={}. See https://aka.ms/azure-machine-learning-limits for service limits documentation.', 'MessageFormat': None, 'MessageParameters': None, "
                                       "'ReferenceCode': None, 'DetailsUri': None, 'Target': None, 'Details': [], 'InnerError': None, 'DebugInfo': None, 'AdditionalInfo': None}}, 'Correlation': None, "
                                       "'Environment': '{}', 'Location': '{}', 'Time': '{}', 'ComponentName': 'mlflow', 'statusCode': 400}}",
                                       limit("runParams"), count, region, region, to_iso8601(call.context.now())));
}

/// Sets params that are new; those that are there may be said again, but not otherwise.
Result<void> put_params(Call& call, Json& run, const std::vector<std::pair<std::string, std::string>>& params, bool batch) {
  Json& there = run["data"]["params"];
  std::string changes;
  const std::string run_id = call.text("run_id");
  for (const auto& [key, value] : params) {
    const auto [at, found] = find_entry(there, key);
    if (!found) {
      set_entry(there, key, value);
      continue;
    }
    const std::string old = string_at(there[at], "value");
    if (old == value) continue;
    if (!batch) {
      return invalid_parameter(fmt::format("Changing param values is not allowed. Param with key='{}' was already logged with value='{}' for run ID='{}'. Attempted logging new value '{}'.", key, old, run_id, value));
    }
    changes += fmt::format("{}{{'key': '{}', 'old_value': '{}', 'new_value': '{}'}}", changes.empty() ? "" : ", ", key, old, value);
  }
  if (!changes.empty()) return invalid_parameter(fmt::format("Changing param values is not allowed. Params were already logged='[{}]' for run ID='{}'.", changes, run_id));
  if (there.size() > limit("runParams")) return too_many_params(call, there.size());
  return {};
}

void put_tag(Json& run, const std::string& key, const std::string& value) {
  if (key == "mlflow.runName") {
    rename_run(run, value);
  } else {
    set_entry(run["data"]["tags"], key, cut_to(value, "tagValue"));
  }
}

Result<void> check_text_entry(const std::string& key, const std::string& path, std::string_view what) {
  if (const auto ok = check_key(key, inner_path(path, "key")); !ok) return ok;
  return check_length(what, "key", key);
}

/// What a batch holds, checked.
struct Batch {
  std::vector<MetricPoint> metrics{};
  std::vector<std::pair<std::string, std::string>> params{};
  std::vector<std::pair<std::string, std::string>> tags{};
};

Result<void> check_batch_size(const Call& call) {
  const std::size_t metrics = call.list("metrics").size();
  const std::size_t params = call.list("params").size();
  const std::size_t tags = call.list("tags").size();
  struct Part {
    const char* what;
    std::size_t count;
    const char* limit_name;
  };
  for (const auto& part : {Part{"metrics", metrics, "batchMetrics"}, Part{"params", params, "batchParams"}, Part{"tags", tags, "batchTags"},
                           Part{"metrics, params, and tags", metrics + params + tags, "batchEntities"}}) {
    if (part.count <= limit(part.limit_name)) continue;
    return invalid_parameter(fmt::format("A batch logging request can contain at most {} {}. Got {} {}. Please split up {} across multiple requests and try again.",
                                         limit(part.limit_name), part.what, part.count, part.what, part.what));
  }
  return {};
}

Result<std::vector<std::pair<std::string, std::string>>> check_batch_texts(const Json& list, const char* name, const char* what) {
  std::vector<std::pair<std::string, std::string>> out;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string path = fmt::format("{}[{}]", name, i);
    const Json* key = list[i].is_object() ? find_path(list[i], "key") : nullptr;
    if (key == nullptr || !key->is_string() || key->get_ref<const std::string&>().empty()) {
      return invalid_parameter("Missing value for required parameter '" + path + ".key'. See the API docs for more information about request parameters.");
    }
    const std::string what_key = std::string(name) == "tags" ? path + ".key" : std::string(what) + " key";
    if (const auto ok = check_text_entry(*key, path, what_key); !ok) return fail(ok.error());
    const Json* value = find_path(list[i], "value");
    out.emplace_back(key->get<std::string>(), value == nullptr || value->is_null() ? "" : value->is_string() ? value->get<std::string>() : dump(*value));
  }
  return out;
}

Result<Batch> check_batch(const Call& call) {
  if (const auto ok = check_batch_size(call); !ok) return fail(ok.error());
  Batch out;
  const Json& metrics = call.list("metrics");
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    const auto point = check_metric(metrics[i], fmt::format("metrics[{}]", i));
    if (!point) return fail(point.error());
    out.metrics.push_back(*point);
  }
  auto params = check_batch_texts(call.list("params"), "params", "Param");
  if (!params) return fail(params.error());
  auto tags = check_batch_texts(call.list("tags"), "tags", "Tag");
  if (!tags) return fail(tags.error());
  std::map<std::string, int> seen;
  std::string twice;
  for (auto& [key, value] : *params) {
    value = cut_to(std::move(value), "paramValue");
    if (++seen[key] > 1) twice += (twice.empty() ? "'" : ", '") + key + "'";
  }
  if (!twice.empty()) {
    return invalid_parameter("Duplicate parameter keys have been submitted: [" + twice + "]. Please ensure the request contains only one param value per param key.");
  }
  out.params = std::move(*params);
  out.tags = std::move(*tags);
  return out;
}

}  // namespace

Answer log_metric(Call& call) {
  auto run = find_active_run(call.context.world(), call.workspace, call.text("run_id"));
  if (!run) return fail(run.error());
  const auto point = check_metric(call.body);
  if (!point) return fail(point.error());
  put_metric(call, *run, call.body, *point);
  write_run(call.context, call.workspace, *run);
  return std::string("{}");
}

Answer log_parameter(Call& call) {
  auto run = find_active_run(call.context.world(), call.workspace, call.text("run_id"));
  if (!run) return fail(run.error());
  if (const auto ok = check_text_entry(call.text("key"), "", "Param key"); !ok) return fail(ok.error());
  if (const auto ok = put_params(call, *run, {{call.text("key"), cut_to(call.text("value"), "paramValue")}}, false); !ok) return fail(ok.error());
  write_run(call.context, call.workspace, *run);
  return std::string("{}");
}

Answer set_run_tag(Call& call) {
  auto run = find_active_run(call.context.world(), call.workspace, call.text("run_id"));
  if (!run) return fail(run.error());
  if (const auto ok = check_text_entry(call.text("key"), "", "key"); !ok) return fail(ok.error());
  put_tag(*run, call.text("key"), call.text("value"));
  write_run(call.context, call.workspace, *run);
  show_in_job(call.context, call.workspace, *run);
  return std::string("{}");
}

Answer delete_run_tag(Call& call) {
  auto run = find_active_run(call.context.world(), call.workspace, call.text("run_id"));
  if (!run) return fail(run.error());
  Json& tags = (*run)["data"]["tags"];
  const auto [at, found] = find_entry(tags, call.text("key"));
  if (!found) return does_not_exist("No tag with name: " + call.text("key") + " in run with id " + call.text("run_id"));
  tags.erase(at);
  write_run(call.context, call.workspace, *run);
  show_in_job(call.context, call.workspace, *run);
  return std::string("{}");
}

Answer log_batch(Call& call) {
  auto run = find_active_run(call.context.world(), call.workspace, call.text("run_id"));
  if (!run) return fail(run.error());
  const auto batch = check_batch(call);
  if (!batch) return fail(batch.error());
  if (const auto ok = put_params(call, *run, batch->params, true); !ok) return fail(ok.error());
  const Json& metrics = call.list("metrics");
  for (std::size_t i = 0; i < metrics.size(); ++i) put_metric(call, *run, metrics[i], batch->metrics[i]);
  for (const auto& [key, value] : batch->tags) put_tag(*run, key, value);
  write_run(call.context, call.workspace, *run);
  if (!batch->tags.empty()) show_in_job(call.context, call.workspace, *run);
  return std::string("{}");
}

/// Written at once, so there is nothing to wait for: an empty tracking id says so.
Answer log_batch_async(Call& call) {
  const auto done = log_batch(call);
  if (!done) return fail(done.error());
  return std::string(R"({"batch_tracking_id":""})");
}

Answer get_run_data_status(Call& call) {
  const auto run = find_run(call.context.world(), call.workspace, call.text("run_id"));
  if (!run) return fail(run.error());
  return std::string(R"({"is_complete":true})");
}

}  // namespace azlab::mlflow
