#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace azlab;
using azlab::test::Azure;

namespace {

int counted(const Azure& azure, const std::string& name) {
  int value = 0;
  azure.simulator.inspect([&](const World& world) {
    if (const RowPtr row = world.find(Table::counter, name)) value = std::atoi(row->body.c_str()) - 1;
  });
  return value;
}

std::string location_of(const Response& response) {
  const auto async = response.headers.get("Azure-AsyncOperation");
  return std::string(async.empty() ? response.headers.get("Location") : async);
}

Json compute(const std::string& type, const Json& inner) { return {{"location", "eastus"}, {"properties", {{"computeType", type}, {"properties", inner}}}}; }

}  // namespace

TEST_CASE("any path casing reaches the same resource, which keeps the case it was made with", "[resources]") {
  Azure azure;
  azure.make_workspace("Lab");
  const std::string upper = "/SUBSCRIPTIONS/" + arm::default_subscription().id + "/RESOURCEGROUPS/RG/PROVIDERS/MICROSOFT.MACHINELEARNINGSERVICES/WORKSPACES/LAB";
  CHECK(azure.get_json(upper)["id"] == azure.workspace("Lab"));
  CHECK(azure.put(upper + "/computes/Cluster", compute("AmlCompute", {{"vmSize", "Standard_DS11_v2"}})).status == 201);
  CHECK(azure.get_json(azure.workspace("lab") + "/COMPUTES/cluster")["id"] == azure.workspace("Lab") + "/computes/Cluster");
  CHECK(azure.send(Method::patch, upper, {{"tags", {{"a", "1"}}}}).ok());
  CHECK(azure.get_json(azure.workspace("Lab"))["name"] == "Lab");
}

TEST_CASE("HEAD says by its status alone whether a resource is there", "[resources]") {
  Azure azure;
  azure.make_workspace();
  const Response there = azure.send(Method::head, azure.workspace());
  CHECK(there.status == 204);
  CHECK(there.body.empty());
  CHECK(azure.send(Method::head, azure.workspace("none")).status == 404);
  CHECK(azure.send(Method::head, azure.resource("Microsoft.Storage/storageAccounts/stlab")).status == 204);
}

TEST_CASE("PATCH replaces tags as a whole, on every kind of tracked resource", "[resources]") {
  Azure azure;
  azure.make_workspace();
  for (const std::string& id : {azure.workspace(), azure.resource("Microsoft.Storage/storageAccounts/stlab"), azure.resource("Microsoft.KeyVault/vaults/kv-lab"),
                                azure.resource("Microsoft.Insights/components/ai-lab")}) {
    INFO(id);
    CHECK(azure.send(Method::patch, id, {{"tags", {{"a", "1"}, {"b", "2"}}}}).ok());
    azure.settle();
    CHECK(azure.send(Method::patch, id, {{"tags", {{"c", "3"}}}}).ok());
    azure.settle();
    CHECK(azure.get_json(id)["tags"] == Json{{"c", "3"}});
    CHECK(azure.get_json(id)["properties"]["provisioningState"] == "Succeeded");
  }
}

TEST_CASE("a workspace's update takes description, name and build compute and keeps the rest", "[workspaces]") {
  Azure azure;
  azure.make_workspace();
  const Json before = azure.get_json(azure.workspace())["properties"];
  CHECK(azure.send(Method::patch, azure.workspace(), {{"properties", {{"friendlyName", "New"}, {"description", "d"}, {"imageBuildCompute", "cluster"}}}}).ok());
  azure.settle();
  const Json after = azure.get_json(azure.workspace())["properties"];
  CHECK(after["friendlyName"] == "New");
  CHECK(after["description"] == "d");
  CHECK(after["imageBuildCompute"] == "cluster");
  for (const char* kept : {"workspaceId", "storageAccount", "mlFlowTrackingUri", "creationTime"}) CHECK(after[kept] == before[kept]);
  CHECK(after.contains("containerRegistry"));  // shown as null, before and after
}

TEST_CASE("a deleted workspace's name is blocked until it is purged or recovered", "[workspaces]") {
  Azure azure;
  azure.make_workspace();
  const Json body = {{"location", "eastus"}, {"properties", {{"storageAccount", azure.resource("Microsoft.Storage/storageAccounts/stlab")}, {"keyVault", azure.resource("Microsoft.KeyVault/vaults/kv-lab")}}}};
  CHECK(azure.del(azure.workspace("never")).status == 204);
  const Response deleted = azure.del(azure.workspace());
  CHECK(deleted.status == 202);
  CHECK(location_of(deleted).starts_with("https://management.azure.com/subscriptions/"));
  CHECK(deleted.headers.get("Retry-After") == "5");
  azure.settle();
  CHECK(azure.get(azure.workspace()).status == 404);
  azure.put(azure.workspace(), body);
  azure.settle();
  CHECK(azure.get(azure.workspace()).status == 404);  // the operation failed
  Json recover = body;
  recover["properties"]["allowRecoverSoftDeletedWorkspace"] = true;
  azure.put(azure.workspace(), recover);
  azure.settle();
  CHECK(azure.get_json(azure.workspace())["properties"]["provisioningState"] == "Succeeded");
  azure.del(azure.workspace() + "?forceToPurge=true");
  azure.settle();
  azure.put(azure.workspace(), body);
  azure.settle();
  CHECK(azure.get_json(azure.workspace())["properties"]["provisioningState"] == "Succeeded");
}

