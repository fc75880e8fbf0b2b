#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"
#include "sim/core/workloads.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace azlab;
using azlab::test::Azure;

namespace {

/// Remembers what it was asked to start and to stop; the test reports the end.
struct Processes : Workloads {
  std::vector<Workload> started;
  std::vector<std::string> stopped;
  WorkloadStart start(const Workload& workload) override {
    started.push_back(workload);
    return {.started = true};
  }
  void stop(const std::string& id) override { stopped.push_back(id); }
};

struct Lab : Azure {
  explicit Lab(int max_nodes = 1) {
    make_workspace();
    simulator.set_workloads(processes);
    put(workspace() + "/computes/cpu", {{"location", "eastus"}, {"properties", {{"computeType", "AmlCompute"}, {"properties", {{"vmSize", "STANDARD_DS11_V2"}, {"scaleSettings", {{"minNodeCount", 0}, {"maxNodeCount", max_nodes}, {"nodeIdleTimeBeforeScaleDown", "PT2M"}}}}}}}});
    settle();
  }
  Response submit(const std::string& name, Json properties = Json::object()) {
    Json all = {{"jobType", "Command"}, {"command", "python train.py"}, {"computeId", workspace() + "/computes/cpu"}, {"environmentId", "azureml:AzureML-sklearn-1.5@latest"}, {"experimentName", "exp"}};
    all.merge_patch(properties);
    return put(workspace() + "/jobs/" + name, {{"properties", all}});
  }
  std::string status(const std::string& name) { return get_json(workspace() + "/jobs/" + name)["properties"]["status"]; }
  /// Goes on until a job has this status; false when nothing more would happen.
  bool until(const std::string& name, const std::string& wanted) {
    while (status(name) != wanted) {
      const auto due = simulator.next_due();
      if (!due || simulator.advance_to(*due) < *due) return false;
    }
    return true;
  }
  void exit(const std::string& name, int exit_status, const std::string& log = "", const std::string& reason = "") {
    simulator.handle(Request::make(Method::post, "https://workloads.azlab/" + name + "/output", Body(log)));
    post("https://workloads.azlab/" + name + "/exit", {{"exitStatus", exit_status}, {"output", ""}, {"reason", reason}});
  }
  Json cluster() { return get_json(workspace() + "/computes/cpu")["properties"]["properties"]; }
  std::shared_ptr<Processes> processes = std::make_shared<Processes>();
};

}  // namespace

TEST_CASE("a job waits for a node, runs as a process and ends with its exit status", "[job]") {
  Lab lab;
  const Response made = lab.submit("j1", {{"displayName", "first"}});
  CHECK(made.status == 201);
  const Json job = Azure::json(made)["properties"];
  CHECK(job["status"] == "Starting");
  CHECK(job["environmentId"] == "azureml://registries/azureml/environments/sklearn-1.5/versions/46");
  CHECK(job["services"]["Studio"]["endpoint"] == "https://ml.azure.com/runs/j1?wsid=/subscriptions/" + arm::default_subscription().id + "/resourcegroups/rg/workspaces/lab");
  CHECK(job["outputs"]["default"]["jobOutputType"] == "uri_folder");
  REQUIRE(lab.until("j1", "Queued"));
  CHECK(lab.cluster()["nodeStateCounts"]["preparingNodeCount"] == 1);
  const Time queued = lab.simulator.now();
  REQUIRE(lab.until("j1", "Preparing"));
  CHECK(lab.simulator.now() - queued > std::chrono::seconds(30));
  CHECK(lab.cluster()["nodeStateCounts"]["runningNodeCount"] == 1);
  REQUIRE(lab.until("j1", "Running"));
  REQUIRE(lab.processes->started.size() == 1);
  CHECK(lab.processes->started[0].script == "python train.py");
  CHECK(lab.processes->started[0].variables.at("MLFLOW_RUN_ID") == "j1");
  CHECK(lab.processes->started[0].variables.at("MLFLOW_TRACKING_URI") == "azureml://eastus.api.azureml.ms/mlflow/v1.0" + lab.workspace());
  CHECK(lab.processes->started[0].python.version == "3.10");
  CHECK_FALSE(lab.until("j1", "Finalizing"));  // the clock waits for the process
  lab.exit("j1", 0, "trained\n");
  REQUIRE(lab.until("j1", "Completed"));
  Request log = Request::make(Method::get, "https://stlab.blob.core.windows.net/azureml/ExperimentRun/dcid.j1/user_logs/std_log.txt");
  CHECK(lab.simulator.handle(log).body.text() == "trained\n");
}

