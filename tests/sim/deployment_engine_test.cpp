#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace azlab;
using azlab::test::Azure;

namespace {

Json storage(const std::string& name, std::vector<std::string> after = {}) {
  Json out = {{"type", "Microsoft.Storage/storageAccounts"}, {"apiVersion", "2023-04-01"}, {"name", name},
              {"location", "eastus"}, {"kind", "StorageV2"}, {"sku", {{"name", "Standard_LRS"}}}};
  if (!after.empty()) out["dependsOn"] = after;
  return out;
}

Json template_of(Json resources, Json outputs = Json::object()) {
  return {{"$schema", "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"}, {"contentVersion", "1.0.0.0"},
          {"resources", std::move(resources)}, {"outputs", std::move(outputs)}};
}

Json body_of(Json of) { return {{"properties", {{"mode", "Incremental"}, {"template", std::move(of)}}}}; }

std::string path(const Azure& azure, const std::string& name = "d1") { return azure.group() + "/providers/Microsoft.Resources/deployments/" + name; }

/// Deploys into a fresh group and lets it end. How long it took comes with it.
struct Deployed {
  explicit Deployed(const Json& resources, const Json& outputs = Json::object()) {
    azure.make_group();
    const Time before = azure.simulator.now();
    status = azure.put(path(azure), body_of(template_of(resources, outputs))).status;
    azure.settle();
    took = azure.simulator.now() - before;
    result = azure.get_json(path(azure));
  }
  std::string state() const { return result["properties"]["provisioningState"]; }
  int get(const std::string& account) { return azure.get(azure.resource("Microsoft.Storage/storageAccounts/" + account)).status; }

  Azure azure;
  int status = 0;
  Duration took{};
  Json result;
};

}  // namespace

TEST_CASE("independent resources are made side by side, dependent ones one after the other", "[deployment]") {
  const Duration one = Deployed(Json::array({storage("stparone")})).took;
  const Duration other = Deployed(Json::array({storage("stpartwo")})).took;
  const Duration both = Deployed(Json::array({storage("stparone"), storage("stpartwo")})).took;
  CHECK(both == std::max(one, other));
  const Duration chain = Deployed(Json::array({storage("stparone"), storage("stpartwo", {"stparone"})})).took;
  CHECK(chain > both);
  CHECK(chain >= one + other - seconds(2));
}

TEST_CASE("where one branch fails, what runs comes to its end and what depends on the failure never starts", "[deployment]") {
  Azure azure;
  azure.make_group("eastus");
  // The name is taken by another group's vault: the provider refuses at once.
  const Json properties = {{"tenantId", "t"}, {"sku", {{"name", "standard"}, {"family", "A"}}}};
  azure.put(azure.group("other"), {{"location", "eastus"}});
  azure.put(azure.group("other") + "/providers/Microsoft.KeyVault/vaults/kv-taken", {{"location", "eastus"}, {"properties", properties}});
  azure.settle();
  const Json vault = {{"type", "Microsoft.KeyVault/vaults"}, {"apiVersion", "2023-07-01"}, {"name", "kv-taken"}, {"location", "eastus"}, {"properties", properties}};
  azure.put(path(azure), body_of(template_of(Json::array({vault, storage("stafter", {"kv-taken"}), storage("stbeside")}))));
  azure.settle();
  const Json result = azure.get_json(path(azure))["properties"];
  CHECK(result["provisioningState"] == "Failed");
  CHECK(result["error"]["code"] == "DeploymentFailed");
  CHECK(result["error"]["details"][0]["code"] == "VaultAlreadyExists");
  CHECK(azure.get_json(azure.resource("Microsoft.Storage/storageAccounts/stbeside"))["properties"]["provisioningState"] == "Succeeded");
  CHECK(azure.get(azure.resource("Microsoft.Storage/storageAccounts/stafter")).status == 404);
  const Json operations = azure.get_json(azure.group() + "/deployments/d1/operations")["value"];
  REQUIRE(operations.size() == 2);
  for (const auto& operation : operations) {
    const bool taken = operation["properties"]["targetResource"]["resourceName"] == "kv-taken";
    CHECK(operation["properties"]["provisioningState"] == (taken ? "Failed" : "Succeeded"));
    CHECK(operation["properties"].contains("statusMessage") == taken);
  }
}

