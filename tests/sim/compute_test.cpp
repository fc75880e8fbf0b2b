#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"
#include "sim/core/workloads.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace azlab;
using azlab::test::Azure;

namespace {

Json instance(const Json& inner = Json::object()) {
  Json properties = {{"vmSize", "STANDARD_DS11_V2"}};
  properties.merge_patch(inner);
  return {{"location", "eastus"}, {"properties", {{"computeType", "ComputeInstance"}, {"properties", properties}}}};
}

Json cluster(int max_nodes) {
  return {{"location", "eastus"},
          {"properties", {{"computeType", "AmlCompute"}, {"properties", {{"vmSize", "STANDARD_DS11_V2"}, {"scaleSettings", {{"minNodeCount", 0}, {"maxNodeCount", max_nodes}, {"nodeIdleTimeBeforeScaleDown", "PT2M"}}}}}}}};
}

/// Remembers what it was asked to start; the test reports the end.
struct RecordingWorkloads : Workloads {
  std::vector<Workload> started;
  WorkloadStart start(const Workload& workload) override {
    started.push_back(workload);
    return {.started = true};
  }
  void stop(const std::string&) override {}
};

std::string state_of(Azure& azure, const std::string& name = "ci1") {
  return azure.get_json(azure.workspace() + "/computes/" + name)["properties"]["properties"]["state"];
}

}  // namespace

TEST_CASE("a compute instance is created over simulated minutes", "[compute]") {
  Azure azure;
  azure.make_workspace();
  const Response accepted = azure.put(azure.workspace() + "/computes/ci1", instance());
  CHECK(accepted.status == 201);
  CHECK(accepted.headers.get("Azure-AsyncOperation").find("/computeOperationsStatus/") != std::string_view::npos);
  CHECK(state_of(azure) == "Creating");
  azure.settle();
  CHECK(state_of(azure) == "Running");
  const Json body = azure.get_json(azure.workspace() + "/computes/ci1");
  CHECK(body["properties"]["provisioningState"] == "Succeeded");
  CHECK(body["properties"]["properties"]["lastOperation"]["operationStatus"] == "Succeeded");
}

TEST_CASE("a schedule stops a compute instance at 18:00", "[compute][schedule]") {
  Azure azure;
  azure.make_workspace();
  const Json schedule = {{"schedules", {{"computeStartStop", {{{"action", "Stop"}, {"triggerType", "Cron"}, {"status", "Enabled"}, {"cron", {{"expression", "0 18 * * *"}, {"timeZone", "UTC"}}}}}}}}};
  azure.put(azure.workspace() + "/computes/ci1", instance(schedule));
  azure.settle();
  azure.simulator.advance_to(*parse_iso8601("2026-11-23T17:59:59Z"));
  CHECK(state_of(azure) == "Running");
  azure.simulator.advance_to(*parse_iso8601("2026-11-23T18:00:00Z"));
  CHECK(state_of(azure) == "Stopping");
  azure.simulator.advance(std::chrono::minutes(10));
  CHECK(state_of(azure) == "Stopped");
  CHECK(azure.get_json(azure.workspace() + "/computes/ci1")["properties"]["properties"]["lastOperation"]["operationTrigger"] == "Schedule");
}

TEST_CASE("start is refused unless the instance is stopped", "[compute]") {
  Azure azure;
  azure.make_workspace();
  azure.put(azure.workspace() + "/computes/ci1", instance());
  const Response refused = azure.post(azure.workspace() + "/computes/ci1/start");
  CHECK(refused.status == 400);
  CHECK(Azure::json(refused)["error"]["code"] == "StartComputeInstanceOnlyAllowedInStoppedState");
}

TEST_CASE("a name of a compute instance is unique in its region and has rules", "[compute]") {
  Azure azure({.scenario = R"({"start": {"takenComputes": [{"name": "ci1", "location": "eastus"}]}})"});
  azure.make_workspace();
  const Response taken = azure.put(azure.workspace() + "/computes/ci1", instance());
  CHECK(taken.status == 400);
  CHECK(Azure::json(taken)["error"]["message"] == "Compute with this name already exists. Compute name needs to be unique across all existing computes within an Azure region.");
  for (const char* bad : {"c", "1ci", "ci-", "ci-12", "this-name-is-far-too-long-for-it"}) {
    CHECK(azure.put(azure.workspace() + "/computes/" + bad, instance()).status == 400);
  }
}

TEST_CASE("an update of a cluster merges: size and idle time stay, the maximum counts at once", "[compute]") {
  Azure azure;
  azure.make_workspace();
  azure.put(azure.workspace() + "/computes/aml-cluster", cluster(1));
  azure.settle();
  const Json update = {{"location", "eastus"}, {"properties", {{"computeType", "AmlCompute"}, {"properties", {{"vmSize", "STANDARD_DS3_V2"}, {"scaleSettings", {{"maxNodeCount", 2}}}}}}}};
  CHECK(azure.put(azure.workspace() + "/computes/aml-cluster", update).status == 200);
  const Json inner = azure.get_json(azure.workspace() + "/computes/aml-cluster")["properties"]["properties"];
  CHECK(inner["vmSize"] == "STANDARD_DS11_V2");
  CHECK(inner["scaleSettings"]["maxNodeCount"] == 2);
  CHECK(inner["scaleSettings"]["nodeIdleTimeBeforeScaleDown"] == "PT2M");
}