TEST_CASE("the end of a process does not cut what it wrote before", "[job]") {
  Lab lab;
  lab.submit("j1");
  REQUIRE(lab.until("j1", "Running"));
  for (const char* piece : {"one\n", "two\n"}) lab.simulator.handle(Request::make(Method::post, "https://workloads.azlab/j1/output", Body(piece)));
  // The report of the end has the last piece once more.
  lab.post("https://workloads.azlab/j1/exit", {{"exitStatus", 0}, {"output", "two\n"}, {"reason", ""}});
  REQUIRE(lab.until("j1", "Completed"));
  CHECK(lab.simulator.handle(Request::make(Method::get, "https://stlab.blob.core.windows.net/azureml/ExperimentRun/dcid.j1/user_logs/std_log.txt")).body.text() == "one\ntwo\n");
}

TEST_CASE("an idle node goes after the cluster's idle time", "[job]") {
  Lab lab;
  lab.submit("j1");
  REQUIRE(lab.until("j1", "Running"));
  lab.exit("j1", 0);
  REQUIRE(lab.until("j1", "Completed"));
  CHECK(lab.cluster()["currentNodeCount"] == 1);
  CHECK(lab.cluster()["nodeStateCounts"]["idleNodeCount"] == 1);
  lab.simulator.advance(std::chrono::seconds(121));
  CHECK(lab.cluster()["nodeStateCounts"]["leavingNodeCount"] == 1);
  lab.simulator.advance(std::chrono::seconds(61));
  CHECK(lab.cluster()["currentNodeCount"] == 0);
  CHECK(lab.cluster()["allocationState"] == "Steady");
}

TEST_CASE("jobs share the nodes that a cluster may have, first come first served", "[job]") {
  Lab lab(1);
  lab.submit("j1");
  REQUIRE(lab.until("j1", "Queued"));
  lab.submit("j2");
  REQUIRE(lab.until("j1", "Running"));
  CHECK(lab.status("j2") == "Queued");
  lab.exit("j1", 0);
  REQUIRE(lab.until("j2", "Running"));
  CHECK(lab.status("j1") == "Completed");
  CHECK(lab.processes->started.size() == 2);
  lab.exit("j2", 0);
  REQUIRE(lab.until("j2", "Completed"));
}

TEST_CASE("a quota holds nodes back without failing the job", "[job]") {
  Lab lab(100);
  for (int i = 0; i < 20; ++i) lab.submit("j" + std::to_string(i));
  while (lab.processes->started.empty() && lab.simulator.next_due()) lab.simulator.advance_to(*lab.simulator.next_due());
  REQUIRE(lab.processes->started.size() == 1);
  CHECK(lab.cluster()["targetNodeCount"] == 3);  // six cores of the family, two for each node
  int queued = 0;
  for (int i = 0; i < 20; ++i) queued += lab.status("j" + std::to_string(i)) == "Queued" ? 1 : 0;
  CHECK(queued == 18);  // two of the three nodes have come
}

TEST_CASE("a script that fails makes a failed job that says where to look", "[job]") {
  Lab lab;
  lab.submit("j1");
  REQUIRE(lab.until("j1", "Running"));
  lab.exit("j1", 3, "Traceback\nValueError: no\n");
  REQUIRE(lab.until("j1", "Failed"));
}

