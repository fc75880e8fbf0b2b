// Where faults of the catalogue strike, and where they are refused.
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "sim/arm/subscription.hpp"
#include "sim/core/journal.hpp"
#include "sim/core/strike.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"
#include "sim/faults/fault.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace azlab;
using azlab::test::Azure;

namespace {

std::string refusal(const std::string& text) {
  Azure azure;
  const auto fault = faults::parse_armed_fault(text);
  if (!fault) return fault.error().message;
  const auto armed = azure.simulator.arm(*fault);
  return armed ? std::string() : armed.error().message;
}

/// An address of a served operation, with something in each place of its route.
struct Served {
  Method method;
  std::string host;
  std::string path;
  std::string name;
};

std::vector<Served> served_operations(const Azure& azure) {
  std::vector<Served> out;
  for (const auto& line : azure.simulator.operations()) {
    const auto parts = split(line, '\t');
    std::string address = parts[2];
    for (auto open = address.find('{'); open != std::string::npos; open = address.find('{')) address.replace(open, address.find('}', open) - open + 1, "thing");
    address = replace_all(replace_all(address, "*.", "thing."), "[loopback]", "127.0.0.1");
    const auto slash = address.find('/');
    if (slash == std::string::npos) continue;
    // Services of storage that share a path differ by their parameters.
    for (const char* query : {"", "?restype=container"}) {
      out.push_back({.method = parse_method(parts[1]).value_or(Method::get), .host = address.substr(0, slash), .path = address.substr(slash) + query, .name = parts[0]});
    }
  }
  return out;
}

/// {names} of the catalogue that nothing was put in place of.
std::vector<std::string> left_open(const std::string& text) {
  std::vector<std::string> out;
  for (const auto& part : faults::parts_of(text)) {
    if (!part.placeholder.empty()) out.push_back(part.placeholder);
  }
  return out;
}

}  // namespace

TEST_CASE("every fault that is an answer strikes where the catalogue says, in its words and with its headers", "[faults]") {
  std::size_t struck = 0;
  for (const auto& fault : faults::all_faults()) {
    if (fault.strikes.empty() || fault.strikes.front().at != "request") continue;
    INFO(fault.id);
    Azure azure;
    const auto armed = faults::parse_armed_fault(fault.id);
    REQUIRE(armed);
    const auto outcome = azure.simulator.arm(*armed);
    REQUIRE(outcome);
    if (!fault.transport.empty()) continue;  // below
    bool met = false;
    for (const auto& served : served_operations(azure)) {
      if (met || !glob_match(fault.strikes.front().operation, served.name)) continue;
      Request request = Request::make(served.method, served.path);
      request.host = served.host;
      const auto response = azure.simulator.handle(request);
      if (azure.simulator.fault_hits().at(0).hits == 0) continue;  // a path that another route serves first
      met = true;
      const std::string body = response.body.text();
      INFO(body);
      CHECK((fault.status >= 400 ? response.status == fault.status : response.status == 400 || response.status == 409));
      CHECK(left_open(body).empty());
      for (const auto& [name, value] : response.headers.fields()) CHECK(left_open(value).empty());
      if (fault.status >= 400 && !fault.code.empty() && fault.code.find('{') == std::string::npos) CHECK(body.find(fault.code) != std::string::npos);
    }
    CHECK(met);
    struck += met ? 1 : 0;
  }
  CHECK(struck >= 80);
}

TEST_CASE("throttling says when to come again, and recovers", "[faults]") {
  Azure azure({.scenario = R"({"faults": [{"fault": "too-many-requests-generic", "operation": "resourceGroups.create", "times": 2}]})"});
  for (int i = 0; i < 2; ++i) {
    const auto refused = azure.put(azure.group(), {{"location", "eastus"}});
    CHECK(refused.status == 429);
    CHECK(refused.headers.get("Retry-After") == "10");
  }
  CHECK(azure.put(azure.group(), {{"location", "eastus"}}).status == 201);
}

