#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/http/context.hpp"

/// What kind of subscription it is and whether it still may be written to.
namespace azlab::arm {

/// An offer (fixtures/azure/subscription-kinds.json).
struct SubscriptionKind {
  std::string name;            ///< "students"
  std::string quota_id;        ///< "AzureForStudents_2018-01-01", as subscriptionPolicies shows it
  std::string spending_limit;  ///< "On", "Off", or "CurrentPeriodOff"
  std::map<std::string, int> quotas{};  ///< limits that differ from fixtures/azure/quotas.json
};
const std::vector<SubscriptionKind>& subscription_kinds();
/// The kind that a scenario has set; pay-as-you-go otherwise.
const SubscriptionKind& subscription_kind(const World& world);
/// Refused with one line for an unknown kind, which names the nearest.
Result<void> set_subscription_kind(World& world, std::string_view kind);

/// "Enabled", "Warned", "PastDue", "Disabled", "Expired" or "Deleted".
std::string subscription_state(const World& world);
/// Refused with one line for another word.
Result<void> set_subscription_state(World& world, std::string_view state);
/// The credit is used up after `after`: the subscription is disabled then (spending limit).
void schedule_spending_limit(Context& context, Duration after);
/// The handler of event kind "subscription.spent".
void on_subscription_spent(Context& context, const Event& event);

/// ReadOnlyDisabledSubscription for what would change something in a subscription that is warned, disabled, expired or
/// deleted; reading and deleting go on (learn.microsoft.com: cost-management-billing, subscription-states). For Machinery::admission.
std::optional<Response> check_subscription_state(Context& context, const Request& request, const Match& match);

/// POST …/providers/Microsoft.Subscription/cancel and /enable.
std::vector<Route> subscription_state_routes();

}  // namespace azlab::arm
