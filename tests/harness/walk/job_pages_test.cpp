#include "sim/core/workloads.hpp"
#include "tests/harness/walk/pages.hpp"

using namespace azlab;
using azlab::test::Pages;

namespace {

struct Processes : Workloads {
  WorkloadStart start(const Workload&) override { return {.started = true, .blocked = {}}; }
  void stop(const std::string&) override {}
};

/// A workspace with a cluster, on which jobs run whose end the test reports.
struct Jobs : Pages {
  explicit Jobs(const std::string& language = "en") : Pages(language) {
    make_workspace();
    simulator.set_workloads(std::make_shared<Processes>());
    put(workspace() + "/computes/cpu", {{"location", "eastus"}, {"properties", {{"computeType", "AmlCompute"}, {"properties", {{"vmSize", "STANDARD_DS11_V2"}, {"scaleSettings", {{"minNodeCount", 0}, {"maxNodeCount", 1}, {"nodeIdleTimeBeforeScaleDown", "PT2M"}}}}}}}});
    settle();
  }
  void submit(const std::string& name, const std::string& display) {
    const Json properties = {{"jobType", "Command"}, {"command", "python train.py"}, {"computeId", workspace() + "/computes/cpu"}, {"environmentId", "azureml:AzureML-sklearn-1.5@latest"},
                             {"experimentName", "diabetes"}, {"displayName", display}, {"tags", {{"course", "dp-100"}}}};
    REQUIRE(put(workspace() + "/jobs/" + name, {{"properties", properties}}).ok());
  }
  bool until(const std::string& name, const std::string& wanted) {
    while (get_json(workspace() + "/jobs/" + name)["properties"]["status"] != wanted) {
      const auto due = simulator.next_due();
      if (!due || simulator.advance_to(*due) < *due) return false;
    }
    return true;
  }
  void track(const std::string& path, const Json& body) { REQUIRE(post("https://eastus.api.azureml.ms/mlflow/v1.0" + workspace() + "/api/2.0/mlflow/" + path, body).ok()); }
  void run(const std::string& name, double accuracy) {
    REQUIRE(until(name, "Running"));
    track("runs/log-parameter", {{"run_id", name}, {"key", "reg_rate"}, {"value", "0.1"}});
    for (int step = 0; step < 3; ++step) track("runs/log-metric", {{"run_id", name}, {"key", "accuracy"}, {"value", accuracy + step}, {"timestamp", 1000 + step}, {"step", step}});
    simulator.handle(Request::make(Method::post, "https://eastus.api.azureml.ms/artifact/v2.0" + workspace() + "/artifacts/ExperimentRun/dcid." + name + "/content?path=plots/roc.png", Body("png")));
    simulator.handle(Request::make(Method::post, "https://workloads.azlab/" + name + "/output", Body("trained\n")));
    post("https://workloads.azlab/" + name + "/exit", {{"exitStatus", 0}, {"output", ""}, {"reason", ""}});
    REQUIRE(until(name, "Completed"));
  }
};

}  // namespace

TEST_CASE("the jobs of a workspace are listed by experiment and all together", "[pages]") {
  Jobs pages("fr");
  pages.submit("j1", "first");
  pages.run("j1", 0.5);
  pages.submit("j2", "second");
  pages.open(pages.studio("experiments"), "studio.jobs");
  CHECK(pages.has("experiments/diabetes"));
  pages.press("allJobs");
  CHECK(pages.rows("jobs") == std::vector<std::string>{"j2", "j1"});
  CHECK(pages.label("jobs/j1") == "first");
  CHECK(pages.value("jobs/j1/experiment") == "diabetes");
  CHECK(pages.value("jobs/j1/status") == "Terminé");
  CHECK(pages.value("jobs/j2/status") == "Démarrage en cours");
  CHECK_FALSE(pages.value("jobs/j1/duration").empty());
  CHECK(pages.value("jobs/j2/duration").empty());
  CHECK(pages.session.act({.kind = "click", .target = "allSchedules", .value = ""}).not_simulated);
  pages.press("jobs/j1");
  pages.see("studio.run");
  pages.press("studio.jobs");
  pages.press("experiments/diabetes");
  pages.see("studio.experiment");
  CHECK(pages.label("name") == "diabetes");
  CHECK(pages.rows("jobs") == std::vector<std::string>{"j2", "j1"});
}

TEST_CASE("an experiment compares the metrics of its jobs", "[pages]") {
  Jobs pages;
  pages.submit("j1", "first");
  pages.run("j1", 0.5);
  pages.submit("j2", "second");
  pages.run("j2", 0.75);
  pages.open(pages.studio("experiments"), "studio.jobs");
  pages.press("experiments/diabetes");
  pages.press("charts");
  pages.see("studio.experiment");
  const auto chart = pages.control("chart/accuracy");
  CHECK(chart.format == "chart");
  CHECK(chart.label == "accuracy");
  const auto metrics = pages.get_json(chart.value)["metrics"];
  REQUIRE(metrics.size() == 6);
  std::map<std::string, double> last;
  for (const auto& point : metrics) last[point["run_id"]] = point["value"];
  CHECK(last["j1"] == 2.5);
  CHECK(last["j2"] == 2.75);
}

