// What a subscription may have: quotas by region and kind, capacity, states, throttling, names that are taken.
#include <nlohmann/json.hpp>

#include "sim/arm/quota.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace azlab;
using azlab::test::Azure;

namespace {

Json instance(const char* size = "Standard_DS11_v2") { return {{"location", "eastus"}, {"properties", {{"computeType", "ComputeInstance"}, {"properties", {{"vmSize", size}}}}}}; }

std::string compute(const Azure& azure, const std::string& name) { return azure.workspace() + "/computes/" + name; }

Azure scenario(const std::string& start) { return Azure({.scenario = R"({"description": "test", "source": "constructed", "start": )" + start + "}"}); }

Json usage_of(const Json& usages, const std::string& name) {
  for (const auto& usage : usages["value"]) {
    if (usage["name"]["value"] == name) return usage;
  }
  return nullptr;
}

}  // namespace

TEST_CASE("limits: every answer of Resource Manager tells what is left", "[limits][throttling]") {
  Azure azure;
  const Response read = azure.get("/subscriptions");
  CHECK(read.headers.get("x-ms-ratelimit-remaining-tenant-reads") == "249");
  const Response written = azure.put(azure.group(), {{"location", "eastus"}});
  CHECK(written.headers.get("x-ms-ratelimit-remaining-subscription-writes") == "199");
  CHECK(written.headers.get("x-ms-ratelimit-remaining-subscription-global-writes") == "2999");
  CHECK(azure.get(azure.group()).headers.get("x-ms-ratelimit-remaining-subscription-reads") == "249");
  CHECK(azure.del(azure.group()).headers.get("x-ms-ratelimit-remaining-subscription-deletes") == "199");
}

TEST_CASE("limits: a budget that is used up refuses until it has come back", "[limits][throttling]") {
  Azure azure = scenario(R"({"throttling": {"reads": {"bucket": 2, "perSecond": 0.5}}})");
  azure.make_group();
  CHECK(azure.get(azure.group()).headers.get("x-ms-ratelimit-remaining-subscription-reads") == "1");
  CHECK(azure.get(azure.group()).headers.get("x-ms-ratelimit-remaining-subscription-reads") == "0");
  const Response refused = azure.get(azure.group());
  CHECK(refused.status == 429);
  CHECK(refused.headers.get("Retry-After") == "2");
  CHECK(refused.headers.get("x-ms-ratelimit-remaining-subscription-reads") == "0");
  const Json error = Azure::json(refused)["error"];
  CHECK(error["code"] == "SubscriptionRequestsThrottled");
  CHECK(error["message"] == "Number of requests for subscription '" + arm::default_subscription().id + "' and operation 'GET/SUBSCRIPTIONS/RESOURCEGROUPS' exceeded the backend storage limit. Please try again after '2' seconds.");
  CHECK(azure.put(azure.group(), {{"location", "eastus"}}).status == 200);
  azure.simulator.advance(std::chrono::seconds(2));
  CHECK(azure.get(azure.group()).status == 200);
  CHECK(azure.get(azure.group()).status == 429);
}

TEST_CASE("limits: what a page reads to draw itself is not counted, however often; what a person does there is", "[limits][throttling]") {
  Azure azure = scenario(R"({"throttling": {"reads": {"bucket": 1, "perSecond": 0.5}}})");
  azure.make_group();
  Request drawing = Request::make(Method::get, azure.group() + "?api-version=2024-03-01");
  drawing.caller.draws_page = true;
  for (int i = 0; i < 3; ++i) CHECK(azure.simulator.handle(drawing).status == 200);
  CHECK(azure.get(azure.group()).status == 200);
  CHECK(azure.get(azure.group()).status == 429);
  CHECK(azure.simulator.handle(drawing).status == 200);
}

TEST_CASE("limits: a client that sleeps in its own time gets through after a refusal", "[limits][throttling]") {
  Azure azure = scenario(R"({"throttling": {"reads": {"bucket": 1, "perSecond": 1}}})");
  Request read = Request::make(Method::get, azure.subscription());
  read.caller.waiting = Waiting::polls;
  read.caller.origin = "client";
  CHECK(azure.simulator.handle(read).status == 200);
  CHECK(azure.simulator.handle(read).status == 429);
  CHECK(azure.simulator.handle(read).status == 200);
}

