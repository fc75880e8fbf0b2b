#include "sim/entra/endpoints.hpp"
#include "sim/entra/entra.hpp"
#include "sim/entra/role_assignments.hpp"

namespace azlab::entra {
namespace {

// All of them are one service; clients take the first, and older ones the others.
constexpr std::string_view kLoginHosts[] = {"login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"};

struct LoginRoute {
  Method method;
  std::string_view pattern;
  std::string_view operation;
  Handler handler;
};

constexpr LoginRoute kLoginRoutes[] = {
    {Method::get, "/common/discovery/instance", "entra.discoverInstance", instance_discovery},
    {Method::get, "/common/userrealm/{user}", "entra.getUserRealm", user_realm},
    {Method::get, "/{tenant}/v2.0/.well-known/openid-configuration", "entra.getConfiguration", openid_configuration},
    {Method::get, "/{tenant}/.well-known/openid-configuration", "entra.getConfigurationV1", openid_configuration},
    {Method::get, "/{tenant}/discovery/v2.0/keys", "entra.listKeys", published_keys},
    {Method::get, "/{tenant}/discovery/keys", "entra.listKeysV1", published_keys},
    {Method::post, "/{tenant}/oauth2/v2.0/token", "entra.getToken", issue_token},
    {Method::post, "/{tenant}/oauth2/token", "entra.getTokenV1", issue_token},
    {Method::post, "/{tenant}/oauth2/v2.0/devicecode", "entra.startDeviceCode", start_device_code},
    {Method::post, "/{tenant}/oauth2/devicecode", "entra.startDeviceCodeV1", start_device_code},
    {Method::get, "/{tenant}/oauth2/v2.0/authorize", "entra.authorize", authorize},
    {Method::get, "/{tenant}/oauth2/authorize", "entra.authorizeV1", authorize},
    {Method::get, "/{tenant}/oauth2/v2.0/logout", "entra.logout", signed_out_page},
    {Method::get, "/{tenant}/oauth2/logout", "entra.logoutV1", signed_out_page},
    {Method::get, "/common/oauth2/deviceauth", "entra.showDevicePage", device_page},
    {Method::post, "/common/oauth2/deviceauth", "entra.confirmDevice", device_page},
    {Method::get, "/device", "entra.showDevicePageShort", device_page},
    {Method::get, "/common/oauth2/nativeclient", "entra.showNativeClientPage", native_client_page},
};

}  // namespace

std::vector<Route> routes() {
  std::vector<Route> out;
  for (const auto host : kLoginHosts) {
    for (const auto& row : kLoginRoutes) out.push_back({row.method, std::string(host), std::string(row.pattern), std::string(row.operation), row.handler});
  }
  for (const char* host : {"microsoft.com", "www.microsoft.com"}) {
    out.push_back({Method::get, host, "/devicelogin", "entra.openDevicePage", device_page});
  }
  out.push_back({Method::get, "169.254.169.254", "/metadata/identity/oauth2/token", "identity.getInstanceToken", instance_metadata_token});
  out.push_back({Method::get, "169.254.169.254", "/metadata/instance/compute", "identity.getInstance", instance_metadata});
  out.push_back({Method::get, std::string(kIdentityHost), "/token", "identity.getLocalToken", local_endpoint_token});
  out.push_back({Method::post, std::string(kIdentityHost), "/token", "identity.getCloudShellToken", cloud_shell_token});
  out.push_back({Method::post, "run-token.azlab", "/", "entra.issueRunToken", run_token});
  // The real az in Cloud Shell asks there, whatever MSI_ENDPOINT says (msal's cloudshell.py).
  out.push_back({Method::post, "localhost", "/oauth2/token", "identity.getCloudShellTokenOfAz", cloud_shell_token});
  for (auto& route : authorization_routes()) out.push_back(std::move(route));
  for (auto& route : graph_routes()) out.push_back(std::move(route));
  return out;
}

}  // namespace azlab::entra
