#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "sim/http/context.hpp"

/// Resource Manager's throttling: a token bucket for each principal and kind of request, as documented for 2024 and later
/// (learn.microsoft.com: azure-resource-manager/management/request-limits-and-throttling). Requests take no simulated time,
/// so a bucket is counted only where somebody set budgets: otherwise any quick program would empty it. The headers are always sent.
/// What a page reads to draw itself again is not counted (Caller::draws_page): how often that is is azlab's affair.
namespace azlab::arm {

struct Budget {
  double bucket = 0;      ///< requests at once
  double per_second = 0;  ///< comes back
};
/// What Azure documents for "reads", "writes" or "deletes".
Budget documented_budget(std::string_view kind);
/// Counts requests from now on; kinds that are not named keep the documented budget.
void set_budget(World& world, std::string_view kind, const Budget& budget);
void set_documented_budgets(World& world);

/// What a scenario sets for a service's own budget ("mlflow"), which is counted where it does only.
void set_service_budget(World& world, std::string_view service, const Budget& budget);
std::optional<Budget> service_budget(const World& world, std::string_view service);
/// Takes a token out of a bucket of the caller's; seconds until there is one again, where it is empty.
std::optional<int> take_token(Context& context, const std::string& bucket, const Budget& budget);

/// 429 when the caller's bucket is empty. For Machinery::admission.
std::optional<Response> check_budget(Context& context, const Request& request, const Match& match);
/// x-ms-ratelimit-remaining-…, for Machinery::add_headers.
void add_budget_headers(Context& context, const Request& request, Response& response);

}  // namespace azlab::arm
