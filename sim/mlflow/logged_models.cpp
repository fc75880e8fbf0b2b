#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"
#include "sim/mlflow/artifact_uri.hpp"
#include "sim/mlflow/endpoints.hpp"
#include "sim/mlflow/error.hpp"
#include "sim/mlflow/experiment_store.hpp"
#include "sim/mlflow/logged_model_search.hpp"
#include "sim/mlflow/logged_model_store.hpp"
#include "sim/mlflow/page.hpp"
#include "sim/mlflow/run_store.hpp"
#include "sim/mlflow/validation.hpp"

namespace azlab::mlflow {
namespace {

constexpr std::array<std::string_view, 4> kModelStatuses = {"LOGGED_MODEL_STATUS_UNSPECIFIED", "LOGGED_MODEL_PENDING", "LOGGED_MODEL_READY", "LOGGED_MODEL_UPLOAD_FAILED"};

Result<void> check_model_name(const std::string& name) {
  if (name.find_first_of("/:.%\"'") == std::string::npos) return {};
  return invalid_parameter("Invalid model name ('" + name + "') provided. Model name must be a non-empty string and cannot contain the following characters: ('/', ':', '.', '%', '\"', \"'\")");
}

Answer answer_model(const Json& model) { return dump({{"model", model}}); }

void set_all(Json& list, const Json& entries) {
  for (const auto& entry : entries) set_entry(list, string_at(entry, "key"), string_at(entry, "value"));
}

Result<void> check_entries(const Json& entries) {
  for (const auto& entry : entries) {
    if (const auto ok = check_key(string_at(entry, "key")); !ok) return ok;
  }
  return {};
}

void save(Call& call, Json& model) {
  model["info"]["last_updated_timestamp_ms"] = call.now();
  write_logged_model(call.context.world(), call.workspace, model);
}

}  // namespace

Answer create_logged_model(Call& call) {
  const auto experiment = find_experiment(call.context, call.workspace, call.text("experiment_id"));
  if (!experiment) return fail(experiment.error());
  if (const auto ok = check_model_name(call.text("name")); !ok) return fail(ok.error());
  for (const char* list : {"params", "tags"}) {
    if (const auto ok = check_entries(call.list(list)); !ok) return fail(ok.error());
  }
  const auto number = next_number(call.context.world(), "mlflow-model/" + call.workspace.rows);
  const std::string id = "m-" + call.context.draw().hex(32, "logged-model", call.workspace.rows, number);
  Json model = {{"info",
                 {{"model_id", id},
                  {"experiment_id", string_at(*experiment, "experiment_id")},
                  {"name", call.text("name").empty() ? "model-" + id.substr(2, 8) : call.text("name")},
                  {"creation_timestamp_ms", call.now()},
                  {"last_updated_timestamp_ms", call.now()},
                  {"artifact_uri", model_artifact_uri(id)},
                  {"status", "LOGGED_MODEL_PENDING"},
                  {"tags", Json::array()}}},
                {"data", {{"params", Json::array()}, {"metrics", Json::array()}}}};
  for (const char* field : {"model_type", "source_run_id"}) {
    if (!call.text(field).empty()) model["info"][field] = call.text(field);
  }
  set_all(model["data"]["params"], call.list("params"));
  set_all(model["info"]["tags"], call.list("tags"));
  write_logged_model(call.context.world(), call.workspace, model);
  return answer_model(model);
}

Answer get_logged_model(Call& call) {
  const auto model = find_logged_model(call.context.world(), call.workspace, call.text("model_id"));
  if (!model) return fail(model.error());
  return answer_model(*model);
}

Answer finalize_logged_model(Call& call) {
  auto model = find_logged_model(call.context.world(), call.workspace, call.text("model_id"));
  if (!model) return fail(model.error());
  const std::string asked = call.text("status");
  for (std::size_t i = 1; i < kModelStatuses.size(); ++i) {
    if (asked != kModelStatuses[i] && asked != std::to_string(i)) continue;
    (*model)["info"]["status"] = kModelStatuses[i];
    save(call, *model);
    return answer_model(*model);
  }
  return invalid_parameter("Invalid value " + dump(call.body["status"]) + " for parameter 'status' supplied.");
}

Answer delete_logged_model(Call& call) {
  const auto model = find_logged_model(call.context.world(), call.workspace, call.text("model_id"));
  if (!model) return fail(model.error());
  call.context.world().put(Table::tracking, row_key(call.workspace, "l", call.text("model_id")), Row{.body = dump(*model), .state = "deleted"});
  return std::string("{}");
}

Answer search_logged_models(Call& call) {
  const auto most = call.integer("max_results").value_or(50);
  const std::size_t page = most > 0 ? static_cast<std::size_t>(most) : 100;
  const auto offset = read_page_token(call.text("page_token"));
  if (!offset) return fail(offset.error());
  auto models = logged_models_matching(call);
  if (!models) return fail(models.error());
  const std::size_t end = std::min(models->size(), *offset + page);
  Json out = {{"models", Json::array()}};
  for (std::size_t i = *offset; i < end; ++i) out["models"].push_back(std::move((*models)[i]));
  if (end < models->size()) out["next_page_token"] = page_token(end);
  return dump(out);
}

Answer set_logged_model_tags(Call& call) {
  auto model = find_logged_model(call.context.world(), call.workspace, call.text("model_id"));
  if (!model) return fail(model.error());
  if (const auto ok = check_entries(call.list("tags")); !ok) return fail(ok.error());
  set_all((*model)["info"]["tags"], call.list("tags"));
  save(call, *model);
  return answer_model(*model);
}

Answer delete_logged_model_tag(Call& call) {
  auto model = find_logged_model(call.context.world(), call.workspace, call.text("model_id"));
  if (!model) return fail(model.error());
  Json& tags = (*model)["info"]["tags"];
  const auto [at, found] = find_entry(tags, call.text("tag_key"));
  if (!found) return does_not_exist("No tag with key '" + call.text("tag_key") + "' for model with ID '" + call.text("model_id") + "'.");
  tags.erase(at);
  save(call, *model);
  return std::string("{}");
}

Answer log_logged_model_params(Call& call) {
  auto model = find_logged_model(call.context.world(), call.workspace, call.text("model_id"));
  if (!model) return fail(model.error());
  if (const auto ok = check_entries(call.list("params")); !ok) return fail(ok.error());
  Json& params = (*model)["data"]["params"];
  for (const auto& param : call.list("params")) {
    const auto [at, found] = find_entry(params, string_at(param, "key"));
    if (found && params[at]["value"] != param["value"]) return invalid_parameter("Changing param values is not allowed. Param with key='" + string_at(param, "key") + "' was already logged for model ID='" + call.text("model_id") + "'.");
  }
  set_all(params, call.list("params"));
  save(call, *model);
  return std::string("{}");
}

}  // namespace azlab::mlflow
