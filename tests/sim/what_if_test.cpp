#include <nlohmann/json.hpp>

#include "sim/arm/what_if.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace azlab;
using azlab::test::Azure;

namespace {

Json storage(const std::string& name, Json more = Json::object()) {
  Json out = {{"type", "Microsoft.Storage/storageAccounts"}, {"apiVersion", "2023-04-01"}, {"name", name}, {"location", "eastus"}, {"kind", "StorageV2"}, {"sku", {{"name", "Standard_LRS"}}}};
  out.merge_patch(more);
  return out;
}

Json body_of(Json resources, Json more = Json::object()) {
  Json out = {{"properties", {{"mode", "Incremental"}, {"template", {{"$schema", "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"}, {"contentVersion", "1.0.0.0"}, {"resources", std::move(resources)}}}}}};
  out.merge_patch(more);
  return out;
}

/// A group with two accounts, ready to be asked about.
struct Asked {
  Asked() {
    azure.make_group();
    azure.put(deployment, body_of(Json::array({storage("stone1", {{"tags", {{"team", "a"}, {"old", "x"}}}, {"properties", {{"accessTier", "Hot"}}}}), storage("sttwo1")})));
    azure.settle();
  }
  Response post(const Json& body) { return azure.post(deployment + "/whatIf?api-version=2021-04-01", body); }
  /// The changes by the last segment of the id.
  Json changes(const Json& body) {
    const Response accepted = post(body);
    REQUIRE(accepted.status == 202);
    azure.settle();
    const Json result = Azure::json(azure.simulator.handle(Request::make(Method::get, accepted.headers.get("Location"))));
    CHECK(result["status"] == "Succeeded");
    Json out = Json::object();
    for (const Json& change : result["properties"]["changes"]) {
      const std::string id = change["resourceId"];
      out[id.substr(id.rfind('/') + 1)] = change;
    }
    return out;
  }

  Azure azure;
  std::string deployment = azure.group() + "/providers/Microsoft.Resources/deployments/d1";
};

}  // namespace

TEST_CASE("what-if says what is created, modified, left as it is and not named", "[what-if]") {
  Asked asked;
  const Json changes = asked.changes(body_of(Json::array({storage("stone1", {{"location", "East US"}, {"tags", {{"team", "b"}}}, {"properties", {{"accessTier", "Cool"}, {"minimumTlsVersion", "TLS1_2"}}}}), storage("stnew1")})));
  CHECK(changes["stnew1"]["changeType"] == "Create");
  CHECK(changes["stnew1"]["after"]["sku"]["name"] == "Standard_LRS");
  CHECK_FALSE(changes["stnew1"]["after"].contains("resourceGroup"));  // az adds it to what it prints as JSON
  CHECK_FALSE(changes["stnew1"].contains("before"));
  CHECK(changes["sttwo1"]["changeType"] == "Ignore");
  CHECK(changes["sttwo1"]["before"] == changes["sttwo1"]["after"]);
  CHECK(changes["stone1"]["changeType"] == "Modify");
  CHECK(changes["stone1"]["before"]["properties"]["accessTier"] == "Hot");
  CHECK(changes["stone1"]["after"]["properties"]["accessTier"] == "Cool");
  Json paths = Json::object();
  for (const Json& one : changes["stone1"]["delta"]) paths[one["path"].get<std::string>()] = one["propertyChangeType"];
  CHECK(paths["properties.accessTier"] == "Modify");
  CHECK(paths["tags.team"] == "Modify");
  CHECK(paths["tags.old"] == "Delete");
  CHECK_FALSE(paths.contains("location"));
}

