#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/json.hpp"
#include "sim/core/world.hpp"
#include "sim/http/context.hpp"

namespace azlab::entra {

/// The built-in roles, from fixtures/entra/roles.json.
const Json& role_definitions();
inline constexpr std::string_view kRoleDefinitionType = "Microsoft.Authorization/roleDefinitions";
/// A role by its id (a guid, or an ARM id that ends with one) or by its name, built-in or custom, in the form of the
/// built-in ones: id, name, actions, notActions, dataActions, notDataActions; null when there is none.
Json find_role(const World& world, std::string_view id_or_name);

/// The roles that the directory gives a principal at the subscription, unless somebody took them away: names.
std::vector<std::string> directory_roles(const World& world, std::string_view principal_id);
/// Takes one away: the role assignment that stands for it was deleted.
void take_directory_role(World& world, std::string_view principal_id, std::string_view role);
/// Gives the person who signs in other roles at the subscription than the directory's, and makes roles decide about every
/// request of a client to Resource Manager, in strict mode or not: what a scenario's `signIn.roles` asks for.
void set_sign_in_roles(World& world, const std::vector<std::string>& roles);
/// Whether roles decide without strict mode.
bool sign_in_roles_decide(const World& world);

/// Names of the roles a principal has at a scope: the directory's, at the subscription, and those of role assignments
/// that lie at the scope or above it.
std::vector<std::string> roles_at(const World& world, std::string_view principal_id, std::string_view scope);
/// Whether one of these roles allows an action, or a data action: the two are apart, so that
/// Owner's "*" opens no blob.
enum class ActionKind { control, data };
bool roles_allow(const World& world, const std::vector<std::string>& roles, std::string_view action, ActionKind kind = ActionKind::control);

/// AuthorizationFailed unless the roles of a caller allow what a request to Resource Manager asks.
Result<void> check_authorized(const World& world, const Request& request, const Caller& caller);
/// The same for Machinery::admission: where roles decide without strict mode, whoever the client is.
std::optional<Response> check_sign_in_roles(Context& context, const Request& request, const Match& match);

}  // namespace azlab::entra
