#include "tests/sim/mlflow/mlflow_fixture.hpp"
#include "tests/support/catch.hpp"

using namespace azlab;
using namespace azlab::mlflow::test;
using azlab::test::Azure;

namespace {

struct Artifacts : Tracking {
  Artifacts() { id = run(experiment("e")); }
  std::string host() const { return "https://eastus.api.azureml.ms"; }
  std::string of_run() const { return host() + "/history/v1.0" + azure.workspace() + "/experiments/e/runs/" + id + "/artifacts"; }
  std::string service() const { return host() + "/artifact/v2.0" + azure.workspace() + "/artifacts/ExperimentRun/dcid." + id; }
  Response upload(const std::string& url, const std::string& bytes) {
    Request request = Request::make(Method::put, url, bytes);
    request.headers.set("x-ms-blob-type", "BlockBlob");
    request.headers.set("x-ms-version", "2023-11-03");
    request.headers.set("Content-Length", std::to_string(bytes.size()));
    request.headers.set("If-None-Match", "*");
    request.caller.origin = "network";
    return azure.simulator.handle(request);
  }
  /// Uploads a file as azureml-mlflow does.
  void put(const std::string& path, const std::string& bytes) {
    const Json places = Azure::json(azure.post(of_run() + "/batch/metadata", {{"paths", Json::array({Json({{"path", path}})})}}));
    REQUIRE(upload(places["artifactContentInformation"][path]["contentUri"], bytes).status == 201);
  }
  std::string id{};
};

}  // namespace

TEST_CASE("an artifact is uploaded to a place that run history gives, and read from one") {
  Artifacts artifacts;
  artifacts.put("plots/ROC-Curve.png", "image");
  const Json info = artifacts.azure.get_json(artifacts.of_run() + "/contentinfo?path=plots%2FROC-Curve.png");
  CHECK(info["contentUri"].get<std::string>().starts_with("https://stlab.blob.core.windows.net/azureml/ExperimentRun/dcid." + artifacts.id + "/plots/ROC-Curve.png?"));
  Request read = Request::make(Method::get, info["contentUri"].get<std::string>());
  read.caller.origin = "network";
  CHECK(artifacts.azure.simulator.handle(read).body.text() == "image");
  CHECK(artifacts.azure.get(artifacts.of_run() + "/contentinfo?path=none.png").status == 404);
}

TEST_CASE("a path that holds an artifact takes no other") {
  Artifacts artifacts;
  artifacts.put("a.txt", "1");
  const Json again = Azure::json(artifacts.azure.post(artifacts.of_run() + "/batch/metadata", {{"paths", Json::array({Json({{"path", "a.txt"}}), Json({{"path", "b.txt"}})})}}));
  CHECK(again["errors"]["a.txt"]["error"]["message"] == "Resource Conflict: ArtifactId ExperimentRun/dcid." + artifacts.id + "/a.txt already exists.");
  CHECK(again["artifactContentInformation"].contains("b.txt"));
  CHECK_FALSE(again["artifactContentInformation"].contains("a.txt"));
}

TEST_CASE("artifacts are listed by run history, by the artifact service and by MLflow") {
  Artifacts artifacts;
  artifacts.put("model/MLmodel", "x");
  artifacts.put("model/data/model.pkl", "yy");
  artifacts.put("notes.txt", "zzz");
  const auto paths = [](const Json& list) {
    std::vector<std::string> out;
    for (const auto& item : list["value"]) out.push_back(item["path"]);
    return out;
  };
  CHECK(paths(artifacts.azure.get_json(artifacts.of_run())) == std::vector<std::string>{"model/MLmodel", "model/data/model.pkl", "notes.txt"});
  CHECK(paths(artifacts.azure.get_json(artifacts.service())) == std::vector<std::string>{"model/MLmodel", "model/data/model.pkl", "notes.txt"});
  CHECK(paths(artifacts.azure.get_json(artifacts.service() + "/prefix/contentinfo?path=model")) == std::vector<std::string>{"model/MLmodel", "model/data/model.pkl"});
  const Json files = artifacts.get("artifacts/list?run_id=" + artifacts.id)["files"];
  CHECK(files == Json::array({{{"path", "model"}, {"is_dir", true}}, {{"path", "notes.txt"}, {"is_dir", false}, {"file_size", 3}}}));
  const Json model = artifacts.get("artifacts/list?run_id=" + artifacts.id + "&path=model")["files"];
  CHECK(model == Json::array({{{"path", "model/MLmodel"}, {"is_dir", false}, {"file_size", 1}}, {{"path", "model/data"}, {"is_dir", true}}}));
}

