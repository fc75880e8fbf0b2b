#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/core/text.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

namespace azlab::test {

/// A workspace with a model, code and an environment, and the shortest ways to deploy them.
struct Online : Azure {
  Online() {
    make_workspace();
    for (const char* blob : {"models/churn/model.pkl", "models/flow/MLmodel", "models/flow/requirements.txt", "scoring/score.py"}) upload(blob, blob);
    version("models/churn", {{"modelUri", "azureml://datastores/workspaceartifactstore/paths/models/churn"}, {"modelType", "custom_model"}});
    version("models/flow", {{"modelUri", "azureml://datastores/workspaceartifactstore/paths/models/flow"}, {"modelType", "mlflow_model"}});
    version("codes/scoring", {{"codeUri", "https://stlab.blob.core.windows.net/azureml/scoring"}});
    version("environments/own", {{"image", "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04"}, {"condaFile", "dependencies: [python=3.10]"}});
  }
  void upload(const std::string& blob, const std::string& text) {
    Request request = Request::make(Method::put, "https://stlab.blob.core.windows.net/azureml/" + blob, Body(text));
    request.headers.set("x-ms-blob-type", "BlockBlob");
    REQUIRE(simulator.handle(request).ok());
  }
  void version(const std::string& asset, const Json& properties) { REQUIRE(put(workspace() + "/" + asset + "/versions/1", {{"properties", properties}}).ok()); }
  std::string endpoint(const std::string& name = "shop") const { return workspace() + "/onlineEndpoints/" + name; }
  std::string deployment(const std::string& name = "blue") const { return endpoint() + "/deployments/" + name; }
  Response make_endpoint(const std::string& name = "shop", const std::string& mode = "Key", const Json& traffic = Json::object()) {
    return put(endpoint(name), {{"location", "eastus"}, {"identity", {{"type", "SystemAssigned"}}}, {"tags", Json::object()},
                                {"properties", {{"authMode", mode}, {"properties", Json::object()}, {"traffic", traffic}, {"mirrorTraffic", Json::object()}}}});
  }
  Json blue(const Json& changes = Json::object(), int instances = 1) {
    Json properties = {{"endpointComputeType", "Managed"}, {"instanceType", "Standard_DS2_v2"}, {"model", workspace() + "/models/churn/versions/1"}, {"environmentId", "azureml:AzureML-sklearn-1.5@latest"},
                       {"codeConfiguration", {{"codeId", workspace() + "/codes/scoring/versions/1"}, {"scoringScript", "score.py"}}}, {"scaleSettings", {{"scaleType", "Default"}}}};
    properties.merge_patch(changes);
    return {{"location", "eastus"}, {"sku", {{"name", "Default"}, {"capacity", instances}}}, {"properties", properties}};
  }
  /// An endpoint with one deployment, ready; it receives all the traffic.
  void make_shop() {
    REQUIRE(make_endpoint().status == 201);
    settle();
    REQUIRE(put(deployment(), blue()).status == 201);
    settle();
    REQUIRE(make_endpoint("shop", "Key", {{"blue", 100}}).status == 200);
    settle();
    REQUIRE(state(deployment()) == "Succeeded");
  }
  std::string state(const std::string& id) { return string_at(get_json(id), "properties.provisioningState"); }
  Response score(const std::string& secret, const std::string& deployment = "") {
    Request request = Request::make(Method::post, "https://shop.eastus.inference.ml.azure.com/score", Body("{}"));
    if (!secret.empty()) request.headers.set("Authorization", secret);
    if (!deployment.empty()) request.headers.set("azureml-model-deployment", deployment);
    return simulator.handle(request);
  }
  std::string key() { return "Bearer " + string_at(json(post(endpoint() + "/listKeys")), "primaryKey"); }
  std::string logs() { return string_at(json(post(deployment() + "/getLogs", {{"tail", 100}})), "content"); }
};

/// The innermost message of an error.
inline std::string message_of(const Response& response) {
  const Json error = Azure::json(response)["error"];
  return error.contains("details") && !error["details"].empty() ? error["details"][0]["message"] : error["message"];
}

}  // namespace azlab::test
