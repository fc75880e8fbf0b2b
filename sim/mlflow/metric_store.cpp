#include "sim/mlflow/metric_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <tuple>

#include "sim/core/text.hpp"
#include "sim/mlflow/number.hpp"

namespace azlab::mlflow {
namespace {

// A row of so many points is some kilobytes: cheap to write anew with one point more.
constexpr std::size_t kPointsOfRow = 256;

/// NaN sorts before all numbers.
std::pair<bool, double> value_order(double value) { return std::isnan(value) ? std::pair{false, 0.0} : std::pair{true, value}; }

bool earlier_by_time(const MetricPoint& one, const MetricPoint& other) {
  return std::tuple(one.timestamp, one.step, value_order(one.value)) < std::tuple(other.timestamp, other.step, value_order(other.value));
}

std::string point_line(const MetricPoint& point) { return fmt::format("{} {} {}\n", point.timestamp, point.step, point.value); }

MetricPoint read_point(std::string_view line) {
  const auto first = line.find(' ');
  const auto second = line.find(' ', first + 1);
  return {.timestamp = read_integer(line.substr(0, first)).value_or(0),
          .step = read_integer(line.substr(first + 1, second - first - 1)).value_or(0),
          .value = read_double(line.substr(second + 1)).value_or(0)};
}

std::string history_prefix(const Workspace& workspace, std::string_view run_id, std::string_view key) {
  return row_key(workspace, "m", fmt::format("{}/{}/", run_id, percent_encode(key, " :")));
}

}  // namespace

bool later_by_step(const MetricPoint& one, const MetricPoint& other) {
  return std::tuple(one.step, one.timestamp, value_order(one.value)) > std::tuple(other.step, other.timestamp, value_order(other.value));
}

void append_point(World& world, const Workspace& workspace, std::string_view run_id, std::string_view key, const MetricPoint& point,
                  const MetricPoint* latest) {
  const std::string prefix = history_prefix(workspace, run_id, key);
  const std::string line = point_line(point);
  RowPtr last;
  std::string last_key;
  if (latest != nullptr) {
    // A point after all others cannot be there yet; any other may be.
    const bool may_be_there = !later_by_step(point, *latest);
    bool found = false;
    world.for_each(Table::tracking, prefix, [&](const std::string& row, const RowPtr& points) {
      last = points;
      last_key = row;
      const auto at = may_be_there ? points->body.find(line) : std::string::npos;
      found = at != std::string::npos && (at == 0 || points->body[at - 1] == '\n');
      return !found;
    });
    if (found) return;
  }
  const auto lines = last ? static_cast<std::size_t>(std::count(last->body.begin(), last->body.end(), '\n')) : kPointsOfRow;
  if (lines < kPointsOfRow) {
    world.put(Table::tracking, last_key, Row{.body = last->body + line});
  } else {
    const auto number = last ? read_integer(std::string_view(last_key).substr(prefix.size())).value_or(0) + 1 : 0;
    world.put(Table::tracking, fmt::format("{}{:08}", prefix, number), Row{.body = line});
  }
}

std::vector<MetricPoint> read_history(const World& world, const Workspace& workspace, std::string_view run_id, std::string_view key) {
  std::vector<MetricPoint> out;
  world.for_each(Table::tracking, history_prefix(workspace, run_id, key), [&](const std::string&, const RowPtr& points) {
    std::string_view rest = points->body;
    for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
      out.push_back(read_point(rest.substr(0, end)));
      rest.remove_prefix(end + 1);
    }
    return true;
  });
  std::sort(out.begin(), out.end(), earlier_by_time);
  return out;
}

Json metric_json(std::string_view key, const MetricPoint& point) {
  return {{"key", key}, {"value", double_json(point.value)}, {"timestamp", point.timestamp}, {"step", point.step}};
}

MetricPoint read_metric(const Json& metric) {
  const auto integer_of = [&](const char* field) {
    const Json* value = find_path(metric, field);
    return value != nullptr ? read_integer(*value).value_or(0) : 0;
  };
  const Json* value = find_path(metric, "value");
  return {.timestamp = integer_of("timestamp"), .step = integer_of("step"), .value = value != nullptr ? read_double(*value).value_or(0) : 0};
}

}  // namespace azlab::mlflow
