/// Whom an account's firewall keeps out of its blobs and shares.
#include <nlohmann/json.hpp>

#include "sim/arm/network_access.hpp"
#include "sim/storage/blob/error.hpp"
#include "sim/storage/blob/routes.hpp"

namespace azlab::storage {

std::optional<Response> check_network(Context& context, const Request& request, const Match&) {
  if (!request.host.ends_with(".blob.core.windows.net") && !request.host.ends_with(".file.core.windows.net")) return std::nullopt;
  if (!arm::is_client(context.caller())) return std::nullopt;
  const auto account = arm::guarded_by_name(context, "Microsoft.Storage/storageAccounts", request.host.substr(0, request.host.find('.')));
  if (!account || arm::reach_of(*account) == arm::Reach::open) return std::nullopt;
  // One text for both: the service tells nobody outside which of its rules it was (catalogue: blob-authorization-failure-firewall).
  return storage_error(context, {403, "AuthorizationFailure", "This request is not authorized to perform this operation."});
}

}  // namespace azlab::storage