TEST_CASE("limits: the subscription's kind shows and limits", "[limits]") {
  Azure azure = scenario(R"({"subscription": {"kind": "students"}})");
  const Json subscription = azure.get_json(azure.subscription());
  CHECK(subscription["subscriptionPolicies"] == Json{{"locationPlacementId", "Public_2014-09-01"}, {"quotaId", "AzureForStudents_2018-01-01"}, {"spendingLimit", "On"}});
  const Json usages = azure.get_json(azure.subscription() + "/providers/Microsoft.MachineLearningServices/locations/eastus/usages");
  CHECK(usage_of(usages, "TotalDedicatedCores")["limit"] == 4);
  CHECK(usage_of(usages, "standardDSv2Family")["limit"] == 4);
  CHECK(usage_of(azure.get_json(azure.subscription() + "/providers/Microsoft.Compute/locations/eastus/usages"), "cores")["limit"] == 6);
  azure.make_workspace();
  CHECK(azure.put(compute(azure, "ci-one"), instance()).status == 201);
  const Response second = azure.put(compute(azure, "ci-two"), instance("Standard_DS12_v2"));
  CHECK(second.status == 400);
  CHECK(Azure::json(second)["error"]["message"].get<std::string>().starts_with("The specified subscription has a Standard DSv2 Family vCPU quota of 4 and is less than"));
}

TEST_CASE("limits: a quota of one region leaves the others alone", "[limits]") {
  Azure azure = scenario(R"({"quotas": {"eastus": {"TotalDedicatedCores": 1}}})");
  const auto total = [&](const char* region) { return usage_of(azure.get_json(azure.subscription() + "/providers/Microsoft.MachineLearningServices/locations/" + region + "/usages"), "TotalDedicatedCores")["limit"]; };
  CHECK(total("eastus") == 1);
  CHECK(total("westus") == 20);
  azure.make_workspace();
  CHECK(azure.put(compute(azure, "ci-one"), instance()).status == 400);
}

TEST_CASE("limits: a region without capacity accepts an instance and fails it", "[limits]") {
  Azure azure = scenario(R"({"capacity": {"eastus": {"Standard_DS11_v2": 1}}})");
  azure.make_workspace();
  CHECK(azure.put(compute(azure, "ci-one"), instance()).status == 201);
  azure.settle();
  CHECK(azure.get_json(compute(azure, "ci-one"))["properties"]["properties"]["state"] == "Running");
  CHECK(azure.put(compute(azure, "ci-two"), instance()).status == 201);
  azure.settle();
  const Json failed = azure.get_json(compute(azure, "ci-two"));
  CHECK(failed["properties"]["provisioningState"] == "Failed");
  CHECK(failed["properties"]["properties"]["state"] == "CreateFailed");
  CHECK(failed["properties"]["provisioningErrors"][0]["error"]["code"] == "AllocationFailed");
}

TEST_CASE("limits: a stopped instance may find no machine when it starts again", "[limits]") {
  Azure azure = scenario(R"({"capacity": {"eastus": {"Standard_DS11_v2": 1}}})");
  azure.make_workspace();
  azure.put(compute(azure, "ci-one"), instance());
  azure.settle();
  azure.post(compute(azure, "ci-one") + "/stop");
  azure.settle();
  azure.put(compute(azure, "ci-two"), instance());
  azure.settle();
  CHECK(azure.get_json(compute(azure, "ci-two"))["properties"]["properties"]["state"] == "Running");
  CHECK(azure.post(compute(azure, "ci-one") + "/start").status == 202);
  azure.settle();
  const Json inner = azure.get_json(compute(azure, "ci-one"))["properties"]["properties"];
  CHECK(inner["state"] == "Stopped");
  CHECK(inner["lastOperation"]["operationStatus"] == "StartFailed");
  azure.post(compute(azure, "ci-two") + "/stop");
  azure.settle();
  azure.post(compute(azure, "ci-one") + "/start");
  azure.settle();
  CHECK(azure.get_json(compute(azure, "ci-one"))["properties"]["properties"]["state"] == "Running");
}

TEST_CASE("limits: a size that is not offered is restricted in the list and refused", "[limits]") {
  Azure azure = scenario(R"({"restrictedSizes": {"eastus": ["Standard_DS11_v2"]}})");
  const Json skus = azure.get_json(azure.subscription() + "/providers/Microsoft.Compute/skus?$filter=location%20eq%20'eastus'")["value"];
  for (const auto& sku : skus) {
    if (sku["name"] != "Standard_DS11_v2") {
      CHECK(sku["restrictions"].empty());
    } else {
      CHECK(sku["restrictions"][0] == Json{{"type", "Location"}, {"values", {"eastus"}}, {"restrictionInfo", {{"locations", {"eastus"}}}}, {"reasonCode", "NotAvailableForSubscription"}});
    }
  }
  azure.make_workspace();
  const Response refused = azure.put(compute(azure, "ci-one"), instance());
  CHECK(refused.status == 409);
  CHECK(Azure::json(refused)["error"]["code"] == "SkuNotAvailable");
}

