// Why Azure would refuse: rows of "start" for what no request can say (docs/causes.md).
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/arm/names.hpp"
#include "sim/arm/policy.hpp"
#include "sim/arm/quota.hpp"
#include "sim/arm/subscription.hpp"
#include "sim/arm/subscription_state.hpp"
#include "sim/arm/throttling.hpp"
#include "sim/core/located_json.hpp"
#include "sim/core/text.hpp"
#include "sim/scenario/start_key.hpp"

namespace azlab::scenario {
namespace {

Result<std::string> region_of(const std::string& text) {
  const std::string region = arm::normalise_location(text);
  return region.empty() ? Result<std::string>(wrong_start("/" + text, "no region is called '" + text + "'")) : Result<std::string>(region);
}

Result<void> set_subscription(Start& start, const Json& value) {
  World& world = start.context.world();
  if (value.contains("kind")) {
    if (const auto ok = arm::set_subscription_kind(world, string_at(value, "kind")); !ok) return wrong_start("/kind", ok.error().message);
  }
  if (value.contains("state")) {
    if (const auto ok = arm::set_subscription_state(world, string_at(value, "state")); !ok) return wrong_start("/state", ok.error().message);
  }
  if (value.contains("spentAfter")) {
    const auto after = parse_iso8601_duration(string_at(value, "spentAfter"));
    if (!after) return wrong_start("/spentAfter", "'" + string_at(value, "spentAfter") + "' is no duration, such as PT3H");
    arm::schedule_spending_limit(start.context, *after);
  }
  return {};
}

Result<void> set_quotas(Start& start, const Json& value) {
  for (const auto& [name, limit] : value.items()) {
    if (limit.is_number_integer()) {
      arm::set_quota(start.context.world(), "", name, limit.get<int>());
      continue;
    }
    const auto region = region_of(name);
    if (!region) return fail(region.error());
    for (const auto& [quota, number] : limit.items()) arm::set_quota(start.context.world(), *region, quota, number.get<int>());
  }
  return {};
}

Result<void> set_policies(Start& start, const Json& value) {
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (const auto ok = arm::put_scenario_policy(start.context, value[i]); !ok) return wrong_start(pointer_to("", i), ok.error().message);
  }
  return {};
}

/// A number, or how long there are none.
Result<void> set_capacity_of(Start& start, const std::string& region, const std::string& size, const Json& machines) {
  arm::set_capacity(start.context.world(), region, size, machines.is_number() ? machines.get<int>() : 0);
  if (machines.is_number()) return {};
  const auto after = parse_iso8601_duration(string_at(machines, "noneFor"));
  if (!after) return wrong_start("/" + region + "/" + size + "/noneFor", "'" + string_at(machines, "noneFor") + "' is no duration, such as PT30M");
  arm::bring_capacity_back(start.context, region, size, *after);
  return {};
}

Result<void> set_capacity(Start& start, const Json& value) {
  for (const auto& [name, sizes] : value.items()) {
    const auto region = region_of(name);
    if (!region) return fail(region.error());
    for (const auto& [size, machines] : sizes.items()) {
      if (const auto ok = set_capacity_of(start, *region, size, machines); !ok) return ok;
    }
  }
  return {};
}

Result<void> restrict_sizes(Start& start, const Json& value) {
  for (const auto& [name, sizes] : value.items()) {
    const auto region = region_of(name);
    if (!region) return fail(region.error());
    for (const auto& size : sizes) arm::restrict_size(start.context.world(), *region, size.get<std::string>(), "NotAvailableForSubscription");
  }
  return {};
}

/// Names that are taken beyond their group: of storage accounts, key vaults, registries.
Result<void> take_names(Start& start, const Json& value) {
  for (std::size_t i = 0; i < value.size(); ++i) {
    const arm::TypeDescriptor* type = arm::find_type(string_at(value[i], "type"));
    if (type == nullptr || type->name_taken.empty()) return wrong_start(pointer_to("", i) + "/type", "names of '" + string_at(value[i], "type") + "' are taken in their group only");
    arm::take_name(start.context.world(), *type, string_at(value[i], "name"), string_at(value[i], "location", "eastus"));
  }
  return {};
}

Result<void> set_throttling(Start& start, const Json& value) {
  if (value.is_string()) {
    arm::set_documented_budgets(start.context.world());
    return {};
  }
  for (const auto& [kind, budget] : value.items()) {
    if (kind == "mlflow") {
      arm::set_service_budget(start.context.world(), kind, {.bucket = budget["bucket"], .per_second = budget["perSecond"]});
      continue;
    }
    const arm::Budget documented = arm::documented_budget(kind);
    arm::set_budget(start.context.world(), kind, {.bucket = budget.value("bucket", documented.bucket), .per_second = budget.value("perSecond", documented.per_second)});
  }
  return {};
}

}  // namespace

