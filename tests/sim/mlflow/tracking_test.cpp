#include "tests/sim/mlflow/mlflow_fixture.hpp"
#include "tests/support/catch.hpp"

using namespace azlab;
using namespace azlab::mlflow::test;

TEST_CASE("experiments have a guid, are found by id and by name, and live per workspace") {
  Tracking tracking;
  const std::string id = tracking.experiment("diabetes");
  CHECK(id.size() == 36);
  CHECK(tracking.get("experiments/get?experiment_id=" + id)["experiment"]["name"] == "diabetes");
  CHECK(tracking.get("experiments/get-by-name?experiment_name=diabetes")["experiment"]["experiment_id"] == id);
  CHECK(tracking.get("experiments/get-by-name?experiment_name=none") ==
        Json({{"error_code", "RESOURCE_DOES_NOT_EXIST"}, {"message", "Could not find experiment with name 'none'"}}));
  CHECK(tracking.refusal("experiments/create", {{"name", "diabetes"}}) ==
        "400 RESOURCE_ALREADY_EXISTS Experiment(name=diabetes) already exists. If the experiment is deleted, restore it or use another name.");
  tracking.azure.make_workspace("other");
  const std::string elsewhere = "https://eastus.api.azureml.ms/mlflow/v2.0" + tracking.azure.workspace("other") + "/api/2.0/mlflow/experiments/search";
  CHECK(tracking.azure.post(elsewhere, Json::object()).body.text() == R"({"experiments":[]})");
}

TEST_CASE("a workspace that is not there is not found, in the words of Resource Manager") {
  Tracking tracking;
  const Response response = tracking.azure.post("https://eastus.api.azureml.ms/mlflow/v1.0" + tracking.azure.workspace("none") + "/api/2.0/mlflow/experiments/search", Json::object());
  CHECK(response.status == 404);
  CHECK(response.body.text().find("The Resource 'Microsoft.MachineLearningServices/workspaces/none' under resource group 'rg' was not found.") != std::string::npos);
}

TEST_CASE("a run has params, latest metrics and tags, sorted by key") {
  Tracking tracking;
  const std::string id = tracking.run(tracking.experiment("e"), 1000);
  CHECK(tracking.post("runs/log-parameter", {{"run_id", id}, {"key", "b"}, {"value", "2"}}) == Json::object());
  CHECK(tracking.refusal("runs/log-batch", {{"run_id", id}, {"params", Json::array({Json({{"value", "1"}})})}}) ==
        "400 INVALID_PARAMETER_VALUE Missing value for required parameter 'params[0].key'. See the API docs for more information about request parameters.");
  CHECK(tracking.post("runs/log-batch", {{"run_id", id},
                                         {"params", Json::array({{{"key", "a"}, {"value", "1"}}})},
                                         {"metrics", Json::array({{{"key", "m"}, {"value", 0.5}, {"timestamp", 10}, {"step", 2}}, {{"key", "m"}, {"value", 0.75}, {"timestamp", "20"}, {"step", 1}}})},
                                         {"tags", Json::array({{{"key", "t"}, {"value", "x"}}})}}) == Json::object());
  const Json run = tracking.read(id);
  CHECK(run["data"]["params"] == Json::array({{{"key", "a"}, {"value", "1"}}, {{"key", "b"}, {"value", "2"}}}));
  CHECK(run["data"]["metrics"] == Json::array({{{"key", "m"}, {"value", 0.5}, {"timestamp", 10}, {"step", 2}}}));
  CHECK(run["info"]["status"] == "RUNNING");
  CHECK(run["info"]["start_time"] == 1000);
  CHECK(run["info"]["artifact_uri"].get<std::string>().ends_with("/runs/" + id + "/artifacts"));
  CHECK(tracking.get("metrics/get-history?run_id=" + id + "&metric_key=m")["metrics"].size() == 2);
}

