#include "tests/sim/online.hpp"

using namespace azlab;
using azlab::test::Azure;
using azlab::test::message_of;
using azlab::test::Online;

TEST_CASE("an endpoint is made in about a minute and a half and then has its address", "[online]") {
  Online azure;
  const Response made = azure.make_endpoint();
  CHECK(made.status == 201);
  const Json body = Azure::json(made);
  CHECK(body["kind"] == "Managed");
  CHECK(body["properties"]["provisioningState"] == "Creating");
  CHECK(body["properties"]["scoringUri"].is_null());
  CHECK(body["properties"]["traffic"] == Json::object());
  CHECK(body["properties"]["properties"]["azureml.onlineendpointid"] == to_lower(azure.endpoint()));
  const std::string status(made.headers.get("Azure-AsyncOperation"));
  CHECK(body["properties"]["properties"]["AzureAsyncOperationUri"] == status);
  CHECK(status.find("/locations/eastus/mfeOperationsStatus/") != std::string::npos);
  CHECK(azure.get_json(status)["status"] == "Updating");
  CHECK(azure.get_json(status)["percentComplete"] == 0.0);
  CHECK_FALSE(body["identity"]["principalId"].get<std::string>().empty());
  const Time began = azure.simulator.now();
  azure.settle();
  CHECK(azure.get_json(status)["status"] == "Succeeded");
  CHECK(azure.simulator.now() - began > std::chrono::seconds(20));
  CHECK(azure.simulator.now() - began < std::chrono::minutes(6));
  const Json ready = azure.get_json(azure.endpoint())["properties"];
  CHECK(ready["provisioningState"] == "Succeeded");
  CHECK(ready["scoringUri"] == "https://shop.eastus.inference.ml.azure.com/score");
  CHECK(ready["swaggerUri"] == "https://shop.eastus.inference.ml.azure.com/swagger.json");
}

TEST_CASE("names of endpoints follow their rule and are unique in a region", "[online]") {
  Online azure;
  for (const char* name : {"a", "ab", "9shop", "shop-", "shop_x", "abcdefghijklmnopqrstuvwxyz0123456"}) {
    INFO(name);
    CHECK(azure.make_endpoint(name).status == 400);
  }
  CHECK(azure.make_endpoint("shop").status == 201);
  azure.settle();
  azure.put(azure.workspace("other"), {{"location", "eastus"}, {"properties", azure.get_json(azure.workspace())["properties"]}});
  azure.settle();
  const Json body = {{"location", "eastus"}, {"properties", {{"authMode", "Key"}}}};
  const std::string elsewhere = azure.workspace("other") + "/onlineEndpoints/SHOP";
  const Response taken = azure.put(elsewhere, body);
  CHECK(taken.status == 400);
  CHECK(message_of(taken).find("There is already an endpoint with this name") != std::string::npos);
  CHECK(azure.del(azure.endpoint()).status == 202);
  azure.settle();
  CHECK(azure.put(elsewhere, body).status == 201);
}

TEST_CASE("what an endpoint may not be is refused", "[online]") {
  Online azure;
  CHECK(azure.make_endpoint("shop", "Password").status == 400);
  CHECK(azure.make_endpoint("shop", "amltoken").status == 201);
  CHECK(azure.get_json(azure.endpoint())["properties"]["authMode"] == "AMLToken");
  const Response kubernetes = azure.put(azure.endpoint("k8s"), {{"location", "eastus"}, {"properties", {{"authMode", "Key"}, {"compute", azure.workspace() + "/computes/aks"}}}});
  CHECK(Azure::json(kubernetes)["error"]["code"] == "AzlabNotSimulated");
  const Response identity = azure.put(azure.endpoint("uai"), {{"location", "eastus"}, {"identity", {{"type", "UserAssigned"}}}, {"properties", {{"authMode", "Key"}}}});
  CHECK(Azure::json(identity)["error"]["code"] == "AzlabNotSimulated");
}

TEST_CASE("a region has room for a hundred endpoints of a subscription", "[online]") {
  Online azure;
  for (int i = 0; i < 100; ++i) REQUIRE(azure.make_endpoint("shop-" + std::to_string(i)).status == 201);
  const Response more = azure.make_endpoint("one-more");
  CHECK(more.status == 400);
  CHECK(message_of(more).find("Current usage/limit: 100/100.") != std::string::npos);
}

