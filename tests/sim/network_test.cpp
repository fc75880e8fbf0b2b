// Network rules as far as they refuse: a client is outside, Azure's own services are not.
#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace azlab;
using azlab::test::Azure;

namespace {

std::string storage(const Azure& azure) { return azure.resource("Microsoft.Storage/storageAccounts/stlab"); }
std::string vault(const Azure& azure) { return azure.resource("Microsoft.KeyVault/vaults/kv-lab"); }

Json error_of(const Response& response) { return Azure::json(response)["error"]; }

}  // namespace

TEST_CASE("network: a storage account closed to the public refuses its blobs and shares", "[network]") {
  Azure azure;
  azure.make_workspace();
  CHECK(azure.get("https://stlab.blob.core.windows.net/?comp=list").status == 200);
  REQUIRE(azure.send(Method::patch, storage(azure), {{"properties", {{"publicNetworkAccess", "Disabled"}}}}).ok());
  for (const char* address : {"https://stlab.blob.core.windows.net/?comp=list", "https://stlab.file.core.windows.net/share?restype=directory&comp=list"}) {
    const Response refused = azure.get(address);
    INFO(address);
    CHECK(refused.status == 403);
    CHECK(refused.headers.get("x-ms-error-code") == "AuthorizationFailure");
    CHECK(refused.body.text().find("<Message>This request is not authorized to perform this operation.") != std::string::npos);
  }
  CHECK(azure.get(storage(azure)).status == 200);
  CHECK(azure.post(storage(azure) + "/listKeys").status == 200);
}

TEST_CASE("network: rules of addresses let a client in, or not", "[network]") {
  Azure azure;
  azure.make_workspace();
  const auto set = [&](const Json& rules) { REQUIRE(azure.send(Method::patch, storage(azure), {{"properties", {{"networkAcls", {{"defaultAction", "Deny"}, {"ipRules", rules}}}}}}).ok()); };
  const auto status = [&] { return azure.get("https://stlab.blob.core.windows.net/?comp=list").status; };
  set(Json::array());
  CHECK(status() == 403);
  set({{{"value", "198.51.100.0/24"}, {"action", "Allow"}}});
  CHECK(status() == 200);
  set({{{"value", "198.51.100.22"}, {"action", "Allow"}}});
  CHECK(status() == 403);
  set({{{"value", "198.51.100.23"}, {"action", "Allow"}}});
  CHECK(status() == 200);
}

TEST_CASE("network: a vault says which of its rules it was", "[network]") {
  Azure azure;
  azure.make_workspace();
  const std::string secret = "https://kv-lab.vault.azure.net/secrets/one";
  REQUIRE(azure.put(secret, {{"value", "1"}}).ok());
  REQUIRE(azure.send(Method::patch, vault(azure), {{"properties", {{"networkAcls", {{"defaultAction", "Deny"}, {"bypass", "AzureServices"}}}}}}).ok());
  const Json firewall = error_of(azure.get(secret));
  CHECK(firewall["innererror"]["code"] == "ForbiddenByFirewall");
  CHECK(firewall["message"] == "Client address is not authorized and caller is not a trusted service.\r\nClient address: 198.51.100.23\r\nCaller: appid=04b07795-8ddb-461a-bbee-02f9e1bf7b46;oid=8d7f1b52-5f3c-4b1e-9c56-3a4e2f6d7b10;iss=https://sts.windows.net/72f9a1c4-6d0e-4c5b-8a37-1e2d3c4b5a69/\r\nVault: kv-lab;location=eastus");
  REQUIRE(azure.send(Method::patch, vault(azure), {{"properties", {{"publicNetworkAccess", "Disabled"}}}}).ok());
  const Json closed = error_of(azure.get(secret));
  CHECK(closed["code"] == "Forbidden");
  CHECK(closed["innererror"]["code"] == "ForbiddenByConnection");
  CHECK(closed["message"].get<std::string>().starts_with("Public network access is disabled and request is not from a trusted service nor via an approved private link.\r\nCaller: appid="));
  REQUIRE(azure.send(Method::patch, vault(azure), {{"properties", {{"networkAcls", {{"bypass", "None"}}}}}}).ok());
  CHECK(error_of(azure.get(secret))["message"].get<std::string>().starts_with("Connection is not an approved private link and caller was ignored because bypass is not set to 'AzureServices'"));
}

TEST_CASE("network: a private workspace can be managed but not worked in from outside", "[network]") {
  Azure azure;
  azure.make_workspace();
  const std::string runs = "https://eastus.api.azureml.ms/mlflow/v1.0" + azure.workspace() + "/api/2.0/mlflow/experiments/search?max_results=5";
  CHECK(azure.get(azure.workspace() + "/jobs").status == 200);
  CHECK(azure.get(runs).status == 200);
  REQUIRE(azure.send(Method::patch, azure.workspace(), {{"properties", {{"publicNetworkAccess", "Disabled"}}}}).ok());
  azure.settle();
  CHECK(azure.get(azure.workspace()).status == 200);
  CHECK(azure.get(azure.workspace() + "/computes").status == 200);
  for (const std::string& address : {azure.workspace() + "/jobs", azure.workspace() + "/data", runs}) {
    const Response refused = azure.get(address);
    INFO(address);
    CHECK(refused.status == 403);
    CHECK(error_of(refused)["code"] == "UserError");
    CHECK(error_of(refused)["message"] == "Access to workspace was denied based on workspace private link configuration.");
  }
}

TEST_CASE("network: the connection of a private endpoint is kept and shown", "[network]") {
  Azure azure;
  azure.make_workspace();
  for (const std::string& resource : {storage(azure), vault(azure), azure.workspace()}) {
    const std::string connection = resource + "/privateEndpointConnections/pe";
    CHECK(azure.put(connection, {{"properties", {{"privateEndpoint", {{"id", azure.resource("Microsoft.Network/privateEndpoints/pe")}}}}}}).status == 200);
    CHECK(azure.get_json(connection)["properties"]["privateLinkServiceConnectionState"]["status"] == "Approved");
    CHECK(azure.get_json(resource + "/privateEndpointConnections")["value"].size() == 1);
    CHECK(azure.del(connection).status == 200);
  }
}