TEST_CASE("a cancelled deployment starts nothing more; what its providers are making is finished", "[deployment]") {
  Azure azure;
  azure.make_group();
  azure.put(path(azure), body_of(template_of(Json::array({storage("stcancelone"), storage("stcanceltwo", {"stcancelone"})}))));
  azure.simulator.advance(seconds(3));
  CHECK(azure.post(path(azure) + "/cancel").status == 204);
  CHECK(azure.get_json(path(azure))["properties"]["provisioningState"] == "Canceled");
  CHECK(azure.post(path(azure) + "/cancel").status == 409);
  azure.settle();
  CHECK(azure.get_json(path(azure))["properties"]["provisioningState"] == "Canceled");
  CHECK(azure.get_json(azure.resource("Microsoft.Storage/storageAccounts/stcancelone"))["properties"]["provisioningState"] == "Succeeded");
  CHECK(azure.get(azure.resource("Microsoft.Storage/storageAccounts/stcanceltwo")).status == 404);
  CHECK(azure.get_json(azure.group() + "/deployments/d1/operations")["value"][0]["properties"]["provisioningState"] == "Canceled");
}

TEST_CASE("one deployment name runs once at a time; other names run beside it", "[deployment]") {
  Azure azure;
  azure.make_group();
  CHECK(azure.put(path(azure), body_of(template_of(Json::array({storage("stactive")})))).status == 201);
  const Response again = azure.put(path(azure), body_of(template_of(Json::array({storage("stactive")}))));
  CHECK(again.status == 409);
  CHECK(Azure::json(again)["error"]["code"] == "DeploymentActive");
  CHECK(azure.put(path(azure, "d2"), body_of(template_of(Json::array({storage("stsecond")})))).status == 201);
  CHECK(azure.put(path(azure, "d11"), body_of(template_of(Json::array({storage("stthird")})))).status == 201);
  azure.settle();
  for (const char* name : {"d1", "d2", "d11"}) CHECK(azure.get_json(path(azure, name))["properties"]["provisioningState"] == "Succeeded");
}

TEST_CASE("deploying the same again changes nothing and succeeds", "[deployment]") {
  Azure azure;
  azure.make_group();
  const std::string account = azure.resource("Microsoft.Storage/storageAccounts/stagain");
  Json created;
  for (const int expected : {201, 200}) {
    CHECK(azure.put(path(azure), body_of(template_of(Json::array({storage("stagain")})))).status == expected);
    azure.settle();
    CHECK(azure.get_json(path(azure))["properties"]["provisioningState"] == "Succeeded");
    const Json now = azure.get_json(account)["properties"];
    if (!created.is_null()) CHECK(now == created);
    created = now;
  }
}

TEST_CASE("conditions, copies and outputs with reference and listKeys go through the whole engine", "[deployment]") {
  Json copied = storage("[concat('stcopy', copyIndex())]");
  copied["copy"] = {{"name", "loop"}, {"count", 3}};
  Json never = storage("stnever");
  never["condition"] = false;
  const std::string first = "resourceId('Microsoft.Storage/storageAccounts', 'stcopy0')";
  Deployed done({copied, never},
                {{"blob", {{"type", "string"}, {"value", "[reference(" + first + ", '2023-04-01').primaryEndpoints.blob]"}}},
                 {"key", {{"type", "string"}, {"value", "[listKeys(" + first + ", '2023-04-01').keys[0].value]"}}}});
  CHECK(done.status == 201);
  CHECK(done.state() == "Succeeded");
  for (const char* name : {"stcopy0", "stcopy1", "stcopy2"}) CHECK(done.get(name) == 200);
  CHECK(done.get("stnever") == 404);
  const Json& outputs = done.result["properties"]["outputs"];
  CHECK(outputs["blob"]["value"] == "https://stcopy0.blob.core.windows.net/");
  const Json keys = Azure::json(done.azure.post(done.azure.resource("Microsoft.Storage/storageAccounts/stcopy0") + "/listKeys"));
  CHECK(outputs["key"]["value"] == keys["keys"][0]["value"]);
  CHECK(done.result["properties"]["outputResources"].size() == 3);
}

