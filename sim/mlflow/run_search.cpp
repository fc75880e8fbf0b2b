#include "sim/mlflow/run_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <variant>

#include "sim/core/text.hpp"
#include "sim/core/time.hpp"
#include "sim/mlflow/error.hpp"
#include "sim/mlflow/number.hpp"

namespace azlab::mlflow {
namespace {

constexpr std::array<std::string_view, 7> kTextAttributes = {"artifact_uri", "run_id", "run_name", "status", "user_id", "experiment_id", "lifecycle_stage"};
// `duration` is Azure's.
constexpr std::array<std::string_view, 3> kNumberAttributes = {"start_time", "end_time", "duration"};
constexpr std::string_view kValidKeys = "artifact_uri, created, Created, duration, end_time, run name, Run name, Run Name, run_id, run_name, start_time, status, user_id";

/// The states of Azure's jobs, in which its users write filters, beside MLflow's own.
constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kStatusWords = {{{"completed", "FINISHED"},
                                                                                         {"finished", "FINISHED"},
                                                                                         {"failed", "FAILED"},
                                                                                         {"canceled", "KILLED"},
                                                                                         {"killed", "KILLED"},
                                                                                         {"running", "RUNNING"},
                                                                                         {"scheduled", "SCHEDULED"},
                                                                                         {"queued", "SCHEDULED"},
                                                                                         {"preparing", "SCHEDULED"},
                                                                                         {"notstarted", "SCHEDULED"}}};

bool is_number_attribute(std::string_view key) { return std::find(kNumberAttributes.begin(), kNumberAttributes.end(), key) != kNumberAttributes.end(); }
bool is_text_attribute(std::string_view key) { return std::find(kTextAttributes.begin(), kTextAttributes.end(), key) != kTextAttributes.end(); }

std::string own_name(const std::string& key) {
  if (key == "created" || key == "Created" || key == "creation_time") return "start_time";
  if (equals_ignore_case(key, "run name")) return "run_name";
  return key;
}

tl::unexpected<Error> bad_comparator(const Comparison& comparison, std::string_view valid) {
  return invalid_parameter(fmt::format("Invalid comparator '{}' not one of '{{{}}}'", spelling(comparison.comparator), valid));
}

/// A time may be written as a number of milliseconds or, as Azure's pages do, as a quoted date.
Result<void> fit_time(Comparison& comparison) {
  if (!is_numeric(comparison.comparator)) return bad_comparator(comparison, "'=', '!=', '<', '<=', '>', '>='");
  if (comparison.is_number) return {};
  const std::string text = comparison.texts.empty() ? std::string() : comparison.texts[0];
  if (const auto number = read_double(std::string_view(text))) {
    comparison.number = *number;
  } else if (const auto time = parse_iso8601(text); time && comparison.key != "duration") {
    comparison.number = static_cast<double>(time->time_since_epoch().count());
  } else {
    return invalid_parameter(fmt::format("Expected numeric value type for numeric attribute: {}. Found {}", comparison.key, comparison.written));
  }
  comparison.is_number = true;
  return {};
}

Result<void> fit_attribute(Comparison& comparison) {
  comparison.key = own_name(comparison.key);
  if (is_number_attribute(comparison.key)) return fit_time(comparison);
  if (!is_text_attribute(comparison.key)) {
    return invalid_parameter(fmt::format("Invalid attribute key '{}' specified. Valid keys are '{{{}}}'", comparison.key, kValidKeys));
  }
  const Comparator comparator = comparison.comparator;
  const bool known = comparator == Comparator::equal || comparator == Comparator::not_equal || (comparator >= Comparator::like && comparator <= Comparator::not_in);
  if (!known) return bad_comparator(comparison, "'=', '!=', 'LIKE', 'ILIKE', 'IN', 'NOT IN'");
  if (comparison.is_number) return invalid_parameter("Expected a quoted string value for attributes. Got value " + comparison.written);
  if (comparison.key == "status") {
    for (auto& text : comparison.texts) {
      const auto* word = std::find_if(kStatusWords.begin(), kStatusWords.end(), [&](const auto& pair) { return equals_ignore_case(pair.first, text); });
      if (word != kStatusWords.end()) text = word->second;
    }
  }
  return {};
}

Result<void> fit_metric(const Comparison& comparison) {
  if (!is_numeric(comparison.comparator)) return bad_comparator(comparison, "'=', '!=', '<', '<=', '>', '>='");
  if (!comparison.is_number) return invalid_parameter("Expected numeric value type for metric. Found " + comparison.written);
  return {};
}

Result<void> fit_text(const Comparison& comparison, std::string_view kind) {
  const bool order = comparison.comparator >= Comparator::less && comparison.comparator <= Comparator::greater_equal;
  const bool list = comparison.comparator == Comparator::in || comparison.comparator == Comparator::not_in;
  if (order || (list && kind != "dataset")) return bad_comparator(comparison, "'=', '!=', 'LIKE', 'ILIKE'");
  const bool no_value = comparison.comparator == Comparator::is_null || comparison.comparator == Comparator::is_not_null;
  if (no_value && kind == "dataset") return invalid_parameter("IS NULL / IS NOT NULL is only supported for tags and params, not for 'dataset' '" + comparison.key + "'");
  if (comparison.is_number) return invalid_parameter(fmt::format("Expected a quoted string value for {} (e.g. 'my-value'). Got value {}", kind, comparison.written));
  if (kind == "dataset" && comparison.key != "name" && comparison.key != "digest" && comparison.key != "context") {
    return invalid_parameter("Invalid dataset key '" + comparison.key + "' specified. Valid keys are '{'name', 'digest', 'context'}'");
  }
  return {};
}

bool text_matches(const std::string* text, const Comparison& comparison) {
  if (comparison.comparator == Comparator::is_null) return text == nullptr;
  if (comparison.comparator == Comparator::is_not_null) return text != nullptr;
  return text != nullptr && compare_text(comparison, *text);
}

const std::string* text_attribute(const RunView& run, std::string_view key) {
  static const std::string kActive = "active";
  static const std::string kDeleted = "deleted";
  if (key == "status") return &run.status;
  if (key == "run_name") return &run.name;
  if (key == "run_id") return &run.id;
  if (key == "user_id") return &run.user_id;
  if (key == "experiment_id") return &run.experiment_id;
  if (key == "lifecycle_stage") return run.deleted ? &kDeleted : &kActive;
  return &run.artifact_uri;
}

std::optional<double> number_attribute(const RunView& run, std::string_view key) {
  if (key == "start_time") return static_cast<double>(run.start_time);
  if (!run.end_time) return std::nullopt;
  return static_cast<double>(key == "end_time" ? *run.end_time : *run.end_time - run.start_time);
}

bool dataset_matches(const RunView& run, const Comparison& comparison) {
  return std::any_of(run.datasets.begin(), run.datasets.end(), [&](const DatasetView& dataset) {
    return compare_text(comparison, comparison.key == "name" ? dataset.name : comparison.key == "digest" ? dataset.digest : dataset.context);
  });
}

bool run_matches_one(const RunView& run, const Comparison& comparison) {
  switch (comparison.entity) {
    case Entity::metric: {
      const double* value = run.metric(comparison.key);
      return value != nullptr && compare_number(comparison, *value);
    }
    case Entity::param: return text_matches(run.param(comparison.key), comparison);
    case Entity::tag: return text_matches(run.tag(comparison.key), comparison);
    case Entity::dataset: return dataset_matches(run, comparison);
    case Entity::attribute: break;
  }
  if (!is_number_attribute(comparison.key)) return text_matches(text_attribute(run, comparison.key), comparison);
  const auto number = number_attribute(run, comparison.key);
  return number && compare_number(comparison, *number);
}

/// What a run is sorted by: its class (a value, NaN, nothing), then the value.
struct RunSortValue {
  int rank = 2;
  double number = 0;
  std::string_view text{};
};

RunSortValue run_sort_value(const RunView& run, const Order& order) {
  if (order.entity == Entity::metric) {
    const double* value = run.metric(order.key);
    if (value == nullptr) return {};
    return std::isnan(*value) ? RunSortValue{.rank = 1} : RunSortValue{.rank = 0, .number = *value};
  }
  if (order.entity == Entity::attribute && is_number_attribute(order.key)) {
    const auto number = number_attribute(run, order.key);
    return number ? RunSortValue{.rank = 0, .number = *number} : RunSortValue{};
  }
  const std::string* text = order.entity == Entity::param ? run.param(order.key) : order.entity == Entity::tag ? run.tag(order.key) : text_attribute(run, order.key);
  return text != nullptr ? RunSortValue{.rank = 0, .text = *text} : RunSortValue{};
}

bool run_comes_before(const RunView& one, const RunView& other, const std::vector<Order>& order) {
  for (const auto& item : order) {
    const RunSortValue a = run_sort_value(one, item);
    const RunSortValue b = run_sort_value(other, item);
    if (a.rank != b.rank) return a.rank < b.rank;
    if (a.number != b.number) return item.ascending ? a.number < b.number : a.number > b.number;
    if (a.text != b.text) return item.ascending ? a.text < b.text : a.text > b.text;
  }
  if (one.start_time != other.start_time) return one.start_time > other.start_time;
  return one.id < other.id;
}

}  // namespace

Result<void> fit_run_filter(std::vector<Comparison>& filter) {
  for (auto& comparison : filter) {
    Result<void> ok;
    switch (comparison.entity) {
      case Entity::metric: ok = fit_metric(comparison); break;
      case Entity::param: ok = fit_text(comparison, "parameter"); break;
      case Entity::tag: ok = fit_text(comparison, "tag"); break;
      case Entity::dataset: ok = fit_text(comparison, "dataset"); break;
      case Entity::attribute: ok = fit_attribute(comparison); break;
    }
    if (!ok) return ok;
  }
  return {};
}

Result<void> fit_run_order(std::vector<Order>& order) {
  for (auto& item : order) {
    if (item.entity == Entity::dataset) return invalid_parameter("Invalid order_by entity type 'dataset'");
    if (item.entity != Entity::attribute) continue;
    item.key = own_name(item.key);
    if (!is_number_attribute(item.key) && !is_text_attribute(item.key)) {
      return invalid_parameter(fmt::format("Invalid attribute key '{}' specified. Valid keys are '{{{}}}'", item.key, kValidKeys));
    }
  }
  return {};
}

bool run_matches(const RunView& run, const std::vector<Comparison>& filter) {
  return std::all_of(filter.begin(), filter.end(), [&](const Comparison& comparison) { return run_matches_one(run, comparison); });
}

void sort_runs(std::vector<RunViewPtr>& runs, const std::vector<Order>& order, std::size_t wanted) {
  const auto before = [&](const RunViewPtr& a, const RunViewPtr& b) { return run_comes_before(*a, *b, order); };
  std::partial_sort(runs.begin(), runs.begin() + static_cast<std::ptrdiff_t>(std::min(wanted, runs.size())), runs.end(), before);
}

}  // namespace azlab::mlflow
