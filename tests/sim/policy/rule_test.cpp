#include <nlohmann/json.hpp>

#include "sim/policy/change.hpp"
#include "sim/policy/rule.hpp"
#include "tests/support/catch.hpp"

using namespace azlab;

namespace {

const Json kAccount = Json::parse(R"({
  "type": "Microsoft.Storage/storageAccounts", "name": "stlab42", "fullName": "stlab42", "location": "westeurope", "kind": "StorageV2",
  "tags": {"cost center": "7", "Owner": "kim"}, "sku": {"name": "Standard_LRS"},
  "properties": {"supportsHttpsTrafficOnly": true, "networkAcls": {"defaultAction": "Deny", "ipRules": [{"value": "1.2.3.4", "action": "Allow"}, {"value": "10.0.0.0/8", "action": "Allow"}]}}
})");

policy::Surroundings surroundings() {
  policy::Surroundings out{.parameters = {{"regions", {"eastus", "westeurope"}}, {"tagName", "cost center"}, {"effect", "deny"}}};
  out.scope.subscription_id = "00000000-0000-0000-0000-000000000001";
  out.scope.resource_group = "rg";
  out.scope.group = std::make_shared<const Json>(Json{{"name", "rg"}, {"location", "westeurope"}, {"tags", {{"cost center", "9"}}}});
  return out;
}

bool met(const char* condition) {
  const auto finding = policy::judge(Json::parse(condition), kAccount, surroundings());
  INFO(condition);
  if (!finding) FAIL(finding.error().message);
  return finding->met;
}

}  // namespace

