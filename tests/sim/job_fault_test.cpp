// What armed faults do to a job: its status over time, its log, its run, its node.
#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"
#include "sim/core/workloads.hpp"
#include "sim/faults/catalogue.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace azlab;
using azlab::test::Azure;

namespace {

struct Processes : Workloads {
  std::vector<std::string> started;
  WorkloadStart start(const Workload& workload) override {
    started.push_back(workload.id);
    return {.started = true};
  }
  void stop(const std::string&) override {}
};

/// A job on a cluster of one node, with a fault armed for it.
struct StruckJob : Azure {
  explicit StruckJob(const std::string& fault) {
    make_workspace();
    simulator.set_workloads(processes);
    put(workspace() + "/computes/cpu", {{"location", "eastus"}, {"properties", {{"computeType", "AmlCompute"}, {"properties", {{"vmSize", "STANDARD_DS11_V2"}, {"scaleSettings", {{"minNodeCount", 0}, {"maxNodeCount", 1}, {"nodeIdleTimeBeforeScaleDown", "PT2M"}}}}}}}});
    settle();
    REQUIRE(simulator.arm(*faults::parse_armed_fault(fault)));
    put(workspace() + "/jobs/j1", {{"properties", {{"jobType", "Command"}, {"command", "python train.py"}, {"computeId", workspace() + "/computes/cpu"}, {"environmentId", "azureml:AzureML-sklearn-1.5@latest"}, {"experimentName", "exp"}}}});
  }
  std::string status() { return get_json(workspace() + "/jobs/j1")["properties"]["status"]; }
  /// The statuses that the job goes through until nothing more happens, each once where it stays.
  std::string way() {
    std::string out = status();
    std::string last = out;
    while (const auto due = simulator.next_due()) {
      if (simulator.advance_to(*due) < *due) break;  // the clock waits for a process
      if (const auto now = status(); now != last) out += " " + (last = now);
    }
    return out;
  }
  std::string log() {
    return simulator.handle(Request::make(Method::get, "https://stlab.blob.core.windows.net/azureml/ExperimentRun/dcid.j1/user_logs/std_log.txt")).body.text();
  }
  Json run() { return get_json("https://eastus.api.azureml.ms/history/v1.0" + workspace() + "/experiments/exp/runs/j1"); }
  Json tracked() { return get_json("https://eastus.api.azureml.ms/mlflow/v2.0" + workspace() + "/api/2.0/mlflow/runs/get?run_id=j1"); }
  std::shared_ptr<Processes> processes = std::make_shared<Processes>();
};

}  // namespace

TEST_CASE("a job that runs out of memory fails half way, and its log, its run and MLflow say so", "[job][faults]") {
  StruckJob job("job-out-of-memory");
  CHECK(job.way() == "Starting Queued Preparing Running Failed");
  CHECK(job.log() == "Killed\n");
  CHECK(job.run()["status"] == "Failed");
  CHECK(job.run()["error"]["error"]["code"] == "UserError");
  CHECK(job.run()["error"]["error"]["message"].get<std::string>().find("exited with status code 137.") != std::string::npos);
  CHECK(job.tracked()["run"]["info"]["status"] == "FAILED");
  CHECK(job.processes->started.empty());
}

TEST_CASE("a job whose image cannot be built never leaves Preparing but to fail", "[job][faults]") {
  CHECK(StruckJob("job-image-build-failed").way() == "Starting Preparing Failed");
  CHECK(StruckJob("job-stuck-preparing").way() == "Starting Preparing");
}

TEST_CASE("a preempted job loses its node, queues again and runs anew", "[job][faults]") {
  StruckJob job("job-preempted");
  CHECK(job.way() == "Starting Queued Preparing Running Queued Preparing Running");
  CHECK(job.processes->started == std::vector<std::string>{"j1"});
  CHECK(job.simulator.fault_hits().at(0).hits == 1);
}

TEST_CASE("a quota of cores keeps a job in the queue, and its cluster says why", "[job][faults]") {
  StruckJob job("cluster-core-quota-reached@jobs.create:queue");
  CHECK(job.way() == "Starting Queued");
  const auto errors = job.get_json(job.workspace() + "/computes/cpu")["properties"]["properties"]["errors"];
  CHECK(errors.at(0)["error"]["code"] == "ClusterCoreQuotaReached");
}

TEST_CASE("a job's error names its own compute and environment", "[job][faults]") {
  StruckJob refused("unknown-compute-target");
  CHECK(refused.get(refused.workspace() + "/jobs/j1").status == 404);
  StruckJob gone("cluster-does-not-exist");
  gone.way();
  CHECK(gone.run()["error"]["error"]["message"] == "AzureMLCompute cluster cpu does not exist");
}
