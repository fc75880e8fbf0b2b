#include "sim/entra/gate.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/arm/error.hpp"
#include "sim/core/json.hpp"
#include "sim/core/text.hpp"
#include "sim/entra/directory.hpp"
#include "sim/entra/entra.hpp"
#include "sim/entra/jwt.hpp"
#include "sim/entra/resource.hpp"
#include "sim/entra/roles.hpp"
#include "sim/faults/catalogue.hpp"

namespace azlab::entra {
namespace {

// More different tokens than that, and the memory of them starts anew.
constexpr std::size_t kShownTokensMax = 256;
constexpr std::string_view kBearer = "Bearer ";

std::string_view bearer_token(const Request& request) {
  const std::string_view value = request.headers.get("Authorization");
  return starts_with_ignore_case(value, kBearer) ? trim(value.substr(kBearer.size())) : std::string_view();
}

bool is_open(const ApiResource& resource, const Request& request) {
  return std::any_of(resource.open.begin(), resource.open.end(), [&](const std::string& start) { return starts_with_ignore_case(request.path, start); });
}

/// Shared access signatures and shared keys: for the storage service to judge.
bool has_other_scheme(const Request& request) {
  const std::string_view header = request.headers.get("Authorization");
  return (!header.empty() && !starts_with_ignore_case(header, kBearer)) || request.query_value("sig").has_value();
}

/// "11/23/2026 9:00:00 AM", as ARM writes times in this one message.
std::string american_time(Time time) {
  const std::string iso = to_iso8601_seconds(time);
  const auto number = [&](std::size_t at) { return std::to_string(std::stoi(iso.substr(at, 2))); };
  const int hour = std::stoi(iso.substr(11, 2));
  return number(5) + "/" + number(8) + "/" + iso.substr(0, 4) + " " + std::to_string(hour % 12 == 0 ? 12 : hour % 12) + iso.substr(13, 6) + (hour < 12 ? " AM" : " PM");
}

std::string quoted_list(const std::vector<std::string>& texts) { return "'" + join(texts, "','") + "'"; }

}  // namespace

const Gate::Shown* Gate::read(std::string_view token) {
  if (token.empty()) return nullptr;
  if (const auto found = shown_.find(token); found != shown_.end()) return found->second ? &*found->second : nullptr;
  if (shown_.size() >= kShownTokensMax) shown_.clear();
  auto& place = shown_[std::string(token)];
  const auto jwt = parse_jwt(token);
  const auto claims = jwt ? parse_json(jwt->payload) : parse_json("");
  if (!claims) return nullptr;
  Shown shown{.principal_id = string_at(*claims, "oid"), .tenant_id = string_at(*claims, "tid"), .audience = string_at(*claims, "aud"), .issuer = string_at(*claims, "iss"), .ours = is_signed_by_us(*jwt)};
  for (const char* name : {"appid", "azp"}) {
    if (shown.app_id.empty()) shown.app_id = string_at(*claims, name);
  }
  for (const char* name : {"upn", "unique_name", "preferred_username", "appid"}) {
    if (shown.user_name.empty()) shown.user_name = string_at(*claims, name);
  }
  if (const Json* end = find_key(*claims, "exp"); end != nullptr && end->is_number()) shown.end = static_cast<std::int64_t>(end->get<double>());
  place = std::move(shown);
  return &*place;
}

Result<void> Gate::check_token(const Machinery& machinery, const Request& request, const Shown* shown) const {
  const ApiResource* resource = resource_of_host(request.host);
  if (resource == nullptr || is_open(*resource, request)) return {};
  if (resource->other_schemes && has_other_scheme(request)) return {};
  const bool has_token = !bearer_token(request).empty();
  if (!has_token && (strict_ || resource->always_challenges)) return fail(faults::make_error("authentication-missing"));
  if (!strict_) return {};
  if (shown == nullptr) return fail(faults::make_error("invalid-authentication-token"));
  if (!shown->ours) return fail(faults::make_error("invalid-authentication-token-signature"));
  const Time now = machinery.clock.mode() == TimeMode::real ? machinery.clock.now() : start_;
  const Time end{std::chrono::seconds(shown->end)};
  if (end <= now) return fail(faults::make_error("expired-authentication-token", {{"expiryUtc", american_time(end)}, {"nowUtc", american_time(now)}}));
  if (!resource->accepts(shown->audience)) {
    return fail(faults::make_error("invalid-authentication-token-audience", {{"audience", shown->audience}, {"allowed", quoted_list(resource->audiences)}}));
  }
  const std::string& tenant = directory().tenant_id;
  if (!shown->tenant_id.empty() && shown->tenant_id != tenant) return fail(faults::make_error("invalid-authentication-token-tenant", {{"tokenTenant", shown->tenant_id}, {"subscriptionTenant", tenant}}));
  return {};
}

Result<void> Gate::check_roles(const Machinery& machinery, const Request& request, const Caller& caller) const {
  return strict_ ? check_authorized(machinery.world, request, caller) : Result<void>();
}

Result<Caller> Gate::authenticate(const Machinery& machinery, const Request& request) {
  // Hosts of our own stand for what passes inside; only the identity endpoint is for clients.
  if (request.host.ends_with(".azlab") && request.host != kIdentityHost) return fail(faults::make_error("internal-host", {{"host", request.host}}));
  const Shown* shown = read(bearer_token(request));
  if (const auto ok = check_token(machinery, request, shown); !ok) return fail(ok.error());
  Caller caller = request.caller;
  if (shown != nullptr && !shown->principal_id.empty()) {
    caller.principal_id = shown->principal_id;
    if (!shown->tenant_id.empty()) caller.tenant_id = shown->tenant_id;
    caller.user_name = shown->user_name;
    caller.app_id = shown->app_id;
    caller.roles = roles_at(machinery.world, caller.principal_id, {});
  }
  if (const auto ok = check_roles(machinery, request, caller); !ok) return fail(ok.error());
  return caller;
}

Response Gate::refuse(Machinery& machinery, const Request& request, const Error& error) const {
  const Match match = machinery.router.find(request);
  JournalEntry entry = entry_of(machinery, request, match.route != nullptr ? std::string_view(match.route->operation) : std::string_view());
  entry.principal = entry.user = entry.app = {};  // nobody that we know
  entry.status = error.status;
  entry.error_code = error.code;
  machinery.journal.begin(std::move(entry));
  Response response = arm::error_response(error);
  if (request.method == Method::head) response.body = {};
  if (error.status != 401) return response;
  const ApiResource* resource = resource_of_host(request.host);
  const std::string& tenant = directory().tenant_id;
  if (resource != nullptr && !resource->challenge.empty()) {
    response.headers.set("WWW-Authenticate", replace_all(resource->challenge, "{tenant}", tenant));
  } else {
    const bool missing = error.code == "AuthenticationFailed";
    const std::string description = missing ? "The authentication failed because of missing 'Authorization' header." : error.message;
    response.headers.set("WWW-Authenticate", "Bearer authorization_uri=\"https://login.windows.net/" + tenant + "\", error=\"invalid_token\", error_description=\"" + replace_all(description, "\"", "'") + "\"");
  }
  return response;
}

}  // namespace azlab::entra
