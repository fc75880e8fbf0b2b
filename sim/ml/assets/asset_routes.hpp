#pragma once

#include <vector>

#include "sim/http/router.hpp"

namespace azlab::ml {

/// Every kind of asset: containers, versions, pending uploads; and the registry `azureml`.
std::vector<Route> asset_routes();

// asset_versions.cpp; Route::data is the AssetKind
Response list_asset_versions(Context& context, const Request& request, const Match& match);
Response get_asset_version(Context& context, const Request& request, const Match& match);
Response put_asset_version(Context& context, const Request& request, const Match& match);
Response delete_asset_version(Context& context, const Request& request, const Match& match);

// asset_containers.cpp
Response list_asset_containers(Context& context, const Request& request, const Match& match);
Response get_asset_container(Context& context, const Request& request, const Match& match);
Response put_asset_container(Context& context, const Request& request, const Match& match);
Response delete_asset_container(Context& context, const Request& request, const Match& match);

// pending_upload.cpp
/// A container of its own for a snapshot, with a signature to write it (wire.md 3.7).
Response start_pending_upload(Context& context, const Request& request, const Match& match);

// registry.cpp
std::vector<Route> registry_routes();

}  // namespace azlab::ml