TEST_CASE("a deployment goes through its phases and tells them in its log", "[online]") {
  Online azure;
  azure.make_endpoint();
  const Response early = azure.put(azure.deployment(), azure.blue());
  CHECK(early.status == 400);
  CHECK(message_of(early) == "Specified endpoint [shop] has not been created successfully. Please recreate the endpoint.");
  azure.settle();
  const Time began = azure.simulator.now();
  const Response made = azure.put(azure.deployment(), azure.blue());
  REQUIRE(made.status == 201);
  const Json body = Azure::json(made);
  CHECK(body["properties"]["provisioningState"] == "Creating");
  CHECK(body["properties"]["livenessProbe"].is_null());
  CHECK(body["properties"]["environmentId"] == "azureml://registries/azureml/environments/sklearn-1.5/versions/46");
  CHECK(body["properties"]["requestSettings"]["requestTimeout"] == "PT5S");
  CHECK(body["sku"] == Json({{"name", "Default"}, {"tier", "Standard"}, {"capacity", 1}}));
  CHECK(azure.logs().starts_with("Instance status:\nSystemSetup: Waiting\nUserContainerImagePull: Waiting\n"));
  azure.settle();
  CHECK(azure.simulator.now() - began > std::chrono::minutes(2));
  CHECK(azure.simulator.now() - began < std::chrono::minutes(40));
  const Json ready = azure.get_json(azure.deployment())["properties"];
  CHECK(ready["provisioningState"] == "Succeeded");
  CHECK(ready["livenessProbe"]["period"] == "PT10S");
  const std::string log = azure.logs();
  CHECK(log.starts_with("Instance status:\nSystemSetup: Succeeded\nUserContainerImagePull: Succeeded\nModelDownload: Succeeded\nUserContainerStart: Succeeded\n\nContainer events:\nKind: Pod, Name: Pulling, Type: Normal, Time: "));
  CHECK(log.find("Name: Pulled, Type: Normal") != std::string::npos);
  CHECK(log.find("Message: Container is ready\n") != std::string::npos);
  CHECK(azure.get_json(azure.deployment() + "/skus")["value"][0]["capacity"]["maximum"] == 50);
  CHECK(azure.get_json(azure.endpoint() + "/deployments")["value"].size() == 1);
}

TEST_CASE("an image is built once, for deployments and jobs alike", "[online]") {
  Online azure;
  azure.make_endpoint();
  azure.settle();
  const auto takes = [&](const std::string& name) {
    const Time began = azure.simulator.now();
    REQUIRE(azure.put(azure.deployment(name), azure.blue({{"environmentId", "azureml:own:1"}, {"instanceType", "Standard_DS1_v2"}})).status == 201);
    while (azure.get_json(azure.deployment(name))["properties"]["provisioningState"] == "Creating") azure.simulator.advance_to(*azure.simulator.next_due());
    const Duration image = azure.simulator.now() - began;
    azure.settle();
    return image;
  };
  CHECK(takes("blue") > std::chrono::minutes(3));
  CHECK(takes("green") < std::chrono::minutes(2));
}

TEST_CASE("what a deployment is made of must be there", "[online]") {
  Online azure;
  azure.make_endpoint();
  azure.settle();
  const auto refusal = [&](const Json& changes) { return azure.put(azure.deployment(), azure.blue(changes)); };
  CHECK(message_of(refusal({{"model", azure.workspace() + "/models/churn/versions/9"}})).find("/models/churn/versions/9") != std::string::npos);
  CHECK(refusal({{"environmentId", "azureml:nothing:1"}}).status == 400);
  CHECK(refusal({{"codeConfiguration", {{"codeId", "azureml:nothing:1"}}}}).status == 404);
  CHECK(message_of(refusal({{"codeConfiguration", {{"scoringScript", nullptr}}}})) == "Could not find driver program in the request.");
  CHECK(message_of(refusal({{"codeConfiguration", nullptr}})) == "Could not find driver program in the request.");
  CHECK(message_of(refusal({{"instanceType", "Standard_Nothing"}})).find("Standard_Nothing is not a supported instance type") != std::string::npos);
  CHECK(message_of(azure.put(azure.deployment(), azure.blue(Json::object(), 0))).find("between 1 and 50") != std::string::npos);
  CHECK(Azure::json(refusal({{"endpointComputeType", "Kubernetes"}}))["error"]["code"] == "AzlabNotSimulated");
  CHECK(azure.get(azure.deployment()).status == 404);
  CHECK(message_of(azure.get(azure.deployment())) == "Deployment blue not found in endpoint shop, workspace lab");
  CHECK(azure.put(azure.endpoint("nowhere") + "/deployments/blue", azure.blue()).status == 404);
  // A model of MLflow's brings its environment and its server.
  CHECK(azure.put(azure.deployment(), azure.blue({{"model", "azureml:flow:1"}, {"codeConfiguration", nullptr}, {"environmentId", nullptr}})).status == 201);
}

