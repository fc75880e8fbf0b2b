#include "sim/ml/assets/asset_routes.hpp"

#include <iterator>

#include "sim/ml/assets/asset.hpp"

namespace azlab::ml {

std::vector<Route> asset_routes() {
  std::vector<Route> out = registry_routes();
  const std::string host(kArmHost);
  for (const auto& kind : kAssetKinds) {
    const std::string collection = "/subscriptions/{sub}/resourceGroups/{rg}/providers/Microsoft.MachineLearningServices/workspaces/{ws}/" + std::string(kind.collection);
    const std::string container = collection + "/{name}";
    const std::string version = container + "/versions/{version}";
    const auto add = [&](Method method, const std::string& path, const char* verb, Handler handler) { out.push_back({method, host, path, std::string(kind.collection) + "." + verb, handler, &kind}); };
    add(Method::get, collection, "list", list_asset_containers);
    add(Method::get, container, "get", get_asset_container);
    add(Method::put, container, "createContainer", put_asset_container);
    add(Method::del, container, "deleteContainer", delete_asset_container);
    add(Method::get, container + "/versions", "listVersions", list_asset_versions);
    add(Method::get, version, "getVersion", get_asset_version);
    add(Method::put, version, "create", put_asset_version);
    add(Method::del, version, "delete", delete_asset_version);
    add(Method::post, version + "/startPendingUpload", "startPendingUpload", start_pending_upload);
  }
  return out;
}

}  // namespace azlab::ml
