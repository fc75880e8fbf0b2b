// Microsoft.Authorization: role assignments at their scopes, and the definitions that strict mode goes by.
#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace azlab;
using azlab::test::Azure;

namespace {

constexpr const char* kKim = "f05b7c19-3e6a-4d84-91c7-08a2d6e4b543";
constexpr const char* kSam = "64d2f8b3-9a15-4c7e-8b02-e3f1a7c5d432";
constexpr const char* kReader = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
constexpr const char* kName = "0a1b2c3d-0000-4000-8000-000000000001";

std::string assignments(const std::string& scope) { return scope + "/providers/Microsoft.Authorization/roleAssignments"; }

Json reader_for(const std::string& principal) {
  return {{"properties", {{"roleDefinitionId", "/providers/Microsoft.Authorization/roleDefinitions/" + std::string(kReader)}, {"principalId", principal}, {"principalType", "User"}}}};
}

std::string refusal(const Response& response) { return std::to_string(response.status) + " " + Azure::json(response)["error"]["code"].get<std::string>(); }

}  // namespace

TEST_CASE("role definitions are listed, filtered by name, and found by id", "[authorization]") {
  Azure azure;
  const std::string definitions = azure.subscription() + "/providers/Microsoft.Authorization/roleDefinitions";
  CHECK(azure.get_json(definitions)["value"].size() == 17);
  const Json owner = azure.get_json(definitions + "?$filter=roleName%20eq%20'owner'")["value"];
  REQUIRE(owner.size() == 1);
  CHECK(owner[0]["properties"]["permissions"][0]["actions"] == Json::array({"*"}));
  CHECK(owner[0]["id"] == definitions + "/8e3af657-a8ff-443c-a75c-2fe8c4bcb635");
  CHECK(azure.get_json("/providers/Microsoft.Authorization/roleDefinitions/" + std::string(kReader))["properties"]["roleName"] == "Reader");
  CHECK(refusal(azure.get(definitions + "/none")) == "404 RoleDefinitionDoesNotExist");
  CHECK(refusal(azure.get(definitions + "?$filter=color%20eq%20'red'")) == "400 UnsupportedQuery");
}

TEST_CASE("a role assignment is made, listed from its scope downwards, and deleted", "[authorization]") {
  Azure azure;
  azure.make_group();
  const Response made = azure.put(assignments(azure.group()) + "/" + kName, reader_for(kKim));
  CHECK(made.status == 201);
  const Json json = Azure::json(made);
  CHECK(json["id"] == assignments(azure.group()) + "/" + kName);
  CHECK(json["properties"]["scope"] == azure.group());
  CHECK(json["properties"]["principalType"] == "User");
  CHECK(azure.put(assignments(azure.group()) + "/" + kName, reader_for(kKim)).status == 200);
  CHECK(refusal(azure.put(assignments(azure.group()) + "/0a1b2c3d-0000-4000-8000-000000000002", reader_for(kKim))) == "409 RoleAssignmentExists");

  const std::string of_kim = "?$filter=principalId%20eq%20'" + std::string(kKim) + "'";
  CHECK(azure.get_json(assignments(azure.group()) + of_kim)["value"].size() == 1);
  CHECK(azure.get_json(assignments(azure.subscription()) + of_kim)["value"].size() == 1);
  CHECK(azure.get_json(assignments(azure.subscription()) + "?$filter=atScope()%20and%20assignedTo('" + std::string(kKim) + "')")["value"].empty());
  CHECK(azure.get_json(assignments(azure.group()) + "/" + kName)["name"] == kName);

  CHECK(azure.del(assignments(azure.group()) + "/" + kName).status == 200);
  CHECK(azure.del(assignments(azure.group()) + "/" + kName).status == 204);
  CHECK(refusal(azure.get(assignments(azure.group()) + "/" + kName)) == "404 RoleAssignmentNotFound");
}

TEST_CASE("the directory's own roles are assignments at the subscription, and can be taken away", "[authorization]") {
  Azure azure;
  const std::string of_sam = assignments(azure.subscription()) + "?$filter=principalId%20eq%20'" + std::string(kSam) + "'";
  const Json listed = azure.get_json(of_sam)["value"];
  REQUIRE(listed.size() == 1);
  CHECK(listed[0]["properties"]["roleDefinitionId"].get<std::string>().ends_with(kReader));
  CHECK(azure.del(listed[0]["id"]).status == 200);
  CHECK(azure.get_json(of_sam)["value"].empty());
}

TEST_CASE("role assignments are refused for unknown persons, roles and places", "[authorization]") {
  Azure azure;
  azure.make_group();
  const std::string at = assignments(azure.group()) + "/" + kName;
  CHECK(refusal(azure.put(at, reader_for("00000000-0000-4000-8000-00000000dead"))) == "400 PrincipalNotFound");
  Json other = reader_for(kKim);
  other["properties"]["roleDefinitionId"] = "/none";
  CHECK(refusal(azure.put(at, other)) == "404 RoleDefinitionDoesNotExist");
  other = reader_for(kKim);
  other["properties"]["principalType"] = "Group";
  CHECK(refusal(azure.put(at, other)) == "400 UnmatchedPrincipalType");
  CHECK(refusal(azure.put(at, Json::object())) == "400 InvalidCreateRoleAssignmentRequest");
  CHECK(refusal(azure.put(assignments(azure.group("none")) + "/" + kName, reader_for(kKim))) == "404 ResourceGroupNotFound");
  CHECK(refusal(azure.put(assignments(azure.resource("Microsoft.Storage/storageAccounts/none")) + "/" + kName, reader_for(kKim))) == "404 ResourceNotFound");
}

TEST_CASE("a group takes the role assignments at it along", "[authorization]") {
  Azure azure;
  azure.make_group();
  azure.put(assignments(azure.group()) + "/" + kName, reader_for(kKim));
  azure.del(azure.group());
  azure.settle();
  azure.make_group();
  CHECK(azure.get(assignments(azure.group()) + "/" + kName).status == 404);
}
