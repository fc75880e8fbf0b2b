#include <nlohmann/json.hpp>

#include "sim/faults/catalogue.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

// Deployments beyond one group in mode Incremental: subscription level, mode Complete, links, rollback, history.

using namespace azlab;
using azlab::test::Azure;

namespace {

Json storage(const std::string& name) {
  return {{"type", "Microsoft.Storage/storageAccounts"}, {"apiVersion", "2023-04-01"}, {"name", name}, {"location", "eastus"}, {"kind", "StorageV2"}, {"sku", {{"name", "Standard_LRS"}}}};
}

Json template_of(Json resources, Json outputs = Json::object()) {
  return {{"$schema", "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"}, {"contentVersion", "1.0.0.0"}, {"resources", std::move(resources)}, {"outputs", std::move(outputs)}};
}

Json nested(const std::string& name, const std::string& group, Json inside, Json more = Json::object()) {
  Json out = {{"type", "Microsoft.Resources/deployments"}, {"apiVersion", "2022-09-01"}, {"name", name},
              {"properties", {{"mode", "Incremental"}, {"expressionEvaluationOptions", {{"scope", "inner"}}}, {"template", std::move(inside)}}}};
  if (!group.empty()) out["resourceGroup"] = group;
  out.merge_patch(more);
  return out;
}

std::string at_subscription(const Azure& azure, const std::string& name = "s1") { return azure.subscription() + "/providers/Microsoft.Resources/deployments/" + name; }
std::string at_group(const Azure& azure, const std::string& name = "d1", const std::string& group = "rg") { return azure.group(group) + "/providers/Microsoft.Resources/deployments/" + name; }
Json body_of(Json source, const std::string& mode = "Incremental") { return {{"properties", {{"mode", mode}, {"template", std::move(source)}}}}; }

Json group_and_module() {
  Json module = template_of(Json::array({storage("stmodule1")}), {{"where", {{"type", "string"}, {"value", "[resourceGroup().location]"}}}});
  Json out = template_of(Json::array({{{"type", "Microsoft.Resources/resourceGroups"}, {"apiVersion", "2022-09-01"}, {"name", "rg-new"}, {"location", "westeurope"}, {"tags", {{"by", "[deployment().location]"}}}, {"properties", Json::object()}},
                                      nested("module", "rg-new", module, {{"dependsOn", {"rg-new"}}})}),
                         {{"id", {{"type", "string"}, {"value", "[subscription().id]"}}},
                          {"group", {{"type", "string"}, {"value", "[subscriptionResourceId('Microsoft.Resources/resourceGroups', 'rg-new')]"}}},
                          {"where", {{"type", "string"}, {"value", "[reference(extensionResourceId(concat(subscription().id, '/resourceGroups/rg-new'), 'Microsoft.Resources/deployments', 'module'), '2022-09-01').outputs.where.value]"}}}});
  return out;
}

Json error_of(const Response& response) { return Azure::json(response)["error"]; }

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

TEST_CASE("mode Complete deletes what the template lacks, once all it has is there", "[deployment][complete]") {
  Azure azure;
  azure.make_group();
  azure.put(at_group(azure), body_of(template_of(Json::array({storage("stkept1"), storage("stgone1")}))));
  azure.settle();
  azure.put(azure.resource("Microsoft.Storage/storageAccounts/stkept1/blobServices/default/containers/inside"), {{"properties", Json::object()}});

  azure.put(at_group(azure, "d2"), body_of(template_of(Json::array({storage("stkept1"), nested("n", "", template_of(Json::array({storage("stnested1")})))})), "Complete"));
  azure.settle();

  const Json done = azure.get_json(at_group(azure, "d2"));
  CHECK(done["properties"]["provisioningState"] == "Succeeded");
  CHECK(done["properties"]["mode"] == "Complete");
  CHECK(azure.get(azure.resource("Microsoft.Storage/storageAccounts/stkept1")).status == 200);
  CHECK(azure.get(azure.resource("Microsoft.Storage/storageAccounts/stnested1")).status == 200);
  CHECK(azure.get(azure.resource("Microsoft.Storage/storageAccounts/stgone1")).status == 404);
  CHECK(azure.get(azure.resource("Microsoft.Storage/storageAccounts/stkept1/blobServices/default/containers/inside")).status == 200);
  const Json operations = azure.get_json(at_group(azure, "d2") + "/operations");
  CHECK(operations["value"].back()["properties"]["provisioningOperation"] == "Delete");
  CHECK(operations["value"].back()["properties"]["targetResource"]["resourceName"] == "stgone1");
}

TEST_CASE("mode Complete deletes a resource whose condition is false, and nothing when the deployment fails", "[deployment][complete]") {
  Azure azure;
  azure.make_group();
  azure.put(at_group(azure), body_of(template_of(Json::array({storage("stone1"), storage("sttwo1")}))));
  azure.settle();
  Json broken = storage("UPPER-CASE");
  azure.put(at_group(azure, "d2"), body_of(template_of(Json::array({broken})), "Complete"));
  azure.settle();
  CHECK(azure.get_json(at_group(azure, "d2"))["properties"]["provisioningState"] == "Failed");
  CHECK(azure.get(azure.resource("Microsoft.Storage/storageAccounts/stone1")).status == 200);

  Json off = storage("sttwo1");
  off["condition"] = false;
  azure.put(at_group(azure, "d3"), body_of(template_of(Json::array({storage("stone1"), off})), "Complete"));
  azure.settle();
  CHECK(azure.get(azure.resource("Microsoft.Storage/storageAccounts/stone1")).status == 200);
  CHECK(azure.get(azure.resource("Microsoft.Storage/storageAccounts/sttwo1")).status == 404);
}

TEST_CASE("a nested deployment cannot be in mode Complete", "[deployment][complete]") {
  Azure azure;
  azure.make_group();
  const Json refused = error_of(azure.put(at_group(azure), body_of(template_of(Json::array({nested("n", "", template_of(Json::array()), {{"properties", {{"mode", "Complete"}}}})})))));
  CHECK(refused["code"] == "InvalidTemplate");
  CHECK(refused["message"] == "Deployment template validation failed: 'The nested deployment 'n' has the mode 'Complete'; nested and linked deployments must use 'Incremental'.'.");
}

namespace {

/// A group with an account whose container "pub" everybody may read and "own" nobody.
struct Linked {
  Linked() {
    azure.make_group();
    azure.put(azure.resource("Microsoft.Storage/storageAccounts/stlinks"), {{"location", "eastus"}, {"kind", "StorageV2"}, {"sku", {{"name", "Standard_LRS"}}}, {"properties", {{"allowBlobPublicAccess", true}}}});
    azure.settle();
    azure.put(azure.resource("Microsoft.Storage/storageAccounts/stlinks/blobServices/default/containers/pub"), {{"properties", {{"publicAccess", "Blob"}}}});
    azure.put(azure.resource("Microsoft.Storage/storageAccounts/stlinks/blobServices/default/containers/own"), {{"properties", Json::object()}});
  }
  void upload(const std::string& path, const Json& content) {
    Request request = Request::make(Method::put, "https://stlinks.blob.core.windows.net/" + path, Body(content.dump()));
    request.headers.set("x-ms-blob-type", "BlockBlob");
    REQUIRE(azure.simulator.handle(request).status == 201);
  }
  std::string url(const std::string& path) const { return "https://stlinks.blob.core.windows.net/" + path; }

