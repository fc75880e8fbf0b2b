#include "tests/harness/az/scripted.hpp"

using namespace azlab;
using namespace azlab::az::testing;

namespace {

const std::string kS = std::string("/subscriptions/") + kSubscription;
const std::string kGroup = kS + "/resourceGroups/rg";
const std::string kWorkspace = kGroup + "/providers/Microsoft.MachineLearningServices/workspaces/mlw-dp100-labs";

std::string operation(const std::string& type, const std::string& name, const std::string& state,
                      const std::string& duration = "") {
  return R"({"operationId":"1","properties":{"provisioningOperation":"Create","provisioningState":")" + state +
         R"(","duration":")" + duration + R"(","targetResource":{"id":")" + kGroup + "/providers/" + type + "/" + name +
         R"(","resourceType":")" + type + R"(","resourceName":")" + name + R"("}}})";
}

}  // namespace

TEST_CASE("az group create puts the group with a lower-case path and prints az's JSON") {
  Shell shell;
  shell.azure.then(
      201,
      R"({"id":")" + kGroup +
          R"(","name":"rg","type":"Microsoft.Resources/resourceGroups","location":"eastus","properties":{"provisioningState":"Succeeded"}})",
      {}, "PUT " + kS + "/resourcegroups/rg?api-version=2024-11-01");
  CHECK(shell.run("group create --name rg --location eastus") == 0);
  CHECK(shell.err.empty());
  CHECK(shell.azure.bodies.at(0) == R"({"location":"eastus"})");
  CHECK(shell.out == "{\n  \"id\": \"" + kGroup +
                         "\",\n  \"location\": \"eastus\",\n  \"managedBy\": null,\n  \"name\": \"rg\",\n"
                         "  \"properties\": {\n    \"provisioningState\": \"Succeeded\"\n  },\n  \"tags\": null,\n"
                         "  \"type\": \"Microsoft.Resources/resourceGroups\"\n}\n");
}

TEST_CASE("az ml workspace create deploys the client's template, polls every five seconds and prints progress") {
  Shell shell;
  const std::string poll = "https://management.azure.com" + kS + "/operations/op1?api-version=2020-06-01";
  shell.azure
      .then(404, R"({"error":{"code":"ResourceNotFound","message":"no"}})", {},
            "GET " + kWorkspace + "?api-version=2024-10-01-preview")
      .then(200, R"({"id":"x","location":"westeurope"})", {}, "GET " + kS + "/resourcegroups/rg?api-version=2020-06-01")
      .then(201, R"({"properties":{"provisioningState":"Accepted"}})", {{"Azure-AsyncOperation", poll}})
      .then(200, R"({"status":"Running"})", {}, "GET " + kS + "/operations/op1?api-version=2020-06-01")
      .then(200, R"({"status":"Running"})")
      .then(200, R"({"value":[)" + operation("Microsoft.Storage/storageAccounts", "st1", "Running") + "]}")
      .then(200, R"({"status":"Succeeded"})")
      .then(200, R"({"properties":{"provisioningState":"Succeeded","duration":"PT1M2.5S"}})")
      .then(200,
            R"({"value":[)" + operation("Microsoft.Storage/storageAccounts", "st1", "Succeeded", "PT4.2S") + "," +
                operation("Microsoft.MachineLearningServices/workspaces", "mlw-dp100-labs", "Succeeded", "PT11.9S") +
                "]}")
      .then(200, R"({"value":[]})")
      .then(
          200,
          R"({"id":")" + kWorkspace +
              R"(","name":"mlw-dp100-labs","location":"westeurope","tags":{"createdByToolkit":"cli-v2-1.32.0"},"identity":{"type":"SystemAssigned","principalId":"p","tenantId":"t"},"properties":{"friendlyName":"mlw-dp100-labs","description":"mlw-dp100-labs","hbiWorkspace":false,"publicNetworkAccess":"Enabled","storageAccount":"s"}})");
  CHECK(shell.run("ml workspace create --name mlw-dp100-labs -g rg") == 0);
  CHECK(shell.azure.answers.empty());
  CHECK(shell.azure.sleeps == std::vector<double>{5, 5});
  REQUIRE(shell.azure.requests.size() == 11);
  CHECK(shell.azure.requests[2].find(
            "PUT " + kS + "/resourcegroups/rg/providers/Microsoft.Resources/deployments/mlw-dp100-labs-") == 0);
  CHECK(shell.azure.requests[5].find("/resourcegroups/rg/deployments/mlw-dp100-labs-") != std::string::npos);
  const auto body = nlohmann::json::parse(shell.azure.bodies[2]);
  CHECK(body["properties"]["mode"] == "incremental");
  const auto& parameters = body["properties"]["parameters"];
  CHECK(parameters["location"]["value"] == "westeurope");
  CHECK(parameters["tagValues"]["value"]["createdByToolkit"] == "cli-v2-1.32.0");
  CHECK(parameters["storageAccountName"]["value"].get<std::string>().substr(0, 15) == "mlwdp100storage");
  CHECK(parameters["storageAccountName"]["value"].get<std::string>().size() == 24);
  CHECK(parameters["logAnalyticsName"]["value"].get<std::string>().substr(0, 16) == "mlwdp100logalyti");
  CHECK(parameters["spark_runtime_version"]["value"].is_null());
  CHECK(shell.err.find("Creating Storage Account: (st1  )   Done (4s)\n"
                       "Creating AzureML Workspace: (mlw-dp100-labs  )  Done (11s)\nTotal time : 1m 2s\n\n") !=
        std::string::npos);
  const auto printed = nlohmann::json::parse(shell.out);
  CHECK(printed["resourceGroup"] == "rg");
  CHECK(printed["identity"]["type"] == "system_assigned");
  CHECK(printed["display_name"] == "mlw-dp100-labs");
}
