// What a body names must be usable, too: LinkedAuthorizationFailed.
#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/templates.hpp"

using namespace azlab;
using namespace azlab::test;

namespace {

constexpr const char* kAlex = "8d7f1b52-5f3c-4b1e-9c56-3a4e2f6d7b10";

/// A person who may do everything in rg and reads the rest, where an account of others lies.
Azure limited() {
  return Azure({.scenario = R"({"description": "test", "source": "constructed", "start": {
      "groups": [{"name": "rg"}],
      "resources": [{"type": "Microsoft.Storage/storageAccounts", "name": "stteam", "group": "rg-team", "body": {"sku": {"name": "Standard_LRS"}, "kind": "StorageV2"}}],
      "workspaces": [{"name": "lab", "group": "rg"}],
      "signIn": {"roles": ["Reader", {"role": "Contributor", "group": "rg"}]}}})"});
}

std::string words(const std::string& action, const std::string& scope, const std::string& linked_action, const std::string& linked) {
  return std::string("The client 'alex.martin@contoso-labs.example' with object id '") + kAlex + "' has permission to perform action '" + action + "' on scope '" + scope +
         "'; however, it does not have permission to perform action '" + linked_action + "' on the linked scope(s) '" + linked + "' or the linked scope(s) are invalid.";
}

Json workspace_with(const Azure& azure, const std::string& storage) {
  return {{"location", "eastus"}, {"properties", {{"storageAccount", storage}, {"keyVault", azure.resource("Microsoft.KeyVault/vaults/kv-lab")}, {"applicationInsights", azure.resource("Microsoft.Insights/components/ai-lab")}}}};
}

}  // namespace

TEST_CASE("linked: a workspace names an account that its maker may only read", "[role][linked]") {
  Azure azure = limited();
  const std::string team = azure.group("rg-team") + "/providers/Microsoft.Storage/storageAccounts/stteam";
  const Response refused = azure.put(azure.workspace("new"), workspace_with(azure, team));
  CHECK(refused.status == 403);
  CHECK(refused.headers.get("x-ms-failure-cause") == "gateway");
  CHECK(error_of(refused) == Json{{"code", "LinkedAuthorizationFailed"}, {"message", words("Microsoft.MachineLearningServices/workspaces/write", azure.workspace("new"), "Microsoft.Storage/storageAccounts/write", team)}});
  CHECK(azure.get(azure.workspace("new")).status == 404);
  CHECK(azure.put(azure.workspace("new"), workspace_with(azure, azure.resource("Microsoft.Storage/storageAccounts/stlab"))).status == 201);
}

TEST_CASE("linked: identities and subnets of others, several at once, and what is not there", "[role][linked]") {
  Azure azure = limited();
  const std::string one = azure.group("rg-team") + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/one";
  const std::string two = azure.group("rg-team") + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/two";
  Json body = storage("stmine");
  body["identity"] = {{"type", "UserAssigned"}, {"userAssignedIdentities", {{one, Json::object()}, {two, Json::object()}}}};
  const std::string mine = azure.resource("Microsoft.Storage/storageAccounts/stmine");
  CHECK(error_of(azure.put(mine, body))["message"] == words("Microsoft.Storage/storageAccounts/write", mine, "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action", one + "," + two));
  const std::string subnet = azure.group("rg-net") + "/providers/Microsoft.Network/virtualNetworks/v/subnets/s";
  const std::string instance = azure.workspace() + "/computes/ci-lab";
  const Response refused = azure.put(instance, {{"location", "eastus"}, {"properties", {{"computeType", "ComputeInstance"}, {"properties", {{"vmSize", "Standard_DS11_v2"}, {"subnet", {{"id", subnet}}}}}}}});
  CHECK(error_of(refused)["message"] == words("Microsoft.MachineLearningServices/workspaces/computes/write", instance, "Microsoft.Network/virtualNetworks/subnets/join/action", subnet));
}

TEST_CASE("linked: who writes no resource at all is refused for that first; who may do everything is not refused", "[role][linked]") {
  Azure azure = limited();
  const std::string elsewhere = azure.group("rg-team") + "/providers/Microsoft.MachineLearningServices/workspaces/w";
  CHECK(error_of(azure.put(elsewhere, workspace_with(azure, azure.resource("Microsoft.Storage/storageAccounts/stlab"))))["code"] == "AuthorizationFailed");
  Azure open;
  open.make_workspace();
  open.put(open.group("rg-team"), {{"location", "eastus"}});
  open.put(open.group("rg-team") + "/providers/Microsoft.Storage/storageAccounts/stteam", storage("stteam"));
  open.settle();
  CHECK(open.put(open.workspace("new"), workspace_with(open, open.group("rg-team") + "/providers/Microsoft.Storage/storageAccounts/stteam")).status == 201);
}

TEST_CASE("linked: a deployment is refused before it begins", "[role][linked][deployment]") {
  Azure azure = limited();
  const std::string team = azure.group("rg-team") + "/providers/Microsoft.Storage/storageAccounts/stteam";
  Json workspace = workspace_with(azure, team);
  workspace["type"] = "Microsoft.MachineLearningServices/workspaces";
  workspace["apiVersion"] = "2024-04-01";
  workspace["name"] = "new";
  const Response refused = azure.put(at_group(azure), body_of(template_of(Json::array({storage("stbefore"), workspace}))));
  CHECK(refused.status == 403);
  CHECK(error_of(refused)["code"] == "LinkedAuthorizationFailed");
  azure.settle();
  CHECK(azure.get(azure.resource("Microsoft.Storage/storageAccounts/stbefore")).status == 404);
}

TEST_CASE("linked: a custom role can be written for scopes only where its writer may write roles", "[role][linked]") {
  Azure azure({.scenario = R"({"description": "test", "source": "constructed", "start": {"groups": [{"name": "rg"}, {"name": "other"}], "signIn": {"roles": [{"role": "User Access Administrator", "group": "rg"}]}}})"});
  const std::string role = azure.group() + "/providers/Microsoft.Authorization/roleDefinitions/0f8fad5b-d9cb-469f-a165-70867728950e";
  Json body = {{"properties", {{"roleName", "Lab helper"}, {"permissions", {{{"actions", {"*/read"}}}}}, {"assignableScopes", {azure.group(), azure.group("other")}}}}};
  const Json refused = error_of(azure.put(role, body));
  CHECK(refused["code"] == "LinkedAuthorizationFailed");
  CHECK(refused["message"] == words("Microsoft.Authorization/roleDefinitions/write", role, "Microsoft.Authorization/roleDefinitions/write", azure.group("other")));
}