TEST_CASE("a recovered workspace is the one that was deleted: its identity and datastores come back, its computes do not", "[workspaces]") {
  Azure azure;
  azure.make_workspace();
  const Json before = azure.get_json(azure.workspace())["properties"];
  azure.put(azure.workspace() + "/datastores/mine", {{"properties", {{"datastoreType", "AzureBlob"}, {"accountName", "stlab"}, {"containerName", "c"}, {"credentials", {{"credentialsType", "None"}}}}}});
  azure.put(azure.workspace() + "/computes/cluster", compute("AmlCompute", {{"vmSize", "Standard_DS11_v2"}}));
  azure.settle();
  azure.del(azure.workspace());
  azure.settle();
  CHECK(azure.get(azure.workspace() + "/datastores/mine").status == 404);
  const Json recover = {{"location", "eastus"}, {"properties", {{"allowRecoverSoftDeletedWorkspace", true}, {"storageAccount", before["storageAccount"]}, {"keyVault", before["keyVault"]}}}};
  azure.put(azure.workspace(), recover);
  azure.settle();
  const Json after = azure.get_json(azure.workspace())["properties"];
  for (const char* kept : {"workspaceId", "creationTime", "storageAccount", "applicationInsights"}) CHECK(after[kept] == before[kept]);
  CHECK(azure.get_json(azure.workspace() + "/datastores/mine")["properties"]["containerName"] == "c");
  CHECK(azure.get_json(azure.workspace() + "/datastores")["value"].size() == 5);
  CHECK(azure.get(azure.workspace() + "/computes/cluster").status == 404);
}

TEST_CASE("workspaces are listed: none, one, many, by group and by subscription, in pages", "[workspaces]") {
  Azure azure;
  azure.make_group();
  const std::string list = azure.resource("Microsoft.MachineLearningServices/workspaces");
  CHECK(azure.get_json(list)["value"].empty());
  azure.make_workspace("one");
  CHECK(azure.get_json(list)["value"].size() == 1);
  azure.make_workspace("two");
  azure.make_workspace("three");
  CHECK(azure.get_json(list)["value"].size() == 3);
  CHECK(azure.get_json(azure.subscription() + "/providers/Microsoft.MachineLearningServices/workspaces")["value"].size() == 3);
  const Json first = azure.get_json(list + "?api-version=2024-04-01&$top=2");
  REQUIRE(first["value"].size() == 2);
  const std::string next = first["nextLink"];
  CHECK(next.starts_with("https://management.azure.com/subscriptions/"));
  const Json second = azure.get_json(next);
  CHECK(second["value"].size() == 1);
  CHECK_FALSE(second.contains("nextLink"));
}

TEST_CASE("datastores: made, listed with the clients' parameters, secrets in both eras, deleted", "[datastores]") {
  Azure azure;
  azure.make_workspace();
  const std::string stores = azure.workspace() + "/datastores";
  CHECK(azure.put(stores + "/mine", {{"properties", {{"datastoreType", "AzureBlob"}, {"accountName", "stlab"}, {"containerName", "c"}, {"credentials", {{"credentialsType", "None"}}}}}}).status == 201);
  CHECK(azure.get_json(stores + "?count=30&orderByAsc=false")["value"].size() == 5);
  const Json standard = azure.get_json(stores + "?count=30&orderByAsc=false&isDefault=true");
  REQUIRE(standard["value"].size() == 1);
  CHECK(standard["value"][0]["name"] == "workspaceblobstore");
  CHECK(azure.get_json(stores + "?count=2").contains("nextLink"));
  CHECK(Azure::json(azure.post(stores + "/workspaceblobstore/listSecrets"))["secretsType"] == "AccountKey");
  const Json ends = Azure::json(azure.post(stores + "/workspaceblobstore/listSecrets", {{"expirableSecret", true}, {"expireAfterHours", 1}}));
  CHECK(ends["secretsType"] == "Sas");
  const std::string in_an_hour = to_iso8601_seconds(azure.simulator.now() + std::chrono::hours(1));
  CHECK(ends["sasToken"].get<std::string>().find("se=" + percent_encode(in_an_hour) + "&") != std::string::npos);
  CHECK(azure.del(stores + "/mine").ok());
  CHECK(azure.get(stores + "/mine").status == 404);
}

