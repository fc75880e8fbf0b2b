// Azure Policy as a client meets it: what is assigned changes, refuses or only notes what is made.
#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace azlab;
using azlab::test::Azure;

namespace {

const char* const kAllowedLocations = "/providers/Microsoft.Authorization/policyDefinitions/e56962a6-4747-49cd-b67b-bf8b01975c4c";

std::string definition(const Azure& azure, const std::string& name) { return azure.subscription() + "/providers/Microsoft.Authorization/policyDefinitions/" + name; }
std::string assignment(const std::string& scope, const std::string& name) { return scope + "/providers/Microsoft.Authorization/policyAssignments/" + name; }

Response assign(Azure& azure, const std::string& scope, const std::string& name, const std::string& definition, const Json& parameters = Json::object()) {
  Json given = Json::object();
  for (const auto& [key, value] : parameters.items()) given[key] = {{"value", value}};
  return azure.put(assignment(scope, name), {{"properties", {{"displayName", "Assigned " + name}, {"policyDefinitionId", definition}, {"parameters", given}}}});
}

Response make_storage(Azure& azure, const std::string& name, const Json& tags = Json::object(), const std::string& location = "eastus") {
  return azure.put(azure.resource("Microsoft.Storage/storageAccounts/" + name), {{"location", location}, {"kind", "StorageV2"}, {"sku", {{"name", "Standard_LRS"}}}, {"tags", tags}});
}

}  // namespace

TEST_CASE("policy: a definition and its assignment are resources", "[policy]") {
  Azure azure;
  const Json rule = {{"if", {{"field", "location"}, {"equals", "westus"}}}, {"then", {{"effect", "deny"}}}};
  CHECK(azure.put(definition(azure, "no-west"), {{"properties", {{"displayName", "No West"}, {"policyRule", rule}}}}).status == 201);
  const Json made = azure.get_json(definition(azure, "no-west"));
  CHECK(made["properties"]["policyType"] == "Custom");
  CHECK(made["properties"]["mode"] == "All");
  CHECK(assign(azure, azure.subscription(), "west", definition(azure, "no-west")).status == 201);
  CHECK(azure.get_json(assignment(azure.subscription(), "west"))["properties"]["enforcementMode"] == "Default");
  CHECK(azure.get_json(azure.subscription() + "/providers/Microsoft.Authorization/policyAssignments")["value"].size() == 1);
  CHECK(azure.get_json(azure.subscription() + "/providers/Microsoft.Authorization/policyDefinitions?$filter=policyType%20eq%20'Custom'")["value"].size() == 1);

  const Response in_use = azure.del(definition(azure, "no-west"));
  CHECK(in_use.status == 409);
  CHECK(azure.del(assignment(azure.subscription(), "west")).status == 200);
  CHECK(azure.del(assignment(azure.subscription(), "west")).status == 204);
  CHECK(azure.del(definition(azure, "no-west")).status == 200);
  CHECK(Azure::json(azure.get(definition(azure, "no-west")))["error"]["code"] == "PolicyDefinitionNotFound");
}

TEST_CASE("policy: a group in another region is refused in Azure's words and shape", "[policy]") {
  Azure azure;
  REQUIRE(assign(azure, azure.subscription(), "places", "/providers/Microsoft.Authorization/policyDefinitions/e765b5de-1225-4ba3-bd56-1ac6695af988", {{"listOfAllowedLocations", {"westeurope"}}}).status == 201);
  const Response refused = azure.put(azure.group(), {{"location", "eastus"}});
  CHECK(refused.status == 403);
  const Json error = Azure::json(refused)["error"];
  CHECK(error["code"] == "RequestDisallowedByPolicy");
  CHECK(error["target"] == "rg");
  CHECK(error["message"] == "Resource 'rg' was disallowed by policy. Policy identifiers: '[{\"policyAssignment\":{\"name\":\"Assigned places\",\"id\":\"" + assignment(azure.subscription(), "places") +
                                "\"},\"policyDefinition\":{\"name\":\"Allowed locations for resource groups\",\"id\":\"/providers/Microsoft.Authorization/policyDefinitions/e765b5de-1225-4ba3-bd56-1ac6695af988\",\"version\":\"1.0.0\"}}]'.");
  const Json info = error["additionalInfo"][0]["info"];
  CHECK(error["additionalInfo"][0]["type"] == "PolicyViolation");
  CHECK(info["policyDefinitionEffect"] == "deny");
  CHECK(info["policyAssignmentScope"] == azure.subscription());
  CHECK(info["policyAssignmentParameters"]["listOfAllowedLocations"]["value"][0] == "westeurope");
  CHECK(info["evaluationDetails"]["evaluatedExpressions"][1] ==
        Json{{"result", "True"}, {"expressionKind", "Field"}, {"expression", "location"}, {"path", "location"}, {"expressionValue", "eastus"}, {"targetValue", {"westeurope"}}, {"operator", "NotIn"}});
  CHECK(azure.get(azure.group()).status == 404);
  CHECK(azure.put(azure.group(), {{"location", "westeurope"}}).status == 201);
}

