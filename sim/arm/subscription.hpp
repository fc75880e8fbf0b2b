#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/http/context.hpp"

namespace azlab::arm {

/// The subscription every simulator has (fixtures/azure/subscription.json); a scenario may rename it.
struct Subscription {
  std::string id;
  std::string tenant;
  std::string display_name;
};
const Subscription& default_subscription();

/// SubscriptionNotFound unless it is one of ours.
Result<void> check_subscription(Context& context, std::string_view subscription);

struct Region {
  std::string name;          ///< "eastus"
  std::string display_name;  ///< "East US"
  std::string regional_display_name;
  std::string geography_group;
  std::string physical_location;
  std::string paired_region;
};
const std::vector<Region>& regions();
/// "East US" and "eastus" name one region; empty when it is none.
std::string normalise_location(std::string_view location);

std::vector<Route> subscription_routes();
/// cloud_metadata.cpp
std::vector<Route> cloud_metadata_routes();

}  // namespace azlab::arm
