/// `GET /metadata/endpoints`: where the parts of this cloud are (wire.md 1.6). Three shapes, by api-version: one object
/// with two members (2015-01-01), a list of clouds (2019-05-01), one cloud (2022-09-01).
#include <nlohmann/json.hpp>

#include "sim/arm/subscription.hpp"

namespace azlab::arm {
namespace {

Json authentication() {
  return {{"loginEndpoint", "https://login.microsoftonline.com"},
          {"audiences", {"https://management.core.windows.net/", "https://management.azure.com/"}},
          {"tenant", "common"},
          {"identityProvider", "AAD"}};
}

/// AzureCloud, as clients that were told nothing else know it.
Json public_cloud() {
  return {{"name", "AzureCloud"},
          {"portal", "https://portal.azure.com"},
          {"authentication", authentication()},
          {"media", "https://rest.media.azure.net"},
          {"graphAudience", "https://graph.windows.net/"},
          {"graph", "https://graph.windows.net/"},
          {"suffixes",
           {{"azureDataLakeStoreFileSystem", "azuredatalakestore.net"},
            {"acrLoginServer", "azurecr.io"},
            {"sqlServerHostname", "database.windows.net"},
            {"azureDataLakeAnalyticsCatalogAndJob", "azuredatalakeanalytics.net"},
            {"keyVaultDns", "vault.azure.net"},
            {"storage", "core.windows.net"},
            {"mhsmDns", "managedhsm.azure.net"},
            {"mysqlServerEndpoint", "mysql.database.azure.com"},
            {"postgresqlServerEndpoint", "postgres.database.azure.com"}}},
          {"batch", "https://batch.core.windows.net/"},
          {"resourceManager", "https://management.azure.com/"},
          {"vmImageAliasDoc", "https://raw.githubusercontent.com/Azure/azure-rest-api-specs/master/arm-compute/quickstart-templates/aliases.json"},
          {"activeDirectoryDataLake", "https://datalake.azure.net/"},
          {"sqlManagement", "https://management.core.windows.net:8443/"},
          {"microsoftGraphResourceId", "https://graph.microsoft.com/"},
          {"gallery", "https://gallery.azure.com/"}};
}

Response metadata_endpoints(Context&, const Request& request, const Match&) {
  const std::string version = request.query_value("api-version").value_or("");
  if (version < "2019") {
    return json_response(200, {{"galleryEndpoint", "https://gallery.azure.com/"}, {"graphEndpoint", "https://graph.windows.net/"}, {"portalEndpoint", "https://portal.azure.com/"}, {"graphAudience", "https://graph.windows.net/"},
                               {"authentication", {{"loginEndpoint", "https://login.microsoftonline.com/"}, {"audiences", authentication()["audiences"]}}}});
  }
  if (version < "2020") return json_response(200, Json::array({public_cloud()}));
  return json_response(200, public_cloud());
}

}  // namespace

std::vector<Route> cloud_metadata_routes() { return {{Method::get, std::string(kArmHost), "/metadata/endpoints", "clouds.metadata", metadata_endpoints}}; }

}  // namespace azlab::arm