std::vector<StartKey> cause_keys() {
  return {
      {"subscription", "What kind of subscription it is (fixtures/azure/subscription-kinds.json), in which state, and after what time its credit is used up, which disables it.",
       R"({"type": "object", "additionalProperties": false, "properties": {"kind": {"$ref": "#/$defs/text"}, "state": {"$ref": "#/$defs/text"}, "spentAfter": {"$ref": "#/$defs/text"}}})",
       set_subscription},
      {"quotas", "Limits of vCPUs by family, TotalDedicatedCores or cores (of virtual machines): in every region, or by region.",
       R"({"type": "object", "additionalProperties": {"type": ["integer", "object"], "minimum": 0, "maximum": 1000000, "additionalProperties": {"$ref": "#/$defs/number"}}})", set_quotas},
      {"capacity", "How many machines of a size Azure has for this subscription, by region and size (* for all others), or how long it has none; of others there are enough.",
       R"({"type": "object", "additionalProperties": {"type": "object", "additionalProperties": {"type": ["integer", "object"], "minimum": 0, "maximum": 1000000, "additionalProperties": false, "required": ["noneFor"], "properties": {"noneFor": {"$ref": "#/$defs/text"}}}}})", set_capacity},
      {"restrictedSizes", "Sizes of machines that are not offered to this subscription, by region.",
       R"({"type": "object", "additionalProperties": {"$ref": "#/$defs/names"}})", restrict_sizes},
      {"policies", "What a company's policies deny, by types or regions: a definition and an assignment each.",
       R"({"type": "array", "items": {"type": "object", "additionalProperties": false, "required": ["name"],
           "properties": {"name": {"$ref": "#/$defs/text"}, "displayName": {"$ref": "#/$defs/text"}, "reason": {"$ref": "#/$defs/text"},
                          "denyTypes": {"$ref": "#/$defs/names"}, "allowTypes": {"$ref": "#/$defs/names"}, "allowLocations": {"$ref": "#/$defs/names"}}}})",
       set_policies},
      {"takenNames", "Names of storage accounts, key vaults and registries that somebody elsewhere has; * in a name stands for what a client draws.",
       R"({"type": "array", "items": {"type": "object", "additionalProperties": false, "required": ["type", "name"],
           "properties": {"type": {"$ref": "#/$defs/type"}, "name": {"$ref": "#/$defs/text"}, "location": {"$ref": "#/$defs/text"}}}})",
       take_names},
      {"throttling", "Counts requests to Resource Manager: \"documented\" for Azure's token buckets, or other sizes of some; those to MLflow where `mlflow` has sizes.",
       R"({"type": ["string", "object"], "pattern": "^documented$", "x-says": "it is documented, or sizes by kind", "additionalProperties": false, "properties": {
           "reads": {"type": "object", "additionalProperties": false, "properties": {"bucket": {"type": "number", "minimum": 1}, "perSecond": {"type": "number", "minimum": 0}}},
           "writes": {"type": "object", "additionalProperties": false, "properties": {"bucket": {"type": "number", "minimum": 1}, "perSecond": {"type": "number", "minimum": 0}}},
           "deletes": {"type": "object", "additionalProperties": false, "properties": {"bucket": {"type": "number", "minimum": 1}, "perSecond": {"type": "number", "minimum": 0}}},
           "mlflow": {"type": "object", "additionalProperties": false, "required": ["bucket", "perSecond"], "properties": {"bucket": {"type": "number", "minimum": 1}, "perSecond": {"type": "number", "minimum": 0}}}}})",
       set_throttling},
  };
}

}  // namespace azlab::scenario
