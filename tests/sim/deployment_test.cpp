#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace azlab;
using azlab::test::Azure;

namespace {

Json workspace_template() {
  const auto resource = [](const char* type, const char* version, const char* name, Json rest) {
    Json out = {{"type", type}, {"apiVersion", version}, {"name", name}, {"location", "[resourceGroup().location]"}};
    out.merge_patch(rest);
    return out;
  };
  return {{"$schema", "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"},
          {"contentVersion", "1.0.0.0"},
          {"parameters", {{"workspace", {{"type", "string"}}}}},
          {"resources",
           {resource("Microsoft.Storage/storageAccounts", "2023-04-01", "stdeployed", {{"kind", "StorageV2"}, {"sku", {{"name", "Standard_LRS"}}}}),
            resource("Microsoft.KeyVault/vaults", "2023-07-01", "kv-deployed", {{"properties", {{"tenantId", "[subscription().tenantId]"}, {"sku", {{"name", "standard"}, {"family", "A"}}}}}}),
            resource("Microsoft.Insights/components", "2020-02-02", "ai-deployed", {{"kind", "web"}}),
            resource("Microsoft.MachineLearningServices/workspaces", "2023-08-01-preview", "[parameters('workspace')]",
                     {{"dependsOn", {"[resourceId('Microsoft.Storage/storageAccounts', 'stdeployed')]", "[resourceId('Microsoft.KeyVault/vaults', 'kv-deployed')]", "[resourceId('Microsoft.Insights/components', 'ai-deployed')]"}},
                      {"properties", {{"storageAccount", "[resourceId('Microsoft.Storage/storageAccounts', 'stdeployed')]"},
                                      {"keyVault", "[resourceId('Microsoft.KeyVault/vaults', 'kv-deployed')]"},
                                      {"applicationInsights", "[resourceId('Microsoft.Insights/components', 'ai-deployed')]"}}}})}},
          {"outputs", {{"id", {{"type", "string"}, {"value", "[resourceId('Microsoft.MachineLearningServices/workspaces', parameters('workspace'))]"}}}}}};
}

Json deployment_body() {
  return {{"properties", {{"mode", "Incremental"}, {"template", workspace_template()}, {"parameters", {{"workspace", {{"value", "lab"}}}}}}}};
}

std::string deployment_path(const Azure& azure) { return azure.group() + "/providers/Microsoft.Resources/deployments/d1"; }

}  // namespace

TEST_CASE("a deployment makes a workspace with its dependents, in simulated time", "[deployment]") {
  Azure azure;
  azure.make_group();
  const Time before = azure.simulator.now();

  const Response accepted = azure.put(deployment_path(azure), deployment_body());
  CHECK(accepted.status == 201);
  CHECK(Azure::json(accepted)["properties"]["provisioningState"] == "Accepted");
  azure.settle();

  const Json done = azure.get_json(deployment_path(azure));
  CHECK(done["properties"]["provisioningState"] == "Succeeded");
  CHECK(done["properties"]["outputs"]["id"]["value"] == azure.workspace());
  CHECK(azure.simulator.now() - before > std::chrono::seconds(20));
  const Json workspace = azure.get_json(azure.workspace());
  CHECK(workspace["properties"]["provisioningState"] == "Succeeded");
  CHECK(workspace["properties"]["mlFlowTrackingUri"] == "azureml://eastus.api.azureml.ms/mlflow/v1.0" + azure.workspace());
  CHECK(azure.get_json(azure.workspace() + "/datastores")["value"].size() == 4);
}

TEST_CASE("deployment operations are listed at the URL without the provider", "[deployment]") {
  Azure azure;
  azure.make_group();
  azure.put(deployment_path(azure), deployment_body());
  azure.settle();

  const Json list = azure.get_json(azure.group() + "/deployments/d1/operations");
  REQUIRE(list["value"].size() == 4);
  CHECK(list["value"][0]["properties"]["targetResource"]["resourceType"] == "Microsoft.Storage/storageAccounts");
  CHECK(list["value"][3]["properties"]["provisioningState"] == "Succeeded");
}

