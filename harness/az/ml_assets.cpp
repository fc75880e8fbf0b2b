/// az ml data, environment, model and component: versioned assets, as azure-ai-ml makes and asks for them.
#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "harness/az/ml.hpp"
#include "harness/az/ml_upload.hpp"
#include "harness/az/output.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

struct AssetFamily {
  std::string_view noun;        ///< "data": second word of the command
  std::string_view collection;  ///< "data", "environments", …
  std::string_view version;     ///< api-version
};
constexpr AssetFamily kFamilies[] = {{"data", "data", "2023-04-01-preview"}, {"environment", "environments", "2023-04-01-preview"}, {"model", "models", "2023-08-01-preview"}, {"component", "components", "2024-01-01-preview"}};

const AssetFamily& family_of(const Invocation& az) {
  const std::string noun = split(az.command, ' ').at(1);
  for (const auto& family : kFamilies) {
    if (family.noun == noun) return family;
  }
  return kFamilies[0];
}

Result<std::string> assets_path(Invocation& az, const AssetFamily& family) {
  auto workspace = workspace_path(az, az.value("workspace-name"));
  if (!workspace) return workspace;
  return *workspace + "/" + std::string(family.collection);
}

Result<void> only_members(const Json& entity, std::initializer_list<std::string_view> known, const std::string& command) {
  for (const auto& [key, unused] : entity.items()) {
    if (key != "$schema" && std::find(known.begin(), known.end(), key) == known.end()) return not_simulated("az " + command + ": '" + key + "' in the file");
  }
  return {};
}

std::string text_of(const Json& value) { return value.is_string() ? value.get<std::string>() : value.is_null() ? std::string() : value.dump(); }

/// The file's members with the arguments laid over them.
Result<Json> specification(Invocation& az) {
  auto entity = entity_file(az);
  if (!entity) return entity;
  for (const char* name : {"name", "version", "path", "type", "description", "image"}) {
    if (az.has(name)) (*entity)[name] = az.value(name);
  }
  if (az.has("conda-file")) (*entity)["conda_file"] = az.value("conda-file");
  if (az.has("tags")) {
    auto tags = tags_of(az.all("tags"));
    if (!tags) return tags;
    (*entity)["tags"] = *tags;
  }
  if (entity->contains("version")) (*entity)["version"] = text_of((*entity)["version"]);
  return entity;
}

/// The folder against which paths of the specification count: the file's, or the working directory.
std::string base_of(const Invocation& az) { return az.has("file") ? std::filesystem::path(az.value("file")).parent_path().string() : std::string(); }

/// An address as it is, a path of this machine uploaded.
Result<std::string> stored_path(Invocation& az, const std::string& path) {
  if (path.find("://") != std::string::npos) return path;
  auto local = local_path(az, base_of(az), path);
  if (!local) return local;
  auto workspace = workspace_path(az, az.value("workspace-name"));
  if (!workspace) return workspace;
  return upload_to_datastore(az, *workspace, *local);
}

Result<Json> data_properties(Invocation& az, const Json& entity) {
  if (auto ok = only_members(entity, {"name", "version", "type", "path", "description", "tags", "properties"}, az.command); !ok) return tl::make_unexpected(ok.error());
  if (string_at(entity, "path").empty()) return usage_error("the following arguments are required: --path/-p");
  const auto path = stored_path(az, string_at(entity, "path"));
  if (!path) return tl::make_unexpected(path.error());
  return Json{{"dataType", string_at(entity, "type", "uri_folder")}, {"dataUri", *path}};
}

Result<Json> model_properties(Invocation& az, const Json& entity) {
  if (auto ok = only_members(entity, {"name", "version", "type", "path", "description", "tags", "properties", "flavors"}, az.command); !ok) return tl::make_unexpected(ok.error());
  if (string_at(entity, "path").empty()) return usage_error("the following arguments are required: --path/-p");
  const auto path = stored_path(az, string_at(entity, "path"));
  if (!path) return tl::make_unexpected(path.error());
  Json properties = {{"modelType", string_at(entity, "type", "custom_model")}, {"modelUri", *path}};
  if (entity.contains("flavors")) properties["flavors"] = entity["flavors"];
  return properties;
}

