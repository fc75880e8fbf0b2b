#include "sim/arm/throttling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "sim/arm/error.hpp"
#include "sim/arm/subscription.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"

namespace azlab::arm {
namespace {

// All principals of a subscription together have this many times what one has (documented).
constexpr double kGlobalFactor = 15;
constexpr std::string_view kCounted = "budgets";

struct Kind {
  std::string_view name;
  Budget documented;
  std::string_view header;         ///< of a request below a subscription
  std::string_view global_header;
  std::string_view tenant_header;  ///< of any other
};
constexpr Kind kKinds[] = {
    {"reads", {250, 25}, "x-ms-ratelimit-remaining-subscription-reads", "x-ms-ratelimit-remaining-subscription-global-reads", "x-ms-ratelimit-remaining-tenant-reads"},
    {"writes", {200, 10}, "x-ms-ratelimit-remaining-subscription-writes", "x-ms-ratelimit-remaining-subscription-global-writes", "x-ms-ratelimit-remaining-tenant-writes"},
    {"deletes", {200, 10}, "x-ms-ratelimit-remaining-subscription-deletes", "x-ms-ratelimit-remaining-subscription-global-deletes", "x-ms-ratelimit-remaining-tenant-deletes"},
};

const Kind& kind_of(Method method) { return method == Method::del ? kKinds[2] : method == Method::get || method == Method::head || method == Method::options ? kKinds[0] : kKinds[1]; }

bool is_below_subscription(const Request& request) { return starts_with_ignore_case(request.path, "/subscriptions/"); }

std::string budget_key(std::string_view kind) { return "budgets/" + std::string(kind); }
std::string bucket_key(const Caller& caller, const Kind& kind, bool subscription) {
  return fmt::format("bucket/{}/{}/{}", subscription ? "subscription" : "tenant", to_lower(caller.principal_id), kind.name);
}

Budget read_budget(const Row& row) {
  const auto parts = split(row.body, ' ');
  return {std::strtod(parts.at(0).c_str(), nullptr), std::strtod(parts.at(1).c_str(), nullptr)};
}

Budget budget_of(const World& world, const Kind& kind) {
  const RowPtr row = world.find(Table::setting, budget_key(kind.name));
  return row ? read_budget(*row) : kind.documented;
}

/// What is in a bucket now.
double tokens_in(const World& world, const std::string& key, const Budget& budget, Time now) {
  const RowPtr row = world.find(Table::setting, key);
  if (!row) return budget.bucket;
  const auto parts = split(row->body, ' ');
  const Duration passed = now - Time(Duration(std::strtoll(parts.at(1).c_str(), nullptr, 10)));
  const double seconds = std::chrono::duration<double>(passed).count();
  return std::min(budget.bucket, std::strtod(parts.at(0).c_str(), nullptr) + seconds * budget.per_second);
}

void put_tokens(World& world, const std::string& key, double tokens, Time now) {
  world.put(Table::setting, key, Row{.body = fmt::format("{:.6f} {}", tokens, now.time_since_epoch().count())});
}

bool is_counted(Context& context, const Request& request) {
  return request.host == kArmHost && context.caller().origin != "scenario" && context.caller().origin != "azure" && !context.caller().draws_page && context.world().find(Table::setting, kCounted) != nullptr;
}

/// "SUBSCRIPTIONS/RESOURCEGROUPS/PROVIDERS/MICROSOFT.NETWORK/LOADBALANCERS": the types of a path, as the message spells them.
std::string operation_of(const Request& request) {
  const auto segments = split(request.path, '/');
  std::string out;
  for (std::size_t i = 1; i < segments.size(); i += 2) {
    out += (out.empty() ? "" : "/") + segments[i];
    if (equals_ignore_case(segments[i], "providers") && i + 1 < segments.size()) out += "/" + segments[i + 1];
  }
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return out;
}

}  // namespace

Budget documented_budget(std::string_view kind) {
  const auto* found = std::find_if(std::begin(kKinds), std::end(kKinds), [&](const Kind& known) { return known.name == kind; });
  return found == std::end(kKinds) ? Budget{} : found->documented;
}

void set_documented_budgets(World& world) { world.put(Table::setting, std::string(kCounted), Row{.body = "true"}); }

void set_budget(World& world, std::string_view kind, const Budget& budget) {
  set_documented_budgets(world);
  set_service_budget(world, kind, budget);
}

void set_service_budget(World& world, std::string_view service, const Budget& budget) { world.put(Table::setting, budget_key(service), Row{.body = fmt::format("{} {}", budget.bucket, budget.per_second)}); }

std::optional<Budget> service_budget(const World& world, std::string_view service) {
  const RowPtr row = world.find(Table::setting, budget_key(service));
  return row ? std::optional(read_budget(*row)) : std::nullopt;
}

std::optional<int> take_token(Context& context, const std::string& bucket, const Budget& budget) {
  const double tokens = tokens_in(context.world(), bucket, budget, context.now());
  if (tokens >= 1) {
    put_tokens(context.world(), bucket, tokens - 1, context.now());
    return std::nullopt;
  }
  // A client without our clock sleeps in its own time: its next request is taken for one that has waited.
  if (context.caller().waiting == Waiting::polls && budget.per_second > 0) put_tokens(context.world(), bucket, 1, context.now());
  return budget.per_second > 0 ? std::max(1, static_cast<int>(std::ceil((1 - tokens) / budget.per_second))) : 3600;
}

std::optional<Response> check_budget(Context& context, const Request& request, const Match&) {
  if (!is_counted(context, request)) return std::nullopt;
  const Kind& kind = kind_of(request.method);
  const auto wait = take_token(context, bucket_key(context.caller(), kind, is_below_subscription(request)), budget_of(context.world(), kind));
  if (!wait) return std::nullopt;
  const std::string seconds = std::to_string(*wait);
  Response response = error_response(faults::make_error("arm-subscription-throttled", {{"subscriptionId", default_subscription().id},
                                                                                      {"VERB", std::string(to_string(request.method))},
                                                                                      {"resourceTypeUpper", operation_of(request)},
                                                                                      {"seconds", seconds}}));
  response.headers.set("Retry-After", seconds);
  response.headers.set("x-ms-failure-cause", "gateway");
  return response;
}

void add_budget_headers(Context& context, const Request& request, Response& response) {
  if (request.host != kArmHost) return;
  const Kind& kind = kind_of(request.method);
  const bool subscription = is_below_subscription(request);
  double left = kind.documented.bucket - 1;
  double all = kind.documented.bucket * kGlobalFactor - 1;
  if (is_counted(context, request)) {
    const Budget budget = budget_of(context.world(), kind);
    left = tokens_in(context.world(), bucket_key(context.caller(), kind, subscription), budget, context.now());
    if (response.status == 429) left = 0;
    all = budget.bucket * kGlobalFactor - (budget.bucket - left);
  }
  response.headers.set(std::string(subscription ? kind.header : kind.tenant_header), std::to_string(static_cast<long>(left)));
  if (subscription) response.headers.set(std::string(kind.global_header), std::to_string(static_cast<long>(all)));
}

}  // namespace azlab::arm
