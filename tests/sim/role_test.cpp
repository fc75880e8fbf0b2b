// Roles that decide: what a scenario's signed-in person may do, custom roles, assignments by scope.
#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace azlab;
using azlab::test::Azure;

namespace {

constexpr const char* kAlex = "8d7f1b52-5f3c-4b1e-9c56-3a4e2f6d7b10";
constexpr const char* kSam = "64d2f8b3-9a15-4c7e-8b02-e3f1a7c5d432";

Azure signed_in_as(const std::string& roles, const std::string& more = "") { return Azure({.scenario = R"({"description": "test", "source": "constructed", "start": {"signIn": {"roles": )" + roles + "}" + more + "}}"}); }

const std::string kRole = "0f8fad5b-d9cb-469f-a165-70867728950e";
std::string role(const Azure& azure, const std::string& id = kRole) { return azure.subscription() + "/providers/Microsoft.Authorization/roleDefinitions/" + id; }
std::string assignment(const std::string& scope) { return scope + "/providers/Microsoft.Authorization/roleAssignments/7c9e6679-7425-40de-944b-e07fc1f90ae7"; }

Json custom(const Azure& azure, const Json& actions) {
  return {{"properties", {{"roleName", "Lab helper"}, {"description", "Helps."}, {"permissions", {{{"actions", actions}}}}, {"assignableScopes", {azure.subscription()}}}}};
}

std::string code_of(const Response& response) { return Azure::json(response)["error"]["code"]; }

}  // namespace

TEST_CASE("role: a reader sees everything and makes nothing, in Azure's words", "[role]") {
  Azure azure = signed_in_as(R"(["Reader"])", R"(, "groups": [{"name": "rg"}])");
  CHECK(azure.get(azure.group()).status == 200);
  const Response refused = azure.put(azure.resource("Microsoft.Storage/storageAccounts/stlab"), {{"location", "eastus"}});
  CHECK(refused.status == 403);
  CHECK(Azure::json(refused)["error"]["message"] == std::string("The client 'alex.martin@contoso-labs.example' with object id '") + kAlex + "' does not have authorization to perform action 'Microsoft.Storage/storageAccounts/write' over scope '" +
                                                        azure.resource("Microsoft.Storage/storageAccounts/stlab") + "' or the scope is invalid. If access was recently granted, please refresh your credentials.");
  CHECK(code_of(azure.del(azure.group())) == "AuthorizationFailed");
  CHECK(code_of(azure.post(azure.subscription() + "/providers/Microsoft.Compute/register")) == "AuthorizationFailed");
}

TEST_CASE("role: a contributor gives no roles and sets no locks", "[role]") {
  Azure azure = signed_in_as(R"(["Contributor"])");
  CHECK(azure.put(azure.group(), {{"location", "eastus"}}).status == 201);
  const Json body = {{"properties", {{"roleDefinitionId", role(azure, "acdd72a7-3385-48ef-bd42-f606fba81ae7")}, {"principalId", kSam}}}};
  CHECK(code_of(azure.put(assignment(azure.group()), body)) == "AuthorizationFailed");
  CHECK(code_of(azure.put(azure.group() + "/providers/Microsoft.Authorization/locks/l", {{"properties", {{"level", "ReadOnly"}}}})) == "AuthorizationFailed");
}

TEST_CASE("role: a data scientist uses a workspace and makes no computes", "[role]") {
  Azure azure = signed_in_as(R"(["AzureML Data Scientist"])");
  const Response refused = azure.put(azure.workspace() + "/computes/ci", {{"location", "eastus"}, {"properties", {{"computeType", "ComputeInstance"}}}});
  CHECK(refused.status == 403);
  CHECK(Azure::json(refused)["error"]["message"].get<std::string>().find("to perform action 'Microsoft.MachineLearningServices/workspaces/computes/write' over scope") != std::string::npos);
  CHECK(code_of(azure.get(azure.workspace())) == "ResourceGroupNotFound");  // seen, but there is none
  CHECK(code_of(azure.put(azure.group(), {{"location", "eastus"}})) == "AuthorizationFailed");
}

TEST_CASE("role: a role in one group ends at its border", "[role]") {
  Azure azure = signed_in_as(R"(["Reader", {"role": "Contributor", "group": "rg"}])", R"(, "groups": [{"name": "rg"}, {"name": "other"}])");
  CHECK(azure.put(azure.resource("Microsoft.Storage/storageAccounts/stlab"), {{"location", "eastus"}, {"kind", "StorageV2"}, {"sku", {{"name", "Standard_LRS"}}}}).ok());
  CHECK(code_of(azure.put(azure.group("other") + "/providers/Microsoft.Storage/storageAccounts/stother", {{"location", "eastus"}})) == "AuthorizationFailed");
  CHECK(code_of(azure.put(azure.group("third"), {{"location", "eastus"}})) == "AuthorizationFailed");
}

