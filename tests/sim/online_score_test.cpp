#include "sim/core/workloads.hpp"
#include "tests/sim/online.hpp"

using namespace azlab;
using azlab::test::Azure;
using azlab::test::Online;

namespace {

/// Remembers what it was asked to start; the test says what became of it.
struct Containers : Workloads {
  std::vector<Workload> started;
  std::string refusal;
  WorkloadStart start(const Workload& workload) override {
    if (!refusal.empty()) return {.blocked = refusal};
    started.push_back(workload);
    return {.started = true};
  }
  void stop(const std::string&) override {}
};

/// An endpoint whose containers are processes.
struct Serving : Online {
  Serving() {
    simulator.set_workloads(containers);
    make_endpoint();
    settle();
    REQUIRE(put(deployment(), blue({{"environmentVariables", {{"LEVEL", "7"}}}, {"requestSettings", {{"requestTimeout", "PT3S"}}}})).status == 201);
  }
  /// As far as it goes without a container's end.
  void settle() {
    for (auto due = simulator.next_due(); due && simulator.advance_to(*due) >= *due;) due = simulator.next_due();
  }
  /// Goes on until the container was started once more.
  Workload next_container() {
    const std::size_t before = containers->started.size();
    while (containers->started.size() == before) {
      const auto due = simulator.next_due();
      if (!due || simulator.advance_to(*due) < *due) break;
    }
    REQUIRE(containers->started.size() == before + 1);
    return containers->started.back();
  }
  void ends(const Workload& container, int exit_status, const std::string& output = "", const std::string& result = "", const std::string& body = "", const std::string& reason = "") {
    const std::string address = "https://workloads.azlab/" + container.id;
    if (!output.empty()) simulator.handle(Request::make(Method::post, address + "/output", Body(output)));
    if (!result.empty()) {
      simulator.handle(Request::make(Method::put, address + "/files/answer/result.json", Body(result)));
      simulator.handle(Request::make(Method::put, address + "/files/answer/body", Body(body)));
    }
    post(address + "/exit", {{"exitStatus", exit_status}, {"output", output}, {"reason", reason}});
  }
  void make_ready() {
    ends(next_container(), 0, "ready\n");
    settle();
    REQUIRE(state(deployment()) == "Succeeded");
    REQUIRE(make_endpoint("shop", "Key", {{"blue", 100}}).status == 200);
    settle();
  }
  /// The answer to a request to score, once its container has done what a test says.
  Response scored(int exit_status, const std::string& output, const std::string& result, const std::string& body, const std::string& reason = "") {
    const Response waits = score(key());
    REQUIRE(waits.status == 202);
    REQUIRE(waits.headers.get("x-azlab-pending") == containers->started.back().id);
    const std::string answer = "https://workloads.azlab/" + containers->started.back().id + "/answer";
    CHECK(get(answer).status == 202);
    ends(containers->started.back(), exit_status, output, result, body, reason);
    const Response told = get(answer);
    CHECK(get(answer).status == 503);  // it is told once
    return told;
  }
  std::shared_ptr<Containers> containers = std::make_shared<Containers>();
};

}  // namespace

TEST_CASE("a deployment's container is a process with its model and code, whose init() is waited for", "[online]") {
  Serving azure;
  const Workload container = azure.next_container();
  CHECK(container.script == "exec env -u AZLAB_CLOCK python \"$AZLAB_DRIVER\" \"$@\"\n");
  CHECK(container.arguments == std::vector<std::string>{"score.py"});
  CHECK(container.directory == "var/azureml-app/code");
  CHECK(container.variables.at("AZUREML_MODEL_DIR") == "{{root}}/var/azureml-app/azureml-models/churn/1");
  CHECK(container.variables.at("LEVEL") == "7");
  CHECK(container.python.name == "AzureML-sklearn-1.5");
  std::vector<std::string> files;
  for (const auto& file : container.files) files.push_back(file.path);
  CHECK(files == std::vector<std::string>{"var/azureml-app/azureml-models/churn/1/churn/model.pkl", "var/azureml-app/code/score.py", "azlab/score.py"});
  azure.settle();
  CHECK(azure.state(azure.deployment()) == "Updating");  // the clock waits for the process
  azure.ends(container, 0, "ready\n");
  azure.settle();
  CHECK(azure.state(azure.deployment()) == "Succeeded");
  CHECK(azure.logs().ends_with("\nContainer logs:\nready\n"));
}

