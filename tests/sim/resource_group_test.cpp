#include <nlohmann/json.hpp>

#include "sim/core/fault_plan.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace azlab;
using azlab::test::Azure;

TEST_CASE("resource group: 201 when new, 200 when it exists, names keep their case", "[groups]") {
  Azure azure;
  CHECK(azure.put(azure.group("Rg-One"), {{"location", "East US"}}).status == 201);
  const Response again = azure.put(azure.group("RG-ONE"), {{"location", "eastus"}});
  CHECK(again.status == 200);
  CHECK(Azure::json(again)["name"] == "Rg-One");
  CHECK(Azure::json(again)["location"] == "eastus");
}

TEST_CASE("resource group: exists is 204 and 404", "[groups]") {
  Azure azure;
  azure.make_group();
  CHECK(azure.send(Method::head, azure.group()).status == 204);
  CHECK(azure.send(Method::head, azure.group("none")).status == 404);
}

TEST_CASE("resource group: another location is a conflict in Azure's words", "[groups]") {
  Azure azure;
  azure.make_group("eastus");
  const Response refused = azure.put(azure.group(), {{"location", "westus"}});
  CHECK(refused.status == 409);
  CHECK(Azure::json(refused)["error"]["code"] == "InvalidResourceGroupLocation");
  CHECK(Azure::json(refused)["error"]["message"] == "Invalid resource group location 'westus'. The Resource group already exists in location 'eastus'.");
}

TEST_CASE("resource group: deletion takes simulated time, cascades and soft-deletes vault and workspace", "[groups]") {
  Azure azure;
  azure.make_workspace();
  const Response accepted = azure.del(azure.group());
  CHECK(accepted.status == 202);
  CHECK(azure.get(std::string(accepted.headers.get("Location"))).status == 202);
  CHECK(azure.get_json(azure.group())["properties"]["provisioningState"] == "Deleting");
  CHECK(azure.put(azure.resource("Microsoft.Insights/components/x"), {{"location", "eastus"}}).status == 409);
  azure.settle();

  CHECK(azure.get(std::string(accepted.headers.get("Location"))).status == 200);
  CHECK(azure.get(azure.group()).status == 404);
  CHECK(azure.get(azure.workspace()).status == 404);
  const Json deleted = azure.get_json(azure.subscription() + "/providers/Microsoft.KeyVault/deletedVaults");
  REQUIRE(deleted["value"].size() == 1);
  CHECK(deleted["value"][0]["name"] == "kv-lab");
  azure.make_group();
  const Response taken = azure.put(azure.resource("Microsoft.KeyVault/vaults/kv-lab"), {{"location", "eastus"}, {"properties", {{"tenantId", "t"}, {"sku", {{"name", "standard"}}}}}});
  CHECK(taken.status == 409);
  CHECK(Azure::json(taken)["error"]["code"] == "ConflictError");
}

TEST_CASE("a purged vault's name is free again", "[keyvault]") {
  Azure azure;
  azure.make_workspace();
  azure.del(azure.resource("Microsoft.KeyVault/vaults/kv-lab"));
  CHECK(azure.post(azure.subscription() + "/providers/Microsoft.KeyVault/locations/eastus/deletedVaults/kv-lab/purge").status == 200);
  const Json body = {{"location", "eastus"}, {"properties", {{"tenantId", "t"}, {"sku", {{"name", "standard"}}}}}};
  CHECK(azure.put(azure.resource("Microsoft.KeyVault/vaults/kv-lab"), body).status == 200);
}

TEST_CASE("a soft-deleted vault is recovered with createMode recover", "[keyvault]") {
  Azure azure;
  azure.make_workspace();
  azure.del(azure.resource("Microsoft.KeyVault/vaults/kv-lab"));
  const Json body = {{"location", "eastus"}, {"properties", {{"tenantId", "t"}, {"sku", {{"name", "standard"}}}, {"createMode", "recover"}}}};
  CHECK(azure.put(azure.resource("Microsoft.KeyVault/vaults/kv-lab"), body).status == 200);
  CHECK(azure.get_json(azure.subscription() + "/providers/Microsoft.KeyVault/deletedVaults")["value"].empty());
}

