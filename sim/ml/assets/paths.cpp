#include "sim/ml/assets/paths.hpp"

#include <nlohmann/json.hpp>

#include "sim/arm/resource.hpp"
#include "sim/core/text.hpp"

namespace azlab::ml {
namespace {

constexpr std::string_view kScheme = "azureml://";

/// "datastores/<name>/paths/<path>" of an address in either form; empty when it has none.
std::string_view datastore_part(std::string_view uri) {
  if (uri.starts_with("azureml://datastores/")) return uri.substr(kScheme.size());
  const auto at = uri.find("/datastores/");
  return uri.starts_with(kScheme) && at != std::string_view::npos ? uri.substr(at + 1) : std::string_view();
}

struct DatastorePath {
  std::string name;
  std::string path;
};

Result<DatastorePath> parse(std::string_view part, std::string_view uri) {
  constexpr std::string_view kFirst = "datastores/";
  constexpr std::string_view kSecond = "/paths/";
  const auto paths = part.find(kSecond);
  if (paths == std::string_view::npos) {
    if (part.find('/', kFirst.size()) != std::string_view::npos) return fail(400, "UserError", "The uri '" + std::string(uri) + "' is not of the form azureml://datastores/<name>/paths/<path>.");
    return DatastorePath{std::string(part.substr(kFirst.size())), ""};
  }
  return DatastorePath{std::string(part.substr(kFirst.size(), paths - kFirst.size())), std::string(part.substr(paths + kSecond.size()))};
}

}  // namespace

Result<std::string> long_uri(const World& world, const ResourceId& workspace, std::string_view uri) {
  const std::string scope = "azureml://subscriptions/" + workspace.subscription + "/resourcegroups/" + workspace.resource_group + "/workspaces/" + workspace.parts[0].second + "/";
  if (uri.starts_with("azureml://jobs/")) {
    // azureml://jobs/<job>/outputs/<output>/paths/<path>; `artifacts` is what the run itself logs.
    const auto parts = split(uri.substr(kScheme.size()), '/');
    if (parts.size() < 4 || parts[2] != "outputs") return fail(400, "UserError", "The uri '" + std::string(uri) + "' is not of the form azureml://jobs/<job>/outputs/<output>/paths/<path>.");
    const auto at = uri.find("/paths/");
    const std::string path = at == std::string_view::npos ? std::string() : std::string(uri.substr(at + 7));
    if (parts[3] == "artifacts" || parts[3] == "default") return scope + "datastores/workspaceartifactstore/paths/ExperimentRun/dcid." + parts[1] + "/" + path;
    return scope + "datastores/workspaceblobstore/paths/azureml/" + parts[1] + "/" + parts[3] + "/" + path;
  }
  const auto part = datastore_part(uri);
  if (part.empty()) return std::string(uri);
  const auto parsed = parse(part, uri);
  if (!parsed) return fail(parsed.error());
  if (!world.find(Table::resource, workspace.key() + "/datastores/" + to_lower(parsed->name))) {
    return fail(404, "UserError", "Could not find datastore: " + parsed->name);
  }
  return scope + std::string(part);
}

Result<StoredAt> stored_at(const World& world, const ResourceId& workspace, std::string_view uri) {
  constexpr std::string_view kBlobHost = ".blob.core.windows.net";
  if (uri.starts_with("https://") && uri.find(kBlobHost) != std::string_view::npos) {
    const std::string_view rest = uri.substr(8, uri.find('?') == std::string_view::npos ? std::string_view::npos : uri.find('?') - 8);
    const auto slash = rest.find('/');
    const std::string_view path = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
    const auto next = path.find('/');
    return StoredAt{.account = std::string(rest.substr(0, rest.find('.'))), .container = std::string(path.substr(0, next)), .path = next == std::string_view::npos ? "" : percent_decode(path.substr(next + 1))};
  }
  const auto resolved = long_uri(world, workspace, uri);
  if (!resolved) return fail(resolved.error());
  const auto part = datastore_part(*resolved);
  if (part.empty()) return fail(400, "AzlabNotSimulated", "azlab does not reach the data at '" + std::string(uri) + "'; datastores and blob addresses of the simulator it does.");
  const auto parsed = parse(part, uri);
  if (!parsed) return fail(parsed.error());
  const auto store = arm::read_resource(world, workspace.to_string() + "/datastores/" + parsed->name);
  if (!store) return fail(404, "UserError", "Could not find datastore: " + parsed->name);
  const std::string type = string_at(*store, "properties.datastoreType");
  StoredAt out{.account = string_at(*store, "properties.accountName"), .container = string_at(*store, "properties.containerName"), .path = parsed->path, .file_share = type == "AzureFile"};
  if (out.file_share) out.container = string_at(*store, "properties.fileShareName");
  if (type != "AzureFile" && type != "AzureBlob") return fail(400, "AzlabNotSimulated", "azlab does not read datastores of type '" + type + "'.");
  return out;
}

}  // namespace azlab::ml
