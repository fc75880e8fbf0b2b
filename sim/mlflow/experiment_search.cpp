#include "sim/mlflow/experiment_search.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"
#include "sim/core/time.hpp"
#include "sim/mlflow/error.hpp"
#include "sim/mlflow/experiment_store.hpp"
#include "sim/mlflow/filter.hpp"
#include "sim/mlflow/number.hpp"

namespace azlab::mlflow {
namespace {

bool is_time_key(std::string_view key) { return key == "creation_time" || key == "last_update_time"; }

Result<void> fit_experiment_key(const std::string& key) {
  if (is_time_key(key) || key == "name" || key == "experiment_id") return {};
  return invalid_parameter("Invalid attribute key '" + key + "' specified. Valid keys are '{'name', 'experiment_id', 'creation_time', 'last_update_time'}'");
}

Result<void> fit_experiment_comparison(Comparison& comparison) {
  if (comparison.entity == Entity::tag) {
    if (comparison.texts.empty()) return invalid_parameter("Expected a quoted string value for tag (e.g. 'my-value'). Got value " + comparison.written);
    return {};
  }
  if (comparison.entity != Entity::attribute) return invalid_parameter("Invalid entity type. Valid values are ['tag', 'attribute']");
  if (const auto ok = fit_experiment_key(comparison.key); !ok) return ok;
  if (!is_time_key(comparison.key)) {
    if (comparison.texts.empty()) return invalid_parameter("Expected a quoted string value for attributes. Got value " + comparison.written);
    return {};
  }
  if (comparison.is_number) return {};
  const auto time = comparison.texts.empty() ? std::nullopt : parse_iso8601(comparison.texts[0]);
  if (!time) return invalid_parameter("Expected numeric value type for numeric attribute: " + comparison.key + ". Found " + comparison.written);
  comparison.is_number = true;
  comparison.number = static_cast<double>(time->time_since_epoch().count());
  return {};
}

bool experiment_matches(const Json& experiment, const Comparison& comparison) {
  if (comparison.entity == Entity::tag) {
    const auto [at, found] = find_entry(experiment["tags"], comparison.key);
    return found && compare_text(comparison, experiment["tags"][at]["value"].get_ref<const std::string&>());
  }
  if (is_time_key(comparison.key)) return compare_number(comparison, experiment[comparison.key].get<double>());
  return compare_text(comparison, string_at(experiment, comparison.key));
}

bool experiment_comes_before(const Json& one, const Json& other, const std::vector<Order>& order) {
  for (const auto& item : order) {
    const Json& a = one[item.key];
    const Json& b = other[item.key];
    if (a != b) return item.ascending ? a < b : b < a;
  }
  if (order.empty() && one["creation_time"] != other["creation_time"]) return other["creation_time"] < one["creation_time"];
  // A given order ends with the id falling, the server's own with it rising.
  return order.empty() ? one["experiment_id"] < other["experiment_id"] : other["experiment_id"] < one["experiment_id"];
}

}  // namespace

Result<std::vector<Json>> experiments_matching(const World& world, const Workspace& workspace, ViewType view, const std::string& filter, const Json& order_by) {
  auto comparisons = parse_filter(filter);
  if (!comparisons) return fail(comparisons.error());
  for (auto& comparison : *comparisons) {
    if (const auto ok = fit_experiment_comparison(comparison); !ok) return fail(ok.error());
  }
  std::vector<Order> order;
  for (const auto& item : order_by) {
    auto parsed = parse_order(item.is_string() ? item.get<std::string>() : dump(item));
    if (!parsed) return fail(parsed.error());
    if (const auto ok = fit_experiment_key(parsed->key); !ok) return fail(ok.error());
    order.push_back(std::move(*parsed));
  }
  std::vector<Json> out;
  world.for_each(Table::tracking, row_key(workspace, "e", ""), [&](const std::string&, const RowPtr& row) {
    if (!is_in_view(view, row->state != "active")) return true;
    Json experiment = *parse_json(row->body);
    if (std::all_of(comparisons->begin(), comparisons->end(), [&](const Comparison& comparison) { return experiment_matches(experiment, comparison); })) {
      out.push_back(std::move(experiment));
    }
    return true;
  });
  std::sort(out.begin(), out.end(), [&](const Json& a, const Json& b) { return experiment_comes_before(a, b, order); });
  return out;
}

}  // namespace azlab::mlflow
