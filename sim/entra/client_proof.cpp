#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/core/json.hpp"
#include "sim/core/text.hpp"
#include "sim/entra/grants.hpp"
#include "sim/entra/jwt.hpp"
#include "sim/entra/key.hpp"

namespace azlab::entra {
namespace {

constexpr std::string_view kAssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

std::string audience_text(const Json& claims) {
  const Json* audience = find_key(claims, "aud");
  if (audience == nullptr) return {};
  if (audience->is_array() && !audience->empty()) return audience->front().is_string() ? audience->front().get<std::string>() : std::string();
  return audience->is_string() ? audience->get<std::string>() : std::string();
}

/// A client's own certificate cannot be registered with us, so the one in the assertion's header stands for it; an
/// assertion without one (MSAL sends `x5c` only when told to) is judged by its claims.
SignIn<std::string> check_certificate(const TokenCall& call, const Jwt& token, const Json& claims) {
  if (!equals_ignore_case(string_at(claims, "sub"), call.client.app_id)) return refuse_sign_in("assertion-client");
  const std::string audience = audience_text(claims);
  if (!audience.starts_with("https://login.microsoftonline.com/") && !audience.starts_with("https://sts.windows.net/")) return refuse_sign_in("assertion-audience");
  const auto header = parse_json(token.header);
  const Json* chain = header ? find_key(*header, "x5c") : nullptr;
  if (chain == nullptr || !chain->is_array() || chain->empty() || !chain->front().is_string()) return std::string("2");
  const auto certificate = base64_decode(chain->front().get<std::string>());
  if (!certificate || !signed_by_certificate(*certificate, string_at(*header, "alg"), token.signed_text, token.signature)) return refuse_sign_in("assertion-signature");
  return std::string("2");
}

SignIn<std::string> check_federated(const TokenCall& call, const Json& claims) {
  const std::string issuer = string_at(claims, "iss");
  const std::string subject = string_at(claims, "sub");
  const std::string audience = audience_text(claims);
  const bool known = std::any_of(call.client.federated.begin(), call.client.federated.end(), [&](const FederatedCredential& one) {
    return glob_match(one.issuer, issuer) && glob_match(one.subject, subject) && one.audience == audience;
  });
  if (!known) return refuse_sign_in("federated-no-match", {{"issuer", issuer}, {"subject", subject}, {"audience", audience}});
  return std::string("2");
}

SignIn<std::string> check_assertion(const TokenCall& call) {
  if (!is_strict(call.context.world())) return std::string("2");
  const auto token = parse_jwt(call.form.get("client_assertion"));
  const auto claims = token ? parse_json(token->payload) : parse_json("");
  if (!claims || call.form.get("client_assertion_type") != kAssertionType) return refuse_sign_in("assertion-malformed");
  const Json* end = find_key(*claims, "exp");
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(time_of_clients(call.context).time_since_epoch()).count();
  if (end == nullptr || !end->is_number() || end->get<double>() < static_cast<double>(now)) return refuse_sign_in("assertion-time");
  return equals_ignore_case(string_at(*claims, "iss"), call.client.app_id) ? check_certificate(call, *token, *claims) : check_federated(call, *claims);
}

}  // namespace

SignIn<std::string> check_client(const TokenCall& call) {
  if (call.client.kind == Application::Kind::public_) {
    if (call.form.has("client_secret") || call.form.has("client_assertion")) return refuse_sign_in("secret-of-public-client");
    return std::string("0");
  }
  if (call.form.has("client_assertion")) return check_assertion(call);
  if (!call.form.has("client_secret")) return refuse_sign_in("secret-missing");
  if (is_strict(call.context.world()) && call.form.get("client_secret") != directory().client_secret) return refuse_sign_in("secret-invalid", {{"clientId", call.client.app_id}});
  return std::string("1");
}

}  // namespace azlab::entra