TEST_CASE("policy: a reason of the assignment takes the place of the identifiers", "[policy]") {
  Azure azure;
  azure.make_group();
  REQUIRE(azure.put(assignment(azure.group(), "tagged"), {{"properties", {{"policyDefinitionId", "/providers/Microsoft.Authorization/policyDefinitions/871b6d14-10aa-478d-b590-94f262ecfa99"}, {"parameters", {{"tagName", {{"value", "Owner"}}}}}, {"nonComplianceMessages", {{{"message", "Say who owns it."}}}}}}}).status == 201);
  const Json error = Azure::json(make_storage(azure, "stnotag"))["error"];
  CHECK(error["message"] == "Resource 'stnotag' was disallowed by policy. Reasons: 'Say who owns it.'. See error details for policy resource IDs.");
  CHECK(make_storage(azure, "stwithtag", {{"owner", "kim"}}).ok());
}

TEST_CASE("policy: a group's assignment concerns that group alone, notScopes and DoNotEnforce leave out", "[policy]") {
  Azure azure;
  azure.make_group();
  azure.put(azure.group("other"), {{"location", "eastus"}});
  REQUIRE(assign(azure, azure.group(), "places", kAllowedLocations, {{"listOfAllowedLocations", {"westeurope"}}}).status == 201);
  CHECK(make_storage(azure, "sthere").status == 403);
  CHECK(azure.put(azure.group("other") + "/providers/Microsoft.Storage/storageAccounts/stother", {{"location", "eastus"}, {"kind", "StorageV2"}, {"sku", {{"name", "Standard_LRS"}}}}).ok());

  Json body = azure.get_json(assignment(azure.group(), "places"));
  body["properties"]["enforcementMode"] = "DoNotEnforce";
  CHECK(azure.put(assignment(azure.group(), "places"), body).status == 200);
  CHECK(make_storage(azure, "stunenforced").ok());
  body["properties"]["enforcementMode"] = "Default";
  body["properties"]["notScopes"] = {azure.group()};
  CHECK(azure.put(assignment(azure.group(), "places"), body).status == 200);
  CHECK(make_storage(azure, "stexcluded").ok());
}

TEST_CASE("policy: inherit a tag from the resource group", "[policy]") {
  Azure azure;
  azure.put(azure.group(), {{"location", "eastus"}, {"tags", {{"CostCenter", "42"}}}});
  REQUIRE(assign(azure, azure.subscription(), "inherit", "/providers/Microsoft.Authorization/policyDefinitions/cd3aa116-8754-49c9-a813-ad46512ece54", {{"tagName", "CostCenter"}}).status == 201);
  REQUIRE(make_storage(azure, "stinherits", {{"CostCenter", "7"}, {"x", "y"}}).ok());
  azure.settle();
  CHECK(azure.get_json(azure.resource("Microsoft.Storage/storageAccounts/stinherits"))["tags"] == Json{{"CostCenter", "42"}, {"x", "y"}});
}

TEST_CASE("policy: a workspace is closed by modify, and another that may not be open is refused", "[policy]") {
  Azure azure;
  azure.make_workspace();
  REQUIRE(assign(azure, azure.group(), "close", "/providers/Microsoft.Authorization/policyDefinitions/a10ee784-7409-4941-b091-663697637c0f").status == 201);
  Json body = azure.get_json(azure.workspace());
  REQUIRE(azure.put(azure.workspace("closed"), {{"location", "eastus"}, {"properties", {{"storageAccount", body["properties"]["storageAccount"]}, {"keyVault", body["properties"]["keyVault"]}, {"applicationInsights", body["properties"]["applicationInsights"]}}}}).ok());
  azure.settle();
  CHECK(azure.get_json(azure.workspace("closed"))["properties"]["publicNetworkAccess"] == "Disabled");
}

