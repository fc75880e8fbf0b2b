#include "tests/harness/walk/pages.hpp"

using namespace azlab;
using azlab::test::Pages;

namespace {

using Keys = std::vector<std::string>;

struct Studio : Pages {
  explicit Studio(const std::string& language = "en") : Pages(language) { make_workspace(); }
  void upload(const std::string& blob) {
    auto request = Request::make(Method::put, "https://stlab.blob.core.windows.net/azureml/" + blob, Body(blob));
    request.headers.set("x-ms-blob-type", "BlockBlob");
    REQUIRE(simulator.handle(request).ok());
  }
  void version(const std::string& asset, const std::string& number, const Json& properties) {
    const auto answer = put(workspace() + "/" + asset + "/versions/" + number, {{"properties", properties}});
    INFO(answer.body.text());
    REQUIRE(answer.ok());
  }
};

}  // namespace

TEST_CASE("data assets and datastores are listed, and one of each is shown", "[pages]") {
  Studio pages("fr");
  pages.version("data/diabetes", "1", {{"dataType", "uri_file"}, {"dataUri", "azureml://datastores/workspaceblobstore/paths/one.csv"}});
  pages.version("data/diabetes", "2", {{"dataType", "uri_file"}, {"dataUri", "azureml://datastores/workspaceblobstore/paths/two.csv"}, {"tags", {{"course", "dp-100"}}}, {"description", "Patients"}});
  pages.open(pages.studio("data"), "studio.data");
  CHECK(pages.rows("data") == Keys{"diabetes"});
  CHECK(pages.value("data/diabetes/version") == "2");
  CHECK(pages.value("data/diabetes/type") == "uri_file");
  pages.press("data/diabetes");
  pages.see("studio.dataAsset");
  CHECK(pages.session.view().address == "https://ml.azure.com/data/diabetes/2/details?wsid=" + pages.workspace());
  CHECK(pages.label("sources") == "Sources de données");
  CHECK(pages.value("uri").ends_with("/datastores/workspaceblobstore/paths/two.csv"));
  CHECK(pages.value("description") == "Patients");
  CHECK(pages.value("tags/course/value") == "dp-100");
  CHECK(pages.rows("versions") == Keys{"2", "1"});
  pages.press("versions/1");
  pages.see("studio.dataAsset");
  CHECK(pages.value("uri").ends_with("/paths/one.csv"));
  pages.press("studio.data");
  pages.press("stores");
  CHECK(pages.value("datastores/workspaceblobstore/type") == "AzureBlob");
  pages.press("datastores/workspaceblobstore");
  pages.see("studio.datastore");
  CHECK(pages.value("account") == "stlab");
  CHECK(pages.value("container").starts_with("azureml-blobstore-"));
  CHECK(pages.value("default") == "Oui");
}

TEST_CASE("environments are curated or one's own", "[pages]") {
  Studio pages;
  pages.version("environments/own", "1", {{"image", "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04"}, {"condaFile", "dependencies: [python=3.10]"}});
  pages.open(pages.studio("environments"), "studio.environments");
  CHECK(pages.has("curatedList/AzureML-sklearn-1.5"));
  CHECK_FALSE(pages.has("curatedList/own"));
  pages.press("curatedList/AzureML-sklearn-1.5");
  pages.see("studio.environment");
  CHECK(pages.value("image") == "mcr.microsoft.com/azureml/curated/sklearn-1.5:46");
  pages.press("studio.environments");
  pages.press("custom");
  CHECK(pages.rows("customList") == Keys{"own"});
  pages.press("customList/own");
  CHECK(pages.value("conda") == "dependencies: [python=3.10]");
  CHECK_FALSE(pages.control("conda").enabled);
}

