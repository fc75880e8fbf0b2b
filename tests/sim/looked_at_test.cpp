// What clients look at beside the resources they work with: sizes and quota of machines, tags, templates of groups.
#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace azlab;
using azlab::test::Azure;

TEST_CASE("sizes, usage and offers of virtual machines come from the catalogue; there are no machines", "[compute]") {
  Azure azure;
  azure.make_group();
  const std::string base = azure.subscription() + "/providers/Microsoft.Compute/";
  const Json sizes = azure.get_json(base + "locations/eastus/vmSizes")["value"];
  REQUIRE(sizes.size() == 43);
  CHECK(sizes[0] == Json{{"name", "Standard_DS1_v2"}, {"numberOfCores", 1}, {"osDiskSizeInMB", 1047552}, {"resourceDiskSizeInMB", 7168}, {"memoryInMB", 3584}, {"maxDataDiskCount", 4}});
  const Json usages = azure.get_json(base + "locations/East%20US/usages")["value"];
  CHECK(usages[1] == Json{{"unit", "Count"}, {"currentValue", 0}, {"limit", 20}, {"name", {{"value", "cores"}, {"localizedValue", "Total Regional vCPUs"}}}});
  CHECK(azure.get(base + "locations/nowhere/usages").status == 400);
  const Json offers = azure.get_json(base + "skus?$filter=location%20eq%20'eastus'")["value"];
  CHECK(offers.size() == 43);
  CHECK(offers[0]["size"] == "DS1_v2");
  CHECK(azure.get_json(base + "virtualMachines") == Json{{"value", Json::array()}});
  CHECK(azure.get(azure.resource("Microsoft.Compute/virtualMachines")).status == 200);
  CHECK(azure.get(azure.group("none") + "/providers/Microsoft.Compute/virtualMachines").status == 404);
}

TEST_CASE("there are no managed HSMs, live or deleted", "[keyvault]") {
  Azure azure;
  azure.make_group();
  const std::string base = azure.subscription() + "/providers/Microsoft.KeyVault/";
  CHECK(azure.get_json(base + "managedHSMs") == Json{{"value", Json::array()}});
  CHECK(azure.get_json(base + "deletedManagedHSMs") == Json{{"value", Json::array()}});
  CHECK(azure.get_json(azure.resource("Microsoft.KeyVault/managedHSMs")) == Json{{"value", Json::array()}});
  CHECK(azure.get(azure.group("none") + "/providers/Microsoft.KeyVault/managedHSMs").status == 404);
}

TEST_CASE("tags of a group, a resource and the subscription: set, merged, deleted by value, listed", "[tags]") {
  Azure azure;
  azure.make_group();
  const auto at = [](const std::string& scope) { return scope + "/providers/Microsoft.Resources/tags/default"; };
  const auto sent = [](const Json& tags, const char* operation) { return Json{{"operation", operation}, {"properties", {{"tags", tags}}}}; };
  CHECK(azure.get_json(at(azure.group()))["properties"]["tags"] == Json::object());
  CHECK(azure.put(at(azure.group()), sent({{"team", "lab"}}, "")).status == 200);
  CHECK(azure.get_json(azure.group())["tags"] == Json{{"team", "lab"}});
  const auto patch = [&](const Json& tags, const char* operation) { return Azure::json(azure.send(Method::patch, at(azure.group()), sent(tags, operation)))["properties"]["tags"]; };
  CHECK(patch({{"cost", "1"}}, "Merge") == Json{{"cost", "1"}, {"team", "lab"}});
  CHECK(patch({{"cost", "2"}, {"team", "lab"}}, "Delete") == Json{{"cost", "1"}});
  CHECK(patch({{"x", "y"}}, "Replace") == Json{{"x", "y"}});
  CHECK(azure.send(Method::patch, at(azure.group()), sent({}, "Forget")).status == 400);

  CHECK(azure.put(at(azure.subscription()), sent({{"x", "z"}}, "")).status == 200);
  const Json names = azure.get_json(azure.subscription() + "/tagNames")["value"];
  REQUIRE(names.size() == 1);
  CHECK(names[0]["tagName"] == "x");
  CHECK(names[0]["count"]["value"] == 2);
  CHECK(names[0]["values"][1]["tagValue"] == "z");
  CHECK(azure.del(at(azure.group())).status == 200);
  CHECK(azure.get_json(azure.group())["tags"] == Json::object());
  CHECK(azure.get(at(azure.resource("Microsoft.Storage/storageAccounts/none"))).status == 404);
}

TEST_CASE("a group is exported as a template that can be deployed again", "[export]") {
  Azure azure;
  azure.make_workspace();
  const Json exported = Azure::json(azure.post(azure.group() + "/exportTemplate", {{"resources", {"*"}}, {"options", "IncludeParameterDefaultValue"}}))["template"];
  REQUIRE(exported["resources"].size() >= 4);
  CHECK(exported["parameters"]["storageAccounts_stlab_name"] == Json{{"type", "String"}, {"defaultValue", "stlab"}});
  for (const auto& resource : exported["resources"]) CHECK_FALSE(resource["properties"].contains("provisioningState"));
  const Json plain = Azure::json(azure.post(azure.group() + "/exportTemplate", {{"resources", {azure.resource("Microsoft.Storage/storageAccounts/stlab")}}, {"options", "SkipAllParameterization"}}))["template"];
  REQUIRE(plain["resources"].size() == 1);
  CHECK(plain["resources"][0]["name"] == "stlab");
  CHECK(plain["parameters"] == Json::object());
  const Json body = {{"properties", {{"mode", "Incremental"}, {"template", plain}}}};
  CHECK(azure.put(azure.resource("Microsoft.Resources/deployments/again"), body).status == 201);
  azure.settle();
  CHECK(azure.get_json(azure.resource("Microsoft.Resources/deployments/again"))["properties"]["provisioningState"] == "Succeeded");
  CHECK(azure.post(azure.group("none") + "/exportTemplate", Json::object()).status == 404);
}

TEST_CASE("one operation of a deployment is found at both of its addresses", "[deployment]") {
  Azure azure;
  azure.make_group();
  const Json resource = {{"type", "Microsoft.Storage/storageAccounts"}, {"apiVersion", "2023-01-01"}, {"name", "one77"}, {"location", "eastus"}, {"sku", {{"name", "Standard_LRS"}}}, {"kind", "StorageV2"}};
  azure.put(azure.resource("Microsoft.Resources/deployments/d"), {{"properties", {{"mode", "Incremental"}, {"template", {{"$schema", "s"}, {"contentVersion", "1.0.0.0"}, {"resources", Json::array({resource})}}}}}});
  azure.settle();
  const Json operations = azure.get_json(azure.group() + "/deployments/d/operations")["value"];
  REQUIRE(operations.size() == 1);
  CHECK(azure.get_json(azure.group() + "/deployments/d/operations/" + operations[0]["operationId"].get<std::string>()) == operations[0]);
  CHECK(azure.get_json(operations[0]["id"])["properties"]["targetResource"]["resourceName"] == "one77");
  CHECK(Azure::json(azure.get(azure.group() + "/deployments/d/operations/1"))["error"]["code"] == "DeploymentOperationNotFound");
}