TEST_CASE("policy: a set assigns several definitions with parameters of its own", "[policy]") {
  Azure azure;
  azure.make_group();
  const std::string set = azure.subscription() + "/providers/Microsoft.Authorization/policySetDefinitions/baseline";
  const Json members = {{{"policyDefinitionId", kAllowedLocations}, {"policyDefinitionReferenceId", "places"}, {"parameters", {{"listOfAllowedLocations", {{"value", "[parameters('regions')]"}}}}}},
                        {{"policyDefinitionId", "/providers/Microsoft.Authorization/policyDefinitions/6c112d4e-5bc7-47ae-a041-ea2d9dccd749"}, {"parameters", {{"listOfResourceTypesNotAllowed", {{"value", {"Microsoft.KeyVault/vaults"}}}}}}}};
  REQUIRE(azure.put(set, {{"properties", {{"displayName", "Baseline"}, {"parameters", {{"regions", {{"type", "Array"}}}}}, {"policyDefinitions", members}}}}).status == 201);
  REQUIRE(assign(azure, azure.group(), "base", set, {{"regions", {"eastus"}}}).status == 201);
  const Json refused = Azure::json(make_storage(azure, "stfar", Json::object(), "westus"))["error"];
  CHECK(refused["additionalInfo"][0]["info"]["policySetDefinitionName"] == "baseline");
  CHECK(refused["additionalInfo"][0]["info"]["policyDefinitionReferenceId"] == "places");
  CHECK(make_storage(azure, "stnear").ok());
  CHECK(azure.put(azure.resource("Microsoft.KeyVault/vaults/kv-no"), {{"location", "eastus"}, {"properties", {{"tenantId", "t"}, {"sku", {{"name", "standard"}}}}}}).status == 403);
}

TEST_CASE("policy: an assignment's parameters are checked", "[policy]") {
  Azure azure;
  const Response missing = assign(azure, azure.subscription(), "a", kAllowedLocations);
  CHECK(missing.status == 400);
  CHECK(Azure::json(missing)["error"]["code"] == "MissingPolicyParameter");
  CHECK(Azure::json(assign(azure, azure.subscription(), "a", kAllowedLocations, {{"listOfAllowedLocations", {"eastus"}}, {"more", 1}}))["error"]["code"] == "UndefinedPolicyParameter");
  CHECK(Azure::json(assign(azure, azure.subscription(), "a", "/providers/Microsoft.Authorization/policyDefinitions/438c38d2-3772-465a-a9cc-7a6666a275ce", {{"effect", "Nothing"}}))["error"]["code"] == "PolicyParameterValueNotAllowed");
  CHECK(Azure::json(assign(azure, azure.subscription(), "a", definition(azure, "none")))["error"]["code"] == "PolicyDefinitionNotFound");
  const Json rule = {{"if", {{"field", "location"}, {"equals", "westus"}}}, {"then", {{"effect", "denyAction"}}}};
  REQUIRE(azure.put(definition(azure, "later"), {{"properties", {{"policyRule", rule}}}}).status == 201);
  CHECK(Azure::json(assign(azure, azure.subscription(), "a", definition(azure, "later")))["error"]["code"] == "AzlabNotSimulated");
}

TEST_CASE("policy: audit lets it be made and shows in compliance", "[policy]") {
  Azure azure;
  azure.make_group();
  REQUIRE(assign(azure, azure.group(), "audit", "/providers/Microsoft.Authorization/policyDefinitions/b2982f36-99f2-4db5-8eff-283140c09693").status == 201);
  REQUIRE(make_storage(azure, "stopen").ok());
  const Json states = Azure::json(azure.post(azure.group() + "/providers/Microsoft.PolicyInsights/policyStates/latest/queryResults"));
  REQUIRE(states["value"].size() == 1);
  CHECK(states["value"][0]["resourceId"] == azure.resource("Microsoft.Storage/storageAccounts/stopen"));
  CHECK(states["value"][0]["complianceState"] == "NonCompliant");
  CHECK(states["value"][0]["policyDefinitionAction"] == "audit");
  CHECK(Azure::json(azure.post(azure.subscription() + "/providers/Microsoft.PolicyInsights/policyStates/latest/summarize"))["value"][0]["results"]["nonCompliantResources"] == 1);
}