TEST_CASE("an environment of one's own is built once", "[job]") {
  Lab lab;
  lab.put(lab.workspace() + "/environments/mine/versions/1", {{"properties", {{"image", "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04"}, {"condaFile", "dependencies:\n- python=3.10\n- pandas=2.1\n- pip:\n  - mlflow\n"}}}});
  lab.submit("j1", {{"environmentId", "azureml:mine@latest"}});
  const Time begin = lab.simulator.now();
  REQUIRE(lab.until("j1", "Preparing"));
  REQUIRE(lab.until("j1", "Queued"));
  CHECK(lab.simulator.now() - begin > std::chrono::minutes(3));
  REQUIRE(lab.until("j1", "Running"));
  CHECK(lab.processes->started[0].python.requirements == std::vector<std::string>{"pandas==2.1.*", "mlflow"});
  lab.exit("j1", 0);
  REQUIRE(lab.until("j1", "Completed"));
  lab.submit("j2", {{"environmentId", "azureml:mine:1"}});
  const Time second = lab.simulator.now();
  REQUIRE(lab.until("j2", "Running"));  // the image is there, and on the node
  CHECK(lab.simulator.now() - second < std::chrono::minutes(1));
}

TEST_CASE("inputs and the snapshot lie where the command looks for them", "[job]") {
  Lab lab;
  const auto upload = [&](const std::string& container, const std::string& name, const std::string& bytes) {
    lab.simulator.handle(Request::make(Method::put, "https://stlab.blob.core.windows.net/" + container + "?restype=container"));
    Request request = Request::make(Method::put, "https://stlab.blob.core.windows.net/" + container + "/" + name, Body(bytes));
    request.headers.set("x-ms-blob-type", "BlockBlob");
    CHECK(lab.simulator.handle(request).status == 201);
  };
  upload("snap", "src/train.py", "print(1)");
  lab.put(lab.workspace() + "/codes/c/versions/1", {{"properties", {{"codeUri", "https://stlab.blob.core.windows.net/snap"}}}});
  const std::string store = lab.get_json(lab.workspace() + "/datastores/workspaceblobstore")["properties"]["containerName"];
  upload(store, "in/d.csv", "a,b");
  lab.submit("j1", {{"codeId", lab.workspace() + "/codes/c/versions/1"},
                    {"command", "python src/train.py --data ${{inputs.d}} --rate ${{inputs.r}} $[[--more ${{inputs.none}}]] --out ${{outputs.o}}"},
                    {"inputs", {{"d", {{"jobInputType", "uri_file"}, {"uri", "azureml://datastores/workspaceblobstore/paths/in/d.csv"}}}, {"r", {{"jobInputType", "literal"}, {"value", "0.1"}}}}},
                    {"outputs", {{"o", {{"jobOutputType", "uri_folder"}}}}}});
  REQUIRE(lab.until("j1", "Running"));
  const Workload& process = lab.processes->started.at(0);
  CHECK(process.script == "python src/train.py --data {{root}}/cap/data-capability/wd/INPUT_d/d.csv --rate 0.1  --out {{root}}/cap/data-capability/wd/OUTPUT_o");
  REQUIRE(process.files.size() == 2);
  CHECK(process.files[0].path == "exe/wd/src/train.py");
  CHECK(*process.files[1].bytes == "a,b");
  lab.simulator.handle(Request::make(Method::put, "https://workloads.azlab/j1/files/cap/data-capability/wd/OUTPUT_o/r.txt", Body("result")));
  lab.simulator.handle(Request::make(Method::put, "https://workloads.azlab/j1/files/exe/wd/outputs/m.txt", Body("model")));
  lab.exit("j1", 0);
  REQUIRE(lab.until("j1", "Completed"));
  CHECK(lab.simulator.handle(Request::make(Method::get, "https://stlab.blob.core.windows.net/azureml/ExperimentRun/dcid.j1/outputs/m.txt")).body.text() == "model");
  CHECK(lab.simulator.handle(Request::make(Method::get, "https://stlab.blob.core.windows.net/" + store + "/azureml/j1/o/r.txt")).body.text() == "result");
  CHECK(lab.get_json(lab.workspace() + "/data/azureml_j1_output_data_o/versions/1")["properties"]["dataType"] == "uri_folder");
  const Json run = Azure::json(lab.post("https://eastus.api.azureml.ms/history/v1.0" + lab.workspace() + "/rundata", {{"runId", "j1"}, {"selectRunMetadata", true}}));
  CHECK(run["runMetadata"]["outputs"]["o"]["type"] == "UriFolder");
}