TEST_CASE("a fault of a phase fails the operation with the catalogue's error, a hang never ends it", "[faults]") {
  const Json instance = {{"location", "eastus"}, {"properties", {{"computeType", "ComputeInstance"}, {"properties", {{"vmSize", "Standard_DS11_v2"}}}}}};
  for (const auto& [fault, state] : std::map<std::string, std::string>{{"allocation-failed", "Failed"}, {"lro-stuck-creating", "Creating"}}) {
    Azure azure;
    azure.make_workspace();
    auto armed = faults::parse_armed_fault(fault + "@computes.create:create");
    REQUIRE(armed);
    REQUIRE(azure.simulator.arm(*armed));
    CHECK(azure.put(azure.workspace() + "/computes/ci-one", instance).status < 300);
    azure.simulator.advance_to(azure.simulator.now() + std::chrono::hours(48));
    CHECK(azure.get_json(azure.workspace() + "/computes/ci-one")["properties"]["provisioningState"] == state);
    CHECK(azure.simulator.fault_hits().at(0).hits == 1);
  }
}

TEST_CASE("a fault that ends a deployment stands in its own body, and in the rows below it nothing is lost", "[faults]") {
  Azure azure;
  azure.make_group();
  REQUIRE(azure.simulator.arm(*faults::parse_armed_fault("resource-deployment-failure")));
  const Json storage = {{"type", "Microsoft.Storage/storageAccounts"}, {"apiVersion", "2024-01-01"}, {"name", "stonelab"}, {"location", "eastus"}, {"kind", "StorageV2"}, {"sku", {{"name", "Standard_LRS"}}}};
  const Json written = {{"$schema", "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"}, {"contentVersion", "1.0.0.0"}, {"resources", {storage}}};
  const std::string path = azure.group() + "/providers/Microsoft.Resources/deployments/dep";
  CHECK(azure.put(path, {{"properties", {{"mode", "Incremental"}, {"template", written}}}}).status == 201);
  azure.simulator.advance(std::chrono::hours(1));
  const Json properties = azure.get_json(path)["properties"];
  CHECK(properties["provisioningState"] == "Failed");
  CHECK(properties["error"]["code"] == "DeploymentFailed");
  CHECK(properties["error"]["details"][0]["code"] == "ResourceDeploymentFailure");
  CHECK_FALSE(properties.contains("outputs"));
  CHECK(azure.get_json(azure.group() + "/providers/Microsoft.Storage/storageAccounts/stonelab")["properties"]["provisioningState"] == "Succeeded");
}

TEST_CASE("a group that cannot be deleted names what stands in it", "[faults]") {
  Azure azure;
  azure.make_workspace();
  REQUIRE(azure.simulator.arm(*faults::parse_armed_fault("resource-group-deletion-blocked")));
  const Response answer = azure.del(azure.group());
  REQUIRE(answer.status == 202);
  const std::string address(answer.headers.get("Location"));
  azure.simulator.advance(std::chrono::hours(1));
  const Json error = azure.get_json(address)["error"];
  CHECK(error["code"] == "ResourceGroupDeletionBlocked");
  CHECK(string_at(error, "message").find("as resources with identifiers 'Microsoft.Insights/components/ai-lab' could not be deleted") != std::string::npos);
}

TEST_CASE("a fault that could not strike is not armed, and told why", "[faults]") {
  CHECK(refusal("no-such-fault").find("unknown fault 'no-such-fault'") == 0);
  CHECK(refusal("allocation-faild") == "unknown fault 'allocation-faild'; did you mean 'allocation-failed'?");
  CHECK(refusal("storage-name-taken@storageAccount.create") == "fault 'storage-name-taken' can match nothing: no operation is named 'storageAccount.create'");
  CHECK(refusal("batch-endpoint-auth-mode") == "fault 'batch-endpoint-auth-mode' is about batch, and azlab serves nothing of the kind (azlab faults list --not-served)");
  CHECK(refusal("batch-endpoint-auth-mode@workspaces.create").find("serves nothing of the kind") != std::string::npos);
  CHECK(refusal("allocation-failed@computes.create:build") == "fault 'allocation-failed' cannot strike at 'build': the phases of computes.create are create, setup");
  CHECK(refusal("allocation-failed@computes.list:create") == "fault 'allocation-failed' cannot strike at 'create': computes.list is done at once and has no phases");
  CHECK(refusal("lro-stuck-creating@computes.create") == "fault 'lro-stuck-creating' never ends what was begun, so it cannot strike a request: name a phase, or leave the place away");
  CHECK(refusal("job-user-error-exit@jobs.create") == "fault 'job-user-error-exit' is no answer to a request: name a phase, or leave the place away");
  CHECK(refusal("keyvault-name-invalid") == "fault 'keyvault-name-invalid' follows from a rule of azlab's and is not armed: do what it is about");
  CHECK(refusal("storage-name-taken@storageAccounts.create:request:0").find("is not a number of times") != std::string::npos);
  CHECK(refusal("storage-name-taken@storageAccounts.create/:request").find("write ID@operation/resource:phase:times") != std::string::npos);
  CHECK(refusal("job-schema-validation") == "fault 'job-schema-validation' is the client's own: it fails before any request, or on answers that are as they should be");
  CHECK(refusal("lro-poll-429@resourceGroups.list:poll") == "fault 'lro-poll-429' cannot strike at 'poll': resourceGroups.list is done at once and nobody polls it");
  CHECK(refusal("job-user-error-exit@computes.create:last-poll") == "fault 'job-user-error-exit' is no answer to a request: name another phase, or leave the place away");
  CHECK(refusal("connection-reset@computes.create:create") == "fault 'connection-reset' happens to a connection, so it cannot strike at 'create'");
  CHECK(refusal("storage-name-taken").empty());
}

