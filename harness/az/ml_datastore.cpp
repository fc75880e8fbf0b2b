#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/az/ml.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

Result<std::string> datastores_path(Invocation& az) {
  auto workspace = workspace_path(az, az.value("workspace-name"));
  if (!workspace) return workspace;
  return *workspace + "/datastores";
}

Result<Json> datastore_list(Invocation& az) {
  auto path = datastores_path(az);
  if (!path) return tl::make_unexpected(path.error());
  auto datastores =
      fetch_list(az, {.path = *path, .version = kDatastoresVersion, .query = "count=30&orderByAsc=false"});
  if (!datastores) return datastores;
  Json list = Json::array();
  for (const Json& datastore : *datastores) list.push_back(datastore_entity(datastore));
  return list;
}

Result<Json> datastore_show(Invocation& az) {
  auto path = datastores_path(az);
  if (!path) return tl::make_unexpected(path.error());
  auto datastore = fetch(az, {.path = *path + "/" + path_segment(az.value("name")), .version = kDatastoresVersion});
  return datastore ? Result<Json>(datastore_entity(*datastore)) : datastore;
}

/// The service's properties for the members of the YAML file, by type (azure-ai-ml's datastore entities).
Result<Json> datastore_request(const Json& entity) {
  const std::string type = to_lower(string_at(entity, "type", "azure_blob"));
  Json properties = {{"credentials", {{"credentialsType", "None"}}}};
  std::vector<std::pair<const char*, const char*>> members = {
      {"account_name", "accountName"}, {"endpoint", "endpoint"}, {"protocol", "protocol"}};
  if (type == "azure_blob") {
    properties["datastoreType"] = "AzureBlob";
    members.emplace_back("container_name", "containerName");
  } else if (type == "azure_file") {
    properties["datastoreType"] = "AzureFile";
    members.emplace_back("file_share_name", "fileShareName");
  } else if (type == "azure_data_lake_gen2") {
    properties["datastoreType"] = "AzureDataLakeGen2";
    members.emplace_back("filesystem", "filesystem");
  } else {
    return not_simulated("az ml datastore create of type '" + type + "'");
  }
  members.emplace_back("description", "description");
  members.emplace_back("tags", "tags");
  for (const auto& [from, to] : members) {
    if (entity.contains(from)) properties[to] = entity[from];
  }
  if (!properties.contains("endpoint")) properties["endpoint"] = "core.windows.net";
  if (!properties.contains("protocol")) properties["protocol"] = "https";
  if (const std::string key = string_at(entity, "credentials.account_key"); !key.empty())
    properties["credentials"] = {{"credentialsType", "AccountKey"},
                                 {"secrets", {{"secretsType", "AccountKey"}, {"key", key}}}};
  if (const std::string token = string_at(entity, "credentials.sas_token"); !token.empty())
    properties["credentials"] = {{"credentialsType", "Sas"},
                                 {"secrets", {{"secretsType", "Sas"}, {"sasToken", token}}}};
  return Json{{"properties", properties}};
}

Result<Json> datastore_create(Invocation& az) {
  if (!az.has("file")) return usage_error("the following arguments are required: --file/-f");
  auto entity = entity_file(az);
  if (!entity) return entity;
  if (az.has("name")) (*entity)["name"] = az.value("name");
  for (const auto& [key, unused] : entity->items()) {
    static const std::vector<std::string> known = {"$schema",    "name",        "type",           "account_name",
                                                   "endpoint",   "protocol",    "container_name", "file_share_name",
                                                   "filesystem", "description", "tags",           "credentials"};
    if (std::find(known.begin(), known.end(), key) == known.end())
      return not_simulated("az ml datastore create: '" + key + "' in the file");
  }
  auto body = datastore_request(*entity);
  if (!body) return body;
  auto path = datastores_path(az);
  if (!path) return tl::make_unexpected(path.error());
  auto made = fetch(az, {.method = Method::put,
                         .path = *path + "/" + path_segment(string_at(*entity, "name")),
                         .version = kDatastoresVersion,
                         .body = dump(*body),
                         .query = "skipValidation=true"});
  return made ? Result<Json>(datastore_entity(*made)) : made;
}

Result<Json> datastore_delete(Invocation& az) {
  auto path = datastores_path(az);
  if (!path) return tl::make_unexpected(path.error());
  auto done = fetch(
      az, {.method = Method::del, .path = *path + "/" + path_segment(az.value("name")), .version = kDatastoresVersion});
  return done ? Result<Json>(Json(nullptr)) : done;
}

}  // namespace

Rows ml_datastore_commands() {
  static constexpr CommandRow kRows[] = {
      {"ml datastore create", datastore_create, "resource-group workspace-name name file"},
      {"ml datastore list", datastore_list, "resource-group workspace-name"},
      {"ml datastore show", datastore_show, "resource-group workspace-name name"},
      {"ml datastore delete", datastore_delete, "resource-group workspace-name name yes"},
  };
  return kRows;
}

}  // namespace azlab::az
