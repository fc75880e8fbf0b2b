#pragma once

#include <string_view>
#include <vector>

#include "sim/http/context.hpp"

namespace azlab::arm {

/// MissingSubscriptionRegistration unless the provider is registered in the subscription. Providers are
/// registered by default; a scenario can take that away, `register` gives it back after its simulated minutes.
Result<void> check_registered(Context& context, std::string_view provider);
void set_registration(World& world, std::string_view provider, std::string_view state);
std::vector<Route> provider_routes();
/// The handler of event kind "provider.registered".
void on_provider_registered(Context& context, const Event& event);

}  // namespace azlab::arm
