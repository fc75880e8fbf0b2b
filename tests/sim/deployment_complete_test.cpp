#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/templates.hpp"

// What a deployment takes away: mode Complete, and the return to an earlier one.

using namespace azlab;
using namespace azlab::test;

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
  const Json broken = vault("kv--bad");
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

TEST_CASE("a failed deployment returns to the last one that succeeded, in mode Complete", "[deployment][rollback]") {
  Azure azure;
  azure.make_group();
  const Json bad = body_of(template_of(Json::array({storage("stnew1"), vault("kv--bad")})));
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

TEST_CASE("mode Complete meets a lock: what is locked stays and fails the deployment, the rest goes", "[deployment][complete][lock]") {
  Azure azure;
  azure.make_group();
  azure.put(at_group(azure), body_of(template_of(Json::array({storage("stkept1"), storage("stgone1"), storage("stlocked1")}))));
  azure.settle();
  const std::string locked = azure.resource("Microsoft.Storage/storageAccounts/stlocked1");
  const std::string lock = locked + "/providers/Microsoft.Authorization/locks/keep";
  REQUIRE(azure.put(lock, {{"properties", {{"level", "CanNotDelete"}}}}).status == 201);

  REQUIRE(azure.put(at_group(azure, "d2"), body_of(template_of(Json::array({storage("stkept1")})), "Complete")).status == 201);
  azure.settle();

  const Json failed = azure.get_json(at_group(azure, "d2"))["properties"];
  CHECK(failed["provisioningState"] == "Failed");
  CHECK(failed["error"]["code"] == "DeploymentFailed");
  REQUIRE(failed["error"]["details"].size() == 1);
  CHECK(failed["error"]["details"][0]["code"] == "ScopeLocked");
  CHECK(failed["error"]["details"][0]["message"] == "The scope '" + locked + "' cannot perform delete operation because following scope(s) are locked: '" + locked + "'. Please remove the lock and try again.");
  CHECK(azure.get(azure.resource("Microsoft.Storage/storageAccounts/stkept1")).status == 200);
  CHECK(azure.get(azure.resource("Microsoft.Storage/storageAccounts/stgone1")).status == 404);
  CHECK(azure.get(locked).status == 200);

  REQUIRE(azure.del(lock).status == 200);
  azure.put(at_group(azure, "d3"), body_of(template_of(Json::array({storage("stkept1")})), "Complete"));
  azure.settle();
  CHECK(azure.get_json(at_group(azure, "d3"))["properties"]["provisioningState"] == "Succeeded");
  CHECK(azure.get(locked).status == 404);
}

TEST_CASE("mode Complete in a locked group deletes nothing, and names each resource that it could not", "[deployment][complete][lock]") {
  Azure azure;
  azure.make_group();
  azure.put(at_group(azure), body_of(template_of(Json::array({storage("stone1"), storage("sttwo1")}))));
  azure.settle();
  azure.put(azure.group() + "/providers/Microsoft.Authorization/locks/keep", {{"properties", {{"level", "CanNotDelete"}}}});
  azure.put(at_group(azure, "d2"), body_of(template_of(Json::array()), "Complete"));
  azure.settle();
  const Json error = azure.get_json(at_group(azure, "d2"))["properties"]["error"];
  REQUIRE(error["details"].size() == 2);
  for (const char* name : {"stone1", "sttwo1"}) CHECK(azure.get(azure.resource(std::string("Microsoft.Storage/storageAccounts/") + name)).status == 200);
  const Json operations = azure.get_json(at_group(azure, "d2") + "/operations")["value"];
  REQUIRE(operations.size() == 2);
  for (const auto& operation : operations) {
    CHECK(operation["properties"]["provisioningOperation"] == "Delete");
    CHECK(operation["properties"]["provisioningState"] == "Failed");
  }
}
