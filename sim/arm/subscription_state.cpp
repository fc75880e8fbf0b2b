#include "sim/arm/subscription_state.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/arm/error.hpp"
#include "sim/arm/subscription.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"

namespace azlab::arm {
namespace {

constexpr std::string_view kKindKey = "subscription/kind";
constexpr std::string_view kStateKey = "subscription/state";
constexpr std::string_view kStates[] = {"Enabled", "Warned", "PastDue", "Disabled", "Expired", "Deleted"};
// Asked although nothing may be written: who pays again, and questions that change nothing.
constexpr std::string_view kAlwaysServed[] = {"subscriptions.enable", "subscriptions.cancel", "authorization.checkAccess"};

bool is_writable(std::string_view state) { return state == "Enabled" || state == "PastDue"; }

Response cancel_subscription(Context& context, const Request&, const Match& match) {
  if (const auto ok = check_subscription(context, match.at("sub")); !ok) return error_response(ok.error());
  context.world().put(Table::setting, std::string(kStateKey), Row{.body = "Disabled"});
  return json_response(200, {{"subscriptionId", match.at("sub")}});
}

Response enable_subscription(Context& context, const Request&, const Match& match) {
  if (const auto ok = check_subscription(context, match.at("sub")); !ok) return error_response(ok.error());
  context.world().put(Table::setting, std::string(kStateKey), Row{.body = "Enabled"});
  return json_response(200, {{"subscriptionId", match.at("sub")}});
}

}  // namespace

const std::vector<SubscriptionKind>& subscription_kinds() {
  static const std::vector<SubscriptionKind> kKinds = [] {
    std::vector<SubscriptionKind> out;
    const Json fixture = *parse_jsonc(fixtures::get("fixtures/azure/subscription-kinds.json"));
    for (const auto& kind : fixture) out.push_back({kind["name"], kind["quotaId"], kind["spendingLimit"], kind["quotas"].get<std::map<std::string, int>>()});
    return out;
  }();
  return kKinds;
}

const SubscriptionKind& subscription_kind(const World& world) {
  const RowPtr row = world.find(Table::setting, kKindKey);
  for (const auto& kind : subscription_kinds()) {
    if (row && kind.name == row->body) return kind;
  }
  return subscription_kinds().front();
}

Result<void> set_subscription_kind(World& world, std::string_view kind) {
  std::vector<std::string> names;
  for (const auto& known : subscription_kinds()) names.push_back(known.name);
  if (std::find(names.begin(), names.end(), kind) == names.end()) {
    const auto near = nearest(kind, names, 1);
    return fail(400, "InvalidSubscriptionKind", "unknown kind of subscription '" + std::string(kind) + "'" + (near.empty() ? "; known: " + join(names, ", ") : "; did you mean '" + near[0] + "'?"));
  }
  world.put(Table::setting, std::string(kKindKey), Row{.body = std::string(kind)});
  return {};
}

std::string subscription_state(const World& world) {
  const RowPtr row = world.find(Table::setting, kStateKey);
  return row ? row->body : "Enabled";
}

Result<void> set_subscription_state(World& world, std::string_view state) {
  if (std::find(std::begin(kStates), std::end(kStates), state) == std::end(kStates)) {
    return fail(400, "InvalidSubscriptionState", "unknown state of a subscription '" + std::string(state) + "'; known: " + join({std::begin(kStates), std::end(kStates)}, ", "));
  }
  world.put(Table::setting, std::string(kStateKey), Row{.body = std::string(state)});
  return {};
}

void schedule_spending_limit(Context& context, Duration after) {
  context.timeline().schedule({.due = context.now() + after, .kind = "subscription.spent", .subject = std::string(kStateKey)});
}

void on_subscription_spent(Context& context, const Event&) { context.world().put(Table::setting, std::string(kStateKey), Row{.body = "Disabled"}); }

std::optional<Response> check_subscription_state(Context& context, const Request& request, const Match& match) {
  if (request.host != kArmHost || request.method == Method::get || request.method == Method::head || request.method == Method::options || request.method == Method::del) return std::nullopt;
  const RowPtr row = context.world().find(Table::setting, kStateKey);
  if (!row || is_writable(row->body) || context.caller().origin == "scenario") return std::nullopt;
  if (std::find(std::begin(kAlwaysServed), std::end(kAlwaysServed), match.route->operation) != std::end(kAlwaysServed)) return std::nullopt;
  return error_response(faults::make_error("readonly-disabled-subscription", {{"subscriptionId", default_subscription().id}}));
}

std::vector<Route> subscription_state_routes() {
  const std::string base = "/subscriptions/{sub}/providers/Microsoft.Subscription/";
  return {{Method::post, std::string(kArmHost), base + "cancel", "subscriptions.cancel", cancel_subscription}, {Method::post, std::string(kArmHost), base + "enable", "subscriptions.enable", enable_subscription}};
}

}  // namespace azlab::arm