TEST_CASE("what-if changes nothing", "[what-if]") {
  Asked asked;
  const Json before = asked.azure.get_json(asked.azure.resource("Microsoft.Storage/storageAccounts/stone1"));
  asked.changes(body_of(Json::array({storage("stone1", {{"tags", {{"team", "z"}}}}), storage("stnew1")}), {{"properties", {{"mode", "Complete"}}}}));
  CHECK(asked.azure.get_json(asked.azure.resource("Microsoft.Storage/storageAccounts/stone1")) == before);
  CHECK(asked.azure.get(asked.azure.resource("Microsoft.Storage/storageAccounts/stnew1")).status == 404);
  CHECK(asked.azure.get(asked.azure.resource("Microsoft.Storage/storageAccounts/sttwo1")).status == 200);
}

TEST_CASE("what-if of the same again is NoChange, in mode Complete the rest is Delete", "[what-if]") {
  Asked asked;
  const Json changes = asked.changes(body_of(Json::array({storage("stone1")}), {{"properties", {{"mode", "Complete"}}}}));
  CHECK(changes["stone1"]["changeType"] == "NoChange");
  CHECK(changes["stone1"]["delta"] == Json::array());
  CHECK(changes["sttwo1"]["changeType"] == "Delete");
  CHECK(changes["sttwo1"]["before"]["kind"] == "StorageV2");
  CHECK_FALSE(changes["sttwo1"].contains("after"));
}

TEST_CASE("what-if with ResourceIdOnly tells ids, and Deploy for what exists", "[what-if]") {
  Asked asked;
  const Json changes = asked.changes(body_of(Json::array({storage("stone1"), storage("stnew1")}), {{"properties", {{"whatIfSettings", {{"resultFormat", "ResourceIdOnly"}}}}}}));
  CHECK(changes["stone1"] == Json({{"changeType", "Deploy"}, {"resourceId", asked.azure.resource("Microsoft.Storage/storageAccounts/stone1")}}));
  CHECK(changes["stnew1"]["changeType"] == "Create");
  CHECK_FALSE(changes["stnew1"].contains("after"));
  CHECK(changes["sttwo1"]["changeType"] == "Ignore");
}

TEST_CASE("what-if unfolds nested templates; what needs something deployed stays a text, an id that does is unsupported", "[what-if]") {
  Asked asked;
  const Json inner = {{"$schema", "s"}, {"contentVersion", "1.0.0.0"}, {"parameters", {{"suffix", {{"type", "string"}}}, {"tier", {{"type", "string"}}}}},
                      {"resources", {storage("stinner1", {{"properties", {{"accessTier", "[parameters('tier')]"}}}}), storage("[concat('st', parameters('suffix'))]")}}};
  const std::string later = "[reference(resourceId('Microsoft.Storage/storageAccounts', 'stone1'), '2023-04-01').primaryLocation]";
  const Json nested = {{"type", "Microsoft.Resources/deployments"}, {"apiVersion", "2022-09-01"}, {"name", "n"},
                       {"properties", {{"mode", "Incremental"}, {"expressionEvaluationOptions", {{"scope", "inner"}}}, {"parameters", {{"suffix", {{"value", later}}}, {"tier", {{"value", later}}}}}, {"template", inner}}}};
  const Json changes = asked.changes(body_of(Json::array({storage("stone1"), nested})));
  CHECK(changes["stinner1"]["changeType"] == "Create");
  CHECK(changes["stinner1"]["after"]["properties"]["accessTier"] == later);
  std::size_t unsupported = 0;
  for (const auto& item : changes.items()) {
    if (item.value()["changeType"] != "Unsupported") continue;
    ++unsupported;
    CHECK(item.value()["unsupportedReason"].get<std::string>().starts_with("Changes to the resource declared at 'properties.template.resources[1]' on line "));
  }
  CHECK(unsupported == 1);
}

TEST_CASE("what-if hides secure parameters and refuses what a deployment would be refused for", "[what-if]") {
  Asked asked;
  Json body = body_of(Json::array({storage("stnew1", {{"tags", {{"word", "[parameters('secret')]"}}}})}));
  body["properties"]["template"]["parameters"] = {{"secret", {{"type", "secureString"}}}};
  body["properties"]["parameters"] = {{"secret", {{"value", "sesame-1"}}}};
  CHECK(asked.changes(body)["stnew1"]["after"]["tags"]["word"] == "*******");
  body["properties"]["parameters"] = Json::object();
  const Response refused = asked.post(body);
  CHECK(refused.status == 400);
  CHECK(Azure::json(refused)["error"]["code"] == "InvalidTemplate");
}

