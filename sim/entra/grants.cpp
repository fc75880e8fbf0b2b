#include "sim/entra/grants.hpp"

#include <nlohmann/json.hpp>

#include "sim/core/json.hpp"
#include "sim/core/text.hpp"
#include "sim/entra/jwt.hpp"
#include "sim/entra/key.hpp"

namespace azlab::entra {
namespace {

constexpr std::string_view kCodePrefix = "1.AXoA";
constexpr std::chrono::minutes kCodeLifetime(10);

/// PKCE (RFC 7636): a code asked for with a challenge is redeemed with its verifier.
bool verifier_fits(const Json& code, const std::string& verifier) {
  const std::string challenge = string_at(code, "challenge");
  if (challenge.empty()) return true;
  return challenge == (equals_ignore_case(string_at(code, "method"), "S256") ? base64url(sha256(verifier)) : verifier);
}

}  // namespace

SignIn<Grant> by_client_credentials(const TokenCall& call) {
  // A public client has no proof to show, and Entra says that one is missing.
  if (call.client.kind == Application::Kind::public_ && !call.form.has("client_secret") && !call.form.has("client_assertion")) return refuse_sign_in("secret-missing");
  auto proof = check_client(call);
  if (!proof) return tl::make_unexpected(proof.error());
  auto wanted = read_wanted(call.form, call.v1, true);
  if (!wanted) return tl::make_unexpected(wanted.error());
  return Grant{.client = &call.client, .wanted = std::move(*wanted), .proof = std::move(*proof)};
}

SignIn<Grant> by_password(const TokenCall& call) {
  for (const char* name : {"username", "password"}) {
    if (!call.form.has(name)) return refuse_sign_in("parameter-missing", {{"parameter", name}});
  }
  const Person* person = directory().find_person(call.form.get("username"));
  if (person == nullptr) return refuse_sign_in("user-not-found", {{"user", call.form.get("username")}, {"directory", directory().display_name}});
  if (is_strict(call.context.world()) && call.form.get("password") != directory().password) return refuse_sign_in("password-invalid");
  auto wanted = read_wanted(call.form, call.v1, false);
  if (!wanted) return tl::make_unexpected(wanted.error());
  return Grant{.client = &call.client, .person = person, .wanted = std::move(*wanted)};
}

SignIn<Grant> by_refresh_token(const TokenCall& call) {
  if (!call.form.has("refresh_token")) return refuse_sign_in("parameter-missing", {{"parameter", "refresh_token"}});
  bool intact = false;
  const auto earlier = read_refresh_token(call.form.get("refresh_token"), intact);
  if (!earlier || (!intact && is_strict(call.context.world()))) return refuse_sign_in("grant-malformed");
  // Clients of the family (`foci`) redeem each other's.
  if (earlier->client != &call.client && !(earlier->client->family && call.client.family)) return refuse_sign_in("grant-malformed");
  auto wanted = read_wanted(call.form, call.v1, false);
  if (!wanted) return tl::make_unexpected(wanted.error());
  wanted->refresh_token = true;
  return Grant{.client = &call.client, .person = earlier->person, .wanted = std::move(*wanted)};
}

SignIn<Grant> on_behalf_of(const TokenCall& call) {
  for (const char* name : {"assertion", "requested_token_use"}) {
    if (!call.form.has(name)) return refuse_sign_in("parameter-missing", {{"parameter", name}});
  }
  auto proof = check_client(call);
  if (!proof) return tl::make_unexpected(proof.error());
  const auto jwt = parse_jwt(call.form.get("assertion"));
  const auto claims = jwt ? parse_json(jwt->payload) : parse_json("");
  if (!claims || (is_strict(call.context.world()) && !is_signed_by_us(*jwt))) return refuse_sign_in("assertion-malformed");
  const Person* person = directory().find_person(string_at(*claims, "oid"));
  if (person == nullptr) return refuse_sign_in("grant-malformed");
  auto wanted = read_wanted(call.form, call.v1, false);
  if (!wanted) return tl::make_unexpected(wanted.error());
  return Grant{.client = &call.client, .person = person, .wanted = std::move(*wanted), .proof = std::move(*proof)};
}

std::string make_authorization_code(Context& context, Json content) {
  content["id"] = context.draw().hex(16, "entra-code", string_at(content, "client"), next_number(context.world(), "entra-code"));
  content["end"] = (time_of_people(context) + kCodeLifetime).time_since_epoch().count();
  return seal(kCodePrefix, content);
}

SignIn<Grant> by_authorization_code(const TokenCall& call) {
  if (!call.form.has("code")) return refuse_sign_in("parameter-missing", {{"parameter", "code"}});
  bool intact = false;
  const auto code = open_sealed(kCodePrefix, call.form.get("code"), intact);
  if (!code || !intact || !equals_ignore_case(string_at(*code, "client"), call.client.app_id)) return refuse_sign_in("grant-malformed");
  if (code->at("end").get<std::int64_t>() < time_of_people(call.context).time_since_epoch().count()) return refuse_sign_in("code-expired");
  const std::string redirect = string_at(*code, "redirectUri");
  if (call.form.get("redirect_uri") != redirect) return refuse_sign_in("code-redirect", {{"redirectUri", call.form.get("redirect_uri")}, {"redirectUriOfCode", redirect}});
  if (!verifier_fits(*code, call.form.get("code_verifier"))) return refuse_sign_in("code-verifier");
  std::string proof = "0";
  if (call.client.kind == Application::Kind::confidential) {
    auto shown = check_client(call);
    if (!shown) return tl::make_unexpected(shown.error());
    proof = *shown;
  }
  // A client may leave the scope out here; it is then that of the authorization request.
  Form asked = call.form;
  if (!asked.has("scope") && !asked.has("resource")) asked = Form::parse("scope=" + percent_encode(string_at(*code, "scope")) + "&resource=" + percent_encode(string_at(*code, "resource")));
  auto wanted = read_wanted(asked, call.v1, false);
  if (!wanted) return tl::make_unexpected(wanted.error());
  if (next_number(call.context.world(), "entra-redeemed/" + string_at(*code, "id")) != 1) return refuse_sign_in("code-redeemed");
  return Grant{.client = &call.client, .person = directory().find_person(string_at(*code, "person")), .wanted = std::move(*wanted), .nonce = string_at(*code, "nonce"), .proof = std::move(proof)};
}

}  // namespace azlab::entra
