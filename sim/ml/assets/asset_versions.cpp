#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/arm/error.hpp"
#include "sim/arm/resource.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"
#include "sim/ml/assets/asset.hpp"
#include "sim/ml/assets/asset_routes.hpp"
#include "sim/ml/assets/curated.hpp"

namespace azlab::ml {
namespace {

const AssetKind& kind_of(const Match& match) { return *static_cast<const AssetKind*>(match.route->data); }

ResourceId version_id(const AssetScope& scope, const AssetKind& kind, const std::string& name, const std::string& version) {
  ResourceId id = scope.workspace;
  id.parts.emplace_back(kind.collection, name);
  id.parts.emplace_back("versions", version);
  return id;
}

/// The names under which clients put a prefix too much (wire.md 3.10).
std::string bare_name(std::string name) { return starts_with_ignore_case(name, "azureml:") ? name.substr(8) : name; }

Result<void> check_names(const AssetKind& kind, const std::string& name, const std::string& version) {
  static const RE2 kName(R"([a-zA-Z0-9][a-zA-Z0-9_.\-]{0,254})");
  static const RE2 kVersion(R"([a-zA-Z0-9][a-zA-Z0-9_.\-]{0,49})");
  if (!RE2::FullMatch(name, kName)) {
    return fail(400, "UserError", fmt::format("{} name '{}' is invalid. It can only contain alphanumeric characters, dashes, underscores, and periods, with a limit of 255 characters.", kind.noun, name));
  }
  if (RE2::FullMatch(version, kVersion)) return {};
  Error error = faults::make_error("asset-version-invalid");
  if (kind.collection != "data") error.message = replace_all(error.message, "dataVersion", std::string(kind.noun) + "Version");
  return fail(std::move(error));
}

Error exists_already(const AssetKind& kind, const std::string& name, const std::string& version) {
  if (kind.collection == "environments") return faults::make_error("environment-version-immutable", {{"environment", name}, {"version", version}});
  return faults::make_error("asset-version-exists", {{"assetType", std::string(kind.noun)}});
}

/// A container knows its latest version and the one that comes next (wire.md 8.19); one of data also of which type
/// its versions are (DataContainerProperties.dataType of the service's API).
void note_version(Context& context, const AssetScope& scope, const AssetKind& kind, const std::string& name, const std::string& version, const Json& made) {
  ResourceId id = scope.workspace;
  id.parts.emplace_back(kind.collection, name);
  auto container = arm::read_resource(context.world(), id.to_string());
  if (!container) {
    container = Json{{"id", id.to_string()},
                     {"name", name},
                     {"type", id.type()},
                     {"properties", {{"description", nullptr}, {"tags", Json::object()}, {"properties", Json::object()}, {"isArchived", false}}},
                     {"systemData", made_now(context)}};
  }
  Json& properties = (*container)["properties"];
  const bool number = !version.empty() && version.size() < 10 && version.find_first_not_of("0123456789") == std::string::npos;
  const int next = number ? std::stoi(version) + 1 : 1;
  const std::string had = string_at(properties, "nextVersion", "1");
  if (const auto type = made.find("dataType"); type != made.end()) properties["dataType"] = *type;
  properties["latestVersion"] = version;
  properties["nextVersion"] = std::to_string(std::max(next, std::stoi(had)));
  arm::write_resource(context.world(), id.to_string(), *container);
}

bool has_tags(const Json& item, const std::string& wanted) {
  for (const auto& one : split(wanted, ',')) {
    const auto equals = one.find('=');
    const Json* tags = find_path(item, "properties.tags");
    const Json* tag = tags != nullptr ? find_key(*tags, one.substr(0, equals)) : nullptr;
    if (tag == nullptr || (equals != std::string::npos && *tag != one.substr(equals + 1))) return false;
  }
  return true;
}

/// Whether a code is the snapshot of this content (wire.md 3.7: the client hashes what it would upload).
bool has_hash(const Json& item, const std::string& hash) {
  const Json* properties = find_path(item, "properties.properties");
  return properties != nullptr && (string_at(*properties, "hash_sha256") == hash || string_at(*properties, "hash") == hash);
}

void order_versions(std::vector<Json>& items, const std::string& order) {
  const bool by_change = order.find("modified") != std::string::npos;
  const bool ascending = order.ends_with(" asc") || (!order.empty() && order.find(' ') == std::string::npos);
  const char* field = by_change ? "systemData.lastModifiedAt" : "systemData.createdAt";
  std::stable_sort(items.begin(), items.end(), [&](const Json& a, const Json& b) {
    return ascending ? string_at(a, field) < string_at(b, field) : string_at(b, field) < string_at(a, field);
  });
}

}  // namespace

Response list_asset_versions(Context& context, const Request& request, const Match& match) {
  const auto scope = asset_scope(context, match);
  if (!scope) return arm::error_response(scope.error());
  const AssetKind& kind = kind_of(match);
  if (const auto ok = check_parameters(request, {"$orderBy", "$top", "$skip", "listViewType", "tags", "$tags", "hash", "hashVersion", "count"}); !ok) return arm::error_response(ok.error());
  const std::string name = bare_name(match.at("name"));
  const std::string tags = request.query_value("tags").value_or(request.query_value("$tags").value_or(""));
  const std::string hash = request.query_value("hash").value_or("");
  std::vector<Json> items;
  context.world().for_each(Table::resource, scope->workspace.key() + "/" + std::string(kind.collection) + "/" + to_lower(name) + "/versions/", [&](const std::string&, const RowPtr& row) {
    Json item = *parse_json(row->body);
    if (shown_in(request, item) && (tags.empty() || has_tags(item, tags)) && (hash.empty() || has_hash(item, hash))) items.push_back(std::move(item));
    return true;
  });
  const CuratedEnvironment* curated = kind.collection == "environments" ? find_curated(context.world(), name) : nullptr;
  if (curated != nullptr) items.push_back(curated_version_json(scope->workspace, *curated));
  order_versions(items, to_lower(request.query_value("$orderBy").value_or("")));
  return page_of(request, Json(items));
}

Response get_asset_version(Context& context, const Request&, const Match& match) {
  const auto scope = asset_scope(context, match);
  if (!scope) return arm::error_response(scope.error());
  const AssetKind& kind = kind_of(match);
  const std::string name = bare_name(match.at("name"));
  const auto body = find_asset_version(context.world(), scope->workspace, kind.collection, name, match.at("version"));
  if (!body) return arm::error_response(asset_not_found(*scope, kind.collection, name, match.at("version")));
  return json_response(200, *body);
}

Response put_asset_version(Context& context, const Request& request, const Match& match) {
  const auto scope = asset_scope(context, match);
  if (!scope) return arm::error_response(scope.error());
  const AssetKind& kind = kind_of(match);
  const std::string name = bare_name(match.at("name"));
  const std::string& version = match.at("version");
  auto body = parse_json(request.body.text());
  if (!body || !body->is_object() || !body->contains("properties") || !(*body)["properties"].is_object()) {
    return arm::error_response({400, "InvalidRequestContent", "The request content was invalid: " + (body ? "an object 'properties' was expected" : body.error().message) + "."});
  }
  if (const auto ok = check_names(kind, name, version); !ok) return arm::error_response(ok.error());
  const ResourceId id = version_id(*scope, kind, name, version);
  Json& properties = (*body)["properties"];
  if (const auto ok = kind.complete(context, id, properties); !ok) return arm::error_response(ok.error());
  const auto existing = arm::read_resource(context.world(), id.to_string());
  Json out = existing ? *existing : Json{{"id", id.to_string()}, {"name", version}, {"type", id.type()}, {"systemData", made_now(context)}};
  if (existing) {
    for (const auto member : kind.immutable) {
      const Json* before = member.empty() ? nullptr : find_path(*existing, "properties." + std::string(member));
      const Json* after = member.empty() ? nullptr : find_path(properties, member);
      if (before != nullptr && after != nullptr && *before != *after) return arm::error_response(exists_already(kind, name, version));
    }
    changed_now(context, out);
  }
  Json& stored = out["properties"];
  if (!existing) stored = {{"description", nullptr}, {"tags", Json::object()}, {"properties", Json::object()}, {"isArchived", false}, {"isAnonymous", false}};
  for (const auto& [key, value] : properties.items()) {
    if (!value.is_null() || !stored.contains(key)) stored[key] = value;
  }
  arm::write_resource(context.world(), id.to_string(), out);
  if (!existing) note_version(context, *scope, kind, name, version, stored);
  return json_response(existing ? 200 : 201, out);
}

Response delete_asset_version(Context& context, const Request&, const Match& match) {
  const auto scope = asset_scope(context, match);
  if (!scope) return arm::error_response(scope.error());
  const ResourceId id = version_id(*scope, kind_of(match), match.at("name"), match.at("version"));
  if (!context.world().find(Table::resource, id.key())) return empty_response(204);
  context.world().erase(Table::resource, id.key());
  return empty_response(200);
}

}  // namespace azlab::ml
