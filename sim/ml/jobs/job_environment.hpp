#pragma once

#include <string>
#include <vector>

#include "sim/ml/assets/asset.hpp"

namespace azlab::ml {

/// An environment as a job uses it.
struct ResolvedEnvironment {
  std::string id;        ///< what the job shows: an ARM id, or the registry's address of a curated one
  std::string name;      ///< "AzureML-sklearn-1.5:46", for messages
  std::string image;     ///< key of its image: equal for equal contents
  bool curated = false;  ///< its image is there and has only to be pulled
  std::string python;    ///< "3.10"; empty: not said
  std::vector<std::string> requirements;
  std::string blocked;   ///< why azlab cannot have its packages; empty: it can
};

/// Resolves what a job says as environmentId: `azureml:name:version`, `azureml:name@label`, an ARM id, an address in the
/// registry `azureml`. Curated names come unresolved from clients (wire.md 8.4).
Result<ResolvedEnvironment> resolve_environment(Context& context, const AssetScope& scope, std::string_view id);

/// The row of Table::setting that says that a workspace has built an image (ResolvedEnvironment::image); jobs and deployments share it.
std::string image_key(const ResourceId& workspace, const std::string& image);

/// What a conda file asks pip for, Python's version taken out: conda's "scikit-learn=1.5" becomes "scikit-learn==1.5.*".
/// Source: conda's match specification.
struct CondaNeeds {
  std::string python;
  std::vector<std::string> requirements;
};
Result<CondaNeeds> read_conda_file(const std::string& yaml);

}  // namespace azlab::ml