TEST_CASE("an input that is not there fails the job when it comes to run", "[job]") {
  Lab lab;
  lab.submit("j1", {{"inputs", {{"d", {{"jobInputType", "uri_file"}, {"uri", "azureml://datastores/workspaceblobstore/paths/none.csv"}}}}}});
  REQUIRE(lab.until("j1", "Failed"));
  CHECK(lab.processes->started.empty());
}

TEST_CASE("a canceled job stops its process and gives its node back", "[job]") {
  Lab lab;
  lab.submit("j1");
  REQUIRE(lab.until("j1", "Running"));
  const Response canceled = lab.post(lab.workspace() + "/jobs/j1/cancel");
  CHECK(canceled.status == 202);
  CHECK(lab.status("j1") == "CancelRequested");
  CHECK(lab.processes->stopped == std::vector<std::string>{"j1"});
  CHECK(lab.get(std::string(canceled.headers.get("Location"))).status == 202);
  lab.exit("j1", 137, "", "stopped");
  REQUIRE(lab.until("j1", "Canceled"));
  CHECK(lab.get(std::string(canceled.headers.get("Location"))).status == 200);
  CHECK(lab.cluster()["nodeStateCounts"]["runningNodeCount"] == 0);
}

TEST_CASE("a job whose process was lost has failed and says so", "[job]") {
  Lab lab;
  lab.submit("j1");
  REQUIRE(lab.until("j1", "Running"));
  lab.exit("j1", 137, "", "stopped");  // as azlab reports what ran when it was killed
  REQUIRE(lab.until("j1", "Failed"));
  const Json run = lab.get_json("https://eastus.api.azureml.ms/history/v1.0" + lab.workspace() + "/experiments/exp/runs/j1");
  CHECK(run["error"]["error"] == Json{{"code", "AzlabProcessLost"}, {"message", "azlab: the process of this resource was lost, because azlab itself ended while it ran. Start it again."}});
  CHECK(lab.cluster()["nodeStateCounts"]["runningNodeCount"] == 0);
}

TEST_CASE("a job beyond its time limit is canceled", "[job]") {
  Lab lab;
  lab.submit("j1", {{"limits", {{"jobLimitsType", "Command"}, {"timeout", "PT1M"}}}});
  REQUIRE(lab.until("j1", "Running"));
  CHECK(lab.processes->started[0].time_limit_s == 60);
  lab.exit("j1", 137, "", "timeout");
  REQUIRE(lab.until("j1", "Canceled"));
}

TEST_CASE("what cannot run is said when it is submitted", "[job]") {
  Lab lab;
  const auto message = [&](const Json& properties) { return Azure::json(lab.submit("bad", properties))["error"]["message"].get<std::string>(); };
  CHECK(message({{"computeId", lab.workspace() + "/computes/none"}}) == "Unknown compute target 'none'.");
  CHECK(message({{"environmentId", "azureml:none@latest"}}) == "No environment exists for name: none, version: , label: latest");
  CHECK(message({{"environmentId", "azureml:none"}}) == "Failed to extract version when parsing asset none of type environments as arm id. Version must be provided.");
  CHECK(message({{"jobType", "Sweep"}}) == "azlab runs command jobs; jobs of the type 'Sweep' it does not simulate.");
  CHECK(message({{"experimentName", "no spaces"}}).substr(0, 43) == "Experiment name 'no spaces' is invalid. Onl");
  CHECK(lab.get(lab.workspace() + "/jobs/bad").status == 404);
}

