#include "sim/core/world.hpp"
#include "tests/sim/mlflow/mlflow_fixture.hpp"
#include "tests/support/catch.hpp"

using namespace azlab;
using namespace azlab::mlflow::test;
using azlab::test::Azure;

namespace {

struct History : Tracking {
  std::string base_of_history() const { return "https://eastus.api.azureml.ms/history/v1.0" + azure.workspace(); }
  Json patch(const std::string& run, const Json& body) { return Azure::json(azure.send(Method::patch, base_of_history() + "/experiments/diabetes/runs/" + run, body)); }
};

}  // namespace

TEST_CASE("a job's run is one run for run history and for MLflow") {
  History history;
  const Json made = history.patch("plum_cat_1", {{"displayName", "train"}, {"status", "Queued"}, {"tags", {{"model_type", "LogisticRegression"}}}, {"properties", {{"mlflow.source.git.branch", "main"}, {"azureml.x", "1"}}}, {"userId", "Alex Martin"}, {"description", nullptr}, {"createdUtc", "2026-11-23T09:00:00Z"}});
  CHECK(made["runId"] == "plum_cat_1");
  CHECK(made["status"] == "Queued");
  CHECK(made["properties"]["azureml.x"] == "1");
  const Json experiment = history.get("experiments/get-by-name?experiment_name=diabetes")["experiment"];
  CHECK(made["experimentId"] == experiment["experiment_id"]);
  Json run = history.read("plum_cat_1");
  CHECK(run["info"]["run_name"] == "train");
  CHECK(run["info"]["status"] == "SCHEDULED");
  CHECK(run["info"]["user_id"] == "Alex Martin");
  CHECK(run["info"]["start_time"] == 1795424400000);
  const Json found = history.post("runs/search", {{"experiment_ids", Json::array({experiment["experiment_id"]})}, {"filter", "tags.model_type = 'LogisticRegression' and tags.mlflow.source.git.branch = 'main'"}});
  CHECK(found["runs"].size() == 1);
  for (const auto& [state, status] : std::vector<std::pair<std::string, std::string>>{{"Preparing", "SCHEDULED"}, {"Running", "RUNNING"}, {"Finalizing", "RUNNING"}, {"Completed", "FINISHED"}, {"Failed", "FAILED"}, {"Canceled", "KILLED"}}) {
    history.patch("plum_cat_1", {{"status", state}, {"endTimeUtc", "2026-11-23T09:10:00Z"}});
    run = history.read("plum_cat_1");
    CHECK(run["info"]["status"] == status);
  }
  CHECK(run["info"]["end_time"] == 1795425000000);
  CHECK(history.azure.get_json(history.base_of_history() + "/runs/plum_cat_1")["status"] == "Canceled");
}

TEST_CASE("details name a run's logs by addresses that anybody may read") {
  History history;
  history.patch("job1", {{"status", "Running"}, {"error", {{"error", {{"code", "UserError"}, {"message", "no"}}}}}});
  const std::string blob = "https://stlab.blob.core.windows.net/azureml/ExperimentRun/dcid.job1/";
  for (const char* name : {"user_logs/std_log.txt", "system_logs/lifecycler.log", "outputs/model.pkl"}) {
    Request request = Request::make(Method::put, blob + name, "text");
    request.headers.set("x-ms-blob-type", "BlockBlob");
    request.headers.set("x-ms-version", "2023-11-03");
    REQUIRE(history.azure.simulator.handle(request).status == 201);
  }
  const Json details = history.azure.get_json(history.base_of_history() + "/runs/job1/details");
  CHECK(details["status"] == "Running");
  CHECK(details["error"]["error"]["code"] == "UserError");
  CHECK(details["logFiles"].size() == 2);
  Request read = Request::make(Method::get, details["logFiles"]["user_logs/std_log.txt"].get<std::string>());
  read.caller.origin = "network";
  CHECK(history.azure.simulator.handle(read).body.text() == "text");
  CHECK(history.azure.get(history.base_of_history() + "/runs/none/details").status == 404);
}