TEST_CASE("role: a deployment of what somebody may not write is refused before anything is made", "[role][deployment]") {
  Azure azure = signed_in_as(R"(["Reader", {"role": "Helper", "group": "rg"}])",
                             R"(, "groups": [{"name": "rg"}], "requests": [{"method": "PUT", "address": "/subscriptions/{subscription}/providers/Microsoft.Authorization/roleDefinitions/0f8fad5b-d9cb-469f-a165-70867728950e",
                                "body": {"properties": {"roleName": "Helper", "assignableScopes": ["/subscriptions/{subscription}"], "permissions": [{"actions": ["Microsoft.Resources/deployments/*", "Microsoft.KeyVault/vaults/*"]}]}}}])");
  const auto deploy = [&](const Json& resource) {
    const Json source = {{"$schema", "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"}, {"contentVersion", "1.0.0.0"}, {"resources", {resource}}};
    return azure.put(azure.resource("Microsoft.Resources/deployments/d"), {{"properties", {{"mode", "Incremental"}, {"template", source}}}});
  };
  const Response refused = deploy({{"type", "Microsoft.Storage/storageAccounts"}, {"apiVersion", "2023-01-01"}, {"name", "stlab"}, {"location", "eastus"}, {"sku", {{"name", "Standard_LRS"}}}, {"kind", "StorageV2"}});
  CHECK(refused.status == 403);
  CHECK(Azure::json(refused)["error"] == Json{{"code", "InvalidTemplateDeployment"},
                                              {"message", std::string("Authorization failed for template resource 'stlab' of type 'Microsoft.Storage/storageAccounts'. The client 'alex.martin@contoso-labs.example' with object id '") + kAlex +
                                                              "' does not have permission to perform action 'Microsoft.Storage/storageAccounts/write' at scope '" + azure.resource("Microsoft.Storage/storageAccounts/stlab") + "'."}});
  CHECK(deploy({{"type", "Microsoft.KeyVault/vaults"}, {"apiVersion", "2023-07-01"}, {"name", "kv-lab"}, {"location", "eastus"}, {"properties", {{"tenantId", "t"}, {"sku", {{"name", "standard"}, {"family", "A"}}}}}}).status == 201);
}

TEST_CASE("role: nobody's roles decide unless a scenario or strict mode says so", "[role]") {
  Azure azure;
  Request request = Request::make(Method::put, azure.group(), R"({"location": "eastus"})");
  request.caller.principal_id = kSam;
  CHECK(azure.simulator.handle(request).status == 201);
}

TEST_CASE("role: custom roles are written, assigned, heeded and removed", "[role]") {
  Azure azure = signed_in_as(R"(["User Access Administrator"])", R"(, "groups": [{"name": "rg"}])");
  CHECK(azure.put(role(azure), custom(azure, {"Microsoft.Storage/storageAccounts/*"})).status == 201);
  CHECK(azure.get_json(role(azure))["properties"]["type"] == "CustomRole");
  CHECK(azure.get_json(azure.subscription() + "/providers/Microsoft.Authorization/roleDefinitions?$filter=roleName%20eq%20'Lab%20helper'")["value"].size() == 1);
  CHECK(azure.get_json(azure.subscription() + "/providers/Microsoft.Authorization/roleDefinitions?$filter=type%20eq%20'CustomRole'")["value"].size() == 1);
  const std::string account = azure.resource("Microsoft.Storage/storageAccounts/stlab");
  const Json body = {{"location", "eastus"}, {"kind", "StorageV2"}, {"sku", {{"name", "Standard_LRS"}}}};
  CHECK(azure.put(account, body).status == 403);
  CHECK(azure.put(assignment(azure.group()), {{"properties", {{"roleDefinitionId", role(azure)}, {"principalId", kAlex}}}}).status == 201);
  CHECK(azure.put(account, body).ok());
  CHECK(code_of(azure.del(role(azure))) == "RoleDefinitionHasAssignments");
  CHECK(azure.del(assignment(azure.group())).status == 200);
  CHECK(azure.del(role(azure)).status == 200);
  CHECK(azure.get(role(azure)).status == 404);
}

TEST_CASE("role: what a custom role must have", "[role]") {
  Azure azure;
  const Json good = custom(azure, {"*/read"});
  Json none = good;
  none["properties"]["assignableScopes"] = Json::array();
  CHECK(code_of(azure.put(role(azure), none)) == "InvalidRoleDefinition");
  CHECK(code_of(azure.put(role(azure, "name"), good)) == "InvalidRoleDefinitionId");
  CHECK(code_of(azure.put(role(azure, "acdd72a7-3385-48ef-bd42-f606fba81ae7"), good)) == "CannotModifyBuiltInRole");
  CHECK(azure.put(role(azure), good).status == 201);
  CHECK(code_of(azure.put(role(azure, "1f8fad5b-d9cb-469f-a165-70867728950e"), good)) == "RoleDefinitionWithSameNameExists");
  azure.make_group();
  Json elsewhere = good;
  elsewhere["properties"]["assignableScopes"] = {azure.group("other")};
  REQUIRE(azure.put(role(azure), elsewhere).status == 201);
  CHECK(code_of(azure.put(assignment(azure.group()), {{"properties", {{"roleDefinitionId", role(azure)}, {"principalId", kSam}}}})) == "RoleDefinitionDoesNotExist");
}