TEST_CASE("a job's name is its own: only what is said about it changes", "[job]") {
  Lab lab;
  lab.submit("j1");
  CHECK(lab.submit("j1", {{"tags", {{"a", "b"}}}}).status == 200);
  CHECK(lab.get_json(lab.workspace() + "/jobs/j1")["properties"]["tags"]["a"] == "b");
  const Response other = lab.submit("j1", {{"command", "other"}});
  CHECK(other.status == 409);
  CHECK(Azure::json(other)["error"]["message"].get<std::string>().find("the existing job's command cannot be changed") != std::string::npos);
}

TEST_CASE("without anybody to run processes a job is blocked, not invented", "[job]") {
  Lab lab;
  lab.simulator.set_workloads(nullptr);
  lab.submit("j1");
  REQUIRE(lab.until("j1", "Failed"));
}

TEST_CASE("a client that only polls gets to a job's end by reading it", "[job]") {
  Lab lab;
  lab.simulator.set_workloads(nullptr);
  lab.submit("j1");
  Request poll = Request::make(Method::get, lab.workspace() + "/jobs/j1");
  poll.caller.waiting = Waiting::polls;
  for (int i = 0; i < 40 && lab.status("j1") != "Failed"; ++i) lab.simulator.handle(poll);
  CHECK(lab.status("j1") == "Failed");
}

TEST_CASE("a compute instance runs one job at a time, while it runs", "[job]") {
  Lab lab;
  lab.put(lab.workspace() + "/computes/ci1", {{"location", "eastus"}, {"properties", {{"computeType", "ComputeInstance"}, {"properties", {{"vmSize", "STANDARD_DS11_V2"}}}}}});
  lab.settle();
  lab.submit("j1", {{"computeId", lab.workspace() + "/computes/ci1"}});
  lab.submit("j2", {{"computeId", lab.workspace() + "/computes/ci1"}});
  while (lab.processes->started.empty() && lab.simulator.next_due()) lab.simulator.advance_to(*lab.simulator.next_due());
  REQUIRE(lab.processes->started.size() == 1);
  const std::string first = lab.processes->started[0].id;
  const std::string second = first == "j1" ? "j2" : "j1";
  CHECK(lab.status(first) == "Running");
  CHECK(lab.status(second) == "Queued");
  lab.exit(first, 0);
  REQUIRE(lab.until(second, "Running"));
}

TEST_CASE("a job that was submitted to an instance before that runs begins when it does", "[job]") {
  Lab lab;
  const std::string instance = lab.workspace() + "/computes/ci1";
  lab.put(instance, {{"location", "eastus"}, {"properties", {{"computeType", "ComputeInstance"}, {"properties", {{"vmSize", "STANDARD_DS11_V2"}}}}}});
  lab.submit("j1", {{"computeId", instance}});
  REQUIRE(lab.until("j1", "Running"));
  lab.exit("j1", 0);
  REQUIRE(lab.until("j1", "Completed"));
  lab.post(instance + "/stop", Json::object());
  lab.settle();
  lab.submit("j2", {{"computeId", instance}});
  CHECK_FALSE(lab.until("j2", "Running"));
  CHECK(lab.status("j2") == "Queued");
  lab.post(instance + "/start", Json::object());
  CHECK(lab.until("j2", "Running"));
}

TEST_CASE("how long a job takes follows the seed, not the name that its client drew", "[job]") {
  const auto begin_to_run = [](const std::string& name) {
    Lab lab;
    const Time begin = lab.simulator.now();
    lab.submit(name);
    REQUIRE(lab.until(name, "Running"));
    const Time first = lab.simulator.now();
    REQUIRE(lab.simulator.held_until());
    return std::pair(first - begin, *lab.simulator.held_until() - first);
  };
  CHECK(begin_to_run("placid_fig_0123456789") == begin_to_run("strong_tree_9876543210"));
}