TEST_CASE("a deployment needs quota for a fifth more than its instances", "[online]") {
  Online azure;  // six cores of the family
  azure.make_endpoint();
  azure.settle();
  const Response four = azure.put(azure.deployment(), azure.blue({{"instanceType", "Standard_DS3_v2"}}));
  CHECK(four.status == 400);
  CHECK(message_of(four).find("Not enough quota available for Standard_DS3_v2 in SubscriptionId " + arm::default_subscription().id + ". Current usage/limit: 0/6. Additional needed: 8 ") != std::string::npos);
  REQUIRE(azure.put(azure.deployment(), azure.blue()).status == 201);
  const Json usages = azure.get_json(azure.subscription() + "/providers/Microsoft.MachineLearningServices/locations/eastus/usages?api-version=2024-04-01")["value"];
  int used = -1;
  for (const auto& usage : usages) {
    if (usage["name"]["value"] == "standardDSv2Family") used = usage["currentValue"];
  }
  CHECK(used == 4);
  CHECK(azure.put(azure.deployment("green"), azure.blue()).status == 400);
  azure.settle();
  CHECK(message_of(azure.put(azure.deployment(), azure.blue(Json::object(), 3))).find("Current usage/limit: 4/6. Additional needed: 4 ") != std::string::npos);
  CHECK(azure.put(azure.deployment(), azure.blue(Json::object(), 2)).status == 200);
  azure.settle();
  CHECK(azure.get_json(azure.deployment())["sku"]["capacity"] == 2);
  CHECK(azure.del(azure.deployment()).status == 202);
  azure.settle();
  CHECK(azure.put(azure.deployment("green"), azure.blue()).status == 201);
}

TEST_CASE("traffic names deployments that are there and makes 0 or 100", "[online]") {
  Online azure;
  CHECK(azure.make_endpoint("shop", "Key", {{"blue", 100}}).status == 400);
  azure.make_shop();
  CHECK(azure.get_json(azure.endpoint())["properties"]["traffic"] == Json({{"blue", 100}}));
  CHECK(message_of(azure.make_endpoint("shop", "Key", {{"green", 100}})).find("Deployment green does not exist.") != std::string::npos);
  CHECK(message_of(azure.make_endpoint("shop", "Key", {{"blue", 90}})).find("it adds up to 90") != std::string::npos);
  CHECK(azure.make_endpoint("shop", "Key", {{"blue", -1}}).status == 400);
  CHECK(azure.make_endpoint("shop", "Key", {{"blue", 1e300}}).status == 400);
  const Response busy = azure.del(azure.deployment());
  CHECK(busy.status == 400);
  CHECK(message_of(busy).find("receives 100 percent of the traffic") != std::string::npos);
  CHECK(azure.send(Method::patch, azure.endpoint(), {{"tags", {{"course", "ml"}}}}).status == 200);
  azure.settle();
  CHECK(azure.get_json(azure.endpoint())["properties"]["traffic"] == Json({{"blue", 100}}));
  CHECK(azure.make_endpoint("shop", "Key", Json::object()).status == 200);
  azure.settle();
  CHECK(azure.get_json(azure.endpoint())["properties"]["traffic"] == Json::object());
  CHECK(azure.del(azure.deployment()).status == 202);
  azure.settle();
  CHECK(azure.get(azure.deployment()).status == 404);
}

TEST_CASE("traffic is mirrored to one deployment that is not live, at most half of it", "[online]") {
  Online azure;
  azure.make_shop();
  REQUIRE(azure.put(azure.deployment("green"), azure.blue({{"instanceType", "Standard_DS1_v2"}})).status == 201);
  azure.settle();
  const auto mirror = [&](const Json& map) {
    return azure.put(azure.endpoint(), {{"location", "eastus"}, {"properties", {{"authMode", "Key"}, {"mirrorTraffic", map}}}}).status;
  };
  CHECK(mirror({{"green", 51}}) == 400);
  CHECK(mirror({{"blue", 10}}) == 400);
  CHECK(mirror({{"red", 10}}) == 400);
  CHECK(mirror({{"green", 50}}) == 200);
  azure.settle();
  CHECK(azure.get_json(azure.endpoint())["properties"]["mirrorTraffic"] == Json({{"green", 50}}));
}