TEST_CASE("policy: every operator, for a value that fits and one that does not", "[policy]") {
  CHECK(met(R"({"field": "name", "equals": "STLAB42"})"));
  CHECK_FALSE(met(R"({"field": "name", "equals": "other"})"));
  CHECK(met(R"({"field": "name", "notEquals": "other"})"));
  CHECK(met(R"({"field": "name", "like": "st*42"})"));
  CHECK_FALSE(met(R"({"field": "name", "notLike": "st*"})"));
  CHECK(met(R"({"field": "name", "match": "st???##"})"));
  CHECK_FALSE(met(R"({"field": "name", "match": "ST???##"})"));
  CHECK(met(R"({"field": "name", "matchInsensitively": "ST???##"})"));
  CHECK(met(R"({"field": "name", "notMatch": "##"})"));
  CHECK_FALSE(met(R"({"field": "name", "notMatchInsensitively": "ST....."})"));
  CHECK(met(R"({"field": "name", "contains": "LAB"})"));
  CHECK_FALSE(met(R"({"field": "name", "notContains": "lab"})"));
  CHECK(met(R"({"field": "location", "in": ["eastus", "WestEurope"]})"));
  CHECK_FALSE(met(R"({"field": "location", "notIn": ["eastus", "westeurope"]})"));
  CHECK(met(R"({"field": "tags", "containsKey": "owner"})"));
  CHECK(met(R"({"field": "tags", "notContainsKey": "team"})"));
  CHECK(met(R"({"field": "tags['cost center']", "less": "8"})"));
  CHECK_FALSE(met(R"({"field": "tags['cost center']", "less": 7})"));
  CHECK(met(R"({"field": "tags['cost center']", "lessOrEquals": 7})"));
  CHECK(met(R"({"field": "tags[cost center]", "greater": 6})"));
  CHECK_FALSE(met(R"({"field": "tags.Owner", "greaterOrEquals": "lee"})"));
  CHECK(met(R"({"field": "kind", "exists": "true"})"));
  CHECK(met(R"({"field": "tags['team']", "exists": false})"));
}

TEST_CASE("policy: what is absent equals nothing, and aliases of other types are absent", "[policy]") {
  CHECK_FALSE(met(R"({"field": "Microsoft.Storage/storageAccounts/minimumTlsVersion", "equals": "TLS1_2"})"));
  CHECK(met(R"({"field": "Microsoft.Storage/storageAccounts/minimumTlsVersion", "notEquals": "TLS1_2"})"));
  CHECK_FALSE(met(R"({"field": "Microsoft.Storage/storageAccounts/minimumTlsVersion", "in": ["TLS1_2"]})"));
  CHECK(met(R"({"field": "microsoft.storage/storageAccounts/SupportsHttpsTrafficOnly", "equals": "true"})"));
  CHECK_FALSE(met(R"({"field": "Microsoft.KeyVault/vaults/networkAcls.defaultAction", "exists": true})"));
}

TEST_CASE("policy: allOf, anyOf and not", "[policy]") {
  CHECK(met(R"({"allOf": [{"field": "kind", "equals": "StorageV2"}, {"not": {"field": "location", "equals": "eastus"}}]})"));
  CHECK_FALSE(met(R"({"allOf": [{"field": "kind", "equals": "StorageV2"}, {"field": "location", "equals": "eastus"}]})"));
  CHECK(met(R"({"anyOf": [{"field": "kind", "equals": "BlobStorage"}, {"field": "location", "equals": "westeurope"}]})"));
}

TEST_CASE("policy: arrays: each element must fit, count counts", "[policy]") {
  CHECK(met(R"({"field": "Microsoft.Storage/storageAccounts/networkAcls.ipRules[*].action", "equals": "Allow"})"));
  CHECK_FALSE(met(R"({"field": "Microsoft.Storage/storageAccounts/networkAcls.ipRules[*].value", "equals": "1.2.3.4"})"));
  CHECK(met(R"({"count": {"field": "Microsoft.Storage/storageAccounts/networkAcls.ipRules[*]"}, "equals": 2})"));
  CHECK(met(R"({"count": {"field": "Microsoft.Storage/storageAccounts/networkAcls.ipRules[*]", "where": {"field": "Microsoft.Storage/storageAccounts/networkAcls.ipRules[*].value", "like": "*/8"}}, "equals": 1})"));
  CHECK(met(R"({"count": {"field": "Microsoft.Storage/storageAccounts/networkAcls.virtualNetworkRules[*]"}, "equals": 0})"));
  CHECK(met(R"({"count": {"value": "[parameters('regions')]", "name": "region", "where": {"value": "[current('region')]", "equals": "[field('location')]"}}, "greater": 0})"));
}

TEST_CASE("policy: expressions see parameters, fields, the group and its tags", "[policy]") {
  CHECK(met(R"({"field": "location", "in": "[parameters('regions')]"})"));
  CHECK(met(R"({"field": "location", "equals": "[resourceGroup().location]"})"));
  CHECK(met(R"({"field": "[concat('tags[', parameters('tagName'), ']')]", "notEquals": "[resourceGroup().tags[parameters('tagName')]]"})"));
  CHECK(met(R"({"value": "[resourceGroup().tags['none']]", "equals": ""})"));
  CHECK(met(R"({"value": "[length(field('Microsoft.Storage/storageAccounts/networkAcls.ipRules[*].value'))]", "equals": 2})"));
  CHECK(met(R"({"value": "[field(concat('tags[', parameters('tagName'), ']'))]", "equals": "7"})"));
  CHECK(met(R"({"value": "[equals(field('tags.team'), json('null'))]", "equals": true})"));
  const auto wrong = policy::judge(Json::parse(R"({"value": "[reference('x')]", "equals": 1})"), kAccount, surroundings());
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().code == "InvalidPolicyRule");
}

TEST_CASE("policy: evaluated expressions are those that were looked at", "[policy]") {
  const auto finding = policy::judge(Json::parse(R"({"allOf": [{"field": "type", "equals": "Microsoft.Storage/storageAccounts"}, {"field": "tags['team']", "exists": "false"}]})"), kAccount, surroundings());
  REQUIRE(finding);
  REQUIRE(finding->expressions.size() == 2);
  CHECK(finding->expressions[0] == Json{{"result", "True"}, {"expressionKind", "Field"}, {"expression", "type"}, {"path", "type"}, {"expressionValue", "Microsoft.Storage/storageAccounts"}, {"targetValue", "Microsoft.Storage/storageAccounts"}, {"operator", "Equals"}});
  CHECK(finding->expressions[1] == Json{{"result", "True"}, {"expressionKind", "Field"}, {"expression", "tags['team']"}, {"path", "tags['team']"}, {"targetValue", "false"}, {"operator", "Exists"}});
}

TEST_CASE("policy: a rule that cannot be judged is refused when it is written", "[policy]") {
  const auto refused = [](const char* rule) {
    const auto ok = policy::check_rule(Json::parse(rule), "mine");
    return ok ? std::string("accepted") : ok.error().code;
  };
  CHECK(refused(R"({"if": {"field": "location", "equals": "x"}, "then": {"effect": "deny"}})") == "accepted");
  CHECK(refused(R"({"if": {"field": "location", "equlas": "x"}, "then": {"effect": "deny"}})") == "InvalidPolicyRule");
  CHECK(refused(R"({"if": {"allOf": []}, "then": {"effect": "deny"}})") == "InvalidPolicyRule");
  CHECK(refused(R"({"then": {"effect": "deny"}})") == "InvalidPolicyRule");
  CHECK(refused(R"({"if": {"field": "location", "equals": "x"}})") == "InvalidPolicyRule");
  const auto alias = policy::check_rule(Json::parse(R"({"if": {"field": "Microsoft.KeyVault/vaults/nothing", "equals": "x"}, "then": {"effect": "deny"}})"), "mine");
  REQUIRE_FALSE(alias);
  CHECK(alias.error().code == "InvalidPolicyAlias");
  CHECK(alias.error().message.starts_with("The policy definition 'mine' rule is invalid. The 'field' property 'Microsoft.KeyVault/vaults/nothing' of the policy rule doesn't exist as an alias under provider 'Microsoft.KeyVault' and resource type 'vaults'."));
}

TEST_CASE("policy: modify adds, replaces and removes; append adds or says no", "[policy]") {
  Json account = kAccount;
  const Json details = Json::parse(R"({"operations": [
    {"operation": "add", "field": "tags['Owner']", "value": "lee"},
    {"operation": "add", "field": "tags['team']", "value": "[parameters('tagName')]"},
    {"operation": "addOrReplace", "field": "Microsoft.Storage/storageAccounts/publicNetworkAccess", "value": "Disabled"},
    {"operation": "addOrReplace", "field": "location", "value": "eastus", "condition": "[equals(1, 2)]"},
    {"operation": "remove", "field": "tags['cost center']"}]})");
  REQUIRE(policy::modify(account, details, surroundings()));
  CHECK(account["tags"] == Json{{"Owner", "kim"}, {"team", "cost center"}});
  CHECK(account["properties"]["publicNetworkAccess"] == "Disabled");
  CHECK(account["location"] == "westeurope");

  CHECK(*policy::append(account, Json::parse(R"([{"field": "tags['new']", "value": "1"}])"), surroundings()) == true);
  CHECK(account["tags"]["new"] == "1");
  CHECK(*policy::append(account, Json::parse(R"([{"field": "tags['new']", "value": "2"}])"), surroundings()) == false);
}