TEST_CASE("policy: a scenario's policies are definitions and assignments", "[policy]") {
  Azure azure({.scenario = "workspace-creation-fails/policy"});
  const Json assigned = azure.get_json(azure.subscription() + "/providers/Microsoft.Authorization/policyAssignments")["value"];
  REQUIRE(assigned.size() == 1);
  CHECK(assigned[0]["name"] == "deny-machine-learning");
  azure.make_group();
  const Json error = Azure::json(azure.put(azure.workspace(), {{"location", "eastus"}, {"properties", Json::object()}}))["error"];
  CHECK(error["message"] == "Resource 'lab' was disallowed by policy. Reasons: 'Machine Learning workspaces are created by the data platform team.'. See error details for policy resource IDs.");
  REQUIRE(azure.del(assignment(azure.subscription(), "deny-machine-learning")).status == 200);
  CHECK(Azure::json(azure.put(azure.workspace(), {{"location", "eastus"}, {"properties", Json::object()}}))["error"]["code"] != "RequestDisallowedByPolicy");
}

namespace {

/// Accounts want a container of a name; the effect is a parameter.
Json wants_container() {
  const Json source = {{"$schema", "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"}, {"contentVersion", "1.0.0.0"}, {"parameters", {{"account", {{"type", "string"}}}}},
                       {"resources", {{{"type", "Microsoft.Storage/storageAccounts/blobServices/containers"}, {"apiVersion", "2023-05-01"}, {"name", "[concat(parameters('account'), '/default/logs')]"}, {"properties", {{"metadata", {{"by", "policy"}}}}}}}}};
  const Json details = {{"type", "Microsoft.Storage/storageAccounts/blobServices/containers"}, {"name", "logs"},
                        {"roleDefinitionIds", {"/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c"}},
                        {"deployment", {{"properties", {{"mode", "incremental"}, {"template", source}, {"parameters", {{"account", {{"value", "[field('name')]"}}}}}}}}}};
  const Json rule = {{"if", {{"field", "type"}, {"equals", "Microsoft.Storage/storageAccounts"}}}, {"then", {{"effect", "[parameters('effect')]"}, {"details", details}}}};
  return {{"properties", {{"displayName", "Accounts have logs"}, {"mode", "Indexed"}, {"parameters", {{"effect", {{"type", "String"}}}}}, {"policyRule", rule}}}};
}

std::size_t non_compliant(Azure& azure) { return Azure::json(azure.post(azure.group() + "/providers/Microsoft.PolicyInsights/policyStates/latest/queryResults"))["value"].size(); }

std::string logs(const Azure& azure, const std::string& account) { return azure.resource("Microsoft.Storage/storageAccounts/" + account + "/blobServices/default/containers/logs"); }

}  // namespace

TEST_CASE("policy: auditIfNotExists says which resource lacks another, and makes none", "[policy][existence]") {
  Azure azure;
  azure.make_group();
  REQUIRE(azure.put(definition(azure, "logs"), wants_container()).status == 201);
  const Json body = {{"identity", {{"type", "SystemAssigned"}}}, {"location", "eastus"}, {"properties", {{"policyDefinitionId", definition(azure, "logs")}, {"parameters", {{"effect", {{"value", "AuditIfNotExists"}}}}}}}};
  // The definition could deploy, so an identity is asked for although this assignment does not.
  CHECK(Azure::json(assign(azure, azure.group(), "logs", definition(azure, "logs"), {{"effect", "AuditIfNotExists"}}))["error"]["code"] == "ResourceIdentityRequired");
  REQUIRE(azure.put(assignment(azure.group(), "logs"), body).status == 201);
  REQUIRE(make_storage(azure, "stone").ok());
  REQUIRE(make_storage(azure, "sttwo").ok());
  azure.settle();
  CHECK(non_compliant(azure) == 2);
  REQUIRE(azure.put(logs(azure, "stone"), {{"properties", Json::object()}}).ok());
  azure.settle();
  const Json states = Azure::json(azure.post(azure.group() + "/providers/Microsoft.PolicyInsights/policyStates/latest/queryResults"))["value"];
  REQUIRE(states.size() == 1);
  CHECK(states[0]["resourceId"] == azure.resource("Microsoft.Storage/storageAccounts/sttwo"));
  CHECK(states[0]["policyDefinitionAction"] == "auditifnotexists");
  azure.simulator.advance(std::chrono::hours(1));
  CHECK(azure.get(logs(azure, "sttwo")).status == 404);
}