TEST_CASE("resources are listed with the filters that clients send", "[resources]") {
  Azure azure;
  azure.make_workspace();
  CHECK(azure.get_json(azure.group() + "/resources")["value"].size() == 4);
  const Json storage = azure.get_json(azure.subscription() + "/resources?$filter=resourceType%20eq%20'Microsoft.Storage/storageAccounts'");
  REQUIRE(storage["value"].size() == 1);
  CHECK(storage["value"][0]["name"] == "stlab");
  CHECK(azure.get_json(azure.group() + "/resources?$filter=substringof('TLA',name)")["value"].size() == 1);
  CHECK(azure.get(azure.subscription() + "/resources?$filter=colour%20eq%20'red'").status == 400);
}

TEST_CASE("a storage account's name is global and has rules", "[storage]") {
  Azure azure;
  azure.make_group();
  const Json body = {{"location", "eastus"}, {"sku", {{"name", "Standard_LRS"}}}};
  const Response bad = azure.put(azure.resource("Microsoft.Storage/storageAccounts/Not_Valid"), body);
  CHECK(bad.status == 400);
  CHECK(Azure::json(bad)["error"]["code"] == "AccountNameInvalid");
  const Response accepted = azure.put(azure.resource("Microsoft.Storage/storageAccounts/stone"), body);
  CHECK(accepted.status == 202);
  CHECK(accepted.headers.has("Location"));
  azure.put(azure.group("other"), {{"location", "eastus"}});
  const Response taken = azure.put(azure.group("other") + "/providers/Microsoft.Storage/storageAccounts/stone", body);
  CHECK(taken.status == 409);
  CHECK(Azure::json(taken)["error"]["message"] == "The storage account named stone is already taken.");
}

TEST_CASE("an unregistered provider refuses with the namespace as the only quoted word, and registering cures it", "[providers]") {
  Azure azure({.scenario = R"({"start": {"providers": {"Microsoft.Storage": "NotRegistered"}}})"});
  azure.make_group();
  const Json body = {{"location", "eastus"}, {"sku", {{"name", "Standard_LRS"}}}};
  const Response refused = azure.put(azure.resource("Microsoft.Storage/storageAccounts/stone"), body);
  CHECK(refused.status == 409);
  CHECK(Azure::json(refused)["error"]["code"] == "MissingSubscriptionRegistration");

  const Json answer = Azure::json(azure.post(azure.subscription() + "/providers/Microsoft.Storage/register"));
  CHECK(answer["registrationState"] == "Registering");
  azure.settle();
  CHECK(azure.get_json(azure.subscription() + "/providers/Microsoft.Storage")["registrationState"] == "Registered");
  CHECK(azure.put(azure.resource("Microsoft.Storage/storageAccounts/stone"), body).status == 202);
}

TEST_CASE("a route that nobody serves is a loud 404 that names near ones", "[routes]") {
  Azure azure;
  const Response response = azure.get(azure.subscription() + "/resourcegroupz");
  CHECK(response.status == 404);
  const Json error = Azure::json(response)["error"];
  CHECK(error["code"] == "AzlabNotSimulated");
  CHECK(error["message"].get<std::string>().find("GET /subscriptions/{sub}/resourcegroups") != std::string::npos);
}

TEST_CASE("unregistering ends in the word that az waits for, and registering meanwhile wins", "[providers]") {
  Azure azure;
  const std::string provider = azure.subscription() + "/providers/Microsoft.PolicyInsights";
  azure.post(provider + "/unregister");
  CHECK(azure.get_json(provider)["registrationState"] == "Unregistering");
  azure.settle();
  CHECK(azure.get_json(provider)["registrationState"] == "Unregistered");
  azure.post(provider + "/register");
  azure.settle();
  azure.post(provider + "/unregister");
  azure.post(provider + "/register");
  azure.settle();
  CHECK(azure.get_json(provider)["registrationState"] == "Registered");
}

TEST_CASE("an insights component and a component of Azure ML are different operations", "[faults]") {
  Azure azure;
  azure.make_group();
  REQUIRE(azure.simulator.arm({.fault = "arm-internal-server-error", .operation = "components.create"}));
  CHECK(azure.put(azure.resource("Microsoft.Insights/components/ai-one"), {{"location", "eastus"}, {"kind", "web"}}).status == 200);
  CHECK(azure.simulator.fault_hits().at(0).hits == 0);
}
