#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"
#include "sim/entra/endpoints.hpp"
#include "sim/entra/grants.hpp"

namespace azlab::entra {
namespace {

struct GrantRow {
  std::string_view type;
  SignIn<Grant> (*get)(const TokenCall&);
};

constexpr GrantRow kGrants[] = {
    {"client_credentials", by_client_credentials},
    {"authorization_code", by_authorization_code},
    {"refresh_token", by_refresh_token},
    {"password", by_password},
    {"urn:ietf:params:oauth:grant-type:device_code", by_device_code},
    {"device_code", by_device_code},  // version 1
    {"urn:ietf:params:oauth:grant-type:jwt-bearer", on_behalf_of},
};

SignIn<Grant> grant_for(Context& context, const Request& request, const Match& match) {
  const Form form = form_of(request);
  const std::string& type = form.get("grant_type");
  if (type.empty()) return refuse_sign_in("parameter-missing", {{"parameter", "grant_type"}});
  const auto client = client_of(form, match);
  if (!client) return tl::make_unexpected(client.error());
  for (const auto& row : kGrants) {
    if (row.type == type) return row.get({context, form, **client, is_v1(request)});
  }
  return refuse_sign_in("grant-unsupported", {{"grant", type}});
}

}  // namespace

bool is_v1(const Request& request) { return request.path.find("/v2.0/") == std::string::npos; }

SignIn<const Application*> client_of(const Form& form, const Match& match) {
  const Directory& tenant = directory();
  if (!tenant.is_tenant(match.at("tenant"))) return refuse_sign_in("tenant-not-found", {{"tenant", match.at("tenant")}});
  if (!form.has("client_id")) return refuse_sign_in("parameter-missing", {{"parameter", "client_id"}});
  const Application* client = tenant.find_application(form.get("client_id"));
  if (client == nullptr || client->kind == Application::Kind::managed_identity) {
    return refuse_sign_in("application-not-found", {{"clientId", form.get("client_id")}, {"directory", tenant.display_name}});
  }
  return client;
}

Response issue_token(Context& context, const Request& request, const Match& match) {
  const auto grant = grant_for(context, request, match);
  return grant ? token_response(context, *grant, is_v1(request)) : sign_in_error_response(context, request, grant.error());
}

}  // namespace azlab::entra
