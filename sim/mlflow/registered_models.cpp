#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"
#include "sim/mlflow/endpoints.hpp"
#include "sim/mlflow/error.hpp"
#include "sim/mlflow/experiment_store.hpp"
#include "sim/mlflow/page.hpp"
#include "sim/mlflow/registry_search.hpp"
#include "sim/mlflow/registry_store.hpp"
#include "sim/mlflow/validation.hpp"

namespace azlab::mlflow {
namespace {

/// With the newest version of each stage, as clients are shown it.
Json with_latest(Call& call, Json model) {
  std::map<std::string, Json> newest;
  for (auto& version : versions_of_model(call, string_at(model, "name"))) newest[string_at(version, "current_stage")] = std::move(version);
  model["latest_versions"] = Json::array();
  for (const auto& [stage, version] : newest) model["latest_versions"].push_back(with_aliases(version, model));
  return model;
}

Answer answer_registered_model(Call& call, Json model) { return dump({{"registered_model", with_latest(call, std::move(model))}}); }

Result<void> check_registry_tag(const std::string& key, const std::string& value) {
  if (const auto ok = check_key(key); !ok) return ok;
  if (const auto ok = check_length("key", "registryTagKey", key); !ok) return ok;
  return check_length("value", "registryTagValue", value);
}

Json& touched(Call& call, Json& model) {
  model["last_updated_timestamp"] = call.now();
  return model;
}

}  // namespace

Answer create_registered_model(Call& call) {
  const std::string name = call.text("name");
  if (find_registered_model(call, name)) return already_exists("Registered Model (name=" + name + ") already exists.");
  for (const auto& tag : call.list("tags")) {
    if (const auto ok = check_registry_tag(string_at(tag, "key"), string_at(tag, "value")); !ok) return fail(ok.error());
  }
  Json model = {{"name", name}, {"creation_timestamp", call.now()}, {"last_updated_timestamp", call.now()}, {"tags", Json::array()}, {"aliases", Json::array()}};
  if (const std::string text = call.text("description"); !text.empty()) model["description"] = text;
  for (const auto& tag : call.list("tags")) set_entry(model["tags"], string_at(tag, "key"), string_at(tag, "value"));
  write_registered_model(call, model);
  return answer_registered_model(call, std::move(model));
}

Answer get_registered_model(Call& call) {
  auto model = find_registered_model(call, call.text("name"));
  if (!model) return fail(model.error());
  return answer_registered_model(call, std::move(*model));
}

Answer update_registered_model(Call& call) {
  auto model = find_registered_model(call, call.text("name"));
  if (!model) return fail(model.error());
  (*model)["description"] = call.text("description");
  write_registered_model(call, touched(call, *model));
  return answer_registered_model(call, std::move(*model));
}

/// Azure gives no model another name.
Answer rename_registered_model(Call& call) {
  const auto model = find_registered_model(call, call.text("name"));
  if (!model) return fail(model.error());
  return failure("BAD_REQUEST", "Renaming a registered model is not supported by Azure Machine Learning.");
}

/// Azure deletes versions; a model that has some stays.
Answer delete_registered_model(Call& call) {
  const auto model = find_registered_model(call, call.text("name"));
  if (!model) return fail(model.error());
  if (!versions_of_model(call, call.text("name")).empty()) {
    return failure("BAD_REQUEST", "Deleting a registered model that has versions is not supported by Azure Machine Learning. Delete its versions.");
  }
  call.context.world().erase(Table::tracking, row_key(call.workspace, "g", call.text("name")));
  return std::string("{}");
}

Answer search_registered_models(Call& call) {
  const auto most = call.integer("max_results").value_or(100);
  if (most < 1 || most > static_cast<std::int64_t>(limit("searchRegisteredModels"))) {
    return invalid_parameter("Invalid value for request parameter max_results. It must be at most " + std::to_string(limit("searchRegisteredModels")) + ", but got value " + std::to_string(most));
  }
  const auto offset = read_page_token(call.text("page_token"));
  if (!offset) return fail(offset.error());
  auto models = registered_models_matching(call);
  if (!models) return fail(models.error());
  const std::size_t end = std::min(models->size(), *offset + static_cast<std::size_t>(most));
  Json out = {{"registered_models", Json::array()}};
  for (std::size_t i = *offset; i < end; ++i) out["registered_models"].push_back(with_latest(call, std::move((*models)[i])));
  if (end < models->size()) out["next_page_token"] = page_token(end);
  return dump(out);
}

Answer get_latest_versions(Call& call) {
  const auto model = find_registered_model(call, call.text("name"));
  if (!model) return fail(model.error());
  const Json all = with_latest(call, *model)["latest_versions"];
  const Json& stages = call.list("stages");
  for (const auto& stage : stages) {
    if (const auto ok = check_stage(stage.is_string() ? stage.get<std::string>() : dump(stage)); !ok) return fail(ok.error());
  }
  Json out = Json::array();
  std::copy_if(all.begin(), all.end(), std::back_inserter(out), [&](const Json& version) { return stages.empty() || std::find(stages.begin(), stages.end(), version["current_stage"]) != stages.end(); });
  return dump({{"model_versions", out}});
}

Answer set_registered_model_tag(Call& call) {
  auto model = find_registered_model(call, call.text("name"));
  if (!model) return fail(model.error());
  if (const auto ok = check_registry_tag(call.text("key"), call.text("value")); !ok) return fail(ok.error());
  set_entry((*model)["tags"], call.text("key"), call.text("value"));
  write_registered_model(call, std::move(*model));
  return std::string("{}");
}

Answer delete_registered_model_tag(Call& call) {
  auto model = find_registered_model(call, call.text("name"));
  if (!model) return fail(model.error());
  Json& tags = (*model)["tags"];
  if (const auto [at, found] = find_entry(tags, call.text("key")); found) tags.erase(at);
  write_registered_model(call, std::move(*model));
  return std::string("{}");
}

Answer set_model_alias(Call& call) {
  auto model = find_registered_model(call, call.text("name"));
  if (!model) return fail(model.error());
  if (const auto ok = check_alias(call.text("alias")); !ok) return fail(ok.error());
  if (const auto version = find_model_version(call, call.text("name"), call.text("version")); !version) return fail(version.error());
  Json& aliases = (*model)["aliases"];
  std::erase_if(aliases.get_ref<Json::array_t&>(), [&](const Json& alias) { return alias["alias"] == call.text("alias"); });
  aliases.push_back({{"alias", call.text("alias")}, {"version", call.text("version")}});
  write_registered_model(call, touched(call, *model));
  return std::string("{}");
}

Answer delete_model_alias(Call& call) {
  auto model = find_registered_model(call, call.text("name"));
  if (!model) return fail(model.error());
  std::erase_if((*model)["aliases"].get_ref<Json::array_t&>(), [&](const Json& alias) { return alias["alias"] == call.text("alias"); });
  write_registered_model(call, touched(call, *model));
  return std::string("{}");
}

Answer get_model_version_by_alias(Call& call) {
  const auto model = find_registered_model(call, call.text("name"));
  if (!model) return fail(model.error());
  std::string number;
  if (equals_ignore_case(call.text("alias"), "latest")) {
    const auto versions = versions_of_model(call, call.text("name"));
    if (!versions.empty()) number = string_at(versions.back(), "version");
  }
  for (const auto& alias : (*model)["aliases"]) {
    if (alias["alias"] == call.text("alias")) number = string_at(alias, "version");
  }
  if (number.empty()) return invalid_parameter("Registered model alias " + call.text("alias") + " not found.");
  const auto version = find_model_version(call, call.text("name"), number);
  if (!version) return fail(version.error());
  return dump({{"model_version", with_aliases(*version, *model)}});
}

}  // namespace azlab::mlflow
