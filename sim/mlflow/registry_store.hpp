#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/mlflow/call.hpp"

namespace azlab::mlflow {

// The model registry is another view of the workspace's models: a version is an asset of Resource Manager, and a row of
// kind "v", {name}/{number}, with what only MLflow knows of it (stage, source, run). A row of kind "g" by name holds a
// registered model's description, tags and aliases. Models that other clients made are taken in when they are read.

/// The registered model in MLflow's form, without `latest_versions`; RESOURCE_DOES_NOT_EXIST in MLflow's words.
Result<Json> find_registered_model(Call& call, const std::string& name);
void write_registered_model(Call& call, Json model);
/// Every registered model, in order of name.
std::vector<Json> all_registered_models(Call& call);
/// A version, which must be there; RESOURCE_DOES_NOT_EXIST in MLflow's words.
Result<Json> find_model_version(Call& call, const std::string& name, const std::string& version);
void write_model_version(Call& call, Json version);
void erase_model_version(Call& call, const Json& version);
/// All versions of a model, in rising order.
std::vector<Json> versions_of_model(Call& call, const std::string& name);
/// Takes over what Resource Manager has of one model.
void take_in_model(Call& call, const std::string& name);

/// Makes the asset of a new version; its number is returned. `blob_path` is where its files lie among artifacts, empty when
/// `source` leads elsewhere. Errors are Resource Manager's, as INVALID_PARAMETER_VALUE.
Result<int> make_model_asset(Call& call, const std::string& name, const std::string& blob_path, const std::string& source);
void delete_model_asset(Call& call, const std::string& name, const std::string& version);

}  // namespace azlab::mlflow
