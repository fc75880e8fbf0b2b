#include "sim/arm/provider.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/arm/error.hpp"
#include "sim/arm/subscription.hpp"
#include "sim/arm/type.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"

namespace azlab::arm {
namespace {

// Providers that the labs register but whose types we do not simulate.
constexpr std::string_view kFurtherProviders[] = {"Microsoft.PolicyInsights", "Microsoft.Cdn",         "Microsoft.AlertsManagement",
                                                  "Microsoft.Compute",        "Microsoft.Network",     "Microsoft.ContainerInstance",
                                                  "Microsoft.Authorization",  "Microsoft.Notebooks",   "Microsoft.CloudShell",
                                                  "Microsoft.Resources",      "Microsoft.ManagedIdentity"};

std::vector<std::string> known_providers() {
  std::vector<std::string> out;
  for (const auto& type : type_descriptors()) {
    if (std::find(out.begin(), out.end(), type.provider()) == out.end()) out.push_back(type.provider());
  }
  for (const auto provider : kFurtherProviders) out.emplace_back(provider);
  std::sort(out.begin(), out.end());
  return out;
}

std::string key_of(std::string_view provider) { return "provider/" + to_lower(provider); }

std::string registration_of(const World& world, std::string_view provider) {
  const RowPtr row = world.find(Table::setting, key_of(provider));
  return row ? row->body : "Registered";
}

Json provider_json(Context& context, const std::string& sub, const std::string& provider) {
  Json locations = Json::array();
  for (const auto& region : regions()) locations.push_back(region.display_name);
  Json types = Json::array();
  for (const auto& type : type_descriptors()) {
    if (type.provider() != provider) continue;
    types.push_back({{"resourceType", type.type.substr(provider.size() + 1)},
                     {"locations", locations},
                     {"apiVersions", {type.api_version}},
                     {"defaultApiVersion", type.api_version},
                     {"capabilities", type.tracked ? "CrossResourceGroupResourceMove, CrossSubscriptionResourceMove, SupportsTags, SupportsLocation" : "None"}});
  }
  return {{"id", "/subscriptions/" + sub + "/providers/" + provider},
          {"namespace", provider},
          {"registrationPolicy", "RegistrationRequired"},
          {"registrationState", registration_of(context.world(), provider)},
          {"resourceTypes", types}};
}

Result<std::string> find_provider(Context& context, const Match& match) {
  if (const auto ok = check_subscription(context, match.at("sub")); !ok) return fail(ok.error());
  for (const auto& provider : known_providers()) {
    if (equals_ignore_case(provider, match.at("ns"))) return provider;
  }
  return fail(404, "InvalidResourceNamespace", "The resource namespace '" + match.at("ns") + "' is invalid.");
}

Response get_provider(Context& context, const Request&, const Match& match) {
  const auto provider = find_provider(context, match);
  if (!provider) return error_response(provider.error());
  return json_response(200, provider_json(context, match.at("sub"), *provider));
}

Response list_providers(Context& context, const Request&, const Match& match) {
  if (const auto ok = check_subscription(context, match.at("sub")); !ok) return error_response(ok.error());
  Json value = Json::array();
  for (const auto& provider : known_providers()) value.push_back(provider_json(context, match.at("sub"), provider));
  return json_response(200, {{"value", value}});
}

Response change_registration(Context& context, const Match& match, const char* meanwhile, const char* final_state, const char* timing) {
  const auto provider = find_provider(context, match);
  if (!provider) return error_response(provider.error());
  if (registration_of(context.world(), *provider) != final_state) {
    context.timeline().cancel_subject(key_of(*provider));  // what was under way the other way
    set_registration(context.world(), *provider, meanwhile);
    const ArmedFault* fault = context.strike("providers.register", *provider, "registering");
    if (fault != nullptr && fault->hangs) return json_response(200, provider_json(context, match.at("sub"), *provider));
    context.timeline().schedule({.due = context.now() + faults::timing(context, timing, *provider),
                                 .kind = "provider.registered",
                                 .subject = key_of(*provider),
                                 .args = final_state});
  }
  return json_response(200, provider_json(context, match.at("sub"), *provider));
}

Response register_provider(Context& context, const Request&, const Match& match) {
  return change_registration(context, match, "Registering", "Registered", "provider-register");
}

Response unregister_provider(Context& context, const Request&, const Match& match) {
  return change_registration(context, match, "Unregistering", "Unregistered", "provider-unregister");  // az waits for this word
}

}  // namespace

Result<void> check_registered(Context& context, std::string_view provider) {
  if (registration_of(context.world(), provider) == "Registered") return {};
  return fail(faults::make_error("provider-not-registered", {{"namespace", std::string(provider)}}));
}

void set_registration(World& world, std::string_view provider, std::string_view state) {
  world.put(Table::setting, key_of(provider), Row{.body = std::string(state)});
}

void on_provider_registered(Context& context, const Event& event) {
  context.world().put(Table::setting, event.subject, Row{.body = event.args});
}

std::vector<Route> provider_routes() {
  const std::string host(kArmHost);
  return {
      {Method::get, host, "/subscriptions/{sub}/providers", "providers.list", list_providers},
      {Method::get, host, "/subscriptions/{sub}/providers/{ns}", "providers.get", get_provider},
      {Method::post, host, "/subscriptions/{sub}/providers/{ns}/register", "providers.register", register_provider},
      {Method::post, host, "/subscriptions/{sub}/providers/{ns}/unregister", "providers.unregister", unregister_provider},
  };
}

}  // namespace azlab::arm
