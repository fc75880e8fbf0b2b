#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace azlab;
using azlab::test::Azure;

namespace {

std::string lock(const std::string& scope, const std::string& name = "keep") { return scope + "/providers/Microsoft.Authorization/locks/" + name; }

Response put_lock(Azure& azure, const std::string& scope, const char* level) { return azure.put(lock(scope), {{"properties", {{"level", level}, {"notes", "ours"}}}}); }

}  // namespace

TEST_CASE("lock: made, read, listed and removed", "[lock]") {
  Azure azure;
  azure.make_workspace();
  CHECK(put_lock(azure, azure.group(), "CanNotDelete").status == 201);
  CHECK(put_lock(azure, azure.group(), "CanNotDelete").status == 200);
  CHECK(azure.get_json(lock(azure.group())) == Json{{"id", lock(azure.group())}, {"name", "keep"}, {"type", "Microsoft.Authorization/locks"}, {"properties", {{"level", "CanNotDelete"}, {"notes", "ours"}}}});
  put_lock(azure, azure.resource("Microsoft.Storage/storageAccounts/stlab"), "ReadOnly");
  CHECK(azure.get_json(azure.subscription() + "/providers/Microsoft.Authorization/locks")["value"].size() == 2);
  CHECK(azure.get_json(azure.group() + "/providers/Microsoft.Authorization/locks?$filter=atScope()")["value"].size() == 1);
  CHECK(Azure::json(azure.put(lock(azure.group()), {{"properties", {{"level", "Some"}}}}))["error"]["code"] == "InvalidLockLevel");
  CHECK(azure.del(lock(azure.group())).status == 200);
  CHECK(azure.del(lock(azure.group())).status == 204);
  CHECK(azure.get(lock(azure.group())).status == 404);
}

TEST_CASE("lock: CanNotDelete is inherited and lets writing be", "[lock]") {
  Azure azure;
  azure.make_workspace();
  const std::string storage = azure.resource("Microsoft.Storage/storageAccounts/stlab");
  put_lock(azure, azure.group(), "CanNotDelete");
  const Response refused = azure.del(storage);
  CHECK(refused.status == 409);
  CHECK(Azure::json(refused)["error"]["code"] == "ScopeLocked");
  CHECK(Azure::json(refused)["error"]["message"] == "The scope '" + storage + "' cannot perform delete operation because following scope(s) are locked: '" + azure.group() + "'. Please remove the lock and try again.");
  CHECK(azure.send(Method::patch, storage, {{"tags", {{"a", "b"}}}}).status == 200);
  CHECK(azure.post(storage + "/listKeys").status == 200);
}

TEST_CASE("lock: a group with a locked resource in it cannot be deleted", "[lock]") {
  Azure azure;
  azure.make_workspace();
  put_lock(azure, azure.workspace(), "CanNotDelete");
  const Response refused = azure.del(azure.group());
  CHECK(refused.status == 409);
  CHECK(Azure::json(refused)["error"]["message"] == "The scope '" + azure.group() + "' cannot perform delete operation because following scope(s) are locked: '" + azure.workspace() + "'. Please remove the lock and try again.");
  azure.del(lock(azure.workspace()));
  CHECK(azure.del(azure.group()).status == 202);
  azure.settle();
  CHECK(azure.get(azure.group()).status == 404);
}

TEST_CASE("lock: ReadOnly refuses writing, deleting and actions, but not reading", "[lock]") {
  Azure azure;
  azure.make_workspace();
  const std::string storage = azure.resource("Microsoft.Storage/storageAccounts/stlab");
  put_lock(azure, azure.subscription(), "ReadOnly");
  CHECK(azure.get(storage).status == 200);
  CHECK(azure.send(Method::patch, storage, {{"tags", {{"a", "b"}}}}).status == 409);
  CHECK(azure.put(azure.group("second"), {{"location", "eastus"}}).status == 409);
  CHECK(azure.del(storage).status == 409);
  const Response keys = azure.post(storage + "/listKeys");
  CHECK(keys.status == 409);
  CHECK(Azure::json(keys)["error"]["message"] == "The scope '" + storage + "' cannot perform write operation because following scope(s) are locked: '" + azure.subscription() + "'. Please remove the lock and try again.");
  CHECK(azure.del(lock(azure.subscription())).status == 200);
  CHECK(azure.post(storage + "/listKeys").status == 200);
}

TEST_CASE("lock: az writes an empty parent into the address of a resource's lock", "[lock]") {
  Azure azure;
  azure.make_workspace();
  const std::string storage = azure.resource("Microsoft.Storage/storageAccounts/stlab");
  const Response made = azure.put(lock(azure.resource("Microsoft.Storage//storageAccounts/stlab")), {{"properties", {{"level", "CanNotDelete"}}}});
  CHECK(made.status == 201);
  CHECK(Azure::json(made)["id"] == lock(storage));
  CHECK(azure.del(storage).status == 409);
}

TEST_CASE("lock: another group and a name that only begins alike are free", "[lock]") {
  Azure azure;
  azure.make_group();
  azure.put(azure.group("rg-two"), {{"location", "eastus"}});
  put_lock(azure, azure.group(), "ReadOnly");
  CHECK(azure.del(azure.group("rg-two")).status == 202);
}

TEST_CASE("lock: a deployment fails at the resource that is locked", "[lock][deployment]") {
  Azure azure;
  azure.make_workspace();
  const std::string storage = azure.resource("Microsoft.Storage/storageAccounts/stlab");
  put_lock(azure, storage, "ReadOnly");
  const Json resource = {{"type", "Microsoft.Storage/storageAccounts"}, {"apiVersion", "2023-01-01"}, {"name", "stlab"}, {"location", "eastus"}, {"sku", {{"name", "Standard_LRS"}}}, {"kind", "StorageV2"}};
  const Json deployment = {{"properties", {{"mode", "Incremental"}, {"template", {{"$schema", "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"}, {"contentVersion", "1.0.0.0"}, {"resources", {resource}}}}}}};
  azure.put(azure.resource("Microsoft.Resources/deployments/d"), deployment);
  azure.settle();
  const Json error = azure.get_json(azure.resource("Microsoft.Resources/deployments/d"))["properties"]["error"];
  CHECK(error["code"] == "DeploymentFailed");
  CHECK(error["details"][0]["code"] == "ScopeLocked");
}