TEST_CASE("params do not change, and a batch keeps to its limits") {
  Tracking tracking;
  const std::string id = tracking.run(tracking.experiment("e"));
  tracking.post("runs/log-parameter", {{"run_id", id}, {"key", "k"}, {"value", "v"}});
  CHECK(tracking.send(Method::post, "runs/log-parameter", {{"run_id", id}, {"key", "k"}, {"value", "v"}}).status == 200);
  CHECK(tracking.refusal("runs/log-parameter", {{"run_id", id}, {"key", "k"}, {"value", "w"}}) ==
        "400 INVALID_PARAMETER_VALUE Changing param values is not allowed. Param with key='k' was already logged with value='v' for run ID='" + id + "'. Attempted logging new value 'w'.");
  Json params = Json::array();
  for (int i = 0; i < 101; ++i) params.push_back({{"key", "p" + std::to_string(i)}, {"value", "1"}});
  CHECK(tracking.refusal("runs/log-batch", {{"run_id", id}, {"params", params}}) ==
        "400 INVALID_PARAMETER_VALUE A batch logging request can contain at most 100 params. Got 101 params. Please split up params across multiple requests and try again.");
  CHECK(tracking.refusal("runs/log-metric", {{"run_id", id}, {"key", "m"}, {"value", 1}}) ==
        "400 INVALID_PARAMETER_VALUE Missing value for required parameter 'timestamp'. See the API docs for more information about request parameters.");
  CHECK(tracking.refusal("runs/log-metric", {{"run_id", "none"}, {"key", "m"}, {"value", 1}, {"timestamp", 1}}) == "404 RESOURCE_DOES_NOT_EXIST Run with id=none not found");
  CHECK(tracking.refusal("runs/set-tag", {{"run_id", id}, {"key", "../x"}, {"value", "1"}}) ==
        "400 INVALID_PARAMETER_VALUE Invalid value \"../x\" for parameter 'key' supplied: Names may be treated as files in certain cases, and must not resolve to other names when treated as such. This name would resolve to '../x'");
}

TEST_CASE("a run takes 200 params, as Azure's limit says") {
  Tracking tracking;
  const std::string id = tracking.run(tracking.experiment("e"));
  for (int batch = 0; batch < 3; ++batch) {
    Json params = Json::array();
    for (int i = 0; i < 70; ++i) params.push_back({{"key", "p" + std::to_string(batch * 70 + i)}, {"value", "1"}});
    const Response response = tracking.send(Method::post, "runs/log-batch", {{"run_id", id}, {"params", params}});
    CHECK(response.status == (batch < 2 ? 200 : 400));
    if (batch == 2) CHECK(response.body.text().find("FieldName=Parameters, Limit=200, Size=210") != std::string::npos);
  }
  CHECK(tracking.read(id)["data"]["params"].size() == 140);
}

TEST_CASE("a metric's history keeps every point once, in order of time, and NaN") {
  Tracking tracking;
  const std::string id = tracking.run(tracking.experiment("e"));
  for (int i = 0; i < 600; ++i) tracking.post("runs/log-metric", {{"run_id", id}, {"key", "a/b"}, {"value", i}, {"timestamp", 1000 + i}, {"step", i}});
  for (const int again : {3, 300, 599}) tracking.post("runs/log-metric", {{"run_id", id}, {"key", "a/b"}, {"value", again}, {"timestamp", 1000 + again}, {"step", again}});
  tracking.post("runs/log-metric", {{"run_id", id}, {"key", "a/b"}, {"value", "NaN"}, {"timestamp", 999}, {"step", 0}});
  const Json history = tracking.get("metrics/get-history?run_id=" + id + "&metric_key=a%2Fb")["metrics"];
  REQUIRE(history.size() == 601);
  CHECK(history[0] == Json({{"key", "a/b"}, {"value", "NaN"}, {"timestamp", 999}, {"step", 0}}));
  CHECK(history[600]["value"] == 599.0);
  const Json page = tracking.get("metrics/get-history?run_id=" + id + "&metric_key=a%2Fb&max_results=100");
  CHECK(page["metrics"].size() == 100);
  CHECK(page["next_page_token"] == "eyJvZmZzZXQiOiAxMDB9");
  CHECK(tracking.read(id)["data"]["metrics"][0]["value"] == 599.0);
  const Json sampled = tracking.get("metrics/get-history-bulk-interval?run_ids=" + id + "&metric_key=a%2Fb&max_results=10")["metrics"];
  CHECK(sampled.size() == 12);
  CHECK(sampled[0]["run_id"] == id);
}

TEST_CASE("a search filters, sorts and pages") {
  Tracking tracking;
  const std::string experiment = tracking.experiment("e");
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) {
    ids.push_back(tracking.run(experiment, 100 + i));
    tracking.post("runs/log-metric", {{"run_id", ids.back()}, {"key", "AUC"}, {"value", 0.1 * i}, {"timestamp", 1}});
  }
  const auto search = [&](Json body) {
    body["experiment_ids"] = Json::array({experiment});
    const Json found = tracking.post("runs/search", body);
    std::vector<std::string> out;
    for (const auto& run : found["runs"]) out.push_back(run["info"]["run_id"]);
    return std::pair(out, found.value("next_page_token", ""));
  };
  CHECK(search({}).first == std::vector<std::string>{ids[4], ids[3], ids[2], ids[1], ids[0]});
  CHECK(search({{"filter", "metrics.AUC > 0.15"}, {"order_by", Json::array({"start_time ASC"})}}).first == std::vector<std::string>{ids[2], ids[3], ids[4]});
  const auto page = search({{"max_results", 2}});
  CHECK(page.first == std::vector<std::string>{ids[4], ids[3]});
  CHECK(search({{"max_results", 2}, {"page_token", page.second}}).first == std::vector<std::string>{ids[2], ids[1]});
  tracking.post("runs/delete", {{"run_id", ids[4]}});
  CHECK(search({}).first.size() == 4);
  CHECK(search({{"run_view_type", "DELETED_ONLY"}}).first == std::vector<std::string>{ids[4]});
  CHECK(search({{"run_view_type", "ALL"}}).first.size() == 5);
  CHECK(tracking.refusal("runs/set-tag", {{"run_id", ids[4]}, {"key", "a"}, {"value", "b"}}) ==
        "400 INVALID_PARAMETER_VALUE The run " + ids[4] + " must be in the 'active' state. Current state is deleted.");
  CHECK(tracking.refusal("runs/search", {{"max_results", 50001}}).starts_with("400 INVALID_PARAMETER_VALUE Invalid value 50001 for parameter 'max_results' supplied."));
  CHECK(tracking.refusal("runs/search", {{"page_token", "no token"}}).starts_with("400 INVALID_PARAMETER_VALUE"));
}

