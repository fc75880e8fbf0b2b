#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/json.hpp"
#include "sim/core/world.hpp"
#include "sim/http/context.hpp"

/// Quotas, capacity and restrictions of sizes, by region: what a subscription may have and what Azure has left.
namespace azlab::arm {

/// The limit of a quota in a region: "TotalDedicatedCores" and the families for Machine Learning, "cores" for virtual machines.
/// A scenario's for the region, a scenario's for all, that of the subscription's kind, or that of fixtures/azure/quotas.json.
int quota_limit(const World& world, std::string_view region, const std::string& name);
/// Names of the families that have a quota.
std::vector<std::string> quota_families();
/// `region` empty: all regions.
void set_quota(World& world, std::string_view region, const std::string& name, int limit);

/// How many machines of a size Azure still has in a region; nothing: as many as one wants. Sizes compare without case; what is set
/// for "*" counts for every size that has no number of its own.
std::optional<int> capacity(const World& world, std::string_view region, std::string_view size);
void set_capacity(World& world, std::string_view region, std::string_view size, int machines);
inline constexpr std::string_view kCapacityBack = "capacity.back";
/// Azure has machines of the size again after that time.
void bring_capacity_back(Context& context, std::string_view region, std::string_view size, Duration after);
void on_capacity_back(Context& context, const Event& event);

/// Why a size is not offered to the subscription in a region: "NotAvailableForSubscription" or "QuotaId"; empty where it is.
/// A scenario's; the kind of subscription restricts none.
std::string size_restriction(const World& world, std::string_view region, std::string_view size);
void restrict_size(World& world, std::string_view region, std::string_view size, std::string_view reason);

}  // namespace azlab::arm