TEST_CASE("a cluster's minimum is its nodes, and its deletion gives the cores back", "[compute]") {
  Azure azure;
  azure.make_workspace();
  const std::string cluster = azure.workspace() + "/computes/cluster";
  const auto used = [&] { return azure.get_json(azure.subscription() + "/providers/Microsoft.MachineLearningServices/locations/eastus/usages")["value"][0]["currentValue"].get<int>(); };
  CHECK(azure.put(cluster, compute("AmlCompute", {{"vmSize", "Standard_DS11_v2"}, {"scaleSettings", {{"minNodeCount", 1}, {"maxNodeCount", 2}}}})).status == 201);
  CHECK(azure.get_json(cluster)["properties"]["properties"]["allocationState"] == "Resizing");
  azure.settle();
  const Json inner = azure.get_json(cluster)["properties"]["properties"];
  CHECK(inner["currentNodeCount"] == 1);
  CHECK(inner["nodeStateCounts"]["idleNodeCount"] == 1);
  CHECK(inner["allocationState"] == "Steady");
  CHECK(used() == 2);
  azure.put(cluster, compute("AmlCompute", {{"scaleSettings", {{"minNodeCount", 0}, {"maxNodeCount", 0}}}}));
  azure.settle();
  CHECK(used() == 0);
  CHECK(azure.put(cluster, compute("AmlCompute", {{"scaleSettings", {{"minNodeCount", 3}, {"maxNodeCount", 2}}}})).status == 400);
  CHECK(azure.del(cluster + "?underlyingResourceAction=Detach").status == 400);
  const Response deleted = azure.del(cluster + "?underlyingResourceAction=Delete");
  CHECK(deleted.status == 202);
  CHECK(location_of(deleted).find("/computeOperationsStatus/") != std::string::npos);
  azure.settle();
  CHECK(azure.get(cluster).status == 404);
}

TEST_CASE("an instance being deleted says so, and its name is free in the region afterwards", "[compute]") {
  Azure azure;
  azure.make_workspace("one");
  azure.make_workspace("two");
  const Json body = compute("ComputeInstance", {{"vmSize", "Standard_DS11_v2"}});
  CHECK(azure.put(azure.workspace("one") + "/computes/ci-shared", body).status == 201);
  azure.settle();
  CHECK(azure.put(azure.workspace("two") + "/computes/ci-shared", body).status == 400);
  CHECK(azure.put(azure.workspace("two") + "/computes/other", compute("AmlCompute", {{"vmSize", "Standard_DS11_v2"}})).status == 201);
  CHECK(azure.put(azure.workspace("one") + "/computes/other", body).status == 201);  // a cluster's name takes nothing from instances
  azure.settle();
  CHECK(azure.del(azure.workspace("one") + "/computes/ci-shared").status == 202);
  CHECK(azure.get_json(azure.workspace("one") + "/computes/ci-shared")["properties"]["properties"]["state"] == "Deleting");
  azure.settle();
  CHECK(azure.put(azure.workspace("two") + "/computes/ci-shared", body).status == 201);
}

TEST_CASE("what a client sends and nobody looks at comes back to it and is counted", "[unmodelled]") {
  Azure azure;
  azure.make_workspace();
  const std::string ci = azure.workspace() + "/computes/ci1";
  azure.put(ci, compute("ComputeInstance", {{"vmSize", "Standard_DS11_v2"}, {"idleTimeBeforeShutdown", "PT30M"}}));
  azure.settle();
  CHECK(azure.get_json(ci)["properties"]["properties"]["idleTimeBeforeShutdown"] == "PT30M");
  CHECK(counted(azure, "unmodelled/Microsoft.MachineLearningServices/workspaces/computes/properties.properties.idleTimeBeforeShutdown") == 1);
  CHECK(counted(azure, "unmodelled/Microsoft.MachineLearningServices/workspaces/computes/properties.properties.vmSize") == 0);
  azure.put(azure.workspace(), {{"location", "eastus"}, {"properties", {{"futureSetting", {{"a", 1}}}}}});
  azure.settle();
  CHECK(azure.get_json(azure.workspace())["properties"]["futureSetting"]["a"] == 1);
  CHECK(counted(azure, "unmodelled/Microsoft.MachineLearningServices/workspaces/properties.futureSetting.a") == 1);
}

TEST_CASE("tenants, subscriptions and locations answer any api-version, or none", "[subscriptions]") {
  Azure azure;
  for (const char* version : {"", "?api-version=2016-06-01", "?api-version=2099-01-01-preview"}) {
    CHECK(azure.get_json("/tenants" + std::string(version))["value"].size() == 1);
    CHECK(azure.get_json("/subscriptions" + std::string(version))["value"][0]["id"] == azure.subscription());
    CHECK(azure.get_json(azure.subscription() + "/locations" + version)["value"].size() > 20);
  }
  CHECK(azure.get("/subscriptions/00000000-0000-0000-0000-000000000000").status == 404);
}

TEST_CASE("a client's own request id comes back beside ours", "[headers]") {
  Azure azure;
  Request request = Request::make(Method::get, "/subscriptions");
  request.headers.set("x-ms-client-request-id", "mine");
  const Response response = azure.simulator.handle(request);
  CHECK(response.headers.get("x-ms-client-request-id") == "mine");
  CHECK(response.headers.get("x-ms-request-id").size() == 36);
  CHECK(response.headers.get("x-ms-correlation-request-id") == response.headers.get("x-ms-request-id"));
}