TEST_CASE("no path leads out of its run") {
  Artifacts artifacts;
  for (const char* path : {"../other/a", "/etc/passwd", "a/../../b", "a//b", "a\\b", "."}) {
    CHECK(artifacts.azure.post(artifacts.of_run() + "/batch/metadata", {{"paths", Json::array({Json({{"path", path}})})}}).status == 400);
    CHECK(artifacts.azure.get(artifacts.of_run() + "/contentinfo?path=" + percent_encode(path)).status == 400);
  }
  CHECK(artifacts.get("artifacts/list?run_id=" + artifacts.id + "&path=..%2Fx")["message"] == "Invalid path");
  CHECK(artifacts.azure.get(artifacts.base() + "../mlflow-artifacts/artifacts/ExperimentRun/%2e%2e/x").status >= 400);
  CHECK(artifacts.azure.get(artifacts.host() + "/mlflow/v1.0" + artifacts.azure.workspace() + "/api/2.0/mlflow-artifacts/artifacts/ExperimentRun/..%2F..%2Fx").status == 400);
}

TEST_CASE("the open-source client puts, lists, gets and deletes through the tracking address") {
  Artifacts artifacts;
  const std::string proxy = artifacts.host() + "/mlflow/v1.0" + artifacts.azure.workspace() + "/api/2.0/mlflow-artifacts/artifacts";
  const std::string root = "ExperimentRun/dcid." + artifacts.id;
  const auto send = [&](Method method, const std::string& url, const std::string& bytes = {}) { return artifacts.azure.simulator.handle(Request::make(method, url, bytes)); };
  CHECK(send(Method::put, proxy + "/" + root + "/a%20b/c.txt", "hello").status == 200);
  CHECK(artifacts.azure.get(proxy + "?path=" + percent_encode(root)).body.text() == R"({"files":[{"is_dir":true,"path":"a b"}]})");
  const Response read = send(Method::get, proxy + "/" + root + "/a%20b/c.txt");
  CHECK(read.body.text() == "hello");
  CHECK(read.headers.get("X-Content-Type-Options") == "nosniff");
  CHECK(send(Method::del, proxy + "/" + root + "/a%20b/c.txt").status == 200);
  CHECK(send(Method::get, proxy + "/" + root + "/a%20b/c.txt").status == 404);
}

TEST_CASE("a logged model goes from pending to ready and keeps its params, tags and metrics") {
  Artifacts artifacts;
  const std::string experiment = artifacts.read(artifacts.id)["info"]["experiment_id"];
  const Json made = artifacts.post("logged-models", {{"experiment_id", experiment}, {"name", "model"}, {"source_run_id", artifacts.id}, {"params", Json::array({Json({{"key", "C"}, {"value", "1"}})})}})["model"];
  const std::string model = made["info"]["model_id"];
  CHECK(model.starts_with("m-"));
  CHECK(made["info"]["artifact_uri"] == "azureml://artifacts/LoggedModel/" + model + "/artifacts");
  CHECK(made["info"]["status"] == "LOGGED_MODEL_PENDING");
  artifacts.post("runs/outputs", {{"run_id", artifacts.id}, {"models", Json::array({Json({{"model_id", model}, {"step", 0}})})}});
  artifacts.post("runs/log-metric", {{"run_id", artifacts.id}, {"key", "AUC"}, {"value", 0.9}, {"timestamp", 5}, {"model_id", model}});
  const Json ready = Azure::json(artifacts.send(Method::patch, "logged-models/" + model, {{"status", "LOGGED_MODEL_READY"}}))["model"];
  CHECK(ready["info"]["status"] == "LOGGED_MODEL_READY");
  CHECK(ready["data"]["metrics"][0]["value"] == 0.9);
  CHECK(artifacts.read(artifacts.id)["outputs"]["model_outputs"][0]["model_id"] == model);
  const Json found = artifacts.post("logged-models/search", {{"experiment_ids", Json::array({experiment})}, {"filter", "metrics.AUC > 0.5 and params.C = '1' and attributes.name = 'model'"}});
  CHECK(found["models"].size() == 1);
  CHECK(artifacts.refusal("logged-models", {{"experiment_id", experiment}, {"name", "a/b"}}).starts_with("400 INVALID_PARAMETER_VALUE Invalid model name ('a/b') provided."));
  artifacts.send(Method::del, "logged-models/" + model);
  CHECK(artifacts.send(Method::get, "logged-models/" + model).status == 404);
}
