#include "sim/mlflow/logged_model_search.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "sim/core/text.hpp"
#include "sim/mlflow/error.hpp"
#include "sim/mlflow/experiment_store.hpp"
#include "sim/mlflow/filter.hpp"
#include "sim/mlflow/metric_store.hpp"
#include "sim/mlflow/number.hpp"

namespace azlab::mlflow {
namespace {

/// Which of a model's values of a metric count: those on one of the datasets that the search names, or all.
bool counts_on(const Json& metric, const Json& datasets) {
  if (datasets.empty()) return true;
  return std::any_of(datasets.begin(), datasets.end(), [&](const Json& dataset) {
    const std::string digest = string_at(dataset, "dataset_digest");
    return string_at(metric, "dataset_name") == string_at(dataset, "dataset_name") && (digest.empty() || string_at(metric, "dataset_digest") == digest);
  });
}

/// The latest of a model's values of a metric.
std::optional<double> latest_value(const Json& model, std::string_view key, const Json& datasets) {
  std::optional<MetricPoint> latest;
  for (const auto& metric : model["data"]["metrics"]) {
    if (string_at(metric, "key") != key || !counts_on(metric, datasets)) continue;
    const MetricPoint point = read_metric(metric);
    if (!latest || later_by_step(point, *latest)) latest = point;
  }
  return latest ? std::optional<double>(latest->value) : std::nullopt;
}

std::string model_attribute(const std::string& key) {
  if (key == "creation_time" || key == "creation_timestamp") return "creation_timestamp_ms";
  if (key == "last_updated_timestamp") return "last_updated_timestamp_ms";
  return key;
}

bool is_known_attribute(const std::string& key) {
  static const std::set<std::string> kAttributes = {"name", "model_id", "model_type", "status", "source_run_id", "experiment_id", "artifact_uri", "creation_timestamp_ms", "last_updated_timestamp_ms"};
  return kAttributes.contains(key);
}

Result<void> fit_model_comparison(Comparison& comparison) {
  if (comparison.entity == Entity::dataset) return invalid_parameter("Invalid entity type 'dataset'. Valid values are ['attributes', 'metrics', 'params', 'tags']");
  bool number = comparison.entity == Entity::metric;
  if (comparison.entity == Entity::attribute) {
    comparison.key = model_attribute(comparison.key);
    if (!is_known_attribute(comparison.key)) return invalid_parameter("Invalid attribute key '" + comparison.key + "' specified.");
    number = comparison.key.ends_with("_ms");
  }
  if (number && (!comparison.is_number || !is_numeric(comparison.comparator))) return invalid_parameter("Expected numeric value type for " + comparison.key + ". Found " + comparison.written);
  if (!number && comparison.texts.empty()) return invalid_parameter("Expected a quoted string value for " + comparison.key + ". Got value " + comparison.written);
  return {};
}

bool model_matches(const Json& model, const Comparison& comparison, const Json& datasets) {
  if (comparison.entity == Entity::metric) {
    // Any value on these datasets will do, not the latest alone.
    return std::any_of(model["data"]["metrics"].begin(), model["data"]["metrics"].end(), [&](const Json& metric) {
      return string_at(metric, "key") == comparison.key && counts_on(metric, datasets) && compare_number(comparison, read_metric(metric).value);
    });
  }
  if (comparison.entity != Entity::attribute) {
    const Json& list = comparison.entity == Entity::param ? model["data"]["params"] : model["info"]["tags"];
    const auto [at, found] = find_entry(list, comparison.key);
    return found && compare_text(comparison, string_at(list[at], "value"));
  }
  const auto value = model["info"].find(comparison.key);
  if (value == model["info"].end()) return false;
  return value->is_number() ? compare_number(comparison, value->get<double>()) : compare_text(comparison, value->get<std::string>());
}

struct ModelOrder {
  std::string attribute{};
  std::string metric{};
  bool ascending = true;
  Json datasets = Json::array();
};

Result<std::vector<ModelOrder>> read_model_orders(const Json& order_by) {
  std::vector<ModelOrder> out;
  for (const auto& item : order_by) {
    const std::string field = string_at(item, "field_name");
    ModelOrder order;
    const Json* ascending = item.is_object() ? find_path(item, "ascending") : nullptr;
    order.ascending = ascending == nullptr || !ascending->is_boolean() || ascending->get<bool>();
    if (field.starts_with("metrics.")) {
      order.metric = field.substr(8);
      if (!string_at(item, "dataset_name").empty()) order.datasets.push_back(item);
    } else {
      order.attribute = model_attribute(field.starts_with("attributes.") ? field.substr(11) : field);
      if (!is_known_attribute(order.attribute)) return invalid_parameter("Invalid order by field name: " + field);
    }
    out.push_back(std::move(order));
  }
  return out;
}

bool model_comes_before(const Json& one, const Json& other, const std::vector<ModelOrder>& orders) {
  for (const auto& order : orders) {
    Json a;
    Json b;
    if (!order.metric.empty()) {
      const auto value_a = latest_value(one, order.metric, order.datasets);
      const auto value_b = latest_value(other, order.metric, order.datasets);
      if (value_a && !std::isnan(*value_a)) a = *value_a;
      if (value_b && !std::isnan(*value_b)) b = *value_b;
    } else {
      a = one["info"].value(order.attribute, Json());
      b = other["info"].value(order.attribute, Json());
    }
    if (a.is_null() != b.is_null()) return b.is_null();
    if (a != b) return order.ascending ? a < b : b < a;
  }
  const auto created = [](const Json& model) { return model["info"]["creation_timestamp_ms"].get<std::int64_t>(); };
  if (created(one) != created(other)) return created(one) > created(other);
  return string_at(one, "info.model_id") < string_at(other, "info.model_id");
}

}  // namespace

Result<std::vector<Json>> logged_models_matching(const Call& call) {
  auto filter = parse_filter(call.text("filter"));
  if (!filter) return fail(filter.error());
  for (auto& comparison : *filter) {
    if (const auto ok = fit_model_comparison(comparison); !ok) return fail(ok.error());
  }
  const auto orders = read_model_orders(call.list("order_by"));
  if (!orders) return fail(orders.error());
  std::set<std::string> experiments;
  for (const auto& id : call.list("experiment_ids")) experiments.insert(id.is_string() ? id.get<std::string>() : dump(id));
  const Json& datasets = call.list("datasets");
  std::vector<Json> out;
  call.context.world().for_each(Table::tracking, row_key(call.workspace, "l", ""), [&](const std::string&, const RowPtr& row) {
    if (row->state == "deleted") return true;
    Json model = *parse_json(row->body);
    if (!experiments.contains(string_at(model, "info.experiment_id"))) return true;
    if (std::all_of(filter->begin(), filter->end(), [&](const Comparison& comparison) { return model_matches(model, comparison, datasets); })) out.push_back(std::move(model));
    return true;
  });
  std::sort(out.begin(), out.end(), [&](const Json& a, const Json& b) { return model_comes_before(a, b, *orders); });
  return out;
}

}  // namespace azlab::mlflow
