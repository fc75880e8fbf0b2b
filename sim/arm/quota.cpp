#include "sim/arm/quota.hpp"

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "sim/arm/subscription_state.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/text.hpp"

namespace azlab::arm {
namespace {

constexpr const char* kTotal = "TotalDedicatedCores";
constexpr const char* kFamilies = "dedicated_family_limits";

const Json& quota_fixture() {
  static const Json kFixture = *parse_json(fixtures::get("fixtures/azure/quotas.json"));
  return kFixture;
}

std::string size_key(std::string_view what, std::string_view region, std::string_view size) { return std::string(what) + "/" + to_lower(region) + "/" + to_lower(size); }

int common_limit(const std::string& name) {
  const Json& totals = quota_fixture()["totals"];
  if (totals.contains(name)) return totals[name]["limit"];
  if (name == "cores") return totals[kTotal]["limit"];
  return quota_fixture()[kFamilies].value(name, 0);
}

}  // namespace

int quota_limit(const World& world, std::string_view region, const std::string& name) {
  for (const std::string& key : {"quota/" + to_lower(region) + "/" + name, "quota/" + name}) {
    if (const RowPtr row = world.find(Table::setting, key)) return std::atoi(row->body.c_str());
  }
  const auto& own = subscription_kind(world).quotas;
  if (const auto found = own.find(name); found != own.end()) return found->second;
  const int limit = common_limit(name);
  // What the offer allows in all, no family goes beyond.
  const auto total = own.find(kTotal);
  return total != own.end() && quota_fixture()[kFamilies].contains(name) ? std::min(limit, total->second) : limit;
}

std::vector<std::string> quota_families() {
  std::vector<std::string> out;
  for (const auto& [family, limit] : quota_fixture()[kFamilies].items()) out.push_back(family);
  return out;
}

void set_quota(World& world, std::string_view region, const std::string& name, int limit) {
  world.put(Table::setting, "quota/" + (region.empty() ? "" : to_lower(region) + "/") + name, Row{.body = std::to_string(limit)});
}

std::optional<int> capacity(const World& world, std::string_view region, std::string_view size) {
  RowPtr row = world.find(Table::setting, size_key("capacity", region, size));
  if (!row) row = world.find(Table::setting, size_key("capacity", region, "*"));
  return row ? std::optional(std::atoi(row->body.c_str())) : std::nullopt;
}

void set_capacity(World& world, std::string_view region, std::string_view size, int machines) {
  world.put(Table::setting, size_key("capacity", region, size), Row{.body = std::to_string(machines)});
}

void bring_capacity_back(Context& context, std::string_view region, std::string_view size, Duration after) {
  context.timeline().schedule({.due = context.now() + after, .kind = std::string(kCapacityBack), .subject = size_key("capacity", region, size)});
}

void on_capacity_back(Context& context, const Event& event) { context.world().erase(Table::setting, event.subject); }

std::string size_restriction(const World& world, std::string_view region, std::string_view size) {
  RowPtr row = world.find(Table::setting, size_key("restricted", region, size));
  if (!row) row = world.find(Table::setting, size_key("restricted", region, "*"));
  return row ? row->body : std::string();
}

void restrict_size(World& world, std::string_view region, std::string_view size, std::string_view reason) {
  world.put(Table::setting, size_key("restricted", region, size), Row{.body = std::string(reason)});
}

}  // namespace azlab::arm