TEST_CASE("quota counts cores, and refuses in the service's words", "[compute][quota]") {
  Azure azure({.scenario = "compute-quota"});
  azure.make_workspace();
  const Response refused = azure.put(azure.workspace() + "/computes/ci1", instance());
  CHECK(refused.status == 400);
  CHECK(Azure::json(refused)["error"]["message"].get<std::string>().find("Standard DSv2 Family vCPU quota of 0") != std::string::npos);

  Azure plenty;
  plenty.make_workspace();
  for (const char* name : {"cia", "cib", "cic"}) CHECK(plenty.put(plenty.workspace() + "/computes/" + name, instance()).status == 201);
  CHECK(plenty.put(plenty.workspace() + "/computes/cid", instance()).status == 400);
  const Json usages = plenty.get_json(plenty.subscription() + "/providers/Microsoft.MachineLearningServices/locations/eastus/usages");
  CHECK(usages["value"][0]["currentValue"] == 6);
}

TEST_CASE("a compute with a system-assigned identity gets a principal; a startup script is refused loudly", "[compute]") {
  Azure azure;
  azure.make_workspace();
  Json body = instance();
  body["identity"] = {{"type", "SystemAssigned"}};
  azure.put(azure.workspace() + "/computes/ci1", body);
  const Json made = azure.get_json(azure.workspace() + "/computes/ci1");
  CHECK(made["identity"]["principalId"].get<std::string>().size() == 36);
  CHECK(made["identity"]["tenantId"] == Caller().tenant_id);
  CHECK(made["identity"]["principalId"] != azure.get_json(azure.workspace())["identity"]["principalId"]);
  const Response refused = azure.put(azure.workspace() + "/computes/ci2", instance({{"setupScripts", {{"scripts", {{"startupScript", {{"scriptSource", "inline"}, {"scriptData", "ZWNobw=="}}}}}}}}));
  CHECK(refused.status == 400);
  CHECK(Azure::json(refused)["error"]["code"] == "AzlabNotSimulated");
}

TEST_CASE("a creation script runs through Workloads and holds the clock until it ended", "[compute][hold]") {
  Azure azure;
  azure.make_workspace();
  auto workloads = std::make_shared<RecordingWorkloads>();
  azure.simulator.set_workloads(workloads);
  const std::string files = "https://eastus.notebooks.azure.net/files" + azure.workspace() + "/";
  azure.simulator.handle(Request::make(Method::put, files + "Users/alex.martin/setup.sh", "echo hello\n"));
  const Json script = {{"setupScripts", {{"scripts", {{"creationScript", {{"scriptSource", "workspaceStorage"}, {"scriptData", "Users/alex.martin/setup.sh"}}}}}}}};
  azure.put(azure.workspace() + "/computes/ci1", instance(script));
  const Time far = azure.simulator.now() + std::chrono::hours(1);
  const Time reached = azure.simulator.advance_to(far);

  REQUIRE(workloads->started.size() == 1);
  CHECK(workloads->started[0].script == "echo hello\n");
  CHECK(workloads->started[0].directory == "Users/alex.martin");
  CHECK(workloads->started[0].user == "root");
  CHECK(reached < far);
  CHECK(state_of(azure) == "UserSettingUp");

  SECTION("exit 0 lets the creation succeed") {
    azure.post("https://workloads.azlab/" + workloads->started[0].id + "/exit", {{"exitStatus", 0}, {"output", "hello"}});
    azure.simulator.advance_to(far);
    CHECK(state_of(azure) == "Running");
  }
  SECTION("another exit status fails it, with the log") {
    azure.post("https://workloads.azlab/" + workloads->started[0].id + "/exit", {{"exitStatus", 3}, {"output", "no such repository"}});
    azure.simulator.advance_to(far);
    CHECK(state_of(azure) == "UserSetupFailed");
    const Json body = azure.get_json(azure.workspace() + "/computes/ci1");
    CHECK(body["properties"]["provisioningState"] == "Failed");
    CHECK(body["properties"]["provisioningErrors"][0]["error"]["message"].get<std::string>().find("no such repository") != std::string::npos);
  }
}

TEST_CASE("without Workloads a creation script is blocked, never invented", "[compute]") {
  Azure azure;
  azure.make_workspace();
  const Json script = {{"setupScripts", {{"scripts", {{"creationScript", {{"scriptSource", "inline"}, {"scriptData", base64_encode("true")}}}}}}}};
  azure.put(azure.workspace() + "/computes/ci1", instance(script));
  azure.settle();
  CHECK(azure.get_json(azure.workspace() + "/computes/ci1")["properties"]["provisioningErrors"][0]["error"]["code"] == "AzlabBlocked");
}
