#pragma once

#include <string>
#include <string_view>

#include "sim/http/context.hpp"

namespace azlab::arm {

/// What somebody wants to do, in the words of role definitions.
struct WantedAction {
  std::string action{};   ///< "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
  bool is_data = false;   ///< to be found among the data actions of roles, which Owner and Contributor have none of
};

/// Whether a data plane asks for roles: strict mode, and somebody who came over the network.
bool roles_decide(Context& context);
/// Whether roles decide what a client may ask of Resource Manager: the same, or a scenario gave who signs in roles.
bool roles_decide_about_arm(Context& context);

/// Whether a role assignment at the scope or above it lets a principal do this. Services ask Microsoft.Authorization,
/// as those of Azure do: POST {scope}/providers/Microsoft.Authorization/checkAccess, 2018-09-01-preview (the form is
/// that of kubeguard/guard, authz/providers/azure/rbac).
bool may(Context& context, std::string_view principal, const std::string& scope, const WantedAction& wanted);

/// The nearest scope of an id that is there already: roles at a resource to come are those of its group, or of the subscription.
std::string existing_scope(Context& context, const std::string& resource);

}  // namespace azlab::arm