Result<Json> environment_properties(Invocation& az, const Json& entity) {
  if (auto ok = only_members(entity, {"name", "version", "image", "conda_file", "description", "tags", "properties", "os_type"}, az.command); !ok) return tl::make_unexpected(ok.error());
  Json properties = {{"image", string_at(entity, "image")}, {"osType", "Linux"}};
  if (!entity.contains("conda_file")) return properties;
  const Json& conda = entity["conda_file"];
  if (!conda.is_string()) {
    properties["condaFile"] = format_yaml(conda);
    return properties;
  }
  const auto file = local_path(az, base_of(az), conda.get<std::string>());
  if (!file) return tl::make_unexpected(file.error());
  const auto text = read_text_file(az, *file);
  if (!text) return tl::make_unexpected(text.error());
  properties["condaFile"] = *text;
  return properties;
}

Result<Json> component_properties(Invocation& az, const Json& entity) {
  if (string_at(entity, "type", "command") != "command") return not_simulated("az ml component create: components of type '" + string_at(entity, "type") + "'");
  if (auto ok = only_members(entity, {"name", "version", "type", "display_name", "description", "tags", "is_deterministic", "inputs", "outputs", "code", "environment", "command", "resources"}, az.command); !ok) return tl::make_unexpected(ok.error());
  Json spec = entity;
  spec["type"] = "command";
  spec["_source"] = "YAML.COMPONENT";
  if (const std::string code = string_at(entity, "code"); !code.empty() && !code.starts_with("azureml:")) {
    const auto local = local_path(az, base_of(az), code);
    if (!local) return tl::make_unexpected(local.error());
    const auto workspace = workspace_path(az, az.value("workspace-name"));
    if (!workspace) return tl::make_unexpected(workspace.error());
    const auto id = upload_snapshot(az, *workspace, *local);
    if (!id) return tl::make_unexpected(id.error());
    spec["code"] = "azureml:" + *id;
  }
  return Json{{"componentSpec", spec}};
}

/// The version that comes next; "1" without any (wire.md 8.19).
Result<std::string> next_version(Invocation& az, const std::string& container, const AssetFamily& family) {
  auto found = fetch(az, {.path = container, .version = family.version});
  if (found) return string_at(*found, "properties.nextVersion", "1");
  if (found.error().status == 404) return std::string("1");
  return tl::make_unexpected(found.error());
}

Result<Json> asset_create(Invocation& az) {
  const AssetFamily& family = family_of(az);
  auto entity = specification(az);
  if (!entity) return entity;
  if (string_at(*entity, "name").empty()) return usage_error("the following arguments are required: --name/-n");
  auto properties = family.noun == "data" ? data_properties(az, *entity) : family.noun == "model" ? model_properties(az, *entity) : family.noun == "environment" ? environment_properties(az, *entity) : component_properties(az, *entity);
  if (!properties) return properties;
  for (const char* name : {"description", "tags", "properties"}) {
    if (entity->contains(name)) (*properties)[name] = (*entity)[name];
  }
  (*properties)["isAnonymous"] = false;
  (*properties)["isArchived"] = false;
  const auto path = assets_path(az, family);
  if (!path) return tl::make_unexpected(path.error());
  const std::string container = *path + "/" + path_segment(string_at(*entity, "name"));
  std::string version = string_at(*entity, "version");
  if (version.empty()) {
    auto next = next_version(az, container, family);
    if (!next) return tl::make_unexpected(next.error());
    version = *next;
  }
  auto made = fetch(az, {.method = Method::put, .path = container + "/versions/" + path_segment(version), .version = family.version, .body = dump({{"properties", *properties}})});
  return made ? Result<Json>(asset_entity(*made, std::string(family.collection))) : made;
}

