#pragma once

#include <string_view>
#include <vector>

#include "sim/http/context.hpp"

namespace azlab::entra {

/// The host of the managed identity endpoint (MSI_ENDPOINT, IDENTITY_ENDPOINT) of simulated machines: "http://msi.azlab/token".
inline constexpr std::string_view kIdentityHost = "msi.azlab";

/// Sign-in (login.microsoftonline.com and its other names), managed identities, and what az asks Microsoft Graph.
std::vector<Route> routes();

}  // namespace azlab::entra