TEST_CASE("models show their versions, tags and properties", "[pages]") {
  Studio pages;
  pages.version("models/churn", "1", {{"modelUri", "azureml://datastores/workspaceblobstore/paths/models/churn"}, {"modelType", "custom_model"}});
  pages.version("models/churn", "2", {{"modelUri", "azureml://datastores/workspaceblobstore/paths/models/churn2"}, {"modelType", "mlflow_model"}, {"tags", {{"stage", "test"}}}, {"properties", {{"auc", "0.8"}}}});
  pages.open(pages.studio("model/list"), "studio.models");
  CHECK(pages.value("models/churn/version") == "2");
  pages.press("models/churn");
  pages.see("studio.model");
  CHECK(pages.session.view().address == "https://ml.azure.com/model/churn:2/details?wsid=" + pages.workspace());
  CHECK(pages.value("type") == "mlflow_model");
  CHECK(pages.value("tags/stage/value") == "test");
  CHECK(pages.value("properties/auc/value") == "0.8");
  CHECK_FALSE(pages.has("openJob"));
  pages.press("versions/1");
  CHECK(pages.value("type") == "custom_model");
}

TEST_CASE("components are listed, and one shows what it is made of", "[pages]") {
  Studio pages;
  pages.version("components/train", "1", {{"componentSpec", {{"name", "train"}, {"version", "1"}, {"type", "command"}, {"display_name", "Train"}, {"command", "python train.py"}, {"environment", "azureml:AzureML-sklearn-1.5@latest"}}}});
  pages.open(pages.studio("component"), "studio.components");
  pages.press("components/train");
  pages.see("studio.component");
  CHECK(pages.label("name") == "Train");
  CHECK(pages.value("type") == "command");
  CHECK(Json::parse(pages.value("spec"))["command"] == "python train.py");
}

TEST_CASE("an endpoint shows its deployments, their traffic, its keys when asked and its logs", "[pages]") {
  Studio pages;
  for (const char* blob : {"models/churn/model.pkl", "scoring/score.py"}) pages.upload(blob);
  pages.version("models/churn", "1", {{"modelUri", "azureml://datastores/workspaceartifactstore/paths/models/churn"}, {"modelType", "custom_model"}});
  pages.version("codes/scoring", "1", {{"codeUri", "https://stlab.blob.core.windows.net/azureml/scoring"}});
  const auto endpoint = pages.workspace() + "/onlineEndpoints/shop";
  REQUIRE(pages.put(endpoint, {{"location", "eastus"}, {"identity", {{"type", "SystemAssigned"}}}, {"properties", {{"authMode", "Key"}}}}).ok());
  pages.settle();
  REQUIRE(pages.put(endpoint + "/deployments/blue", {{"location", "eastus"}, {"sku", {{"name", "Default"}, {"capacity", 1}}},
                                                     {"properties", {{"endpointComputeType", "Managed"}, {"instanceType", "Standard_DS2_v2"}, {"model", pages.workspace() + "/models/churn/versions/1"},
                                                                     {"environmentId", "azureml:AzureML-sklearn-1.5@latest"}, {"codeConfiguration", {{"codeId", pages.workspace() + "/codes/scoring/versions/1"}, {"scoringScript", "score.py"}}},
                                                                     {"scaleSettings", {{"scaleType", "Default"}}}}}}).ok());
  pages.settle();
  pages.open(pages.studio("endpoints"), "studio.endpoints");
  CHECK(pages.value("endpoints/shop/type") == "Managed");
  CHECK(pages.session.act({.kind = "click", .target = "batch", .value = ""}).not_simulated);
  pages.press("endpoints/shop");
  pages.see("studio.endpoint");
  CHECK(pages.value("state") == "Succeeded");
  CHECK(pages.value("uri") == "https://shop.eastus.inference.ml.azure.com/score");
  CHECK(pages.value("deployments/blue/state") == "Succeeded");
  CHECK(pages.value("deployments/blue/traffic") == "0%");
  CHECK(pages.value("deployments/blue/model") == "churn:1");
  CHECK(pages.value("deployments/blue/count") == "1");
  pages.press("deployments/blue/allTraffic");
  pages.press("update");
  pages.settle();
  pages.see("studio.endpoint");
  CHECK(pages.value("deployments/blue/traffic") == "100%");
  CHECK_FALSE(pages.control("deployments/blue/allTraffic").enabled);
  pages.press("consume");
  CHECK_FALSE(pages.has("primaryKey"));
  pages.press("show");
  CHECK(pages.value("primaryKey") == string_at(Pages::json(pages.post(endpoint + "/listKeys")), "primaryKey"));
  pages.press("logsTab");
  CHECK(pages.value("deployment") == "blue");
  pages.press("getLogs");
  CHECK_FALSE(pages.value("log").empty());
  pages.press("delete");
  pages.press("delete");
  pages.settle();
  CHECK(pages.get(endpoint).status == 404);
  pages.see("studio.endpoints");
  CHECK(pages.rows("endpoints").empty());
}

