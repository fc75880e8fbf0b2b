#pragma once

#include <string>
#include <string_view>

#include "sim/mlflow/call.hpp"
#include "sim/mlflow/metric_store.hpp"

namespace azlab::mlflow {

// Logged models (MLflow 3) are rows of kind "l" by id, whose body is MLflow's LoggedModel as it is answered; deleted ones
// are not answered any more.

Result<Json> find_logged_model(const World& world, const Workspace& workspace, const std::string& model_id);
void write_logged_model(World& world, const Workspace& workspace, const Json& model);
/// Notes that a model has a metric; `metric` is what the client sent. A model that is not there is left out, as the
/// open-source server does.
void put_model_metric(Call& call, const std::string& model_id, const Json& metric, const MetricPoint& point);

}  // namespace azlab::mlflow