TEST_CASE("run data, children, services and a new token are what the SDK and the plugin ask for") {
  History history;
  history.patch("job1", {{"status", "Completed"}, {"outputs", {{"o", {{"assetId", "a"}, {"type", "uri_folder"}}}}}});
  const Json data = Azure::json(history.azure.post(history.base_of_history() + "/rundata", {{"runId", "job1"}, {"selectRunMetadata", true}, {"selectRunDefinition", true}}));
  CHECK(data["runMetadata"]["outputs"]["o"]["assetId"] == "a");
  const std::string child = history.post("runs/create", {{"experiment_id", data["runMetadata"]["experimentId"]}, {"tags", Json::array({Json({{"key", "mlflow.parentRunId"}, {"value", "job1"}})})}})["run"]["info"]["run_id"];
  const Json children = history.azure.get_json(history.base_of_history() + "/runs/job1/children");
  REQUIRE(children["value"].size() == 1);
  CHECK(children["value"][0]["runId"] == child);
  CHECK(history.azure.get_json(history.base_of_history() + "/runs/job1/serviceinstances/0") == Json({{"instances", Json::object()}}));
  const Json token = history.azure.get_json(history.base_of_history() + "/experiments/diabetes/runs/job1/token");
  CHECK(std::count(token["token"].get_ref<const std::string&>().begin(), token["token"].get_ref<const std::string&>().end(), '.') == 2);
  CHECK(token["expiryTimeUtc"].get<std::string>().starts_with("2026-12-14T09:"));
}

TEST_CASE("what MLflow's client says of a run shows in run history") {
  History history;
  const std::string id = history.run(history.experiment("diabetes"));
  CHECK(history.azure.get_json(history.base_of_history() + "/runs/" + id)["status"] == "Running");
  history.post("runs/update", {{"run_id", id}, {"status", "FINISHED"}, {"end_time", 5}});
  CHECK(history.azure.get_json(history.base_of_history() + "/runs/" + id)["status"] == "Completed");
  history.patch("job1", {{"status", "Running"}});
  history.post("runs/update", {{"run_id", "job1"}, {"status", "FAILED"}});
  CHECK(history.azure.get_json(history.base_of_history() + "/runs/job1")["status"] == "Failed");
}

TEST_CASE("discovery says where the services of a region are") {
  History history;
  const Json services = history.azure.get_json("https://westeurope.api.azureml.ms/discovery");
  CHECK(services["api"] == "https://westeurope.api.azureml.ms");
  CHECK(services["history"] == "https://westeurope.api.azureml.ms");
}

TEST_CASE("errors of run history have the service's own form") {
  History history;
  const Json error = history.azure.get_json(history.base_of_history() + "/runs/none");
  CHECK(error["error"]["code"] == "UserError");
  CHECK(error["error"]["innerError"]["code"] == "NotFoundError");
  CHECK(error["componentName"] == "run-history");
  CHECK(error["environment"] == "eastus");
}

TEST_CASE("a job shows what is said of its run, by the SDK in run history and by MLflow's client") {
  History history;
  const std::string job = history.azure.workspace() + "/jobs/job1";
  history.azure.simulator.restore([&] {
    // A job as its engine leaves it, without the engine.
    auto snapshot = history.azure.simulator.snapshot();
    World world = *snapshot.world;
    world.put(Table::resource, to_lower(job), Row{.body = Json({{"id", job}, {"name", "job1"}, {"properties", {{"displayName", "job1"}, {"tags", {{"a", "1"}}}, {"isArchived", false}}}}).dump()});
    snapshot.world = std::make_shared<const World>(world);
    return snapshot;
  }());
  const auto properties = [&] {
    Json out;
    history.azure.simulator.inspect([&](const World& world) { out = Json::parse(world.find(Table::resource, to_lower(job))->body)["properties"]; });
    return out;
  };
  history.patch("job1", {{"displayName", "named"}, {"tags", {{"a", "1"}, {"b", "2"}}}, {"hidden", true}});
  CHECK(properties()["displayName"] == "named");
  CHECK(properties()["tags"] == Json({{"a", "1"}, {"b", "2"}}));
  CHECK(properties()["isArchived"] == true);
  history.post("runs/set-tag", {{"run_id", "job1"}, {"key", "c"}, {"value", "3"}});
  history.post("runs/delete-tag", {{"run_id", "job1"}, {"key", "b"}});
  history.post("runs/update", {{"run_id", "job1"}, {"run_name", "again"}});
  CHECK(properties()["tags"] == Json({{"a", "1"}, {"c", "3"}}));
  CHECK(properties()["displayName"] == "again");
}