TEST_CASE("a nested deployment is a deployment: its resources are made, its failure is nested in its parent's", "[deployment]") {
  const auto nested = [](Json resources) {
    return Json{{"type", "Microsoft.Resources/deployments"}, {"apiVersion", "2021-04-01"}, {"name", "inner"},
                {"properties", {{"mode", "Incremental"}, {"template", template_of(std::move(resources))}}}};
  };
  Deployed good(Json::array({nested(Json::array({storage("stinner")}))}));
  CHECK(good.state() == "Succeeded");
  CHECK(good.get("stinner") == 200);
  CHECK(good.azure.get_json(path(good.azure, "inner"))["properties"]["provisioningState"] == "Succeeded");
  Deployed bad(Json::array({nested(Json::array({{{"type", "Microsoft.KeyVault/vaults"}, {"apiVersion", "2023-07-01"}, {"name", "kv--bad"}, {"location", "eastus"}, {"properties", Json::object()}}}))}));
  CHECK(bad.state() == "Failed");
  CHECK(bad.result["properties"]["error"]["details"][0]["code"] == "DeploymentFailed");
  CHECK(bad.result["properties"]["error"]["details"][0]["details"][0]["code"] == "VaultNameNotValid");
}

TEST_CASE("validating makes nothing, and says what the deployment would be refused for", "[deployment]") {
  Azure azure;
  azure.make_group();
  CHECK(azure.post(path(azure) + "/validate", body_of(template_of(Json::array({storage("stvalid")})))).status == 200);
  CHECK(azure.get(path(azure)).status == 404);
  CHECK(azure.get(azure.resource("Microsoft.Storage/storageAccounts/stvalid")).status == 404);
  CHECK(azure.post(path(azure) + "/validate", body_of(template_of(Json::array({{{"type", "Contoso.None/things"}, {"apiVersion", "1"}, {"name", "x"}}})))).status == 400);
}

TEST_CASE("names that are checked before a deployment begins: of accounts, taken or malformed, nested ones too", "[deployment][preflight]") {
  Azure azure;
  azure.make_group();
  azure.put(azure.group("other"), {{"location", "eastus"}});
  azure.put(azure.group("other") + "/providers/Microsoft.Storage/storageAccounts/sttaken", {{"location", "eastus"}, {"sku", {{"name", "Standard_LRS"}}}});
  azure.settle();
  const Json inner = {{"type", "Microsoft.Resources/deployments"}, {"apiVersion", "2021-04-01"}, {"name", "inner"}, {"properties", {{"mode", "Incremental"}, {"template", template_of(Json::array({storage("BAD-NAME")}))}}}};
  const Json body = body_of(template_of(Json::array({storage("stfree"), storage("sttaken"), inner})));
  for (const Response& refused : {azure.put(path(azure), body), azure.post(path(azure) + "/validate", body)}) {
    CHECK(refused.status == 400);
    const Json error = Azure::json(refused)["error"];
    CHECK(error["code"] == "InvalidTemplateDeployment");
    const std::string message = error["message"];
    CHECK(message.starts_with("The template deployment 'd1' is not valid according to the validation procedure. The tracking id is '"));
    CHECK(message.ends_with("'. See inner errors for details."));
    REQUIRE(error["details"].size() == 1);
    CHECK(error["details"][0] == Json{{"code", "PreflightValidationCheckFailed"},
                                      {"message", "Preflight validation failed. Please refer to the details for the specific errors."},
                                      {"details", {{{"code", "StorageAccountAlreadyTaken"}, {"target", "sttaken"}, {"message", "The storage account named sttaken is already taken."}},
                                                   {{"code", "AccountNameInvalid"}, {"target", "BAD-NAME"}, {"message", "BAD-NAME is not a valid storage account name. Storage account name must be between 3 and 24 characters in length and use numbers and lower-case letters only."}}}}});
  }
  azure.settle();
  CHECK(azure.get(path(azure)).status == 404);
  CHECK(azure.get(azure.resource("Microsoft.Storage/storageAccounts/stfree")).status == 404);
  // One's own account may be deployed again.
  azure.put(path(azure), body_of(template_of(Json::array({storage("stfree")}))));
  azure.settle();
  CHECK(azure.put(path(azure, "d2"), body_of(template_of(Json::array({storage("stfree")})))).status == 201);
}