TEST_CASE("keys are given out, made anew, and let in", "[online]") {
  Online azure;
  azure.make_shop();
  const Json keys = Azure::json(azure.post(azure.endpoint() + "/listKeys"));
  CHECK(keys["primaryKey"].get<std::string>().size() == 32);
  CHECK(keys["primaryKey"] != keys["secondaryKey"]);
  CHECK(azure.post(azure.endpoint() + "/token").status == 400);
  CHECK(azure.score("").status == 401);
  CHECK(azure.score("").body.text() == "key_auth_bad_header_forbidden");
  CHECK(azure.score("Bearer nothing").body.text() == "key_auth_access_denied");
  CHECK(azure.score("Bearer " + keys["secondaryKey"].get<std::string>()).headers.get("azureml-model-deployment") == "blue");
  // As azure-ai-ml asks for another key: it sends the one that is there.
  const Response asked = azure.post(azure.endpoint() + "/regenerateKeys", {{"keyType", "Primary"}, {"keyValue", keys["primaryKey"]}});
  CHECK(asked.status == 202);
  azure.settle();
  const Json after = Azure::json(azure.post(azure.endpoint() + "/listKeys"));
  CHECK(after["primaryKey"] != keys["primaryKey"]);
  CHECK(after["secondaryKey"] == keys["secondaryKey"]);
  CHECK(azure.score("Bearer " + keys["primaryKey"].get<std::string>()).status == 401);
  CHECK(azure.post(azure.endpoint() + "/regenerateKeys", {{"keyType", "Third"}}).status == 400);
  CHECK(azure.state(azure.endpoint()) == "Succeeded");
}

TEST_CASE("tokens of an endpoint last a day", "[online]") {
  Online azure;
  azure.make_endpoint("shop", "AMLToken");
  azure.settle();
  CHECK(azure.post(azure.endpoint() + "/listKeys").status == 400);
  const Json token = Azure::json(azure.post(azure.endpoint() + "/token"));
  CHECK(token["tokenType"] == "Bearer");
  CHECK(token["expiryTimeUtc"].get<std::int64_t>() - token["refreshAfterTimeUtc"].get<std::int64_t>() == 12 * 3600);
  const std::string shown = "Bearer " + token["accessToken"].get<std::string>();
  CHECK(azure.score(shown).status == 404);  // let in, and nothing behind it
  azure.simulator.advance(std::chrono::hours(25));
  CHECK(azure.score(shown).body.text() == "key_auth_access_denied");
}

TEST_CASE("requests go where the traffic goes, or to the deployment that they name", "[online]") {
  Online azure;
  azure.make_shop();
  REQUIRE(azure.put(azure.deployment("green"), azure.blue({{"instanceType", "Standard_DS1_v2"}})).status == 201);
  CHECK(azure.score(azure.key(), "green").status == 404);  // not ready yet
  azure.settle();
  CHECK(azure.score(azure.key(), "green").headers.get("azureml-model-deployment") == "green");
  CHECK(azure.score(azure.key(), "red").status == 404);
  REQUIRE(azure.make_endpoint("shop", "Key", {{"blue", 30}, {"green", 70}}).status == 200);
  azure.settle();
  int green = 0;
  for (int i = 0; i < 200; ++i) green += azure.score(azure.key()).headers.get("azureml-model-deployment") == "green" ? 1 : 0;
  CHECK(green > 120);
  CHECK(green < 160);
  REQUIRE(azure.make_endpoint("shop", "Key", {{"blue", 0}}).status == 200);
  azure.settle();
  const Response nowhere = azure.score(azure.key());
  CHECK(nowhere.status == 404);
  CHECK(nowhere.body.text().empty());
}

TEST_CASE("an endpoint goes with its deployments, their quota and its keys", "[online]") {
  Online azure;
  azure.make_shop();
  const std::string key = azure.key();
  CHECK(azure.del(azure.endpoint()).status == 202);
  CHECK(azure.state(azure.endpoint()) == "Deleting");
  azure.settle();
  CHECK(azure.get(azure.endpoint()).status == 404);
  CHECK(azure.get(azure.deployment()).status == 404);
  CHECK(azure.score(key).status == 404);
  CHECK(azure.del(azure.endpoint()).status == 204);
  azure.make_shop();
  CHECK(azure.key() != key);
}