TEST_CASE("a resource type that nobody serves fails the deployment loudly", "[deployment]") {
  Azure azure;
  azure.make_group();
  Json body = deployment_body();
  body["properties"]["template"]["resources"].push_back({{"type", "Microsoft.Web/sites"}, {"apiVersion", "2023-01-01"}, {"name", "site"}, {"location", "eastus"}});

  const Response refused = azure.put(deployment_path(azure), body);

  CHECK(refused.status == 400);
  CHECK(Azure::json(refused)["error"]["code"] == "InvalidTemplateDeployment");
  CHECK(Azure::json(refused)["error"]["message"].get<std::string>().find("Microsoft.Web/sites") != std::string::npos);
}

TEST_CASE("a soft-deleted vault of the name fails the deployment and leaves the storage account", "[deployment]") {
  Azure azure({.scenario = R"({"start": {"deletedVaults": [{"name": "kv-*"}]}})"});
  azure.make_group();
  azure.put(deployment_path(azure), deployment_body());
  azure.settle();

  const Json done = azure.get_json(deployment_path(azure));
  CHECK(done["properties"]["provisioningState"] == "Failed");
  CHECK(done["properties"]["error"]["code"] == "DeploymentFailed");
  CHECK(done["properties"]["error"]["details"][0]["code"] == "ConflictError");
  CHECK(azure.get(azure.resource("Microsoft.Storage/storageAccounts/stdeployed")).status == 200);
  CHECK(azure.get(azure.workspace()).status == 404);
}

TEST_CASE("a soft-deleted workspace fails it as Azure nests it", "[deployment]") {
  Azure azure({.scenario = R"({"start": {"deletedWorkspaces": [{"name": "lab", "group": "rg"}]}})"});
  azure.make_group();
  azure.put(deployment_path(azure), deployment_body());
  azure.settle();

  const Json error = azure.get_json(deployment_path(azure))["properties"]["error"];
  CHECK(error["details"][0]["code"] == "ResourceDeploymentFailure");
  CHECK(error["details"][0]["details"][0]["code"] == "BadRequest");
  CHECK(error["details"][0]["details"][0]["message"] == "Soft-deleted workspace exists. Please purge or recover it. https://aka.ms/wsoftdelete");
}

TEST_CASE("a policy refuses the deployment before anything is made", "[deployment]") {
  Azure azure({.scenario = "workspace-creation-fails/policy"});
  azure.make_group();

  const Response refused = azure.put(deployment_path(azure), deployment_body());

  CHECK(refused.status == 400);
  const Json error = Azure::json(refused)["error"];
  CHECK(error["code"] == "InvalidTemplateDeployment");
  CHECK(error["details"][0]["code"] == "RequestDisallowedByPolicy");
  CHECK(azure.get(azure.resource("Microsoft.Storage/storageAccounts/stdeployed")).status == 404);
}

TEST_CASE("a client without the shim moves time by polling the operation", "[deployment][time]") {
  Azure azure;
  azure.make_group();
  const Response accepted = azure.put(deployment_path(azure), deployment_body());
  Request poll = Request::make(Method::get, accepted.headers.get("Azure-AsyncOperation"));
  poll.caller.waiting = Waiting::polls;
  poll.caller.origin = "client";

  int polls = 0;
  std::string status = "Running";
  while (status == "Running" && polls < 50) {
    status = Azure::json(azure.simulator.handle(poll))["status"];
    ++polls;
  }

  CHECK(status == "Succeeded");
  CHECK(polls < 20);
}

TEST_CASE("reading an unfinished resource again at once moves time, also by a path with two slashes", "[time]") {
  Azure azure;
  azure.make_group();
  const std::string vault = azure.resource("Microsoft.KeyVault/vaults/kv-slashes");
  const Json body = {{"location", "eastus"}, {"properties", {{"tenantId", "72f9a1c4-6d0e-4c5b-8a37-1e2d3c4b5a69"}, {"sku", {{"family", "A"}, {"name", "standard"}}}, {"accessPolicies", Json::array()}}}};
  CHECK(Azure::json(azure.put(vault, body))["properties"]["provisioningState"] == "RegisteringDns");
  Request read = Request::make(Method::get, vault);
  read.path = "/" + read.path;
  read.caller.waiting = Waiting::polls;
  CHECK(Azure::json(azure.simulator.handle(read))["properties"]["provisioningState"] == "RegisteringDns");
  CHECK(Azure::json(azure.simulator.handle(read))["properties"]["provisioningState"] == "Succeeded");
}
