#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/http/context.hpp"

namespace azlab::ml {

struct VmSize {
  std::string name;    ///< "Standard_DS11_v2"
  std::string family;  ///< "standardDSv2Family"
  int vcpus = 0;
  int gpus = 0;
  double memory_gb = 0;
};
/// Case does not matter: clients send STANDARD_DS11_V2.
const VmSize* find_vm_size(std::string_view name);

/// Refuses a compute that needs `cores` more dedicated cores of a family in a region than the quota leaves.
Result<void> check_quota(Context& context, const std::string& location, const VmSize& size, int nodes);
/// Cores in use: of one family, or of all when it is empty. Stopped instances count, as they do in Azure.
int cores_used(const World& world, const std::string& location, const std::string& family);
/// The limit: a scenario's (setting "quota/<name>"), else fixtures/azure/quotas.json.
int quota_limit(const World& world, const std::string& name);

std::vector<Route> size_routes();

}  // namespace azlab::ml
