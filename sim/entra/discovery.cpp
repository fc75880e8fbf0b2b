#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/core/fixtures.hpp"
#include "sim/core/json.hpp"
#include "sim/core/text.hpp"
#include "sim/entra/directory.hpp"
#include "sim/entra/endpoints.hpp"
#include "sim/entra/key.hpp"

namespace azlab::entra {
namespace {

constexpr std::string_view kLogin = "https://login.microsoftonline.com/";

const Json& instances() {
  static const Json kInstances = *parse_json(fixtures::get("fixtures/entra/instance.json"));
  return kInstances;
}

bool is_known_instance(const std::string& host) {
  return std::any_of(instances().begin(), instances().end(), [&](const Json& one) {
    const Json& aliases = one.at("aliases");
    return std::find(aliases.begin(), aliases.end(), host) != aliases.end();
  });
}

bool is_loopback(std::string_view host) {
  const auto name = host.substr(0, host.rfind(':'));
  return name == "localhost" || name == "127.0.0.1" || name.ends_with(".localhost");
}

/// The tenant as endpoints name it: a domain becomes its id, "common" and "organizations" stay.
std::string tenant_segment(const std::string& asked) {
  return equals_ignore_case(asked, directory().domain) ? directory().tenant_id : to_lower(asked);
}

}  // namespace

Response openid_configuration(Context& context, const Request& request, const Match& match) {
  const std::string& asked = match.at("tenant");
  if (!directory().is_tenant(asked)) return sign_in_error_response(context, request, {"tenant-not-found", {{"tenant", asked}}});
  const bool v1 = is_v1(request);
  const std::string tenant = tenant_segment(asked);
  const std::string base = std::string(kLogin) + tenant;
  const std::string oauth = base + (v1 ? "/oauth2/" : "/oauth2/v2.0/");
  const std::string issuer_tenant = tenant == directory().tenant_id ? tenant : "{tenantid}";
  return json_response(200, {{"token_endpoint", oauth + "token"},
                             {"token_endpoint_auth_methods_supported", {"client_secret_post", "private_key_jwt", "client_secret_basic"}},
                             {"jwks_uri", base + (v1 ? "/discovery/keys" : "/discovery/v2.0/keys")},
                             {"response_modes_supported", {"query", "fragment", "form_post"}},
                             {"subject_types_supported", {"pairwise"}},
                             {"id_token_signing_alg_values_supported", {"RS256"}},
                             {"response_types_supported", {"code"}},
                             {"scopes_supported", {"openid", "profile", "email", "offline_access"}},
                             {"issuer", v1 ? "https://sts.windows.net/" + issuer_tenant + "/" : std::string(kLogin) + issuer_tenant + "/v2.0"},
                             {"request_uri_parameter_supported", false},
                             {"userinfo_endpoint", "https://graph.microsoft.com/oidc/userinfo"},
                             {"authorization_endpoint", oauth + "authorize"},
                             {"device_authorization_endpoint", oauth + "devicecode"},
                             {"http_logout_supported", true},
                             {"frontchannel_logout_supported", true},
                             {"end_session_endpoint", oauth + "logout"},
                             {"claims_supported", {"sub", "iss", "aud", "exp", "iat", "nonce", "preferred_username", "name", "tid", "ver", "email"}},
                             {"tenant_region_scope", "EU"},
                             {"cloud_instance_name", "microsoftonline.com"},
                             {"cloud_graph_host_name", "graph.windows.net"},
                             {"msgraph_host", "graph.microsoft.com"}});
}

/// Clients ask here about other authorities too. One on this machine stands for ours, so that a client configured with
/// such an authority comes back to us; any other unknown one is refused, as Entra does.
Response instance_discovery(Context& context, const Request& request, const Match&) {
  const auto endpoint = Request::make(Method::get, request.query_value("authorization_endpoint").value_or(std::string(kLogin) + "common/oauth2/authorize"));
  if (!is_known_instance(endpoint.host) && !is_loopback(endpoint.host)) return sign_in_error_response(context, request, {"instance-unknown"});
  const auto segments = split(endpoint.path, '/');
  const std::string tenant = segments.size() > 1 && !segments[1].empty() ? segments[1] : "common";
  return json_response(200, {{"tenant_discovery_endpoint", std::string(kLogin) + tenant + "/v2.0/.well-known/openid-configuration"}, {"api-version", request.query_value("api-version").value_or("1.1")}, {"metadata", instances()}});
}

Response published_keys(Context&, const Request&, const Match&) {
  const SigningKey& key = SigningKey::of_this_run();
  return json_response(200, {{"keys", {{{"kty", "RSA"}, {"use", "sig"}, {"alg", "RS256"}, {"kid", key.id()}, {"x5t", key.id()}, {"n", key.modulus()}, {"e", key.exponent()}}}}});
}

/// Managed here, so that user name and password go to the token endpoint and nowhere else; unknown outside the domain.
Response user_realm(Context&, const Request&, const Match& match) {
  const std::string& user = match.at("user");
  const std::string domain = user.substr(std::min(user.find('@') + 1, user.size()));
  if (!equals_ignore_case(domain, directory().domain)) return json_response(200, {{"ver", "1.0"}, {"account_type", "Unknown"}, {"cloud_instance_name", "microsoftonline.com"}});
  return json_response(200, {{"ver", "1.0"}, {"account_type", "Managed"}, {"domain_name", directory().domain}, {"cloud_instance_name", "microsoftonline.com"}, {"cloud_audience_urn", "urn:federation:MicrosoftOnline"}});
}

}  // namespace azlab::entra