TEST_CASE("a compute's own page shows its schedules or its nodes", "[pages]") {
  Studio pages;
  pages.put(pages.workspace() + "/computes/ci-lab", {{"location", "eastus"}, {"properties", {{"computeType", "ComputeInstance"}, {"properties", {{"vmSize", "STANDARD_DS11_V2"}, {"idleTimeBeforeShutdown", "PT60M"},
    {"schedules", {{"computeStartStop", Json::array({{{"action", "Stop"}, {"status", "Enabled"}, {"triggerType", "Cron"}, {"cron", {{"expression", "0 18 * * *"}, {"timeZone", "UTC"}}}}})}}}}}}}});
  pages.put(pages.workspace() + "/computes/cpu", {{"location", "eastus"}, {"properties", {{"computeType", "AmlCompute"}, {"properties", {{"vmSize", "STANDARD_DS11_V2"}, {"scaleSettings", {{"minNodeCount", 1}, {"maxNodeCount", 2}, {"nodeIdleTimeBeforeScaleDown", "PT2M"}}}}}}}});
  pages.settle();
  pages.open(pages.studio("compute/list"), "studio.compute");
  CHECK(pages.value("instanceList/ci-lab").empty());
  pages.press("instanceList/ci-lab");
  CHECK(pages.value("instanceList/ci-lab") == "selected");
  pages.press("instanceList/ci-lab/details");
  pages.see("studio.compute.details");
  CHECK(pages.value("state") == "Running");
  CHECK(pages.value("idle") == "1 h 0 min");
  REQUIRE(pages.rows("schedules").size() == 1);
  const std::string schedule = "schedules/" + pages.rows("schedules")[0];
  CHECK(pages.value(schedule + "/action") == "Stop compute instance");
  CHECK(pages.value(schedule + "/when") == "0 18 * * *");
  CHECK_FALSE(pages.control("start").enabled);
  pages.press("stop");
  pages.settle();
  CHECK(pages.value("state") == "Stopped");
  pages.press("studio.compute");
  pages.press("clusters");
  pages.press("clusterList/cpu/details");
  pages.see("studio.compute.details");
  CHECK(pages.value("maximum") == "2");
  CHECK(pages.value("scaleDown") == "2 min");
  REQUIRE(pages.rows("nodes").size() == 1);
  CHECK(pages.value("nodes/" + pages.rows("nodes")[0] + "/state") == "idle");
  CHECK_FALSE(pages.has("schedules/column:action"));
}

