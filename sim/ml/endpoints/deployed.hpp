#pragma once

#include <optional>
#include <string>

#include "sim/core/resource_id.hpp"
#include "sim/http/context.hpp"
#include "sim/ml/jobs/job_environment.hpp"

namespace azlab::ml {

/// What a deployment is made of, found in its workspace.
struct Deployed {
  ResourceId workspace{};
  std::string model{};        ///< address of its data; empty where it has no model
  std::string model_name{};
  std::string model_version{};
  std::string model_type{};   ///< "custom_model", "mlflow_model", "triton_model"
  std::string code{};         ///< address of its code; empty where it has none
  std::string script{};       ///< below the code: "score.py"
  ResolvedEnvironment environment{};  ///< empty id: none was named, as with a model of MLflow's
};

/// The assets that a deployment's body names. The error is the service's: an asset that is not there, no scoring script, an
/// environment that is missing; or AzlabNotSimulated.
Result<Deployed> find_deployed(Context& context, const ResourceId& deployment, const Json& body);

}  // namespace azlab::ml
