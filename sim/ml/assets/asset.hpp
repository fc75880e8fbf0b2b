#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "sim/core/json.hpp"
#include "sim/core/resource_id.hpp"
#include "sim/http/context.hpp"

namespace azlab::ml {

/// One kind of versioned asset of a workspace. Adding one is a row of `kAssetKinds`.
struct AssetKind {
  std::string_view collection;   ///< "environments": segment of the path and prefix of operation names
  std::string_view noun;         ///< "environment", in messages
  std::string_view immutable[4]; ///< members of `properties` that no later PUT may change
  /// Checks and completes a version's properties as the client sent them.
  Result<void> (*complete)(Context&, const ResourceId& version, Json& properties);
};

extern const std::array<AssetKind, 5> kAssetKinds;
const AssetKind* find_asset_kind(std::string_view collection);

/// The workspace in which assets and jobs lie.
struct AssetScope {
  ResourceId workspace;
  std::string location;
  std::string guid;             ///< properties.workspaceId
  std::string storage_account;  ///< its ARM id
};
/// Of a route's {sub}, {rg}, {ws}; or the error of its absence.
Result<AssetScope> asset_scope(Context& context, const Match& match);
Result<AssetScope> asset_scope(Context& context, ResourceId workspace);

/// The stored or curated version of an asset; nothing when there is none. `version` may be "latest" as a label.
std::optional<Json> find_asset_version(const World& world, const ResourceId& workspace, std::string_view collection, std::string_view name, std::string_view version);
/// The version that was created last; empty when the asset has none.
std::string latest_version(const World& world, const ResourceId& workspace, std::string_view collection, std::string_view name);

/// `systemData` of something made now; its createdAt tells two apart that were made in one millisecond, in order.
Json made_now(Context& context);
/// systemData after a change.
void changed_now(Context& context, Json& body);
/// "Could not find asset with ID: …" (wire.md 3.9).
Error asset_not_found(const AssetScope& scope, std::string_view collection, std::string_view name, std::string_view version);

/// One page of a list: `$top`, `$skip`, `nextLink`; items in their order already.
Response page_of(const Request& request, Json items);
/// Parameters that a list may carry; another is refused by name, since leaving it out would answer something else.
Result<void> check_parameters(const Request& request, std::initializer_list<std::string_view> allowed);
/// Whether an item belongs in a list under `listViewType` (ActiveOnly without one).
bool shown_in(const Request& request, const Json& item);

}  // namespace azlab::ml
