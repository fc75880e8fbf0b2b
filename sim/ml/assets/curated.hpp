#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/core/json.hpp"
#include "sim/core/resource_id.hpp"
#include "sim/core/world.hpp"

namespace azlab::ml {

/// A curated environment (fixtures/azure/environments.json).
struct CuratedEnvironment {
  std::string name;      ///< "AzureML-sklearn-1.5"
  std::string registry;  ///< its name in the registry `azureml`; empty: it is there no more
  std::string version;
  std::string python;
  std::string image;
  std::vector<std::string> requirements;
};

const std::vector<CuratedEnvironment>& curated_environments();
/// By its name in a workspace or in the registry; case does not matter. Nothing for one that has been withdrawn.
const CuratedEnvironment* find_curated(const World& world, std::string_view name);
/// Whether Azure took an environment out of the registry and out of all workspaces.
bool is_withdrawn(const World& world, const CuratedEnvironment& environment);
/// Takes one away by its name in a workspace or in the registry; false: there is none of that name.
bool withdraw_environment(World& world, std::string_view name);
/// A version as a workspace shows it.
Json curated_version_json(const ResourceId& workspace, const CuratedEnvironment& environment);

}  // namespace azlab::ml
