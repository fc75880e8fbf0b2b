/// The registry `azureml`, read only: its discovery and its curated environments (wire.md 3.9).
#include <nlohmann/json.hpp>

#include "sim/arm/error.hpp"
#include "sim/core/text.hpp"
#include "sim/ml/assets/asset.hpp"
#include "sim/ml/assets/asset_routes.hpp"
#include "sim/ml/assets/curated.hpp"

namespace azlab::ml {
namespace {

// Where the registry says it lives; nobody compares them with anything.
constexpr const char* kSubscription = "7d1ee9c0-3f0a-4c6f-9c34-52a6cd0f8d11";
constexpr const char* kGroup = "registry-builtin-prod-eastus-01";

Error no_registry(const std::string& name) { return {404, "UserError", "Registry " + name + " not found. azlab has the registry azureml."}; }

Response registry_discovery(Context&, const Request&, const Match& match) {
  if (!equals_ignore_case(match.at("registry"), "azureml")) return arm::error_response(no_registry(match.at("registry")));
  return json_response(200, {{"registryName", "azureml"},
                             {"subscriptionId", kSubscription},
                             {"resourceGroup", kGroup},
                             {"location", "eastus"},
                             {"primaryRegionResourceProviderUri", "https://cert-eastus.experiments.azureml.net/"},
                             {"registryFqdns", Json::object()}});
}

Json in_registry(const CuratedEnvironment& environment, bool container) {
  Json out = curated_version_json({}, environment);
  const std::string base = "azureml://registries/azureml/environments/" + environment.registry;
  out["id"] = container ? base : base + "/versions/" + environment.version;
  out["name"] = container ? environment.registry : environment.version;
  if (container) out["properties"] = {{"description", nullptr}, {"tags", Json::object()}, {"properties", Json::object()}, {"isArchived", false}, {"latestVersion", environment.version}, {"nextVersion", nullptr}};
  return out;
}

const CuratedEnvironment* registered(Context& context, const std::string& name) {
  const CuratedEnvironment* found = find_curated(context.world(), name);
  return found != nullptr && !found->registry.empty() && equals_ignore_case(found->registry, name) ? found : nullptr;
}

Response list_registry_environments(Context& context, const Request& request, const Match&) {
  Json items = Json::array();
  for (const auto& one : curated_environments()) {
    if (!one.registry.empty() && !is_withdrawn(context.world(), one)) items.push_back(in_registry(one, true));
  }
  return page_of(request, std::move(items));
}

Response get_registry_environment(Context& context, const Request&, const Match& match) {
  const CuratedEnvironment* found = registered(context, match.at("name"));
  if (found == nullptr) return arm::error_response({404, "UserError", "Could not find asset with ID: azureml://registries/azureml/environments/" + match.at("name")});
  return json_response(200, in_registry(*found, true));
}

Response list_registry_versions(Context& context, const Request& request, const Match& match) {
  const CuratedEnvironment* found = registered(context, match.at("name"));
  return page_of(request, found == nullptr ? Json::array() : Json::array({in_registry(*found, false)}));
}

Response get_registry_version(Context& context, const Request&, const Match& match) {
  const CuratedEnvironment* found = registered(context, match.at("name"));
  const std::string& version = match.at("version");
  if (found == nullptr || (version != found->version && version != "latest")) {
    return arm::error_response({404, "UserError", "Could not find asset with ID: azureml://registries/azureml/environments/" + match.at("name") + "/versions/" + version});
  }
  return json_response(200, in_registry(*found, false));
}

}  // namespace

std::vector<Route> registry_routes() {
  const std::string host = "*.experiments.azureml.net";
  const std::string base = "/mferp/managementfrontend/subscriptions/{sub}/resourceGroups/{rg}/providers/Microsoft.MachineLearningServices/registries/{registry}/environments";
  return {{Method::get, "*.api.azureml.ms", "/registrymanagement/v1.0/registries/{registry}/discovery", "registries.discovery", registry_discovery},
          {Method::get, host, base, "registries.environments.list", list_registry_environments},
          {Method::get, host, base + "/{name}", "registries.environments.get", get_registry_environment},
          {Method::get, host, base + "/{name}/versions", "registries.environments.listVersions", list_registry_versions},
          {Method::get, host, base + "/{name}/versions/{version}", "registries.environments.getVersion", get_registry_version}};
}

}  // namespace azlab::ml