TEST_CASE("limits: a disabled subscription can be read and emptied, no more", "[limits]") {
  Azure azure = scenario(R"({"groups": [{"name": "rg"}], "subscription": {"state": "Disabled"}})");
  CHECK(azure.get_json(azure.subscription())["state"] == "Disabled");
  CHECK(azure.get(azure.group()).status == 200);
  const Response refused = azure.put(azure.group("more"), {{"location", "eastus"}});
  CHECK(refused.status == 409);
  CHECK(Azure::json(refused)["error"] == Json{{"code", "ReadOnlyDisabledSubscription"}, {"message", "The subscription '" + arm::default_subscription().id + "' is disabled and therefore marked as read only. You cannot perform any write actions on this subscription until it is re-enabled."}});
  CHECK(azure.post(azure.subscription() + "/providers/Microsoft.Compute/register").status == 409);
  CHECK(azure.del(azure.group()).status == 202);
  CHECK(azure.post(azure.subscription() + "/providers/Microsoft.Subscription/enable").status == 200);
  CHECK(azure.put(azure.group("more"), {{"location", "eastus"}}).status == 201);
}

TEST_CASE("limits: the spending limit disables the subscription in the middle of things", "[limits]") {
  Azure azure = scenario(R"({"subscription": {"kind": "free-trial", "spentAfter": "PT1H"}})");
  CHECK(azure.put(azure.group(), {{"location", "eastus"}}).status == 201);
  azure.simulator.advance(std::chrono::minutes(61));
  CHECK(azure.get_json(azure.subscription())["state"] == "Disabled");
  CHECK(azure.put(azure.group("late"), {{"location", "eastus"}}).status == 409);
}

TEST_CASE("limits: names that somebody elsewhere has", "[limits]") {
  Azure azure = scenario(R"({"takenNames": [{"type": "Microsoft.Storage/storageAccounts", "name": "stlab"}, {"type": "Microsoft.KeyVault/vaults", "name": "kv-lab"}]})");
  azure.make_group();
  const Response storage = azure.put(azure.resource("Microsoft.Storage/storageAccounts/stlab"), {{"location", "eastus"}, {"kind", "StorageV2"}, {"sku", {{"name", "Standard_LRS"}}}});
  CHECK(storage.status == 409);
  CHECK(Azure::json(storage)["error"]["message"] == "The storage account named stlab is already taken.");
  const Response vault = azure.put(azure.resource("Microsoft.KeyVault/vaults/kv-lab"), {{"location", "eastus"}, {"properties", {{"tenantId", "t"}, {"sku", {{"name", "standard"}}}}}});
  CHECK(vault.status == 409);
  CHECK(Azure::json(vault)["error"]["code"] == "VaultAlreadyExists");
}

TEST_CASE("limits: a name's pattern stands for all that it fits, in availability too, of registries as well", "[limits]") {
  Azure azure = scenario(R"({"takenNames": [{"type": "Microsoft.Storage/storageAccounts", "name": "stlab*"}, {"type": "Microsoft.ContainerRegistry/registries", "name": "crlab*"}, {"type": "Microsoft.KeyVault/vaults", "name": "kv-?"}]})");
  azure.make_group();
  const Json account = {{"location", "eastus"}, {"kind", "StorageV2"}, {"sku", {{"name", "Standard_LRS"}}}};
  CHECK(Azure::json(azure.put(azure.resource("Microsoft.Storage/storageAccounts/stlab4711"), account))["error"]["code"] == "StorageAccountAlreadyTaken");
  CHECK(azure.put(azure.resource("Microsoft.Storage/storageAccounts/stother"), account).ok());
  const auto available = [&](const std::string& provider, const std::string& type, const std::string& name) {
    return Azure::json(azure.post(azure.subscription() + "/providers/" + provider + "/checkNameAvailability", {{"name", name}, {"type", provider + "/" + type}}));
  };
  CHECK(available("Microsoft.Storage", "storageAccounts", "stlab1") == Json{{"nameAvailable", false}, {"reason", "AlreadyExists"}, {"message", "The storage account named stlab1 is already taken."}});
  CHECK(available("Microsoft.Storage", "storageAccounts", "stfree1") == Json{{"nameAvailable", true}});
  CHECK(available("Microsoft.KeyVault", "vaults", "kv-1")["reason"] == "AlreadyExists");
  CHECK(available("Microsoft.KeyVault", "vaults", "kv-11") == Json{{"nameAvailable", true}});
  CHECK(available("Microsoft.ContainerRegistry", "registries", "crlab1") == Json{{"nameAvailable", false}, {"reason", "AlreadyExists"}, {"message", "The registry crlab1 is already in use."}});
  CHECK(available("Microsoft.ContainerRegistry", "registries", "crfree") == Json{{"nameAvailable", true}});
  const Json short_name = available("Microsoft.ContainerRegistry", "registries", "cr");
  CHECK(short_name["nameAvailable"] == false);
  CHECK(short_name["reason"] == "Invalid");
  const Response registry = azure.put(azure.resource("Microsoft.ContainerRegistry/registries/CrLab7"), {{"location", "eastus"}, {"sku", {{"name", "Basic"}}}});
  CHECK(registry.status == 409);
  CHECK(Azure::json(registry)["error"] == Json{{"code", "AlreadyInUse"}, {"message", "The registry DNS name CrLab7.azurecr.io is already in use. You can check if the name is already claimed using following API: https://docs.microsoft.com/en-us/rest/api/containerregistry/registries/checknameavailability"}});
}

