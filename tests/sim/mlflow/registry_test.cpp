#include "tests/sim/mlflow/mlflow_fixture.hpp"
#include "tests/support/catch.hpp"

using namespace azlab;
using namespace azlab::mlflow::test;
using azlab::test::Azure;

namespace {

struct Registry : Tracking {
  Json version(const std::string& name, const std::string& source = "azureml://artifacts/ExperimentRun/dcid.r/model") {
    return post("model-versions/create", {{"name", name}, {"source", source}, {"run_id", "r"}});
  }
};

}  // namespace

TEST_CASE("a registered model version is an asset of the workspace as well") {
  Registry registry;
  CHECK(registry.post("registered-models/create", {{"name", "diabetes"}, {"description", "d"}})["registered_model"]["name"] == "diabetes");
  const Json version = registry.version("diabetes")["model_version"];
  CHECK(version["version"] == "1");
  CHECK(version["status"] == "READY");
  CHECK(version["current_stage"] == "None");
  const Json asset = registry.azure.get_json(registry.azure.workspace() + "/models/diabetes/versions/1");
  CHECK(asset["properties"]["modelType"] == "mlflow_model");
  CHECK(asset["properties"]["modelUri"].get<std::string>().ends_with("/datastores/workspaceartifactstore/paths/ExperimentRun/dcid.r/model"));
  CHECK(registry.get("model-versions/get-download-uri?name=diabetes&version=1")["artifact_uri"] == "azureml://artifacts/ExperimentRun/dcid.r/model");
  CHECK(registry.version("diabetes")["model_version"]["version"] == "2");
}

TEST_CASE("models that the SDK makes and deletes are seen") {
  Registry registry;
  const std::string path = registry.azure.workspace() + "/models/mine/versions/1";
  CHECK(registry.azure.put(path, {{"properties", {{"modelUri", "azureml://jobs/j1/outputs/artifacts/paths/model"}, {"modelType", "mlflow_model"}, {"tags", {{"a", "b"}}}}}}).status == 201);
  const Json version = registry.get("model-versions/get?name=mine&version=1")["model_version"];
  CHECK(version["run_id"] == "j1");
  CHECK(version["source"] == "azureml://artifacts/ExperimentRun/dcid.j1/model");
  CHECK(version["tags"] == Json::array({Json({{"key", "a"}, {"value", "b"}})}));
  CHECK(registry.get("registered-models/search?max_results=10")["registered_models"][0]["name"] == "mine");
  registry.azure.del(path);
  CHECK(registry.send(Method::get, "model-versions/get?name=mine&version=1").status == 404);
}

TEST_CASE("stages are spelt exactly, and a version that moves up can send others to the archive") {
  Registry registry;
  registry.post("registered-models/create", {{"name", "m"}});
  registry.version("m");
  registry.version("m");
  CHECK(registry.refusal("model-versions/transition-stage", {{"name", "m"}, {"version", "1"}, {"stage", "production"}, {"archive_existing_versions", false}}) ==
        "400 INVALID_PARAMETER_VALUE Invalid Model Version stage: production. Value must be one of None, Staging, Production, Archived.");
  for (const char* number : {"1", "2"}) registry.post("model-versions/transition-stage", {{"name", "m"}, {"version", number}, {"stage", "Production"}, {"archive_existing_versions", true}});
  CHECK(registry.get("model-versions/get?name=m&version=1")["model_version"]["current_stage"] == "Archived");
  const Json latest = registry.post("registered-models/get-latest-versions", {{"name", "m"}, {"stages", Json::array({"Production"})}})["model_versions"];
  CHECK(latest.size() == 1);
  CHECK(latest[0]["version"] == "2");
}

TEST_CASE("an alias names one version and follows where it is set") {
  Registry registry;
  registry.post("registered-models/create", {{"name", "m"}});
  registry.version("m");
  registry.version("m");
  registry.post("registered-models/alias", {{"name", "m"}, {"alias", "champion"}, {"version", "1"}});
  registry.post("registered-models/alias", {{"name", "m"}, {"alias", "champion"}, {"version", "2"}});
  const Json version = registry.get("registered-models/alias?name=m&alias=champion")["model_version"];
  CHECK(version["version"] == "2");
  CHECK(version["aliases"] == Json::array({"champion"}));
  CHECK(registry.refusal("registered-models/alias", {{"name", "m"}, {"alias", "v1"}, {"version", "1"}}) == "400 INVALID_PARAMETER_VALUE Version alias name 'v1' is reserved.");
  registry.send(Method::del, "registered-models/alias", {{"name", "m"}, {"alias", "champion"}});
  CHECK(registry.get("registered-models/alias?name=m&alias=champion")["message"] == "Registered model alias champion not found.");
}

TEST_CASE("Azure renames no model and deletes none that has versions") {
  Registry registry;
  registry.post("registered-models/create", {{"name", "m"}});
  registry.version("m");
  CHECK(registry.refusal("registered-models/create", {{"name", "m"}}) == "400 RESOURCE_ALREADY_EXISTS Registered Model (name=m) already exists.");
  CHECK(registry.refusal("registered-models/rename", {{"name", "m"}, {"new_name", "n"}}) == "400 BAD_REQUEST Renaming a registered model is not supported by Azure Machine Learning.");
  CHECK(registry.send(Method::del, "registered-models/delete", {{"name", "m"}}).status == 400);
  CHECK(registry.send(Method::del, "model-versions/delete", {{"name", "m"}, {"version", "1"}}).status == 200);
  CHECK(registry.send(Method::del, "registered-models/delete", {{"name", "m"}}).status == 200);
  CHECK(registry.send(Method::get, "registered-models/get?name=m").status == 404);
}

TEST_CASE("versions are searched by model, run and tag, the newest first") {
  Registry registry;
  for (const char* name : {"a", "b"}) {
    registry.post("registered-models/create", {{"name", name}});
    registry.version(name);
  }
  registry.version("a");
  CHECK(registry.get("model-versions/search?filter=" + percent_encode("name='a'"))["model_versions"].size() == 2);
  CHECK(registry.get("model-versions/search?filter=" + percent_encode("run_id = 'r' and name LIKE 'b%'"))["model_versions"].size() == 1);
  CHECK(registry.get("model-versions/search?max_results=1")["next_page_token"] == "eyJvZmZzZXQiOiAxfQ==");
  CHECK(registry.get("registered-models/search?filter=" + percent_encode("name ILIKE 'A'"))["registered_models"][0]["latest_versions"][0]["version"] == "2");
  CHECK(registry.get("model-versions/search?filter=" + percent_encode("nothing = 'a'"))["error_code"] == "INVALID_PARAMETER_VALUE");
}
