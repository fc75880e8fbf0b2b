#include "sim/mlflow/registry_search.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"
#include "sim/mlflow/error.hpp"
#include "sim/mlflow/experiment_store.hpp"
#include "sim/mlflow/filter.hpp"
#include "sim/mlflow/number.hpp"
#include "sim/mlflow/registry_store.hpp"

namespace azlab::mlflow {
namespace {

constexpr std::array<std::string_view, 4> kStages = {"None", "Staging", "Production", "Archived"};

/// The member of a model or version that an attribute of a filter or order names; empty when there is none.
std::string member_of(const std::string& key, bool of_version) {
  if (key == "name") return key;
  if (key == "timestamp" || key == "last_updated_timestamp") return "last_updated_timestamp";
  if (key == "creation_timestamp") return key;
  if (!of_version) return {};
  if (key == "version_number") return "version";
  if (key == "source_path") return "source";
  return key == "run_id" || key == "current_stage" ? key : std::string();
}

bool registry_matches(const Json& item, const Comparison& comparison, bool of_version) {
  if (comparison.entity == Entity::tag) {
    const auto [at, found] = find_entry(item["tags"], comparison.key);
    return found && compare_text(comparison, string_at(item["tags"][at], "value"));
  }
  const auto value = item.find(member_of(comparison.key, of_version));
  if (value == item.end()) return false;
  if (comparison.is_number) return compare_number(comparison, static_cast<double>(read_integer(*value).value_or(0)));
  return value->is_string() && compare_text(comparison, value->get_ref<const std::string&>());
}

Result<std::vector<Comparison>> registry_filter(const Call& call, bool of_version) {
  auto filter = parse_filter(call.text("filter"));
  if (!filter) return filter;
  for (const auto& comparison : *filter) {
    if (comparison.entity == Entity::tag) continue;
    if (comparison.entity != Entity::attribute) return invalid_parameter("Invalid entity type. Valid values are ['attribute', 'tag']");
    if (member_of(comparison.key, of_version).empty()) {
      return invalid_parameter("Invalid attribute key '" + comparison.key + "' specified. Valid keys are '" + (of_version ? "{'name', 'run_id', 'source_path', 'version_number'}'" : "{'name'}'"));
    }
  }
  return filter;
}

Result<void> sort_registry(const Call& call, std::vector<Json>& items, bool of_version) {
  std::vector<Order> orders;
  for (const auto& item : call.list("order_by")) {
    auto order = parse_order(item.is_string() ? item.get<std::string>() : dump(item));
    if (!order) return fail(order.error());
    order->key = member_of(order->key, of_version);
    if (order->key.empty()) return invalid_parameter("Invalid order_by clause '" + dump(item) + "'.");
    orders.push_back(std::move(*order));
  }
  const auto value_of = [](const Json& item, const std::string& key) {
    return key == "version" ? Json(read_integer(item.at(key)).value_or(0)) : item.value(key, Json());
  };
  if (of_version && orders.empty()) orders = {{.key = "last_updated_timestamp", .ascending = false}};
  orders.push_back({.key = "name", .ascending = true});
  if (of_version) orders.push_back({.key = "version", .ascending = false});
  std::sort(items.begin(), items.end(), [&](const Json& a, const Json& b) {
    for (const auto& order : orders) {
      const Json one = value_of(a, order.key);
      const Json other = value_of(b, order.key);
      if (one != other) return order.ascending ? one < other : other < one;
    }
    return false;
  });
  return {};
}

}  // namespace

Result<std::vector<Json>> registered_models_matching(Call& call) {
  const auto filter = registry_filter(call, false);
  if (!filter) return fail(filter.error());
  auto models = all_registered_models(call);
  std::erase_if(models, [&](const Json& model) { return !std::all_of(filter->begin(), filter->end(), [&](const Comparison& comparison) { return registry_matches(model, comparison, false); }); });
  if (const auto ok = sort_registry(call, models, false); !ok) return fail(ok.error());
  return models;
}

Result<std::vector<Json>> model_versions_matching(Call& call) {
  const auto filter = registry_filter(call, true);
  if (!filter) return fail(filter.error());
  std::vector<Json> out;
  for (const auto& model : all_registered_models(call)) {
    for (auto& version : versions_of_model(call, string_at(model, "name"))) {
      const bool matches = std::all_of(filter->begin(), filter->end(), [&](const Comparison& comparison) { return registry_matches(version, comparison, true); });
      if (matches) out.push_back(with_aliases(std::move(version), model));
    }
  }
  if (const auto ok = sort_registry(call, out, true); !ok) return fail(ok.error());
  return out;
}

Json with_aliases(Json version, const Json& model) {
  version["aliases"] = Json::array();
  for (const auto& alias : model["aliases"]) {
    if (alias["version"] == version["version"]) version["aliases"].push_back(alias["alias"]);
  }
  return version;
}

Result<void> check_stage(const std::string& stage) {
  if (std::find(kStages.begin(), kStages.end(), stage) != kStages.end()) return {};
  return invalid_parameter("Invalid Model Version stage: " + stage + ". Value must be one of None, Staging, Production, Archived.");
}

Result<void> check_alias(const std::string& alias) {
  static const RE2 kAlias(R"([\w\-]{1,255})");
  static const RE2 kVersionLike(R"([vV]\d+)");
  if (!RE2::FullMatch(alias, kAlias)) return invalid_parameter("Invalid alias name: '" + alias + "'. Names may only contain alphanumerics, underscores (_), and dashes (-).");
  if (equals_ignore_case(alias, "latest")) return invalid_parameter("'latest' alias name (case insensitive) is reserved.");
  if (RE2::FullMatch(alias, kVersionLike)) return invalid_parameter("Version alias name '" + alias + "' is reserved.");
  return {};
}

}  // namespace azlab::mlflow
