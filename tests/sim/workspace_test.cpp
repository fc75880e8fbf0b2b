// Workspaces as clients send them.
#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace azlab;
using azlab::test::Azure;

TEST_CASE("a workspace's booleans come back as booleans, though templates send them as strings", "[workspace]") {
  Azure azure;
  azure.make_workspace();
  Json body = azure.get_json(azure.workspace());
  for (const char* name : {"hbiWorkspace", "enableDataIsolation", "allowRecoverSoftDeletedWorkspace"}) body["properties"][name] = "false";
  body["properties"]["allowRoleAssignmentOnRG"] = "True";
  azure.put(azure.workspace("other"), body);
  azure.settle();
  const Json properties = azure.get_json(azure.workspace("other"))["properties"];
  CHECK(properties["hbiWorkspace"] == false);
  CHECK(properties["enableDataIsolation"] == false);
  CHECK(properties["allowRoleAssignmentOnRG"] == true);
  // A recovery asks for the boolean; a string there was once taken for one and ended the program.
  azure.del(azure.workspace("other"));
  azure.settle();
  CHECK(azure.put(azure.workspace("other"), body).status == 201);
  azure.settle();
  CHECK(azure.get(azure.workspace("other")).status == 404);
}

TEST_CASE("a diagnosis finds nothing, and needs a workspace", "[workspace]") {
  Azure azure;
  azure.make_workspace();
  const Json found = Azure::json(azure.post(azure.workspace() + "/diagnose", {{"value", Json::object()}}))["value"];
  CHECK(found.size() == 9);
  CHECK(found["storageAccountResults"] == Json::array());
  CHECK(azure.post(azure.workspace("none") + "/diagnose").status == 404);
}