  Azure azure;
};

}  // namespace

TEST_CASE("a template is fetched from a public blob, and its relative links beside it", "[deployment][links]") {
  Linked linked;
  Json main = template_of(Json::array({{{"type", "Microsoft.Resources/deployments"}, {"apiVersion", "2022-09-01"}, {"name", "beside"}, {"properties", {{"mode", "Incremental"}, {"templateLink", {{"relativePath", "parts/account.json"}}}, {"parameters", {{"name", {{"value", "stlinked1"}}}}}}}}}),
                         {{"uri", {{"type", "string"}, {"value", "[deployment().properties.templateLink.uri]"}}}});
  Json part = template_of(Json::array({storage("[parameters('name')]")}));
  part["parameters"] = {{"name", {{"type", "string"}}}};
  linked.upload("pub/main.json", main);
  linked.upload("pub/parts/account.json", part);

  const Json body = {{"properties", {{"mode", "Incremental"}, {"templateLink", {{"uri", linked.url("pub/main.json")}, {"contentVersion", "1.0.0.0"}}}}}};
  REQUIRE(linked.azure.put(at_group(linked.azure), body).status == 201);
  linked.azure.settle();
  const Json done = linked.azure.get_json(at_group(linked.azure));
  CHECK(done["properties"]["provisioningState"] == "Succeeded");
  CHECK(done["properties"]["outputs"]["uri"]["value"] == linked.url("pub/main.json"));
  CHECK(done["properties"]["templateLink"]["uri"] == linked.url("pub/main.json"));
  CHECK(linked.azure.get(linked.azure.resource("Microsoft.Storage/storageAccounts/stlinked1")).status == 200);
}

TEST_CASE("parameters come from a linked file, a private blob with a signed address only", "[deployment][links]") {
  Linked linked;
  Json source = template_of(Json::array(), {{"out", {{"type", "string"}, {"value", "[parameters('word')]"}}}});
  source["parameters"] = {{"word", {{"type", "string"}}}};
  linked.upload("own/values.json", {{"$schema", "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#"}, {"contentVersion", "1.0.0.0"}, {"parameters", {{"word", {{"value", "linked"}}}}}});
  Json body = body_of(source);
  body["properties"]["parametersLink"] = {{"uri", linked.url("own/values.json")}};
  const Json refused = error_of(linked.azure.put(at_group(linked.azure), body));
  CHECK(refused["code"] == "InvalidContentLink");
  CHECK(refused["message"].get<std::string>().starts_with("Unable to download deployment content from 'https://stlinks.blob.core.windows.net/own/values.json'. The tracking Id is '"));

  const Json sas = Azure::json(linked.azure.post(linked.azure.resource("Microsoft.Storage/storageAccounts/stlinks/listServiceSas?api-version=2023-04-01"),
                                                 {{"canonicalizedResource", "/blob/stlinks/own"}, {"signedResource", "c"}, {"signedPermission", "r"}, {"signedExpiry", "2030-01-01T00:00:00Z"}}));
  body["properties"]["parametersLink"]["uri"] = linked.url("own/values.json") + "?" + sas["serviceSasToken"].get<std::string>();
  REQUIRE(linked.azure.put(at_group(linked.azure), body).status == 201);
  linked.azure.settle();
  CHECK(linked.azure.get_json(at_group(linked.azure))["properties"]["outputs"]["out"]["value"] == "linked");
}

TEST_CASE("links that lead nowhere, elsewhere or to another version are refused", "[deployment][links]") {
  Linked linked;
  linked.upload("pub/main.json", template_of(Json::array()));
  const auto refused = [&](const Json& link) { return error_of(linked.azure.put(at_group(linked.azure), {{"properties", {{"mode", "Incremental"}, {"templateLink", link}}}})); };
  CHECK(refused({{"uri", linked.url("pub/missing.json")}})["code"] == "InvalidContentLink");
  CHECK(refused({{"uri", "https://raw.example.org/main.json"}})["message"].get<std::string>().ends_with(" (azlab reaches blobs of its own storage accounts, and no other address.)"));
  const Json version = refused({{"uri", linked.url("pub/main.json")}, {"contentVersion", "2.0.0.0"}});
  CHECK(version["code"] == "InvalidContentVersion");
  CHECK(version["message"] == "The content version '1.0.0.0' of '" + linked.url("pub/main.json") + "' is not the '2.0.0.0' that the link asks for.");
  CHECK(refused({{"relativePath", "main.json"}})["code"] == "InvalidTemplate");
  CHECK(refused({{"id", "/subscriptions/s/resourceGroups/g/providers/Microsoft.Resources/templateSpecs/t/versions/1"}})["code"] == "AzlabNotSimulated");
}

TEST_CASE("several links that lead nowhere are told together", "[deployment][links]") {
  Azure azure;
  azure.make_group();
  const auto link = [](const char* name) {
    return Json{{"type", "Microsoft.Resources/deployments"}, {"apiVersion", "2022-09-01"}, {"name", name}, {"properties", {{"mode", "Incremental"}, {"templateLink", {{"uri", std::string("https://example.org/") + name + ".json"}}}}}};
  };
  const Json refused = error_of(azure.put(at_group(azure), body_of(template_of(Json::array({link("one"), link("two")})))));
  CHECK(refused["code"] == "MultipleErrorsOccurred");
  CHECK(refused["message"] == "Multiple error occurred: BadRequest,BadRequest. Please see details.");
  REQUIRE(refused["details"].size() == 2);
  CHECK(refused["details"][1]["code"] == "InvalidContentLink");
  CHECK(refused["details"][1]["message"].get<std::string>().starts_with("Unable to download deployment content from 'https://example.org/two.json'. The tracking Id is '"));
}

TEST_CASE("a failure two deployments down is nested once for each", "[deployment]") {
  Azure azure;
  azure.make_group();
  azure.put(at_group(azure), body_of(template_of(Json::array({nested("one", "", template_of(Json::array({nested("two", "", template_of(Json::array({storage("BAD-NAME")})))})))}))));
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
  CHECK(error["code"] == "AccountNameInvalid");
}

TEST_CASE("a failed deployment returns to the last one that succeeded, in mode Complete", "[deployment][rollback]") {
  Azure azure;
  azure.make_group();
  const Json bad = body_of(template_of(Json::array({storage("stnew1"), storage("UPPER-CASE")})));
  Json careful = bad;
  careful["properties"]["onErrorDeployment"] = {{"type", "LastSuccessful"}};
  CHECK(error_of(azure.put(at_group(azure, "first"), careful))["code"] == "DeploymentNotFound");
  azure.put(at_group(azure, "good"), body_of(template_of(Json::array({storage("stgood1")}))));
  azure.settle();

  REQUIRE(azure.put(at_group(azure, "bad"), careful).status == 201);
  azure.settle();

  const Json failed = azure.get_json(at_group(azure, "bad"));
  CHECK(failed["properties"]["provisioningState"] == "Failed");
  CHECK(failed["properties"]["onErrorDeployment"] == Json({{"type", "LastSuccessful"}, {"provisioningState", "Accepted"}, {"deploymentName", "good"}}));
  CHECK(azure.get_json(at_group(azure, "good"))["properties"]["mode"] == "Complete");
  CHECK(azure.get(azure.resource("Microsoft.Storage/storageAccounts/stgood1")).status == 200);
  CHECK(azure.get(azure.resource("Microsoft.Storage/storageAccounts/stnew1")).status == 404);
  careful["properties"]["onErrorDeployment"] = {{"type", "SpecificDeployment"}, {"deploymentName", "never"}};
  CHECK(error_of(azure.put(at_group(azure, "bad2"), careful))["message"] == "Deployment 'never' could not be found.");
}

TEST_CASE("above 775 deployments the oldest go, a little later; 800 are the end", "[deployment][history]") {
  Azure azure;
  azure.make_group();
  const auto deploy = [&](int from, int to) {
    for (int i = from; i < to; ++i) azure.put(at_group(azure, "h" + std::to_string(1000 + i)), body_of(template_of(Json::array())));
    azure.settle();
  };
  const auto count = [&] { return azure.get_json(azure.group() + "/providers/Microsoft.Resources/deployments")["value"].size(); };
  deploy(0, 775);
  CHECK(count() == 775);
  deploy(775, 776);
  CHECK(count() == 750);
  CHECK(azure.get(at_group(azure, "h1775")).status == 200);
  CHECK(azure.get(at_group(azure, "h1000")).status == 404);
  azure.simulator.advance_to(azure.simulator.now() + std::chrono::minutes(1));
  // Faster than the automatic deletion: 800 stand before it comes.
  for (int i = 776; i < 826; ++i) azure.put(at_group(azure, "h" + std::to_string(1000 + i)), body_of(template_of(Json::array())));
  const Json refused = error_of(azure.put(at_group(azure, "one-more"), body_of(template_of(Json::array()))));
  CHECK(refused["code"] == "DeploymentQuotaExceeded");
  CHECK(refused["message"] ==
        "Creating the deployment 'one-more' would exceed the quota of '800'. The current deployment count is '800'. Please delete some deployments before creating a new one, or see "
        "https://aka.ms/800LimitFix for information on managing deployment limits.");
  azure.settle();
  CHECK(count() == 750);
  CHECK(azure.put(at_group(azure, "one-more"), body_of(template_of(Json::array()))).status == 201);
}

TEST_CASE("an automatic deletion that is refused is tried again when somebody validates or foresees", "[deployment][history]") {
  for (const std::string verb : {"/validate", "/whatIf"}) {
    INFO(verb);
    Azure azure;
    azure.make_group();
    const auto fault = faults::parse_armed_fault("service-unavailable-503@deployments.delete:request");
    REQUIRE(fault);
    REQUIRE(azure.simulator.arm(*fault));
    for (int i = 0; i < 776; ++i) azure.put(at_group(azure, "h" + std::to_string(1000 + i)), body_of(template_of(Json::array())));
    azure.settle();
    const auto count = [&] { return azure.get_json(azure.group() + "/providers/Microsoft.Resources/deployments")["value"].size(); };
    CHECK(count() == 776);
    REQUIRE(azure.post(at_group(azure, "asked") + verb, body_of(template_of(Json::array()))).ok());
    azure.settle();
    CHECK(count() == 750);
  }
}

TEST_CASE("values of secure parameters are shown nowhere", "[deployment][secure]") {
  Azure azure;
  azure.make_group();
  Json source = template_of(Json::array({nested("inner", "", template_of(Json::array()), {{"properties", {{"parameters", {{"secret", {{"value", "[parameters('secret')]"}}}}}, {"template", {{"parameters", {{"secret", {{"type", "secureString"}}}}}}}}}})}),
                            {{"self", {{"type", "object"}, {"value", "[deployment().properties.parameters]"}}}, {"word", {{"type", "secureString"}, {"value", "[parameters('secret')]"}}}});
  source["parameters"] = {{"secret", {{"type", "secureString"}}}, {"open", {{"type", "string"}}}};
  Json body = body_of(source);
  body["properties"]["parameters"] = {{"secret", {{"value", "sesame-1"}}}, {"open", {{"value", "door"}}}};
  CHECK(azure.post(at_group(azure) + "/validate", body).body.text().find("sesame-1") == std::string::npos);
  CHECK(azure.put(at_group(azure), body).body.text().find("sesame-1") == std::string::npos);
  azure.settle();
  for (const std::string& path : {at_group(azure), at_group(azure, "inner"), at_group(azure) + "/operations", azure.group() + "/providers/Microsoft.Resources/deployments"}) {
    CHECK(azure.get(path).body.text().find("sesame-1") == std::string::npos);
  }
  const Json done = azure.get_json(at_group(azure));
  CHECK(done["properties"]["parameters"] == Json({{"secret", {{"type", "SecureString"}}}, {"open", {{"type", "String"}, {"value", "door"}}}}));
  CHECK(done["properties"]["outputs"]["self"]["value"] == Json({{"secret", Json::object()}, {"open", {{"value", "door"}}}}));
  CHECK(done["properties"]["outputs"]["word"] == Json({{"type", "SecureString"}}));
}

TEST_CASE("a parameter takes its value from a vault that is open for templates", "[deployment][secure]") {
  Azure azure;
  azure.make_group();
  const std::string vault = azure.resource("Microsoft.KeyVault/vaults/kv-words");
  Json source = template_of(Json::array(), {{"length", {{"type", "int"}, {"value", "[length(parameters('word'))]"}}}});
  source["parameters"] = {{"word", {{"type", "secureString"}}}};
  Json body = body_of(source);
  body["properties"]["parameters"] = {{"word", {{"reference", {{"keyVault", {{"id", vault}}}, {"secretName", "bell"}}}}}};
  const Json missing = error_of(azure.put(at_group(azure), body));
  CHECK(missing["code"] == "KeyVaultParameterReferenceNotFound");
  CHECK(missing["message"] == "The specified KeyVault '" + vault + "' could not be found. Please see https://aka.ms/arm-keyvault for usage details.");

  Json properties = {{"tenantId", arm::default_subscription().tenant}, {"sku", {{"name", "standard"}, {"family", "A"}}}, {"enableRbacAuthorization", true}};
  azure.put(vault, {{"location", "eastus"}, {"properties", properties}});
  azure.settle();
  const Json closed = error_of(azure.put(at_group(azure), body));
  CHECK(closed["code"] == "KeyVaultParameterReferenceSecretRetrieveFailed");
  CHECK(closed["message"].get<std::string>().starts_with("The secret of KeyVault parameter 'word' cannot be retrieved. Http status code: 'Forbidden'. Error message: 'Access denied to first party service.'"));

  properties["enabledForTemplateDeployment"] = true;
  azure.put(vault, {{"location", "eastus"}, {"properties", properties}});
  azure.settle();
  CHECK(error_of(azure.put(at_group(azure), body))["message"].get<std::string>().starts_with("The secret of KeyVault parameter 'word' cannot be retrieved. Http status code: 'NotFound'."));
  REQUIRE(azure.put("https://kv-words.vault.azure.net/secrets/bell?api-version=7.4", {{"value", "loud-bell"}}).ok());
  REQUIRE(azure.put(at_group(azure), body).status == 201);
  azure.settle();
  const Response done = azure.get(at_group(azure));
  CHECK(Azure::json(done)["properties"]["outputs"]["length"]["value"] == 9);
  CHECK(done.body.text().find("loud-bell") == std::string::npos);
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