TEST_CASE("a workspace that comes back has its models and no endpoints", "[online]") {
  Online azure;
  azure.make_shop();
  const Json body = azure.get_json(azure.workspace());
  CHECK(azure.del(azure.workspace()).status == 202);
  azure.settle();
  CHECK(azure.score("Bearer key").status == 404);
  Json again = {{"location", "eastus"}, {"properties", {{"allowRecoverSoftDeletedWorkspace", true}}}};
  for (const char* part : {"storageAccount", "keyVault", "applicationInsights"}) again["properties"][part] = body["properties"][part];
  REQUIRE(azure.put(azure.workspace(), again).ok());
  azure.settle();
  CHECK(azure.get(azure.workspace() + "/models/churn/versions/1").status == 200);
  CHECK(azure.get(azure.endpoint()).status == 404);
  CHECK(azure.get(azure.deployment()).status == 404);
  CHECK(azure.make_endpoint().status == 201);
}

TEST_CASE("an endpoint in a template is made with its deployment", "[online]") {
  Online azure;
  const Json endpoint = {{"type", "Microsoft.MachineLearningServices/workspaces/onlineEndpoints"}, {"apiVersion", "2024-04-01"}, {"name", "lab/shop"}, {"location", "eastus"},
                         {"identity", {{"type", "SystemAssigned"}}}, {"properties", {{"authMode", "Key"}}}};
  Json deployment = azure.blue();
  deployment.merge_patch({{"type", "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments"}, {"apiVersion", "2024-04-01"}, {"name", "lab/shop/blue"},
                          {"dependsOn", {"[resourceId('Microsoft.MachineLearningServices/workspaces/onlineEndpoints', 'lab', 'shop')]"}}});
  const Json body = {{"properties", {{"mode", "Incremental"}, {"template", {{"$schema", "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"}, {"contentVersion", "1.0.0.0"},
                                                                            {"resources", {endpoint, deployment}},
                                                                            {"outputs", {{"uri", {{"type", "string"}, {"value", "[reference(resourceId('Microsoft.MachineLearningServices/workspaces/onlineEndpoints', 'lab', 'shop')).scoringUri]"}}}}}}}}}};
  REQUIRE(azure.put(azure.group() + "/providers/Microsoft.Resources/deployments/d", body).status == 201);
  azure.settle();
  const Json done = azure.get_json(azure.group() + "/providers/Microsoft.Resources/deployments/d")["properties"];
  INFO(done.dump());
  CHECK(done["provisioningState"] == "Succeeded");
  CHECK(done["outputs"]["uri"]["value"] == "https://shop.eastus.inference.ml.azure.com/score");
  CHECK(azure.state(azure.deployment()) == "Succeeded");
}

TEST_CASE("a deployment that failed at first can only be deleted; one that was there can be sent again", "[online]") {
  Online azure;
  azure.make_endpoint();
  azure.settle();
  REQUIRE(azure.simulator.arm({.fault = "deployment-resource-not-ready", .operation = ""}).has_value());
  const Response made = azure.put(azure.deployment(), azure.blue());
  azure.settle();
  CHECK(azure.state(azure.deployment()) == "Failed");
  CHECK(azure.state(azure.endpoint()) == "Succeeded");
  const Json status = azure.get_json(std::string(made.headers.get("Azure-AsyncOperation")));
  CHECK(status["error"]["code"].is_null());
  CHECK(status["error"]["message"].get<std::string>().starts_with("ResourceNotReady: "));
  CHECK(azure.logs().find("Name: LivenessProbeFailed, Type: Warning") != std::string::npos);
  CHECK(azure.logs().find("UserContainerStart: InProgress") != std::string::npos);
  const Response again = azure.put(azure.deployment(), azure.blue());
  CHECK(again.status == 400);
  CHECK(message_of(again) == "Specified deployment [blue] failed during initial provisioning and is in an unrecoverable state. Delete and re-create.");
  CHECK(azure.del(azure.deployment()).status == 202);
  azure.settle();
  REQUIRE(azure.put(azure.deployment(), azure.blue()).status == 201);
  azure.settle();
  REQUIRE(azure.simulator.arm({.fault = "deployment-resource-not-ready", .operation = "onlineDeployments.update", .phase = "probes"}).has_value());
  CHECK(azure.put(azure.deployment(), azure.blue(Json::object(), 2)).status == 200);
  azure.settle();
  CHECK(azure.state(azure.deployment()) == "Failed");
  CHECK(azure.put(azure.deployment(), azure.blue(Json::object(), 1)).status == 200);
  azure.settle();
  CHECK(azure.state(azure.deployment()) == "Succeeded");
}
