#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/core/json.hpp"
#include "sim/http/context.hpp"

/// Whether the network rules of a resource let a client reach its data plane. Clients are outside of every virtual network:
/// what Azure's own services ask of each other passes, as it does for trusted services.
namespace azlab::arm {

/// The address that clients seem to come from; a resource's ipRules may allow it (documentation range, RFC 5737).
inline constexpr std::string_view kClientAddress = "198.51.100.23";

enum class Reach {
  open,
  no_public_access,  ///< publicNetworkAccess is Disabled: only private endpoints get in
  not_in_rules,      ///< networkAcls deny by default, and no rule is for this address
};
/// Of a resource's body: properties.publicNetworkAccess and properties.networkAcls.
Reach reach_of(const Json& resource);

/// Whether a request comes from a client rather than from a service or the scenario.
bool is_client(const Caller& caller);

/// The body of the resource of a type that has a name for itself in the world ("stlab" of stlab.blob.core.windows.net), if its
/// network rules may refuse somebody; nothing where they cannot.
std::optional<Json> guarded_by_name(Context& context, std::string_view type, std::string_view name);

}  // namespace azlab::arm