TEST_CASE("limits: a subscription that is past due is written to, one that is warned is not", "[limits]") {
  Azure due = scenario(R"({"subscription": {"state": "PastDue"}})");
  CHECK(due.get_json(due.subscription())["state"] == "PastDue");
  CHECK(due.put(due.group(), {{"location", "eastus"}}).status == 201);
  CHECK(due.del(due.group()).status == 202);
  for (const std::string state : {"Warned", "Expired", "Deleted"}) {
    INFO(state);
    Azure azure = scenario(R"({"groups": [{"name": "rg"}], "subscription": {"state": ")" + state + "\"}}");
    CHECK(azure.get_json(azure.subscription())["state"] == state);
    CHECK(azure.get(azure.group()).status == 200);
    CHECK(Azure::json(azure.put(azure.group("more"), {{"location", "eastus"}}))["error"]["code"] == "ReadOnlyDisabledSubscription");
    CHECK(azure.del(azure.group()).status == 202);
  }
}

TEST_CASE("limits: a cluster keeps the nodes that the region has, and says why it has no more", "[limits]") {
  Azure azure = scenario(R"({"capacity": {"eastus": {"Standard_DS11_v2": 1}}})");
  azure.make_workspace();
  const Json cluster = {{"location", "eastus"}, {"properties", {{"computeType", "AmlCompute"}, {"properties", {{"vmSize", "Standard_DS11_v2"}, {"scaleSettings", {{"minNodeCount", 3}, {"maxNodeCount", 4}}}}}}}};
  REQUIRE(azure.put(compute(azure, "cpu"), cluster).status == 201);
  azure.settle();
  const Json made = azure.get_json(compute(azure, "cpu"));
  CHECK(made["properties"]["provisioningState"] == "Succeeded");
  CHECK(made["properties"]["properties"]["currentNodeCount"] == 1);
  CHECK(made["properties"]["properties"]["errors"][0]["error"]["code"] == "AllocationFailed");
}

TEST_CASE("limits: a region has machines again after a while, of every size that has no number of its own", "[limits]") {
  Azure azure = scenario(R"({"capacity": {"eastus": {"*": {"noneFor": "PT2H"}, "Standard_DS12_v2": 5}}})");
  azure.make_workspace();
  const auto state_of = [&](const std::string& name, const char* size) {
    azure.put(compute(azure, name), instance(size));
    azure.settle();
    return azure.get_json(compute(azure, name))["properties"]["provisioningState"].get<std::string>();
  };
  CHECK(state_of("ci-one", "Standard_DS11_v2") == "Failed");
  CHECK(state_of("ci-two", "Standard_DS12_v2") == "Succeeded");
  azure.simulator.advance(std::chrono::hours(2));
  CHECK(state_of("ci-three", "Standard_DS11_v2") == "Succeeded");
}

TEST_CASE("limits: MLflow's budget is its own; its refusal names the seconds", "[limits][throttling]") {
  Azure azure = scenario(R"({"throttling": {"mlflow": {"bucket": 2, "perSecond": 0.25}}})");
  azure.make_workspace();
  const std::string asked = "https://eastus.api.azureml.ms/mlflow/v1.0" + azure.workspace() + "/api/2.0/mlflow/experiments/search?max_results=5";
  CHECK(azure.get(asked).status == 200);
  CHECK(azure.get(asked).status == 200);
  const Response refused = azure.get(asked);
  CHECK(refused.status == 429);
  CHECK(refused.headers.get("Retry-After") == "4");
  CHECK(Azure::json(refused)["error_code"] == "REQUEST_LIMIT_EXCEEDED");
  CHECK(azure.get(azure.workspace()).status == 200);
  CHECK(azure.get(azure.workspace()).headers.get("x-ms-ratelimit-remaining-subscription-reads") == "249");
  azure.simulator.advance(std::chrono::seconds(4));
  CHECK(azure.get(asked).status == 200);
  CHECK(azure.get(asked).status == 429);
}
