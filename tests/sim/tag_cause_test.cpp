// The Tags API meets what other writes meet: policies, locks and roles.
#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/templates.hpp"

using namespace azlab;
using namespace azlab::test;

namespace {

constexpr const char* kRequireTag = "/providers/Microsoft.Authorization/policyDefinitions/871b6d14-10aa-478d-b590-94f262ecfa99";
constexpr const char* kInheritTag = "/providers/Microsoft.Authorization/policyDefinitions/cd3aa116-8754-49c9-a813-ad46512ece54";

std::string tags_of(const std::string& scope) { return scope + "/providers/Microsoft.Resources/tags/default"; }
Json tags(const Json& names) { return {{"properties", {{"tags", names}}}}; }

Json change(const char* operation, const Json& names) { return {{"operation", operation}, {"properties", {{"tags", names}}}}; }

Response assign(Azure& azure, const std::string& scope, const char* definition) {
  return azure.put(scope + "/providers/Microsoft.Authorization/policyAssignments/cost", {{"properties", {{"displayName", "Cost centres"}, {"policyDefinitionId", definition}, {"parameters", {{"tagName", {{"value", "CostCenter"}}}}}}}});
}

}  // namespace

TEST_CASE("tags: a policy that asks for one refuses those who take it away, and changes nothing", "[tags][policy]") {
  Azure azure;
  azure.make_group();
  const std::string account = azure.resource("Microsoft.Storage/storageAccounts/sttags");
  Json body = storage("sttags");
  body["tags"] = {{"CostCenter", "42"}};
  REQUIRE(azure.put(account, body).ok());
  azure.settle();
  REQUIRE(assign(azure, azure.group(), kRequireTag).status == 201);
  for (const Response& refused : {azure.put(tags_of(account), tags({{"a", "b"}})), azure.send(Method::patch, tags_of(account), change("Replace", {{"a", "b"}})),
                                  azure.send(Method::patch, tags_of(account), change("Delete", {{"CostCenter", "42"}})), azure.del(tags_of(account))}) {
    CHECK(refused.status == 403);
    CHECK(error_of(refused)["code"] == "RequestDisallowedByPolicy");
    CHECK(error_of(refused)["message"].get<std::string>().starts_with("Resource 'sttags' was disallowed by policy."));
  }
  CHECK(azure.get_json(account)["tags"] == Json{{"CostCenter", "42"}});
  CHECK(azure.send(Method::patch, tags_of(account), change("Merge", {{"a", "b"}})).status == 200);
  CHECK(azure.get_json(account)["tags"] == Json{{"CostCenter", "42"}, {"a", "b"}});
}

TEST_CASE("tags: a policy that adds one adds it here, too", "[tags][policy]") {
  Azure azure;
  azure.put(azure.group(), {{"location", "eastus"}, {"tags", {{"CostCenter", "42"}}}});
  const std::string account = azure.resource("Microsoft.Storage/storageAccounts/sttags");
  REQUIRE(azure.put(account, storage("sttags")).ok());
  azure.settle();
  REQUIRE(assign(azure, azure.group(), kInheritTag).status == 201);
  const Json answer = Azure::json(azure.put(tags_of(account), tags({{"x", "y"}})));
  CHECK(answer["properties"]["tags"] == Json{{"CostCenter", "42"}, {"x", "y"}});
  CHECK(azure.get_json(account)["tags"] == Json{{"CostCenter", "42"}, {"x", "y"}});
}

TEST_CASE("tags: CanNotDelete keeps them from being deleted, ReadOnly from being written", "[tags][lock]") {
  Azure azure;
  azure.make_group();
  const std::string lock = azure.group() + "/providers/Microsoft.Authorization/locks/keep";
  azure.put(tags_of(azure.group()), tags({{"a", "b"}}));
  azure.put(lock, {{"properties", {{"level", "CanNotDelete"}}}});
  CHECK(azure.put(tags_of(azure.group()), tags({{"a", "c"}})).status == 200);
  const Response kept = azure.del(tags_of(azure.group()));
  CHECK(kept.status == 409);
  CHECK(error_of(kept)["message"] == "The scope '" + tags_of(azure.group()) + "' cannot perform delete operation because following scope(s) are locked: '" + azure.group() + "'. Please remove the lock and try again.");
  azure.put(lock, {{"properties", {{"level", "ReadOnly"}}}});
  CHECK(error_of(azure.put(tags_of(azure.group()), tags({{"a", "d"}})))["code"] == "ScopeLocked");
  CHECK(error_of(azure.send(Method::patch, tags_of(azure.group()), change("Merge", {{"a", "d"}})))["code"] == "ScopeLocked");
  CHECK(azure.get_json(tags_of(azure.group()))["properties"]["tags"] == Json{{"a", "c"}});
}

TEST_CASE("tags: a role for tags alone is enough, and Reader is not", "[tags][role]") {
  const auto in = [](const char* roles) { return Azure({.scenario = std::string(R"({"description": "test", "source": "constructed", "start": {"groups": [{"name": "rg"}], "signIn": {"roles": )") + roles + "}}}"}); };
  Azure reader = in(R"(["Reader"])");
  CHECK(reader.get(tags_of(reader.group())).status == 200);
  const Json refused = error_of(reader.put(tags_of(reader.group()), tags({{"a", "b"}})));
  CHECK(refused["code"] == "AuthorizationFailed");
  CHECK(refused["message"].get<std::string>().find("to perform action 'Microsoft.Resources/tags/write' over scope '" + tags_of(reader.group()) + "'") != std::string::npos);
  Azure tagger = in(R"(["Tag Contributor"])");
  CHECK(tagger.put(tags_of(tagger.group()), tags({{"a", "b"}})).status == 200);
  CHECK(error_of(tagger.put(tagger.group("more"), {{"location", "eastus"}}))["code"] == "AuthorizationFailed");
}
