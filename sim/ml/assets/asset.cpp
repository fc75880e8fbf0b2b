#include "sim/ml/assets/asset.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/arm/resource.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"
#include "sim/ml/assets/curated.hpp"

namespace azlab::ml {
namespace {

// A page of the service's lists.
constexpr std::size_t kPage = 30;

std::optional<std::size_t> count_of(const Request& request, std::string_view name) {
  const auto text = request.query_value(name);
  if (!text || text->empty() || text->size() > 9 || text->find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
  return std::stoul(*text);
}

}  // namespace

const AssetKind* find_asset_kind(std::string_view collection) {
  const auto found = std::find_if(kAssetKinds.begin(), kAssetKinds.end(), [&](const AssetKind& kind) { return equals_ignore_case(kind.collection, collection); });
  return found == kAssetKinds.end() ? nullptr : &*found;
}

Result<AssetScope> asset_scope(Context& context, const Match& match) {
  return asset_scope(context, {.subscription = match.at("sub"), .resource_group = match.at("rg"), .provider = "Microsoft.MachineLearningServices", .parts = {{"workspaces", match.at("ws")}}});
}

Result<AssetScope> asset_scope(Context& context, ResourceId workspace) {
  if (const auto ok = arm::check_group(context, workspace, false); !ok) return fail(ok.error());
  const auto body = arm::read_resource(context.world(), workspace.to_string());
  if (!body) return fail(arm::resource_not_found(workspace));
  if (auto stored = ResourceId::parse(string_at(*body, "id"))) workspace = std::move(*stored);
  return AssetScope{std::move(workspace), string_at(*body, "location"), string_at(*body, "properties.workspaceId"), string_at(*body, "properties.storageAccount")};
}

std::string latest_version(const World& world, const ResourceId& workspace, std::string_view collection, std::string_view name) {
  std::string latest;
  std::string at;
  const std::string prefix = workspace.key() + "/" + to_lower(collection) + "/" + to_lower(name) + "/versions/";
  world.for_each(Table::resource, prefix, [&](const std::string&, const RowPtr& row) {
    const auto body = parse_json(row->body);
    const std::string made = string_at(*body, "systemData.createdAt");
    const Json* archived = find_path(*body, "properties.isArchived");
    if (made > at && !(archived != nullptr && archived->is_boolean() && archived->get<bool>())) {
      at = made;
      latest = string_at(*body, "name");
    }
    return true;
  });
  if (latest.empty() && collection == "environments") {
    if (const CuratedEnvironment* curated = find_curated(world, name)) return curated->version;
  }
  return latest;
}

std::optional<Json> find_asset_version(const World& world, const ResourceId& workspace, std::string_view collection, std::string_view name, std::string_view version) {
  const std::string wanted = version == "latest" ? latest_version(world, workspace, collection, name) : std::string(version);
  if (auto body = arm::read_resource(world, workspace.to_string() + "/" + std::string(collection) + "/" + std::string(name) + "/versions/" + wanted)) return body;
  if (collection != "environments") return std::nullopt;
  const CuratedEnvironment* curated = find_curated(world, name);
  if (curated == nullptr || curated->version != wanted) return std::nullopt;
  return curated_version_json(workspace, *curated);
}

Json made_now(Context& context) {
  // Four digits below the milliseconds are free: they number what was made in one.
  std::string at = to_iso8601(context.now());
  const std::string number = fmt::format("{:04}", next_number(context.world(), "made") % 10000);
  at.replace(at.size() - 5, 4, number);
  const Caller& caller = context.caller();
  const std::string kind = caller.user_name.find('@') == std::string::npos ? "Application" : "User";
  return {{"createdAt", at}, {"createdBy", caller.user_name}, {"createdByType", kind}, {"lastModifiedAt", at}, {"lastModifiedBy", caller.user_name}, {"lastModifiedByType", kind}};
}

void changed_now(Context& context, Json& body) {
  const Json now = made_now(context);
  for (const char* name : {"lastModifiedAt", "lastModifiedBy", "lastModifiedByType"}) body["systemData"][name] = now[name];
}

Error asset_not_found(const AssetScope& scope, std::string_view collection, std::string_view name, std::string_view version) {
  std::string id = fmt::format("azureml://locations/{}/workspaces/{}/{}/{}", scope.location, scope.guid, collection, name);
  if (!version.empty()) id += "/versions/" + std::string(version);
  return faults::make_error("asset-not-found", {{"assetId", id}, {"region", scope.location}});
}

Response page_of(const Request& request, Json items) {
  const std::size_t from = std::min(count_of(request, "$skip").value_or(0), items.size());
  const auto top = count_of(request, "$top");
  const std::size_t most = top.value_or(count_of(request, "count").value_or(kPage));
  const std::size_t to = std::min(from + most, items.size());
  Json value = Json::array();
  for (std::size_t i = from; i < to; ++i) value.push_back(std::move(items[i]));
  Json out = {{"value", std::move(value)}};
  if (to < items.size() && !top) {
    std::string query;
    for (const auto& pair : split(request.query, '&')) {
      if (!pair.empty() && !starts_with_ignore_case(percent_decode(pair), "$skip=")) query += pair + "&";
    }
    out["nextLink"] = "https://" + request.host + request.path + "?" + query + "$skip=" + std::to_string(to);
  }
  return json_response(200, out);
}

Result<void> check_parameters(const Request& request, std::initializer_list<std::string_view> allowed) {
  for (const auto& pair : split(request.query, '&')) {
    const std::string name = percent_decode(pair.substr(0, pair.find('=')));
    if (name.empty() || equals_ignore_case(name, "api-version")) continue;
    const bool known = std::any_of(allowed.begin(), allowed.end(), [&](std::string_view one) { return equals_ignore_case(one, name); });
    if (!known) return fail(400, "AzlabNotSimulated", "azlab does not serve the parameter '" + name + "' of this list.");
  }
  return {};
}

bool shown_in(const Request& request, const Json& item) {
  const Json* flag = find_path(item, "properties.isArchived");
  const bool archived = flag != nullptr && flag->is_boolean() && flag->get<bool>();
  const std::string view = request.query_value("listViewType").value_or("ActiveOnly");
  if (equals_ignore_case(view, "All")) return true;
  return equals_ignore_case(view, "ArchivedOnly") == archived;
}

}  // namespace azlab::ml
