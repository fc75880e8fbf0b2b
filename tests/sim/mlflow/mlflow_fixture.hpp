#pragma once

#include <string>

#include "tests/support/world.hpp"

namespace azlab::mlflow::test {

/// A workspace in a simulator, and the shortest ways to ask its MLflow something.
struct Tracking {
  Tracking() { azure.make_workspace(); }

  std::string base() const { return "https://eastus.api.azureml.ms/mlflow/v2.0" + azure.workspace() + "/api/2.0/mlflow/"; }
  Response send(Method method, const std::string& path, const Json& body = nullptr) {
    Request request = Request::make(method, base() + path, body.is_null() ? Body() : Body(body.dump()));
    if (!body.is_null()) request.headers.set("Content-Type", "application/json");
    return azure.simulator.handle(request);
  }
  Json post(const std::string& path, const Json& body) { return azlab::test::Azure::json(send(Method::post, path, body)); }
  Json get(const std::string& path) { return azlab::test::Azure::json(send(Method::get, path)); }
  /// "400 INVALID_PARAMETER_VALUE message".
  std::string refusal(const std::string& path, const Json& body) {
    const Response response = send(Method::post, path, body);
    const Json json = azlab::test::Azure::json(response);
    return std::to_string(response.status) + " " + json.value("error_code", "") + " " + json.value("message", "");
  }
  std::string experiment(const std::string& name) { return post("experiments/create", {{"name", name}})["experiment_id"]; }
  std::string run(const std::string& experiment_id, std::int64_t start_time = 1) {
    return post("runs/create", {{"experiment_id", experiment_id}, {"start_time", start_time}})["run"]["info"]["run_id"];
  }
  Json read(const std::string& run_id) { return get("runs/get?run_id=" + run_id)["run"]; }

  azlab::test::Azure azure{};
};

}  // namespace azlab::mlflow::test
