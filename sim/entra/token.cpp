#include "sim/entra/token.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/core/json.hpp"
#include "sim/core/text.hpp"
#include "sim/entra/jwt.hpp"

namespace azlab::entra {
namespace {

constexpr std::string_view kRefreshPrefix = "1.AR8A";
constexpr std::chrono::minutes kClockSkew(5);

std::int64_t epoch(Time time) { return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count(); }

/// Entra's subject is another one for each client.
std::string subject_for(Context& context, const Person& person, const Application& client) { return context.draw().hex(43, "entra-subject", person.id + client.app_id); }

Json id_claims(Context& context, const Grant& grant) {
  const Directory& tenant = directory();
  const Time issued = time_of_clients(context) - kClockSkew;
  Json claims = {{"aud", grant.client->app_id},
                 {"iss", "https://login.microsoftonline.com/" + tenant.tenant_id + "/v2.0"},
                 {"iat", epoch(issued)},
                 {"nbf", epoch(issued)},
                 {"exp", token_end(context)},
                 {"name", grant.person->display_name},
                 {"oid", grant.person->id},
                 {"preferred_username", grant.person->user_principal_name},
                 {"sub", subject_for(context, *grant.person, *grant.client)},
                 {"tid", tenant.tenant_id},
                 {"ver", "2.0"}};
  if (!grant.nonce.empty()) claims["nonce"] = grant.nonce;
  return claims;
}

void add_person(Json& claims, Context& context, const Grant& grant) {
  const Person& person = *grant.person;
  claims.update({{"acr", "1"},
                 {"amr", {"pwd"}},
                 {"family_name", person.surname},
                 {"given_name", person.given_name},
                 {"idtyp", "user"},
                 {"name", person.display_name},
                 {"oid", person.id},
                 {"puid", to_lower(context.draw().hex(16, "entra-puid", person.id))},
                 {"scp", grant.wanted.scopes},
                 {"sub", subject_for(context, person, *grant.client)},
                 {"unique_name", person.user_principal_name},
                 {"upn", person.user_principal_name}});
}

void add_application(Json& claims, const Application& client) {
  claims.update({{"idp", claims.at("iss")}, {"idtyp", "app"}, {"oid", client.id}, {"sub", client.id}, {"app_displayname", client.display_name}});
  if (!client.resource.empty()) claims["xms_mirid"] = client.resource;
}

}  // namespace

std::int64_t token_end(Context& context) { return epoch(context.now()) + kTokenSeconds; }

std::string access_token(Context& context, const Grant& grant) {
  const Directory& tenant = directory();
  const Time issued = time_of_clients(context);
  Json claims = {{"aud", grant.wanted.audience},
                 {"iss", "https://sts.windows.net/" + tenant.tenant_id + "/"},
                 {"iat", epoch(issued)},
                 {"nbf", epoch(issued - kClockSkew)},
                 {"exp", token_end(context)},
                 {"appid", grant.client->app_id},
                 {"appidacr", grant.proof},
                 {"tid", tenant.tenant_id},
                 {"uti", base64url(context.draw().hex(16, "entra-token", grant.client->app_id, next_number(context.world(), "entra-token")))},
                 {"ver", "1.0"}};
  if (grant.person != nullptr) {
    add_person(claims, context, grant);
  } else {
    add_application(claims, *grant.client);
  }
  return sign_jwt(claims);
}

Response token_response(Context& context, const Grant& grant, bool v1) {
  Json body = {{"token_type", "Bearer"}, {"access_token", access_token(context, grant)}};
  if (v1) {
    const std::string seconds_left = std::to_string(kTokenSeconds - 1);
    body.update({{"expires_in", seconds_left}, {"ext_expires_in", seconds_left}, {"expires_on", std::to_string(token_end(context))}, {"not_before", std::to_string(epoch(time_of_clients(context) - kClockSkew))}, {"resource", grant.wanted.audience}});
  } else {
    body.update({{"expires_in", kTokenSeconds - 1}, {"ext_expires_in", kTokenSeconds - 1}});
  }
  if (grant.person != nullptr) {
    body["scope"] = grant.wanted.granted;
    if (grant.wanted.refresh_token) body["refresh_token"] = seal(kRefreshPrefix, {{"client", grant.client->app_id}, {"person", grant.person->id}});
    if (grant.wanted.refresh_token && grant.client->family) body["foci"] = "1";
    if (grant.wanted.id_token) body["id_token"] = sign_jwt(id_claims(context, grant));
    body["client_info"] = base64url(dump({{"uid", grant.person->id}, {"utid", directory().tenant_id}}));
  }
  Response response = json_response(200, body);
  response.headers.set("Cache-Control", "no-store, no-cache");
  response.headers.set("Pragma", "no-cache");
  return response;
}

std::optional<RefreshGrant> read_refresh_token(std::string_view text, bool& intact) {
  const auto content = open_sealed(kRefreshPrefix, text, intact);
  if (!content) return std::nullopt;
  const RefreshGrant out{directory().find_application(string_at(*content, "client")), directory().find_person(string_at(*content, "person"))};
  if (out.client == nullptr || out.person == nullptr) return std::nullopt;
  return out;
}

}  // namespace azlab::entra
