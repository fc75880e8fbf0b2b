#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"
#include "sim/mlflow/artifact_uri.hpp"
#include "sim/mlflow/endpoints.hpp"
#include "sim/mlflow/error.hpp"
#include "sim/mlflow/experiment_store.hpp"
#include "sim/mlflow/logged_model_store.hpp"
#include "sim/mlflow/page.hpp"
#include "sim/mlflow/registry_search.hpp"
#include "sim/mlflow/registry_store.hpp"
#include "sim/mlflow/validation.hpp"

namespace azlab::mlflow {
namespace {

/// The address of a version's files: of a logged model, whose id its source names, or the source itself.
std::string resolved_source(Call& call, const std::string& source) {
  constexpr std::string_view kModels = "models:/";
  std::string id = call.text("model_id");
  if (id.empty() && source.starts_with(kModels)) id = source.substr(kModels.size());
  if (id.empty()) return source;
  const auto model = find_logged_model(call.context.world(), call.workspace, id);
  return model ? string_at(*model, "info.artifact_uri") : source;
}

Answer answer_version(Call& call, const Json& version) {
  const auto model = find_registered_model(call, string_at(version, "name"));
  return dump({{"model_version", model ? with_aliases(version, *model) : version}});
}

void save_version(Call& call, Json& version) {
  version["last_updated_timestamp"] = call.now();
  write_model_version(call, version);
  if (auto model = find_registered_model(call, string_at(version, "name"))) {
    (*model)["last_updated_timestamp"] = call.now();
    write_registered_model(call, std::move(*model));
  }
}

}  // namespace

Answer create_model_version(Call& call) {
  const std::string name = call.text("name");
  const auto model = find_registered_model(call, name);
  if (!model) return fail(model.error());
  const std::string source = call.text("source");
  if (source.starts_with("file:") || source.starts_with("/")) {
    return invalid_parameter("Invalid model version source: '" + source + "'. To use a local path as a model version source, the run_id request parameter has to be specified and the local path has to be contained within the artifact directory of the run specified by the run_id.");
  }
  const std::string place = resolved_source(call, source);
  const auto number = make_model_asset(call, name, artifact_blob_path(place), place);
  if (!number) return fail(number.error());
  Json version = {{"name", name},
                  {"version", std::to_string(*number)},
                  {"creation_timestamp", call.now()},
                  {"last_updated_timestamp", call.now()},
                  {"current_stage", "None"},
                  {"source", source},
                  {"storage_location", place},
                  {"run_id", call.text("run_id")},
                  {"user_id", call.context.caller().user_name},
                  {"status", "READY"},
                  {"tags", Json::array()}};
  for (const char* field : {"description", "run_link", "model_id"}) {
    if (!call.text(field).empty()) version[field] = call.text(field);
  }
  for (const auto& tag : call.list("tags")) set_entry(version["tags"], string_at(tag, "key"), string_at(tag, "value"));
  save_version(call, version);
  return answer_version(call, version);
}

Answer get_model_version(Call& call) {
  const auto version = find_model_version(call, call.text("name"), call.text("version"));
  if (!version) return fail(version.error());
  return answer_version(call, *version);
}

Answer update_model_version(Call& call) {
  auto version = find_model_version(call, call.text("name"), call.text("version"));
  if (!version) return fail(version.error());
  (*version)["description"] = call.text("description");
  save_version(call, *version);
  return answer_version(call, *version);
}

Answer delete_model_version(Call& call) {
  const auto version = find_model_version(call, call.text("name"), call.text("version"));
  if (!version) return fail(version.error());
  delete_model_asset(call, call.text("name"), call.text("version"));
  erase_model_version(call, *version);
  if (auto model = find_registered_model(call, call.text("name"))) {
    std::erase_if((*model)["aliases"].get_ref<Json::array_t&>(), [&](const Json& alias) { return alias["version"] == call.text("version"); });
    write_registered_model(call, std::move(*model));
  }
  return std::string("{}");
}

Answer transition_model_version_stage(Call& call) {
  auto version = find_model_version(call, call.text("name"), call.text("version"));
  if (!version) return fail(version.error());
  const std::string stage = call.text("stage");
  if (const auto ok = check_stage(stage); !ok) return fail(ok.error());
  const bool archive = call.body.value("archive_existing_versions", false);
  if (archive && stage != "Staging" && stage != "Production") {
    return invalid_parameter("Model version transition cannot archive existing model versions because '" + stage + "' is not an Active stage. Valid stages are Staging, Production");
  }
  for (auto& other : versions_of_model(call, call.text("name"))) {
    if (!archive || string_at(other, "current_stage") != stage || other["version"] == (*version)["version"]) continue;
    other["current_stage"] = "Archived";
    save_version(call, other);
  }
  (*version)["current_stage"] = stage;
  save_version(call, *version);
  return answer_version(call, *version);
}

Answer search_model_versions(Call& call) {
  const auto most = call.integer("max_results").value_or(10000);
  if (most < 1 || most > static_cast<std::int64_t>(limit("searchModelVersions"))) {
    return invalid_parameter("Invalid value for request parameter max_results. It must be at most " + std::to_string(limit("searchModelVersions")) + ", but got value " + std::to_string(most));
  }
  const auto offset = read_page_token(call.text("page_token"));
  if (!offset) return fail(offset.error());
  auto versions = model_versions_matching(call);
  if (!versions) return fail(versions.error());
  const std::size_t end = std::min(versions->size(), *offset + static_cast<std::size_t>(most));
  Json out = {{"model_versions", Json::array()}};
  for (std::size_t i = *offset; i < end; ++i) out["model_versions"].push_back(std::move((*versions)[i]));
  if (end < versions->size()) out["next_page_token"] = page_token(end);
  return dump(out);
}

Answer get_model_version_download_uri(Call& call) {
  const auto version = find_model_version(call, call.text("name"), call.text("version"));
  if (!version) return fail(version.error());
  return dump({{"artifact_uri", version->value("storage_location", string_at(*version, "source"))}});
}

Answer set_model_version_tag(Call& call) {
  auto version = find_model_version(call, call.text("name"), call.text("version"));
  if (!version) return fail(version.error());
  if (const auto ok = check_key(call.text("key")); !ok) return fail(ok.error());
  set_entry((*version)["tags"], call.text("key"), call.text("value"));
  write_model_version(call, std::move(*version));
  return std::string("{}");
}

Answer delete_model_version_tag(Call& call) {
  auto version = find_model_version(call, call.text("name"), call.text("version"));
  if (!version) return fail(version.error());
  Json& tags = (*version)["tags"];
  if (const auto [at, found] = find_entry(tags, call.text("key")); found) tags.erase(at);
  write_model_version(call, std::move(*version));
  return std::string("{}");
}

}  // namespace azlab::mlflow
