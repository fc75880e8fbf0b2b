#include "sim/entra/sign_in.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "sim/core/fixtures.hpp"
#include "sim/core/json.hpp"
#include "sim/core/text.hpp"
#include "sim/entra/directory.hpp"
#include "sim/entra/resource.hpp"

namespace azlab::entra {
namespace {

constexpr std::string_view kHurriedKey = "entra/hurried";  ///< nanoseconds
constexpr std::string_view kStrictKey = "entra/strict";
constexpr std::string_view kDefaultScope = "/.default";
constexpr std::string_view kGraph = "https://graph.microsoft.com";

const Json& sign_in_error_entry(const std::string& id) {
  static const Json kEntries = *parse_json(fixtures::get("fixtures/entra/errors.json"));
  for (const auto& entry : kEntries) {
    if (entry.at("id") == id) return entry;
  }
  throw std::logic_error("fixtures/entra/errors.json has no " + id);
}

/// "2026-11-23 09:00:00Z", as Entra writes it.
std::string entra_time(Time time) { return replace_all(to_iso8601_seconds(time), "T", " "); }

/// One scope taken apart: whose it is, and which permission.
struct ScopeParts {
  std::string audience;
  std::string permission;
};

ScopeParts scope_parts(const std::string& scope) {
  if (scope.ends_with(kDefaultScope)) return {scope.substr(0, scope.size() - kDefaultScope.size()), ".default"};
  const auto slash = scope.rfind('/');
  // A bare word is one of Graph's.
  if (slash == std::string::npos) return {std::string(kGraph), scope};
  return {scope.substr(0, slash), scope.substr(slash + 1)};
}

SignIn<Wanted> wanted_of_resource(const Form& form, bool application_only) {
  const std::string& resource = form.get("resource");
  Wanted out{.audience = resource.empty() ? std::string(kGraph) : resource, .scopes = application_only ? "" : "user_impersonation", .granted = application_only ? "" : "user_impersonation", .id_token = !application_only, .refresh_token = !application_only};
  if (find_resource(out.audience) == nullptr) return refuse_sign_in("resource-not-found", {{"resource", out.audience}, {"directory", directory().display_name}});
  return out;
}

}  // namespace

std::string sign_in_error_text(const SignInError& error) {
  const Json& entry = sign_in_error_entry(error.id);
  std::string text = entry.at("text");
  for (const auto& [name, value] : error.values) text = replace_all(std::move(text), "{" + name + "}", value);
  return fmt::format("AADSTS{}: {}", entry.at("code").get<int>(), text);
}

std::string sign_in_error_word(const SignInError& error) { return sign_in_error_entry(error.id).at("error"); }

Response sign_in_error_response(Context& context, const Request& request, const SignInError& error) {
  const Json& entry = sign_in_error_entry(error.id);
  const std::string trace = context.draw().guid("entra-trace", error.id, next_number(context.world(), "entra-trace"));
  const std::string_view asked = request.headers.get("client-request-id");
  const std::string correlation = asked.empty() ? context.draw().guid("entra-correlation", trace) : std::string(asked);
  const std::string at = entra_time(context.now());
  const int code = entry.at("code");
  Response response = json_response(entry.at("status"), {{"error", entry.at("error")},
                                                         {"error_description", fmt::format("{} Trace ID: {} Correlation ID: {} Timestamp: {}", sign_in_error_text(error), trace, correlation, at)},
                                                         {"error_codes", {code}},
                                                         {"timestamp", at},
                                                         {"trace_id", trace},
                                                         {"correlation_id", correlation},
                                                         {"error_uri", fmt::format("https://login.microsoftonline.com/error?code={}", code)}});
  response.headers.set("Cache-Control", "no-store, no-cache");
  return response;
}

Form Form::parse(std::string_view encoded) {
  Form out;
  for (const auto& part : split(encoded, '&')) {
    if (part.empty()) continue;
    const auto equals = std::min(part.find('='), part.size());
    out.fields_.emplace_back(percent_decode(part.substr(0, equals), true), equals < part.size() ? percent_decode(part.substr(equals + 1), true) : std::string());
  }
  return out;
}

const std::string& Form::get(std::string_view name) const {
  static const std::string kNone;
  for (const auto& [key, value] : fields_) {
    if (key == name) return value;
  }
  return kNone;
}

Form form_of(const Request& request) { return request.body.is_spooled() ? Form() : Form::parse(request.body.text()); }

SignIn<Wanted> read_wanted(const Form& form, bool v1, bool application_only) {
  if (v1) return wanted_of_resource(form, application_only);
  constexpr std::array<std::string_view, 4> kIdentityScopes = {"openid", "profile", "email", "offline_access"};
  const std::string& asked = form.get("scope");
  Wanted out;
  std::vector<std::string> permissions;
  std::vector<std::string> granted;
  for (const auto& scope : split(asked, ' ')) {
    if (scope.empty()) continue;
    out.id_token = out.id_token || scope == "openid";
    out.refresh_token = out.refresh_token || scope == "offline_access";
    if (std::find(kIdentityScopes.begin(), kIdentityScopes.end(), scope) != kIdentityScopes.end()) continue;
    const auto parts = scope_parts(scope);
    if (application_only && parts.permission != ".default") return refuse_sign_in("scope-without-default", {{"scope", asked}});
    const ApiResource* resource = find_resource(parts.audience);
    if (resource == nullptr) return refuse_sign_in("resource-not-found", {{"resource", parts.audience}, {"directory", directory().display_name}});
    if (!out.audience.empty() && find_resource(out.audience) != resource) return refuse_sign_in("scope-several-resources", {{"scope", asked}});
    if (out.audience.empty()) out.audience = parts.audience;
    if (parts.permission == ".default") granted.push_back(parts.audience + "/user_impersonation");
    granted.push_back(scope);
    permissions.push_back(parts.permission == ".default" ? "user_impersonation" : parts.permission);
  }
  if (out.audience.empty()) {
    if (application_only) return refuse_sign_in(asked.empty() ? "parameter-missing" : "scope-without-default", {{"parameter", "scope"}, {"scope", asked}});
    out.audience = kGraph;
    permissions = granted = {"openid", "profile", "email"};
  }
  out.scopes = join(permissions, " ");
  out.granted = join(granted, " ");
  return out;
}

Time time_of_clients(Context& context) {
  const Clock& clock = context.machinery().clock;
  return clock.mode() == TimeMode::real ? context.now() : std::min(clock.start(), context.now());
}

Time time_of_people(Context& context) {
  const RowPtr row = context.world().find(Table::setting, kHurriedKey);
  return context.now() - Duration(row ? std::stoll(row->body) : 0);
}

void hurry(World& world, Duration ahead) {
  const RowPtr row = world.find(Table::setting, kHurriedKey);
  world.put(Table::setting, std::string(kHurriedKey), Row{.body = std::to_string((row ? std::stoll(row->body) : 0) + ahead.count())});
}

bool is_strict(const World& world) { return world.find(Table::setting, kStrictKey) != nullptr; }

void set_strict(World& world, bool strict) {
  if (strict) {
    world.put(Table::setting, std::string(kStrictKey), Row{.body = "true"});
  } else {
    world.erase(Table::setting, kStrictKey);
  }
}

}  // namespace azlab::entra