TEST_CASE("what-if at a subscription looks at groups and into the groups that templates deploy to", "[what-if][levels]") {
  Asked asked;
  const Json group = {{"type", "Microsoft.Resources/resourceGroups"}, {"apiVersion", "2022-09-01"}, {"name", "rg-new"}, {"location", "westeurope"}, {"properties", Json::object()}};
  const auto module = [](const std::string& into, const Json& account) {
    return Json{{"type", "Microsoft.Resources/deployments"}, {"apiVersion", "2022-09-01"}, {"name", "in-" + into}, {"resourceGroup", into},
                {"properties", {{"mode", "Incremental"}, {"expressionEvaluationOptions", {{"scope", "inner"}}}, {"template", {{"contentVersion", "1.0.0.0"}, {"resources", {account}}}}}}};
  };
  Json body = body_of(Json::array({group, module("rg-new", storage("stnew1", {{"location", "[resourceGroup().location]"}})), module("rg", storage("stone1"))}));
  body["location"] = "eastus";
  asked.deployment = asked.azure.subscription() + "/providers/Microsoft.Resources/deployments/s1";
  const Json changes = asked.changes(body);
  CHECK(changes["rg-new"]["changeType"] == "Create");
  CHECK(changes["rg-new"]["after"]["type"] == "Microsoft.Resources/resourceGroups");
  CHECK(changes["stnew1"]["changeType"] == "Create");
  CHECK(changes["stnew1"]["after"]["location"] == "westeurope");
  CHECK(changes["stone1"]["changeType"] == "NoChange");
  CHECK(changes["sttwo1"]["changeType"] == "Ignore");
}

TEST_CASE("the difference of two resources: arrays by element and name, ids without case, what only the service sets", "[what-if]") {
  const Json before = {{"properties", {{"rules", {{{"name", "one"}, {"port", 80}}, {{"name", "two"}, {"port", 22}}}}, {"prefixes", {"10.0.0.0/16"}}, {"link", "/subscriptions/S/x"}, {"provisioningState", "Succeeded"}}}};
  const Json after = {{"properties", {{"rules", {{{"name", "one"}, {"port", 443}}}}, {"prefixes", {"10.0.0.0/15"}}, {"link", "/subscriptions/s/X"}, {"provisioningState", "Creating"}, {"fresh", true}}}};
  const Json delta = arm::what_if_delta(before, after);
  Json by_path = Json::object();
  for (const Json& one : delta) by_path[one["path"].get<std::string>()] = one;
  REQUIRE(by_path.size() == 4);
  CHECK(by_path["properties.fresh"]["propertyChangeType"] == "Create");
  CHECK(by_path["properties.provisioningState"]["propertyChangeType"] == "NoEffect");
  const Json& rules = by_path["properties.rules"];
  CHECK(rules["propertyChangeType"] == "Array");
  CHECK(rules["children"][0]["path"] == "0");
  CHECK(rules["children"][0]["propertyChangeType"] == "Modify");
  CHECK(rules["children"][0]["children"][0]["path"] == "port");
  CHECK(rules["children"][1] == Json({{"path", "1"}, {"propertyChangeType", "Delete"}, {"before", {{"name", "two"}, {"port", 22}}}, {"after", nullptr}, {"children", nullptr}}));
  CHECK(by_path["properties.prefixes"]["children"][0]["propertyChangeType"] == "Delete");
  CHECK(by_path["properties.prefixes"]["children"][1]["after"] == "10.0.0.0/15");
  CHECK(arm::has_effect(delta));
  CHECK_FALSE(arm::has_effect(arm::what_if_delta(before, {{"properties", {{"provisioningState", "Creating"}}}})));
}
