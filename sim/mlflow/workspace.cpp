#include "sim/mlflow/workspace.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/arm/resource.hpp"
#include "sim/core/text.hpp"
#include "sim/mlflow/error.hpp"

namespace azlab::mlflow {
namespace {

std::shared_ptr<Workspace> read_workspace(const Json& body) {
  auto out = std::make_shared<Workspace>();
  out->id = string_at(body, "id");
  out->name = string_at(body, "name");
  out->guid = string_at(body, "properties.workspaceId");
  out->tenant = string_at(body, "properties.tenantId");
  // A workspace that is purged and made again has the same guid, but nothing of the old one's runs.
  const auto created = parse_iso8601(string_at(body, "properties.creationTime"));
  out->rows = fmt::format("{}.{}/", out->guid, created ? created->time_since_epoch().count() : 0);
  out->host = string_at(body, "location") + ".api.azureml.ms";
  out->storage = string_at(body, "properties.storageAccount");
  out->account = out->storage.substr(out->storage.rfind('/') + 1);
  return out;
}

}  // namespace

Result<Workspace> find_workspace(Context& context, const Match& match) {
  const ResourceId id{.subscription = match.at("sub"),
                      .resource_group = match.at("rg"),
                      .provider = "Microsoft.MachineLearningServices",
                      .parts = {{"workspaces", match.at("ws")}}};
  const std::string key = id.key();
  const RowPtr row = context.world().find(Table::resource, key);
  if (!row) return does_not_exist(arm::resource_not_found(id).message);
  auto& [made_from, parsed] = context.machinery().parsed["mlflow-workspace" + key];
  if (made_from != row) {
    const auto body = parse_json(row->body);
    if (!body) return does_not_exist(arm::resource_not_found(id).message);
    parsed = read_workspace(*body);
    made_from = row;
  }
  return *static_cast<const Workspace*>(parsed.get());
}

std::string row_key(const Workspace& workspace, std::string_view kind, std::string_view rest) {
  return fmt::format("{}{}/{}", workspace.rows, kind, rest);
}

}  // namespace azlab::mlflow
