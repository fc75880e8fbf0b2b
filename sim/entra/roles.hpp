#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/core/json.hpp"
#include "sim/core/world.hpp"
#include "sim/http/message.hpp"

namespace azlab::entra {

/// What a request to ARM does and to what, in the words of role definitions.
struct ArmAction {
  std::string action;  ///< "Microsoft.MachineLearningServices/workspaces/write"
  std::string scope;   ///< id of what it concerns
};
/// Empty action: a request that every signed-in principal may make (lists of subscriptions and tenants, the status
/// of an operation).
ArmAction arm_action(Method method, std::string_view path);

/// The built-in roles, from fixtures/entra/roles.json.
const Json& role_definitions();
/// Whether a scope is this one or lies above it; ids compare without case.
bool is_at_or_above(std::string_view scope, std::string_view below);

/// The role that the directory gives a principal at the subscription, unless somebody took it away; empty for none.
std::string directory_role(const World& world, std::string_view principal_id);
/// Takes it away: the role assignment that stands for it was deleted.
void take_directory_role(World& world, std::string_view principal_id);

/// Names of the roles a principal has at a scope: the directory's, at the subscription, and those of role assignments
/// that lie at the scope or above it.
std::vector<std::string> roles_at(const World& world, std::string_view principal_id, std::string_view scope);
/// Whether one of these roles (fixtures/entra/roles.json) allows an action, or a data action: the two are apart, so that
/// Owner's "*" opens no blob.
enum class ActionKind { control, data };
bool roles_allow(const std::vector<std::string>& roles, std::string_view action, ActionKind kind = ActionKind::control);

}  // namespace azlab::entra
