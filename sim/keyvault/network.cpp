/// Whom a vault's firewall keeps out.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/arm/network_access.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"
#include "sim/keyvault/keyvault.hpp"

namespace azlab::keyvault {
namespace {

Response forbidden(const Error& error, const char* inner) {
  return json_response(error.status, {{"error", {{"code", error.code}, {"message", error.message}, {"innererror", {{"code", inner}}}}}});
}

}  // namespace

std::optional<Response> check_network(Context& context, const Request& request, const Match&) {
  if (!request.host.ends_with(".vault.azure.net") || !arm::is_client(context.caller())) return std::nullopt;
  const auto vault = arm::guarded_by_name(context, "Microsoft.KeyVault/vaults", request.host.substr(0, request.host.find('.')));
  const arm::Reach reach = vault ? arm::reach_of(*vault) : arm::Reach::open;
  if (reach == arm::Reach::open) return std::nullopt;
  const Caller& caller = context.caller();
  const faults::Values values = {{"clientAddress", std::string(arm::kClientAddress)},
                                 {"caller", fmt::format("Caller: appid={};oid={};iss=https://sts.windows.net/{}/", caller.app_id, caller.principal_id, caller.tenant_id)},
                                 {"vault", string_at(*vault, "name")},
                                 {"location", string_at(*vault, "location")}};
  if (reach == arm::Reach::not_in_rules) return forbidden(faults::make_error("keyvault-forbidden-by-firewall", values), "ForbiddenByFirewall");
  const bool trusts = !equals_ignore_case(string_at(*vault, "properties.networkAcls.bypass", "AzureServices"), "None");
  return forbidden(faults::make_error(trusts ? "keyvault-forbidden-by-connection" : "keyvault-forbidden-by-connection-no-bypass", values), "ForbiddenByConnection");
}

}  // namespace azlab::keyvault
