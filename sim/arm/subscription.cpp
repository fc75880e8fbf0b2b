#include "sim/arm/subscription.hpp"

#include <nlohmann/json.hpp>

#include "sim/arm/error.hpp"
#include "sim/arm/subscription_state.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"

namespace azlab::arm {
namespace {

const Json& subscription_fixture() {
  static const Json kFixture = *parse_json(fixtures::get("fixtures/azure/subscription.json"));
  return kFixture;
}

Json subscription_json(const World& world) {
  const Subscription& subscription = default_subscription();
  const SubscriptionKind& kind = subscription_kind(world);
  return {{"id", "/subscriptions/" + subscription.id},
          {"authorizationSource", "RoleBased"},
          {"managedByTenants", Json::array()},
          {"subscriptionId", subscription.id},
          {"tenantId", subscription.tenant},
          {"displayName", subscription.display_name},
          {"state", subscription_state(world)},
          {"subscriptionPolicies",
           {{"locationPlacementId", "Public_2014-09-01"}, {"quotaId", kind.quota_id}, {"spendingLimit", kind.spending_limit}}}};
}

Response list_subscriptions(Context& context, const Request&, const Match&) {
  return json_response(200, {{"value", Json::array({subscription_json(context.world())})},
                             {"count", {{"type", "Total"}, {"value", 1}}}});
}

Response get_subscription(Context& context, const Request&, const Match& match) {
  if (const auto ok = check_subscription(context, match.at("sub")); !ok) return error_response(ok.error());
  return json_response(200, subscription_json(context.world()));
}

Response list_tenants(Context&, const Request&, const Match&) {
  const Json& fixture = subscription_fixture();
  const std::string tenant = fixture["tenant"];
  return json_response(200, {{"value",
                              {{{"id", "/tenants/" + tenant},
                                {"tenantId", tenant},
                                {"displayName", "Contoso Labs"},
                                {"defaultDomain", fixture["defaultDomain"]},
                                {"domains", {fixture["defaultDomain"]}},
                                {"tenantCategory", "Home"},
                                {"countryCode", "FR"},
                                {"tenantType", "AAD"}}}}});
}

Response list_locations(Context& context, const Request&, const Match& match) {
  if (const auto ok = check_subscription(context, match.at("sub")); !ok) return error_response(ok.error());
  Json value = Json::array();
  for (const auto& region : regions()) {
    value.push_back({{"id", "/subscriptions/" + match.at("sub") + "/locations/" + region.name},
                     {"name", region.name},
                     {"displayName", region.display_name},
                     {"regionalDisplayName", region.regional_display_name},
                     {"type", "Region"},
                     {"metadata",
                      {{"regionType", "Physical"},
                       {"regionCategory", "Recommended"},
                       {"geographyGroup", region.geography_group},
                       {"physicalLocation", region.physical_location},
                       {"pairedRegion", region.paired_region.empty() ? Json::array() : Json::array({{{"name", region.paired_region}}})}}}});
  }
  return json_response(200, {{"value", value}});
}

}  // namespace

const Subscription& default_subscription() {
  static const Subscription kSubscription{.id = subscription_fixture()["id"],
                                          .tenant = subscription_fixture()["tenant"],
                                          .display_name = subscription_fixture()["displayName"]};
  return kSubscription;
}

Result<void> check_subscription(Context&, std::string_view subscription) {
  if (equals_ignore_case(subscription, default_subscription().id)) return {};
  return fail(faults::make_error("subscription-not-found", {{"subscriptionId", std::string(subscription)}}));
}

const std::vector<Region>& regions() {
  static const std::vector<Region> kRegions = [] {
    std::vector<Region> out;
    const Json fixture = *parse_json(fixtures::get("fixtures/azure/regions.json"));
    for (const auto& r : fixture) {
      out.push_back({r["name"], r["displayName"], r["regionalDisplayName"], string_at(r, "geographyGroup"),
                     string_at(r, "physicalLocation"), string_at(r, "pairedRegion")});
    }
    return out;
  }();
  return kRegions;
}

std::string normalise_location(std::string_view location) {
  const std::string squeezed = replace_all(to_lower(location), " ", "");
  for (const auto& region : regions()) {
    if (region.name == squeezed) return region.name;
  }
  return {};
}

std::vector<Route> subscription_routes() {
  return {
      {Method::get, std::string(kArmHost), "/subscriptions", "subscriptions.list", list_subscriptions},
      {Method::get, std::string(kArmHost), "/subscriptions/{sub}", "subscriptions.get", get_subscription},
      {Method::get, std::string(kArmHost), "/subscriptions/{sub}/locations", "subscriptions.listLocations", list_locations},
      {Method::get, std::string(kArmHost), "/tenants", "tenants.list", list_tenants},
  };
}

}  // namespace azlab::arm