TEST_CASE("a search after a restored snapshot sees what the snapshot held") {
  Tracking tracking;
  const std::string experiment = tracking.experiment("e");
  const std::string id = tracking.run(experiment);
  const auto snapshot = tracking.azure.simulator.snapshot();
  const Json body = {{"experiment_ids", Json::array({experiment})}, {"filter", "tags.a = 'b'"}};
  tracking.post("runs/set-tag", {{"run_id", id}, {"key", "a"}, {"value", "b"}});
  tracking.run(experiment);
  CHECK(tracking.post("runs/search", body)["runs"].size() == 1);
  tracking.azure.simulator.restore(snapshot);
  CHECK(tracking.post("runs/search", body)["runs"].empty());
  CHECK(tracking.post("runs/search", {{"experiment_ids", Json::array({experiment})}})["runs"].size() == 1);
}

TEST_CASE("the experiment '0' is Default, made when it is first meant; run names are Azure's") {
  Tracking tracking;
  const Json run = tracking.post("runs/create", {{"experiment_id", "0"}})["run"];
  CHECK(tracking.get("experiments/get-by-name?experiment_name=Default")["experiment"]["experiment_id"] == run["info"]["experiment_id"]);
  CHECK(std::count(run["info"]["run_name"].get_ref<const std::string&>().begin(), run["info"]["run_name"].get_ref<const std::string&>().end(), '_') == 2);
  CHECK(tracking.post("runs/search", {{"experiment_ids", Json::array({"0"})}})["runs"].size() == 1);
}

TEST_CASE("deleting an experiment takes its runs along, and restoring brings them back") {
  Tracking tracking;
  const std::string experiment = tracking.experiment("e");
  const std::string id = tracking.run(experiment);
  tracking.post("experiments/delete", {{"experiment_id", experiment}});
  CHECK(tracking.read(id)["info"]["lifecycle_stage"] == "deleted");
  CHECK(tracking.post("experiments/search", {{"max_results", 10}})["experiments"].empty());
  CHECK(tracking.post("experiments/search", {{"view_type", "DELETED_ONLY"}})["experiments"].size() == 1);
  CHECK(tracking.refusal("runs/create", {{"experiment_id", experiment}}).starts_with("400 INVALID_PARAMETER_VALUE The experiment " + experiment + " must be in the 'active' state."));
  tracking.post("experiments/restore", {{"experiment_id", experiment}});
  CHECK(tracking.read(id)["info"]["lifecycle_stage"] == "active");
}

TEST_CASE("what no method serves is ENDPOINT_NOT_FOUND, so that newer clients fall back") {
  Tracking tracking;
  CHECK(tracking.refusal("traces", Json::object()) == "404 ENDPOINT_NOT_FOUND azlab does not serve POST 2.0/mlflow/traces");
}

TEST_CASE("clients that cannot read azureml:// get addresses of artifacts they can read") {
  Tracking tracking;
  const std::string id = tracking.run(tracking.experiment("e"));
  Request request = Request::make(Method::get, tracking.base() + "runs/get?run_id=" + id);
  request.headers.set("User-Agent", "mlflow-python-client/3.15.0");
  CHECK(azlab::test::Azure::json(tracking.azure.simulator.handle(request))["run"]["info"]["artifact_uri"] == "mlflow-artifacts:/ExperimentRun/dcid." + id);
  request.headers.set("User-Agent", "mlflow-python-client/3.15.0 azureml-mlflow/1.62.0");
  CHECK(azlab::test::Azure::json(tracking.azure.simulator.handle(request))["run"]["info"]["artifact_uri"].get<std::string>().starts_with("azureml://eastus.api.azureml.ms/mlflow/v2.0/subscriptions/"));
}