Result<Json> asset_list(Invocation& az) {
  const AssetFamily& family = family_of(az);
  auto path = assets_path(az, family);
  if (!path) return tl::make_unexpected(path.error());
  if (az.has("name")) *path += "/" + path_segment(az.value("name")) + "/versions";
  auto found = fetch_list(az, {.path = *path, .version = family.version, .query = "listViewType=ActiveOnly"});
  if (!found) return found;
  Json list = Json::array();
  const std::string most = az.value("max-results");
  for (const Json& one : *found) {
    if (!most.empty() && std::to_string(list.size()) == most) break;
    list.push_back(asset_entity(one, std::string(family.collection)));
  }
  return list;
}

/// The version meant: `--version`, or what `--label latest` stands for.
Result<Json> find_asset(Invocation& az, const AssetFamily& family, std::string& path) {
  if (!az.has("name")) return usage_error("the following arguments are required: --name/-n");
  const auto base = assets_path(az, family);
  if (!base) return tl::make_unexpected(base.error());
  const std::string container = *base + "/" + path_segment(az.value("name"));
  if (az.has("version")) {
    path = container + "/versions/" + path_segment(az.value("version"));
    return fetch(az, {.path = path, .version = family.version});
  }
  const std::string label = az.value("label", family.noun == "component" ? "latest" : "");
  if (label.empty()) return cli_error("Met error <class 'Exception'>:\n\n1) At least one required parameter is missing\n\nDetails:\n\n(x) Must provide either version or label.\n");
  if (label != "latest") return cli_error("Error: Asset " + az.value("name") + " with version label " + label + " does not exist in workspace.");
  auto newest = fetch(az, {.path = container + "/versions", .version = family.version, .query = "$orderBy=createdtime%20desc&$top=1"});
  if (!newest) return newest;
  if (!newest->contains("value") || (*newest)["value"].empty()) return cli_error("Error: Asset " + az.value("name") + " does not exist in workspace.");
  path = container + "/versions/" + path_segment(string_at((*newest)["value"][0], "name"));
  return (*newest)["value"][0];
}

Result<Json> asset_show(Invocation& az) {
  const AssetFamily& family = family_of(az);
  std::string path;
  auto found = find_asset(az, family, path);
  return found ? Result<Json>(asset_entity(*found, std::string(family.collection))) : found;
}

Result<Json> set_archived(Invocation& az, bool archived) {
  const AssetFamily& family = family_of(az);
  std::string path;
  Result<Json> found = Json();
  if (az.has("version") || az.has("label")) {
    found = find_asset(az, family, path);
  } else {
    if (!az.has("name")) return usage_error("the following arguments are required: --name/-n");
    const auto base = assets_path(az, family);
    if (!base) return tl::make_unexpected(base.error());
    path = *base + "/" + path_segment(az.value("name"));
    found = fetch(az, {.path = path, .version = family.version});
  }
  if (!found) return found;
  // As the SDK does: what the service says about the asset is not sent back to it.
  Json body = {{"properties", (*found)["properties"]}};
  body["properties"]["isArchived"] = archived;
  auto done = fetch(az, {.method = Method::put, .path = path, .version = family.version, .body = dump(body)});
  return done ? Result<Json>(Json(nullptr)) : done;
}

/// What may change in a version that is there: its description and its tags.
Result<void> change_asset(Invocation& az, Json& properties) {
  const auto unknown = [&](const char* option, const std::string& path) { return not_simulated("az " + az.command + " " + option + " " + path + " (description and tags can be changed)"); };
  for (const auto& one : az.all("set")) {
    const auto equals = one.find('=');
    if (equals == std::string::npos) return usage_error("argument --set: '" + one + "' is not of the form PATH=VALUE");
    const std::string path = one.substr(0, equals);
    const std::string value = one.substr(equals + 1);
    if (path == "description") {
      properties["description"] = value;
    } else if (path.starts_with("tags.")) {
      properties["tags"][path.substr(5)] = value;
    } else {
      return unknown("--set", path);
    }
  }
  for (const auto& path : az.all("remove")) {
    if (!path.starts_with("tags.")) return unknown("--remove", path);
    if (properties.contains("tags") && properties["tags"].is_object()) properties["tags"].erase(path.substr(5));
  }
  return {};
}

