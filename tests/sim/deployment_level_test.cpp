#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/templates.hpp"

// Deployments to a subscription, and from one group into another.

using namespace azlab;
using namespace azlab::test;

namespace {

Json group_and_module() {
  Json module = template_of(Json::array({storage("stmodule1")}), {{"where", {{"type", "string"}, {"value", "[resourceGroup().location]"}}}});
  Json out = template_of(Json::array({{{"type", "Microsoft.Resources/resourceGroups"}, {"apiVersion", "2022-09-01"}, {"name", "rg-new"}, {"location", "westeurope"}, {"tags", {{"by", "[deployment().location]"}}}, {"properties", Json::object()}},
                                      nested("module", "rg-new", module, {{"dependsOn", {"rg-new"}}})}),
                         {{"id", {{"type", "string"}, {"value", "[subscription().id]"}}},
                          {"group", {{"type", "string"}, {"value", "[subscriptionResourceId('Microsoft.Resources/resourceGroups', 'rg-new')]"}}},
                          {"where", {{"type", "string"}, {"value", "[reference(extensionResourceId(concat(subscription().id, '/resourceGroups/rg-new'), 'Microsoft.Resources/deployments', 'module'), '2022-09-01').outputs.where.value]"}}}});
  return out;
}

}  // namespace

TEST_CASE("a subscription-level deployment makes a group and deploys into it", "[deployment][levels]") {
  Azure azure;
  Json body = body_of(group_and_module());
  body["location"] = "West Europe";

  const Response accepted = azure.put(at_subscription(azure), body);
  REQUIRE(accepted.status == 201);
  CHECK(Azure::json(accepted)["location"] == "westeurope");
  CHECK(accepted.headers.get("Azure-AsyncOperation").find(at_subscription(azure) + "/operationStatuses/") != std::string::npos);
  azure.settle();

  const Json done = azure.get_json(at_subscription(azure));
  CHECK(done["properties"]["provisioningState"] == "Succeeded");
  CHECK(done["properties"]["outputs"]["id"]["value"] == azure.subscription());
  CHECK(done["properties"]["outputs"]["group"]["value"] == azure.subscription() + "/providers/Microsoft.Resources/resourceGroups/rg-new");
  CHECK(done["properties"]["outputs"]["where"]["value"] == "westeurope");
  CHECK(azure.get_json(azure.group("rg-new"))["tags"]["by"] == "westeurope");
  CHECK(azure.get(azure.group("rg-new") + "/providers/Microsoft.Storage/storageAccounts/stmodule1").status == 200);
  CHECK(azure.get_json(at_group(azure, "module", "rg-new"))["properties"]["provisioningState"] == "Succeeded");

  const Json listed = azure.get_json(azure.subscription() + "/providers/Microsoft.Resources/deployments");
  REQUIRE(listed["value"].size() == 1);
  CHECK(listed["value"][0]["name"] == "s1");
  const Json operations = azure.get_json(at_subscription(azure) + "/operations");
  REQUIRE(operations["value"].size() == 2);
  CHECK(operations["value"][0]["properties"]["targetResource"]["id"] == azure.group("rg-new"));
  CHECK(azure.del(at_subscription(azure)).status == 204);
  CHECK(error_of(azure.get(at_subscription(azure)))["code"] == "DeploymentNotFound");
}

TEST_CASE("a subscription-level deployment needs a location, keeps it, and knows no mode Complete", "[deployment][levels]") {
  Azure azure;
  Json body = body_of(template_of(Json::array()));
  CHECK(error_of(azure.put(at_subscription(azure), body))["code"] == "LocationRequired");
  body["location"] = "nowhere";
  CHECK(error_of(azure.put(at_subscription(azure), body))["code"] == "LocationNotAvailableForDeployment");
  body["location"] = "eastus";
  CHECK(azure.put(at_subscription(azure), body).status == 201);
  azure.settle();
  body["location"] = "westus";
  const Json moved = error_of(azure.put(at_subscription(azure), body));
  CHECK(moved["code"] == "InvalidDeploymentLocation");
  CHECK(moved["message"] == "Invalid deployment location 'westus'. The deployment 's1' already exists in location 'eastus'.");
  body["location"] = "eastus";
  body["properties"]["mode"] = "Complete";
  CHECK(error_of(azure.put(at_subscription(azure), body))["code"] == "InvalidDeploymentMode");
}

TEST_CASE("functions of a group are refused at a subscription, and so are a group's resources", "[deployment][levels]") {
  Azure azure;
  Json body = body_of(template_of(Json::array(), {{"where", {{"type", "string"}, {"value", "[resourceGroup().location]"}}}}));
  body["location"] = "eastus";
  CHECK(azure.put(at_subscription(azure), body).status == 201);
  azure.settle();
  const Json failed = azure.get_json(at_subscription(azure));
  CHECK(failed["properties"]["error"]["code"] == "DeploymentOutputEvaluationFailed");
  CHECK(failed["properties"]["error"]["details"][0]["message"] ==
        "The template output 'where' is not valid: The template function 'resourceGroup' is not expected at this location. Please see https://aka.ms/arm-functions for usage details..");
  body["properties"]["template"] = template_of(Json::array({storage("stloose1")}));
  const Json refused = error_of(azure.put(at_subscription(azure, "s2"), body));
  CHECK(refused["code"] == "InvalidTemplateDeployment");
  CHECK(refused["message"] == "At this level there is no resource type 'Microsoft.Storage/storageAccounts' (resource 'stloose1'), so this deployment cannot succeed.");
}