TEST_CASE("files are renamed and deleted in the notebooks' pane", "[pages]") {
  Studio pages;
  pages.open(pages.studio("fileexplorerAzNB"), "studio.notebooks");
  const std::string share = "https://eastus.notebooks.azure.net/files" + pages.workspace() + "/Users/alex.martin/";
  const auto write = [&](const std::string& name, const std::string& text) { pages.simulator.handle(Request::make(Method::put, share + name, Body(text))); };
  write("a.py", "print(1)\n");
  write("old/b.py", "print(2)\n");
  CHECK_FALSE(pages.has("rename"));
  pages.press("files/Users/alex.martin/a.py");
  pages.press("rename");
  CHECK(pages.value("name") == "a.py");
  pages.fill("name", "c.py");
  pages.press("rename");
  pages.see("studio.notebooks");
  CHECK(pages.session.parameter("file") == "Users/alex.martin/c.py");
  CHECK(pages.value("editor") == "print(1)\n");
  CHECK(pages.control("editor").hint == "Users/alex.martin/c.py");
  CHECK_FALSE(pages.has("files/Users/alex.martin/a.py"));
  pages.press("files/Users/alex.martin/old");
  CHECK_FALSE(pages.has("rename"));
  pages.press("deletePath");
  CHECK(pages.label("path") == "Users/alex.martin/old");
  pages.press("delete");
  pages.see("studio.notebooks");
  CHECK_FALSE(pages.has("files/Users/alex.martin/old"));
  CHECK(pages.has("files/Users/alex.martin/c.py"));
}

TEST_CASE("the studio's home shows the workspace, its newest jobs and its computes", "[pages]") {
  Studio pages;
  pages.put(pages.workspace() + "/computes/cpu", {{"location", "eastus"}, {"properties", {{"computeType", "AmlCompute"}, {"properties", {{"vmSize", "STANDARD_DS11_V2"}, {"scaleSettings", {{"minNodeCount", 0}, {"maxNodeCount", 1}, {"nodeIdleTimeBeforeScaleDown", "PT2M"}}}}}}}});
  pages.settle();
  REQUIRE(pages.put(pages.workspace() + "/jobs/j1", {{"properties", {{"jobType", "Command"}, {"command", "python train.py"}, {"computeId", pages.workspace() + "/computes/cpu"}, {"environmentId", "azureml:AzureML-sklearn-1.5@latest"}, {"displayName", "first"}}}}).ok());
  pages.open(pages.studio("home"), "studio.home");
  CHECK(pages.label("name") == "lab");
  CHECK(pages.value("group") == "rg");
  CHECK(pages.label("jobs/j1") == "first");
  CHECK(pages.control("jobs/j1/status").busy);
  CHECK(pages.value("computeList/cpu/state") == "Succeeded");
  pages.press("computeList/cpu");
  pages.see("studio.compute.details");
  pages.press("studio.home");
  pages.press("jobs/j1");
  pages.see("studio.run");
}

TEST_CASE("applications of an instance that are served open, and the others say that they are not", "[pages]") {
  Studio pages;
  pages.put(pages.workspace() + "/computes/ci-lab", {{"location", "eastus"}, {"properties", {{"computeType", "ComputeInstance"}, {"properties", {{"vmSize", "STANDARD_DS11_V2"}}}}}});
  pages.settle();
  pages.open("https://ml.azure.com/compute/ci-lab/details?wsid=" + pages.workspace(), "studio.compute.details");
  for (const char* id : {"jupyterlab", "jupyter", "vscode", "vscodeDesktop"}) {
    INFO(id);
    const auto outcome = pages.session.act({.kind = "click", .target = id, .value = ""});
    CHECK(outcome.not_simulated);
    CHECK(outcome.error.ends_with("compute instance"));
    pages.see("studio.compute.details");
  }
  pages.press("terminal");
  pages.see("studio.notebooks");
  CHECK(pages.session.parameter("terminal") == "ci-lab");
  pages.open("https://ml.azure.com/compute/ci-lab/details?wsid=" + pages.workspace(), "studio.compute.details");
  pages.press("notebook");
  pages.see("studio.notebooks");
  pages.open("https://ml.azure.com/compute/ci-lab/details?wsid=" + pages.workspace(), "studio.compute.details");
  pages.press("stop");
  CHECK_FALSE(pages.control("terminal").enabled);
}