TEST_CASE("an init() that fails leaves the deployment failed, with its words in the log", "[online]") {
  Serving azure;
  azure.ends(azure.next_container(), 3, "ModuleNotFoundError: No module named 'nothing'\n");
  azure.settle();
  CHECK(azure.state(azure.deployment()) == "Failed");
  CHECK(azure.logs().find("Name: LivenessProbeFailed, Type: Warning") != std::string::npos);
  CHECK(azure.logs().ends_with("ModuleNotFoundError: No module named 'nothing'\n"));
}

TEST_CASE("run() answers requests; what it raises is 424", "[online]") {
  Serving azure;
  azure.make_ready();
  const Response good = azure.scored(0, "scoring\n", R"({"status": 200, "seconds": 0.1})", "[0.5, 1.0]");
  CHECK(azure.containers->started.back().arguments == std::vector<std::string>{"score.py", "{{root}}/azlab/request"});
  CHECK(*azure.containers->started.back().files.back().bytes == "{}");
  CHECK(good.status == 200);
  CHECK(good.body.text() == "[0.5, 1.0]");
  CHECK(good.headers.get("azureml-model-deployment") == "blue");
  CHECK(good.headers.get("x-ms-run-function-failed") == "False");
  CHECK(azure.logs().ends_with("ready\nscoring\n"));
  const Response raised = azure.scored(0, "Traceback\n", R"({"status": 500, "seconds": 0.1})", R"({"message": "An unexpected error"})");
  CHECK(raised.status == 424);
  CHECK(raised.body.text() == R"({"message": "An unexpected error"})");
  CHECK(raised.headers.get("ms-azureml-model-error-reason") == "model_error");
  CHECK(raised.headers.get("ms-azureml-model-error-statuscode") == "500");
  CHECK(azure.scored(137, "", "", "").headers.get("ms-azureml-model-error-statuscode") == "502");
  const Response late = azure.scored(0, "", R"({"status": 200, "seconds": 3.5})", "[1]");
  CHECK(late.status == 408);
  CHECK(late.body.text().empty());
  CHECK(azure.scored(137, "", "", "", "timeout").status == 408);
}

TEST_CASE("where no process can be started, scoring says so and the log does", "[online]") {
  Serving azure;
  azure.containers->refusal = "no Python here";
  azure.settle();
  CHECK(azure.state(azure.deployment()) == "Succeeded");
  CHECK(azure.logs().find("[azlab: the scoring script was not started: ") != std::string::npos);
  const Response refused = azure.score(azure.key(), "blue");
  CHECK(refused.status == 501);
  CHECK(Azure::json(refused)["error"]["code"] == "AzlabBlocked");
  CHECK(refused.body.text().find("no Python here") != std::string::npos);
}

TEST_CASE("a model or code that is not where its asset says cannot be downloaded", "[online]") {
  Online azure;
  azure.version("models/ghost", {{"modelUri", "azureml://datastores/workspaceartifactstore/paths/models/ghost"}, {"modelType", "custom_model"}});
  azure.make_endpoint();
  azure.settle();
  const Response made = azure.put(azure.deployment(), azure.blue({{"model", "azureml:ghost:1"}}));
  azure.settle();
  CHECK(azure.state(azure.deployment()) == "Failed");
  CHECK(azure.get_json(std::string(made.headers.get("Azure-AsyncOperation")))["error"]["message"].get<std::string>().starts_with("BadArgument: Unable to download user model."));
  CHECK(azure.logs().find("Name: DownloadFailed") != std::string::npos);
}

TEST_CASE("a model of MLflow's is served without a script, with what it says it needs", "[online]") {
  Serving azure;
  azure.ends(azure.next_container(), 0);
  azure.settle();
  azure.upload("models/flow/requirements.txt", "mlflow==2.22.0\nscikit-learn==1.5.2\n# nothing\n");
  REQUIRE(azure.put(azure.deployment("green"), azure.blue({{"model", "azureml:flow:1"}, {"codeConfiguration", nullptr}, {"environmentId", nullptr}, {"instanceType", "Standard_DS1_v2"}})).status == 201);
  const Workload container = azure.next_container();
  CHECK(container.arguments == std::vector<std::string>{"--mlflow", "{{root}}/var/azureml-app/azureml-models/flow/1/flow"});
  CHECK(container.python.requirements == std::vector<std::string>{"mlflow==2.22.0", "scikit-learn==1.5.2"});
}
