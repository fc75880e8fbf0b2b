#pragma once

#include <vector>

#include "sim/http/router.hpp"

namespace azlab::mlflow {

/// MLflow as Azure Machine Learning serves it, at `<region>.api.azureml.ms`: tracking, model registry, run history,
/// artifacts, discovery. State is rows of Table::tracking, apart for each workspace; bytes of artifacts are blobs.
std::vector<Route> routes();

}  // namespace azlab::mlflow