TEST_CASE("a job's address opens its page with overview, metrics, images, files and code", "[pages]") {
  Jobs pages;
  pages.submit("j1", "first");
  pages.run("j1", 0.5);
  const auto printed = string_at(pages.get_json(pages.workspace() + "/jobs/j1"), "properties.services.Studio.endpoint");
  pages.open(printed, "studio.run");
  CHECK(pages.label("name") == "first");
  CHECK(pages.value("status") == "Completed");
  CHECK(pages.value("experiment") == "diabetes");
  CHECK(pages.value("target") == "cpu");
  CHECK(pages.value("command") == "python train.py");
  CHECK(pages.value("environment") == "azureml://registries/azureml/environments/sklearn-1.5/versions/46");
  CHECK(pages.value("params/reg_rate/value") == "0.1");
  CHECK(pages.value("tags/course/value") == "dp-100");
  CHECK(pages.value("outputs/default/type") == "uri_folder");
  CHECK_FALSE(pages.control("cancel").enabled);
  pages.press("metricsTab");
  CHECK(pages.value("metrics/accuracy/value") == "2.5");
  const auto metrics = pages.get_json(pages.value("chart/accuracy"))["metrics"];
  REQUIRE(metrics.size() == 3);
  CHECK(metrics[1]["value"] == 1.5);
  CHECK(metrics[1]["step"] == 1);
  pages.press("imagesTab");
  CHECK(pages.rows("images") == std::vector<std::string>{"plots/roc.png"});
  pages.press("logs");
  REQUIRE(pages.has("files/user_logs/std_log.txt"));
  CHECK(pages.control("files/user_logs/std_log.txt").also == std::vector<std::string>{"std_log.txt"});
  CHECK_FALSE(pages.has("log"));
  pages.press("files/user_logs/std_log.txt");
  CHECK(pages.value("log") == "trained\n");
  CHECK(pages.control("log").hint == "user_logs/std_log.txt");
  CHECK_FALSE(pages.control("log").enabled);
}

TEST_CASE("a job is cancelled on its page", "[pages]") {
  Jobs pages;
  pages.submit("j1", "first");
  REQUIRE(pages.until("j1", "Running"));
  pages.open(pages.studio("runs/j1"), "studio.run");
  CHECK(pages.value("status") == "Running");
  CHECK(pages.control("status").busy);
  pages.press("cancel");
  REQUIRE(pages.until("j1", "Canceled"));
  CHECK(pages.value("status") == "Canceled");
  CHECK_FALSE(pages.control("status").busy);
  CHECK_FALSE(pages.control("cancel").enabled);
}

TEST_CASE("a job is edited and submitted once more under a new name", "[pages]") {
  Jobs pages;
  pages.submit("j1", "first");
  pages.run("j1", 0.5);
  pages.open(pages.studio("runs/j1"), "studio.run");
  pages.press("edit");
  CHECK(pages.value("compute") == "cpu");
  pages.fill("name", "j1");
  CHECK(pages.control("name").error == "A job with this name already exists.");
  pages.fill("name", "j2");
  pages.fill("command", "python train.py --reg_rate 1");
  pages.press("submit");
  pages.see("studio.run");
  CHECK(pages.session.parameter("run") == "j2");
  const auto job = pages.get_json(pages.workspace() + "/jobs/j2")["properties"];
  CHECK(job["command"] == "python train.py --reg_rate 1");
  CHECK(job["displayName"] == "first");
  CHECK(job["environmentId"] == "azureml://registries/azureml/environments/sklearn-1.5/versions/46");
  CHECK(job["tags"]["course"] == "dp-100");
  REQUIRE(pages.until("j2", "Running"));
}

TEST_CASE("a run that a notebook tracks has a page, too, and its children on it", "[pages]") {
  Jobs pages;
  const std::string mlflow = "https://eastus.api.azureml.ms/mlflow/v1.0" + pages.workspace() + "/api/2.0/mlflow/";
  const auto experiment = Pages::json(pages.post(mlflow + "experiments/create", {{"name", "notebook"}}))["experiment_id"].get<std::string>();
  const auto made = [&](const Json& tags) { return string_at(Pages::json(pages.post(mlflow + "runs/create", {{"experiment_id", experiment}, {"run_name", "tracked"}, {"start_time", 1000}, {"tags", tags}})), "run.info.run_id"); };
  const auto parent = made(Json::array());
  const auto child = made(Json::array({{{"key", "mlflow.parentRunId"}, {"value", parent}}}));
  pages.open(pages.studio("runs/" + parent), "studio.run");
  CHECK(pages.label("name") == "tracked");
  CHECK(pages.value("experiment") == "notebook");
  CHECK_FALSE(pages.control("edit").enabled);
  CHECK_FALSE(pages.has("command"));
  pages.press("childJobs");
  CHECK(pages.rows("jobs") == std::vector<std::string>{child});
  pages.press("jobs/" + child);
  CHECK(pages.session.parameter("run") == child);
}