TEST_CASE("a nested deployment goes to the group and subscription that it names", "[deployment][levels]") {
  Azure azure;
  azure.make_group();
  azure.put(azure.group("rg-other"), {{"location", "westeurope"}});
  const Json there = template_of(Json::array({storage("stthere1")}), {{"where", {{"type", "string"}, {"value", "[resourceGroup().id]"}}}});
  Json module = nested("there", "rg-other", there, {{"subscriptionId", arm::default_subscription().id}});
  const std::string id = azure.group("rg-other") + "/providers/Microsoft.Resources/deployments/there";
  azure.put(at_group(azure), body_of(template_of(Json::array({module}), {{"where", {{"type", "string"}, {"value", "[reference('there').outputs.where.value]"}}}})));
  azure.settle();
  CHECK(azure.get_json(at_group(azure))["properties"]["outputs"]["where"]["value"] == azure.group("rg-other"));
  CHECK(azure.get_json(id)["properties"]["provisioningState"] == "Succeeded");
  CHECK(azure.get(azure.group("rg-other") + "/providers/Microsoft.Storage/storageAccounts/stthere1").status == 200);

  module["properties"]["template"]["resources"][0]["name"] = "stnowhere1";
  module["resourceGroup"] = "rg-nowhere";
  azure.put(at_group(azure, "d2"), body_of(template_of(Json::array({module}))));
  azure.settle();
  const Json error = azure.get_json(at_group(azure, "d2"))["properties"]["error"];
  CHECK(error["code"] == "DeploymentFailed");
  CHECK(error["details"][0]["code"] == "ResourceGroupNotFound");
  module["subscriptionId"] = "00000000-0000-0000-0000-000000000001";
  azure.put(at_group(azure, "d3"), body_of(template_of(Json::array({module}))));
  azure.settle();
  CHECK(azure.get_json(at_group(azure, "d3"))["properties"]["error"]["details"][0]["code"] == "SubscriptionNotFound");
}

TEST_CASE("a failure two deployments down is nested once for each", "[deployment]") {
  Azure azure;
  azure.make_group();
  azure.put(at_group(azure), body_of(template_of(Json::array({nested("one", "", template_of(Json::array({nested("two", "", template_of(Json::array({vault("kv--bad")})))})))}))));
  azure.settle();
  const std::string failed = "At least one resource deployment operation failed. Please list deployment operations for details. Please see https://aka.ms/arm-deployment-operations for usage details.";
  Json error = azure.get_json(at_group(azure))["properties"]["error"];
  for (const char* name : {"d1", "one", "two"}) {
    CHECK(error["code"] == "DeploymentFailed");
    CHECK(error["message"] == failed);
    CHECK(error["target"] == at_group(azure, name));
    REQUIRE(error["details"].size() == 1);
    error = Json(error["details"][0]);
  }
  CHECK(error["code"] == "VaultNameNotValid");
}

TEST_CASE("a subscription-level deployment is cancelled with what it has under way", "[deployment][levels]") {
  Azure azure;
  Json body = body_of(group_and_module());
  body["location"] = "westeurope";
  azure.put(at_subscription(azure), body);
  azure.simulator.advance(std::chrono::seconds(2));
  REQUIRE(azure.get_json(at_group(azure, "module", "rg-new"))["properties"]["provisioningState"] == "Running");
  CHECK(azure.post(at_subscription(azure) + "/cancel").status == 204);
  azure.settle();
  CHECK(azure.get_json(at_subscription(azure))["properties"]["provisioningState"] == "Canceled");
  CHECK(azure.get_json(at_group(azure, "module", "rg-new"))["properties"]["provisioningState"] == "Canceled");
  CHECK(error_of(azure.post(at_subscription(azure) + "/cancel"))["code"] == "DeploymentCannotBeCancelled");
}

TEST_CASE("deployer() is who sent the deployment, in nested ones, too", "[deployment][levels]") {
  Azure azure;
  azure.make_group();
  const Json who = {{"who", {{"type", "string"}, {"value", "[deployer().objectId]"}}}};
  Request request = Request::make(Method::put, at_group(azure), Body(body_of(template_of(Json::array({nested("n", "", template_of(Json::array({nested("m", "", template_of(Json::array(), who))}), who))}), who)).dump()));
  request.caller.principal_id = "4c7a1e98-b3d0-4652-8fe7-d90b2a6c5f16";
  REQUIRE(azure.simulator.handle(request).status == 201);
  azure.settle();
  for (const char* name : {"d1", "n", "m"}) CHECK(azure.get_json(at_group(azure, name))["properties"]["outputs"]["who"]["value"] == "4c7a1e98-b3d0-4652-8fe7-d90b2a6c5f16");
}
