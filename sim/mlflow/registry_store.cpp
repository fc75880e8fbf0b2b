#include "sim/mlflow/registry_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "sim/core/text.hpp"
#include "sim/mlflow/artifact_uri.hpp"
#include "sim/mlflow/error.hpp"
#include "sim/mlflow/experiment_store.hpp"
#include "sim/mlflow/number.hpp"

namespace azlab::mlflow {
namespace {

constexpr const char* kApiVersion = "?api-version=2024-04-01";

std::string model_path(const Call& call, const std::string& name) { return call.workspace.id + "/models/" + percent_encode(name); }

std::string version_key(const Workspace& workspace, const std::string& name, const std::string& version) {
  return row_key(workspace, "v", fmt::format("{}/{:08}", percent_encode(name), read_integer(std::string_view(version)).value_or(0)));
}

/// All pages of a list of Resource Manager; empty when it is not there.
std::vector<Json> arm_list(Call& call, std::string url) {
  std::vector<Json> out;
  while (!url.empty()) {
    const auto page = parse_json(call.context.call(Request::make(Method::get, url)).body.text());
    const Json* value = page ? find_path(*page, "value") : nullptr;
    if (value == nullptr || !value->is_array()) break;
    out.insert(out.end(), value->begin(), value->end());
    url = string_at(*page, "nextLink");
  }
  return out;
}

std::int64_t millis_of_asset(const Json& asset, const char* path, std::int64_t otherwise) {
  const auto time = parse_iso8601(string_at(asset, path));
  return time ? time->time_since_epoch().count() : otherwise;
}

/// "azureml://artifacts/..." of a model that lies among artifacts, otherwise its address as it is.
std::string source_of_asset(const std::string& uri) {
  constexpr std::string_view kArtifactStore = "/datastores/workspaceartifactstore/paths/";
  const auto at = uri.find(kArtifactStore);
  return at == std::string::npos ? uri : "azureml://artifacts/" + uri.substr(at + kArtifactStore.size());
}

Json version_of_asset(const Call& call, const std::string& name, const Json& asset) {
  const auto created = millis_of_asset(asset, "systemData.createdAt", call.now());
  Json version = {{"name", name},
                  {"version", string_at(asset, "name")},
                  {"creation_timestamp", created},
                  {"last_updated_timestamp", millis_of_asset(asset, "systemData.lastModifiedAt", created)},
                  {"current_stage", "None"},
                  {"source", source_of_asset(string_at(asset, "properties.modelUri"))},
                  {"run_id", string_at(asset, "properties.jobName")},
                  {"status", "READY"},
                  {"tags", Json::array()}};
  if (const std::string text = string_at(asset, "properties.description"); !text.empty()) version["description"] = text;
  const Json* tags = find_path(asset, "properties.tags");
  if (tags == nullptr || !tags->is_object()) return version;
  for (const auto& [key, value] : tags->items()) set_entry(version["tags"], key, value.is_string() ? value : Json(dump(value)));
  return version;
}

Json new_registered_model(const std::string& name, std::int64_t created) {
  return {{"name", name}, {"creation_timestamp", created}, {"last_updated_timestamp", created}, {"tags", Json::array()}, {"aliases", Json::array()}};
}

std::optional<Json> model_row(Call& call, const std::string& name) {
  const RowPtr row = call.context.world().find(Table::tracking, row_key(call.workspace, "g", name));
  return row ? std::optional<Json>(*parse_json(row->body)) : std::nullopt;
}

}  // namespace

void write_registered_model(Call& call, Json model) {
  const std::string name = string_at(model, "name");
  call.context.world().put(Table::tracking, row_key(call.workspace, "g", name), Row{.body = dump(model)});
}

void write_model_version(Call& call, Json version) {
  call.context.world().put(Table::tracking, version_key(call.workspace, string_at(version, "name"), string_at(version, "version")), Row{.body = dump(version)});
}

void erase_model_version(Call& call, const Json& version) {
  call.context.world().erase(Table::tracking, version_key(call.workspace, string_at(version, "name"), string_at(version, "version")));
}

std::vector<Json> versions_of_model(Call& call, const std::string& name) {
  std::vector<Json> out;
  call.context.world().for_each(Table::tracking, row_key(call.workspace, "v", percent_encode(name) + "/"), [&](const std::string&, const RowPtr& row) {
    out.push_back(*parse_json(row->body));
    return true;
  });
  return out;
}

void take_in_model(Call& call, const std::string& name) {
  std::set<std::string> there;
  for (const auto& asset : arm_list(call, model_path(call, name) + "/versions" + kApiVersion + "&listViewType=All")) {
    const std::string number = string_at(asset, "name");
    if (!read_integer(std::string_view(number))) continue;
    there.insert(number);
    if (call.context.world().find(Table::tracking, version_key(call.workspace, name, number))) continue;
    const Json version = version_of_asset(call, name, asset);
    if (!model_row(call, name)) write_registered_model(call, new_registered_model(name, version["creation_timestamp"]));
    write_model_version(call, version);
  }
  // What another client deleted is gone here as well.
  for (const auto& version : versions_of_model(call, name)) {
    if (!there.contains(string_at(version, "version"))) erase_model_version(call, version);
  }
}

Result<Json> find_registered_model(Call& call, const std::string& name) {
  take_in_model(call, name);
  auto model = model_row(call, name);
  if (!model) return does_not_exist("Registered Model with name=" + name + " not found");
  return std::move(*model);
}

std::vector<Json> all_registered_models(Call& call) {
  for (const auto& container : arm_list(call, call.workspace.id + "/models" + kApiVersion + "&listViewType=All")) take_in_model(call, string_at(container, "name"));
  std::vector<Json> out;
  call.context.world().for_each(Table::tracking, row_key(call.workspace, "g", ""), [&](const std::string&, const RowPtr& row) {
    out.push_back(*parse_json(row->body));
    return true;
  });
  return out;
}

Result<Json> find_model_version(Call& call, const std::string& name, const std::string& version) {
  take_in_model(call, name);
  const RowPtr row = call.context.world().find(Table::tracking, version_key(call.workspace, name, version));
  if (!row || !read_integer(std::string_view(version))) return does_not_exist("Model Version (name=" + name + ", version=" + version + ") not found");
  return parse_json(row->body);
}

Result<int> make_model_asset(Call& call, const std::string& name, const std::string& blob_path, const std::string& source) {
  const auto container = parse_json(call.context.call(Request::make(Method::get, model_path(call, name) + kApiVersion)).body.text());
  const auto next = container ? read_integer(std::string_view(string_at(*container, "properties.nextVersion", "1"))) : std::nullopt;
  const int number = static_cast<int>(next.value_or(1));
  const std::string uri = blob_path.empty() ? source : "azureml://datastores/workspaceartifactstore/paths/" + blob_path;
  Json properties = {{"modelType", "mlflow_model"}, {"modelUri", uri}, {"flavors", {{"python_function", {{"data", Json::object()}}}}}};
  if (const std::string text = call.text("description"); !text.empty()) properties["description"] = text;
  for (const auto& tag : call.list("tags")) properties["tags"][string_at(tag, "key")] = string_at(tag, "value");
  const Response made = call.context.call(Request::make(Method::put, fmt::format("{}/versions/{}{}", model_path(call, name), number, kApiVersion), dump({{"properties", properties}})));
  if (made.ok()) return number;
  const auto error = parse_json(made.body.text());
  return invalid_parameter(error ? string_at(*error, "error.message") : std::string("The model could not be made."));
}

void delete_model_asset(Call& call, const std::string& name, const std::string& version) {
  call.context.call(Request::make(Method::del, model_path(call, name) + "/versions/" + version + kApiVersion));
}

}  // namespace azlab::mlflow
