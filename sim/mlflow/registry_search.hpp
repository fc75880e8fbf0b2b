#pragma once

#include <string>
#include <vector>

#include "sim/mlflow/call.hpp"

namespace azlab::mlflow {

/// What registered-models/search and model-versions/search ask for, in their order.
Result<std::vector<Json>> registered_models_matching(Call& call);
Result<std::vector<Json>> model_versions_matching(Call& call);

/// The version with the aliases that its model gives it.
Json with_aliases(Json version, const Json& model);
/// None, Staging, Production, Archived: spelt exactly so, as Azure wants it.
Result<void> check_stage(const std::string& stage);
Result<void> check_alias(const std::string& alias);

}  // namespace azlab::mlflow