TEST_CASE("policy: deployIfNotExists needs an identity, and deploys ten minutes later what is missing", "[policy][existence]") {
  Azure azure;
  azure.make_group();
  REQUIRE(azure.put(definition(azure, "logs"), wants_container()).status == 201);
  const Response refused = assign(azure, azure.group(), "logs", definition(azure, "logs"), {{"effect", "DeployIfNotExists"}});
  CHECK(refused.status == 400);
  CHECK(Azure::json(refused)["error"]["code"] == "ResourceIdentityRequired");
  CHECK(Azure::json(refused)["error"]["message"] == "Policy assignments must include a 'managed identity' when assigning 'DeployIfNotExists' policy definitions or policy definitions that contain a deployment in the effect details.");
  const Json body = {{"location", "eastus"}, {"identity", {{"type", "SystemAssigned"}}}, {"properties", {{"displayName", "Logs"}, {"policyDefinitionId", definition(azure, "logs")}, {"parameters", {{"effect", {{"value", "DeployIfNotExists"}}}}}}}};
  REQUIRE(make_storage(azure, "stbefore").ok());
  azure.settle();
  REQUIRE(azure.put(assignment(azure.group(), "logs"), body).status == 201);
  REQUIRE(make_storage(azure, "stafter").ok());
  azure.simulator.advance(std::chrono::minutes(9));
  CHECK(azure.get(logs(azure, "stafter")).status == 404);
  CHECK(non_compliant(azure) == 2);
  azure.settle();
  CHECK(azure.get_json(logs(azure, "stafter"))["properties"]["metadata"]["by"] == "policy");
  // What was there before is found and left alone: that is a remediation task's.
  CHECK(azure.get(logs(azure, "stbefore")).status == 404);
  CHECK(non_compliant(azure) == 1);
  const Json deployments = azure.get_json(azure.group() + "/providers/Microsoft.Resources/deployments")["value"];
  REQUIRE(deployments.size() == 1);
  CHECK(deployments[0]["name"].get<std::string>().starts_with("PolicyDeployment_"));
  CHECK(deployments[0]["properties"]["provisioningState"] == "Succeeded");
  // An update of what was there is a write as well.
  REQUIRE(azure.send(Method::patch, azure.resource("Microsoft.Storage/storageAccounts/stbefore"), {{"tags", {{"a", "b"}}}}).ok());
  azure.settle();
  CHECK(azure.get(logs(azure, "stbefore")).status == 200);
  CHECK(non_compliant(azure) == 0);
}

TEST_CASE("policy: an existenceCondition is asked of the other resource; what cannot be carried out is refused when assigned", "[policy][existence]") {
  Azure azure;
  azure.make_group();
  Json rule = wants_container();
  Json& details = rule["properties"]["policyRule"]["then"]["details"];
  details = {{"type", "Microsoft.KeyVault/vaults"}, {"existenceCondition", {{"field", "Microsoft.KeyVault/vaults/enablePurgeProtection"}, {"equals", true}}}};
  REQUIRE(azure.put(definition(azure, "vault"), rule).status == 201);
  REQUIRE(assign(azure, azure.group(), "vault", definition(azure, "vault"), {{"effect", "auditIfNotExists"}}).status == 201);
  REQUIRE(make_storage(azure, "stone").ok());
  Json vault = {{"location", "eastus"}, {"properties", {{"tenantId", "t"}, {"sku", {{"name", "standard"}, {"family", "A"}}}}}};
  REQUIRE(azure.put(azure.resource("Microsoft.KeyVault/vaults/kv-open"), vault).ok());
  azure.settle();
  CHECK(non_compliant(azure) == 1);
  vault["properties"]["enablePurgeProtection"] = true;
  REQUIRE(azure.put(azure.resource("Microsoft.KeyVault/vaults/kv-kept"), vault).ok());
  azure.settle();
  CHECK(non_compliant(azure) == 0);
  const auto refusal = [&](const char* name) {
    const Json body = {{"identity", {{"type", "SystemAssigned"}}}, {"location", "eastus"}, {"properties", {{"policyDefinitionId", definition(azure, name)}, {"parameters", {{"effect", {{"value", "deployIfNotExists"}}}}}}}};
    return Azure::json(azure.put(assignment(azure.group(), name), body))["error"]["code"].get<std::string>();
  };
  CHECK(refusal("vault") == "InvalidPolicyRule");
  details = {{"type", "Microsoft.KeyVault/vaults"}, {"deploymentScope", "subscription"}, {"deployment", {{"properties", {{"template", Json::object()}}}}}};
  REQUIRE(azure.put(definition(azure, "wide"), rule).status == 201);
  CHECK(refusal("wide") == "AzlabNotSimulated");
}