TEST_CASE("a pattern for all operations strikes Resource Manager's, and lets the sign-in through", "[faults]") {
  Azure azure({.scenario = R"({"faults": [{"fault": "too-many-requests-generic"}]})"});
  Request sign_in = Request::make(Method::post, "https://login.microsoftonline.com/72f9a1c4-6d0e-4c5b-8a37-1e2d3c4b5a69/oauth2/v2.0/token",
                                  "grant_type=client_credentials&client_id=5b0c6b1e-7f42-4d93-a8e6-2c1d9f3b4a51&client_secret=lab-secret&scope=https%3A%2F%2Fmanagement.azure.com%2F.default");
  sign_in.headers.set("Content-Type", "application/x-www-form-urlencoded");
  CHECK(azure.simulator.handle(sign_in).status == 200);
  CHECK(azure.simulator.fault_hits().at(0).hits == 0);
  CHECK(azure.get(azure.group()).status == 429);
}

TEST_CASE("a fault strikes the sub-resource of a name alone", "[faults]") {
  Azure azure;
  azure.make_group();
  REQUIRE(azure.simulator.arm(*faults::parse_armed_fault("allocation-failed@storageAccounts.create/stwanted:dns")));
  for (const auto& [name, state] : std::map<std::string, std::string>{{"stother", "Succeeded"}, {"stwanted", "Failed"}}) {
    const auto id = azure.resource("Microsoft.Storage/storageAccounts/" + name);
    azure.put(id, {{"location", "eastus"}, {"sku", {{"name", "Standard_LRS"}}}, {"kind", "StorageV2"}});
    azure.settle();
    CHECK(azure.get_json(id)["properties"]["provisioningState"] == state);
  }
}

TEST_CASE("a fault strikes the n-th question about an operation, or the one that would have told its end", "[faults]") {
  for (const auto& [at, expected] : std::map<std::string, std::vector<int>>{{"poll-2:1", {200, 429, 200, 200}}, {"poll:2", {429, 429, 200, 200}}, {"last-poll:1", {200, 200, 429, 200}}}) {
    INFO(at);
    Azure azure;
    azure.make_workspace();
    REQUIRE(azure.simulator.arm(*faults::parse_armed_fault("lro-poll-429@computes.create:" + at)));
    const auto accepted = azure.put(azure.workspace() + "/computes/aml", {{"location", "eastus"}, {"properties", {{"computeType", "AmlCompute"}, {"properties", {{"vmSize", "Standard_DS11_v2"}}}}}});
    const std::string status(accepted.headers.get("Azure-AsyncOperation"));
    std::vector<int> seen;
    for (int i = 0; i < 4; ++i) {
      if (i == 2) azure.settle();
      seen.push_back(azure.get(status).status);
    }
    CHECK(seen == expected);
  }
}

TEST_CASE("a poll tells a failure as an operation's end, in the catalogue's words", "[faults]") {
  Azure azure;
  azure.make_workspace();
  REQUIRE(azure.simulator.arm(*faults::parse_armed_fault("allocation-failed@computes.create:last-poll")));
  const auto accepted = azure.put(azure.workspace() + "/computes/aml", {{"location", "eastus"}, {"properties", {{"computeType", "AmlCompute"}, {"properties", {{"vmSize", "Standard_DS11_v2"}}}}}});
  azure.settle();
  const auto told = azure.get_json(std::string(accepted.headers.get("Azure-AsyncOperation")));
  CHECK(told["status"] == "Failed");
  CHECK(told["error"]["code"] == "AllocationFailed");
}

