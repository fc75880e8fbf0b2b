#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/arm/error.hpp"
#include "sim/arm/resource.hpp"
#include "sim/core/text.hpp"
#include "sim/ml/assets/asset.hpp"
#include "sim/ml/assets/asset_routes.hpp"
#include "sim/ml/assets/curated.hpp"

namespace azlab::ml {
namespace {

const AssetKind& container_kind(const Match& match) { return *static_cast<const AssetKind*>(match.route->data); }

Json curated_container(const ResourceId& workspace, const CuratedEnvironment& environment) {
  Json out = curated_version_json(workspace, environment);
  out["id"] = workspace.to_string() + "/environments/" + environment.name;
  out["name"] = environment.name;
  out["type"] = "Microsoft.MachineLearningServices/workspaces/environments";
  out["properties"] = {{"description", nullptr}, {"tags", Json::object()}, {"properties", Json::object()}, {"isArchived", false}, {"latestVersion", environment.version}, {"nextVersion", nullptr}};
  return out;
}

std::optional<Json> find_container(const World& world, const AssetScope& scope, const AssetKind& kind, const std::string& name) {
  if (auto body = arm::read_resource(world, scope.workspace.to_string() + "/" + std::string(kind.collection) + "/" + name)) return body;
  const CuratedEnvironment* curated = kind.collection == "environments" ? find_curated(world, name) : nullptr;
  if (curated != nullptr) return curated_container(scope.workspace, *curated);
  return std::nullopt;
}

/// Assets that a client made on the way, for one job, are not listed.
bool is_anonymous(const std::string& name) { return equals_ignore_case(name, "CliV2AnonymousEnvironment") || equals_ignore_case(name, "azureml_anonymous"); }

}  // namespace

Response list_asset_containers(Context& context, const Request& request, const Match& match) {
  const auto scope = asset_scope(context, match);
  if (!scope) return arm::error_response(scope.error());
  const AssetKind& kind = container_kind(match);
  if (const auto ok = check_parameters(request, {"$skip", "$top", "count", "listViewType"}); !ok) return arm::error_response(ok.error());
  std::vector<Json> items;
  const std::string prefix = scope->workspace.key() + "/" + std::string(kind.collection) + "/";
  context.world().for_each(Table::resource, prefix, [&](const std::string& key, const RowPtr& row) {
    if (key.find('/', prefix.size()) != std::string::npos) return true;
    Json item = *parse_json(row->body);
    if (shown_in(request, item) && !is_anonymous(string_at(item, "name"))) items.push_back(std::move(item));
    return true;
  });
  std::stable_sort(items.begin(), items.end(), [](const Json& a, const Json& b) { return string_at(b, "systemData.createdAt") < string_at(a, "systemData.createdAt"); });
  if (kind.collection == "environments" && !equals_ignore_case(request.query_value("listViewType").value_or(""), "ArchivedOnly")) {
    for (const auto& one : curated_environments()) {
      if (!is_withdrawn(context.world(), one)) items.push_back(curated_container(scope->workspace, one));
    }
  }
  return page_of(request, Json(items));
}

Response get_asset_container(Context& context, const Request&, const Match& match) {
  const auto scope = asset_scope(context, match);
  if (!scope) return arm::error_response(scope.error());
  const AssetKind& kind = container_kind(match);
  const auto body = find_container(context.world(), *scope, kind, match.at("name"));
  if (!body) return arm::error_response(asset_not_found(*scope, kind.collection, match.at("name"), ""));
  return json_response(200, *body);
}

/// Description, tags and archiving of all versions together; makes an empty container where there is none.
Response put_asset_container(Context& context, const Request& request, const Match& match) {
  const auto scope = asset_scope(context, match);
  if (!scope) return arm::error_response(scope.error());
  const AssetKind& kind = container_kind(match);
  const auto body = parse_json(request.body.text());
  const Json* given = body ? find_path(*body, "properties") : nullptr;
  if (given == nullptr || !given->is_object()) return arm::error_response({400, "InvalidRequestContent", "The request content was invalid: an object 'properties' was expected."});
  ResourceId id = scope->workspace;
  id.parts.emplace_back(kind.collection, match.at("name"));
  auto stored = arm::read_resource(context.world(), id.to_string());
  const bool created = !stored;
  if (created) {
    stored = Json{{"id", id.to_string()}, {"name", match.at("name")}, {"type", id.type()}, {"systemData", made_now(context)},
                  {"properties", {{"description", nullptr}, {"tags", Json::object()}, {"properties", Json::object()}, {"isArchived", false}, {"latestVersion", nullptr}, {"nextVersion", "1"}}}};
  } else {
    changed_now(context, *stored);
  }
  for (const char* name : {"description", "tags", "properties", "isArchived", "dataType"}) {
    if (given->contains(name) && !(*given)[name].is_null()) (*stored)["properties"][name] = (*given)[name];
  }
  arm::write_resource(context.world(), id.to_string(), *stored);
  return json_response(created ? 201 : 200, *stored);
}

Response delete_asset_container(Context& context, const Request&, const Match& match) {
  const auto scope = asset_scope(context, match);
  if (!scope) return arm::error_response(scope.error());
  const std::string key = scope->workspace.key() + "/" + std::string(container_kind(match).collection) + "/" + to_lower(match.at("name"));
  if (!context.world().find(Table::resource, key)) return empty_response(204);
  std::vector<std::string> keys = {key};
  context.world().for_each(Table::resource, key + "/", [&](const std::string& one, const RowPtr&) {
    keys.push_back(one);
    return true;
  });
  for (const auto& one : keys) context.world().erase(Table::resource, one);
  return empty_response(200);
}

}  // namespace azlab::ml
