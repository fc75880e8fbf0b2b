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

/// Machines for which a managed online deployment needs quota: 20 % more than its instances, in whole machines, since its upgrades need
/// room (documented; that some sizes are exempt is not modelled).
int instances_reserved(int instances);
/// What a deployment of a size may still take in a region: of its family, or of all where that is less.
struct CoresLeft {
  int used = 0;
  int limit = 0;
};
CoresLeft cores_left(const World& world, const std::string& location, const VmSize& size);

/// SkuNotAvailable where a size is not offered to the subscription in a region.
Result<void> check_offered(const World& world, const std::string& compute, const std::string& location, const VmSize& size);
/// Machines of a size that run in a region for this subscription: instances that are not stopped, nodes of clusters,
/// instances of online deployments.
int machines_allocated(const World& world, const std::string& location, const VmSize& size);
/// How many machines more Azure gives; a large number where nothing limits it.
int machines_left(const World& world, const std::string& location, const VmSize& size);

std::vector<Route> size_routes();

}  // namespace azlab::ml
