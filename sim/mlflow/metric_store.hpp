#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/json.hpp"
#include "sim/mlflow/workspace.hpp"

namespace azlab::mlflow {

/// One value of a metric at one moment.
struct MetricPoint {
  std::int64_t timestamp = 0;
  std::int64_t step = 0;
  double value = 0;
};

/// By step, then time, then value; NaN before numbers. The last by this order is a run's value of the metric.
bool later_by_step(const MetricPoint& one, const MetricPoint& other);

// A metric's history is a row of kind "m" for each few hundred points, {run id}/{key}/{number}, one line a point, so
// that one more point costs the same after a million.

/// Adds a point unless the very same is there. `latest` is the run's value of this metric before, null when it has none.
void append_point(World& world, const Workspace& workspace, std::string_view run_id, std::string_view key, const MetricPoint& point,
                  const MetricPoint* latest);
/// All points, by time, then step, then value.
std::vector<MetricPoint> read_history(const World& world, const Workspace& workspace, std::string_view run_id, std::string_view key);
/// MLflow's Metric.
Json metric_json(std::string_view key, const MetricPoint& point);
/// The point in such a Metric.
MetricPoint read_metric(const Json& metric);

}  // namespace azlab::mlflow