TEST_CASE("a fault of delay lets a phase last longer, and go well", "[faults]") {
  Azure azure;
  azure.make_group();
  REQUIRE(azure.simulator.arm(*faults::parse_armed_fault("keyvault-registering-dns")));
  const auto id = azure.resource("Microsoft.KeyVault/vaults/kv-slow");
  azure.put(id, {{"location", "eastus"}, {"properties", {{"tenantId", "t"}, {"sku", {{"name", "standard"}, {"family", "A"}}}}}});
  azure.simulator.advance(std::chrono::seconds(299));
  CHECK(azure.get_json(id)["properties"]["provisioningState"] == "RegisteringDns");
  azure.settle();
  CHECK(azure.get_json(id)["properties"]["provisioningState"] == "Succeeded");
}

TEST_CASE("an error names what it is about: the type, the action, who asked", "[faults]") {
  Azure azure;
  azure.make_group();
  REQUIRE(azure.simulator.arm(*faults::parse_armed_fault("authorization-failed@storageAccounts.delete")));
  const auto text = azure.del(azure.resource("Microsoft.Storage/storageAccounts/stlab")).body.text();
  CHECK(text.find("The client 'alex.martin@contoso-labs.example' with object id '8d7f1b52-5f3c-4b1e-9c56-3a4e2f6d7b10' does not have authorization to perform action 'Microsoft.Storage/storageAccounts/delete' over scope '" + azure.resource("Microsoft.Storage/storageAccounts/stlab") + "'") != std::string::npos);
}

TEST_CASE("what exists has one name in all messages of a fault: the subscription its own, the tenant that of the token", "[faults]") {
  Azure azure;
  REQUIRE(azure.simulator.arm(*faults::parse_armed_fault("subscription-not-found")));
  CHECK(Azure::json(azure.get("/subscriptions"))["error"]["message"] == "The subscription '" + arm::default_subscription().id + "' could not be found.");
  Azure other;
  REQUIRE(other.simulator.arm(*faults::parse_armed_fault("invalid-authentication-token-tenant@*:request:2")));
  const std::string message = Azure::json(other.get("/subscriptions"))["error"]["message"];
  CHECK(message.find("wrong issuer 'https://sts.windows.net/" + Caller{}.tenant_id + "/'") != std::string::npos);
  CHECK(Azure::json(other.get(other.group()))["error"]["message"] == message);
}

TEST_CASE("a broken connection is told to callers in this process, and only what arrived is carried out", "[faults]") {
  for (const auto& [fault, made] : std::map<std::string, bool>{{"connection-reset", false}, {"no-answer", false}, {"connection-reset-after", true}, {"answer-cut", true}, {"answer-slow", true}}) {
    INFO(fault);
    Azure azure;
    REQUIRE(azure.simulator.arm(*faults::parse_armed_fault(fault + "@resourceGroups.create")));
    const auto answer = azure.put(azure.group(), {{"location", "eastus"}});
    CHECK(answer.status == 503);
    CHECK(Azure::json(answer)["error"]["code"] == "AzlabTransport");
    CHECK((azure.get(azure.group()).status == 200) == made);
  }
}

TEST_CASE("what services ask of each other is not cut off by a broken connection", "[faults]") {
  Azure azure({.scenario = R"({"faults": [{"fault": "connection-reset", "operation": "blobContainers.create", "times": -1}]})"});
  azure.make_workspace();
  CHECK(azure.get_json(azure.workspace())["properties"]["provisioningState"] == "Succeeded");
  CHECK(azure.simulator.fault_hits().at(0).hits == 0);
}

TEST_CASE("a handshake breaks off at the hosts of the operation, so often as it is armed for, and nothing is asked", "[faults]") {
  Azure azure;
  REQUIRE(azure.simulator.arm(*faults::parse_armed_fault("tls-handshake-broken@resourceGroups.list:request:1")));
  const auto breaks = [&](const std::string& host) {
    Request request{.host = host};
    request.caller.origin = kHandshakeOrigin;
    return azure.simulator.handle(request).headers.has(kTransportHeader);
  };
  CHECK_FALSE(breaks("login.microsoftonline.com"));
  CHECK(breaks("management.azure.com"));
  CHECK_FALSE(breaks("management.azure.com"));
  CHECK(azure.simulator.fault_hits().at(0).hits == 1);
  CHECK(azure.simulator.journal().entries().empty());
}
