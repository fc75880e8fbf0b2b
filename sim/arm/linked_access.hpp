#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/http/context.hpp"

/// A body that names another resource uses it: whoever sends it needs an action there, too (an identity to assign, a subnet to join,
/// the storage account of a workspace).
namespace azlab::arm {

/// LinkedAuthorizationFailed where the caller may write the resource and may not use one that its body names, for a client whom roles
/// decide about; nothing otherwise. `action` is what the caller does to `scope`.
Result<void> check_links(Context& context, std::string_view type, const std::string& action, const std::string& scope, const Json& body);

/// The same for a PUT or PATCH that comes in. For Machinery::admission, after the rule about roles.
std::optional<Response> check_linked_access(Context& context, const Request& request, const Match& match);

}  // namespace azlab::arm