/// The client's update: the version is read, changed and put whole.
Result<Json> asset_update(Invocation& az) {
  const AssetFamily& family = family_of(az);
  std::string path;
  auto found = find_asset(az, family, path);
  if (!found) return found;
  Json body = {{"properties", (*found)["properties"]}};
  if (const auto changed = change_asset(az, body["properties"]); !changed) return tl::make_unexpected(changed.error());
  auto made = fetch(az, {.method = Method::put, .path = path, .version = family.version, .body = dump(body)});
  return made ? Result<Json>(asset_entity(*made, std::string(family.collection))) : made;
}

/// Into a folder of the model's name (azure-ai-ml, ModelOperations.download).
Result<Json> model_download(Invocation& az) {
  const AssetFamily& family = family_of(az);
  std::string path;
  const auto found = find_asset(az, family, path);
  if (!found) return found;
  const std::string uri = text_at(*found, "properties.modelUri");
  const auto store = uri.find("/datastores/");
  const auto paths = uri.find("/paths/");
  if (store == std::string::npos || paths == std::string::npos) return not_simulated("az ml model download of " + uri);
  const std::string datastore = uri.substr(store + 12, paths - store - 12);
  const auto workspace = workspace_path(az, az.value("workspace-name"));
  if (!workspace) return tl::make_unexpected(workspace.error());
  std::string prefix = uri.substr(paths + 7);
  while (prefix.ends_with("/")) prefix.pop_back();
  const std::filesystem::path target = std::filesystem::path(az.environment.working_directory) / az.value("download-path", ".") / az.value("name");
  const auto done = download_from_datastore(az, *workspace, datastore, prefix, target.string());
  return done ? Result<Json>(Json(nullptr)) : tl::make_unexpected(done.error());
}

Result<Json> asset_archive(Invocation& az) { return set_archived(az, true); }
Result<Json> asset_restore(Invocation& az) { return set_archived(az, false); }

}  // namespace

Rows ml_asset_commands() {
  static constexpr std::string_view kWhich = "resource-group workspace-name name version label";
  static constexpr std::string_view kChanged = "resource-group workspace-name name version label set remove";
  static constexpr std::string_view kListed = "resource-group workspace-name name max-results";
  static constexpr std::string_view kMade = "resource-group workspace-name name version file path type description tags";
  static constexpr CommandRow kRows[] = {
      {"ml data create", asset_create, kMade},
      {"ml data list", asset_list, kListed},
      {"ml data show", asset_show, kWhich},
      {"ml data archive", asset_archive, kWhich},
      {"ml data update", asset_update, kChanged},
      {"ml data restore", asset_restore, kWhich},
      {"ml environment create", asset_create, "resource-group workspace-name name version file image conda-file description tags"},
      {"ml environment list", asset_list, kListed},
      {"ml environment show", asset_show, kWhich},
      {"ml environment archive", asset_archive, kWhich},
      {"ml environment update", asset_update, kChanged},
      {"ml environment restore", asset_restore, kWhich},
      {"ml model create", asset_create, kMade},
      {"ml model list", asset_list, kListed},
      {"ml model show", asset_show, kWhich},
      {"ml model archive", asset_archive, kWhich},
      {"ml model update", asset_update, kChanged},
      {"ml model restore", asset_restore, kWhich},
      {"ml model download", model_download, "resource-group workspace-name name version download-path"},
      {"ml component create", asset_create, "resource-group workspace-name name version file"},
      {"ml component list", asset_list, kListed},
      {"ml component show", asset_show, kWhich},
      {"ml component archive", asset_archive, kWhich},
      {"ml component update", asset_update, kChanged},
      {"ml component restore", asset_restore, kWhich},
  };
  return kRows;
}

}  // namespace azlab::az
