#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "sim/mlflow/endpoints.hpp"
#include "sim/mlflow/error.hpp"
#include "sim/mlflow/metric_store.hpp"
#include "sim/mlflow/page.hpp"
#include "sim/mlflow/run_store.hpp"
#include "sim/mlflow/validation.hpp"

namespace azlab::mlflow {
namespace {

/// Which steps of many are answered: evenly spread ones and the last.
std::set<std::int64_t> sampled_steps(const std::vector<std::int64_t>& steps, std::size_t most) {
  if (steps.size() <= most) return {steps.begin(), steps.end()};
  std::set<std::int64_t> out;
  for (std::size_t i = 0; i < most; ++i) out.insert(steps[i * steps.size() / most]);
  out.insert(steps.back());
  return out;
}

struct StepRange {
  std::int64_t first = 0;
  std::int64_t last = 0;
  bool holds(std::int64_t step) const { return step >= first && step <= last; }
};

Result<StepRange> read_range(const Call& call, std::int64_t last_step) {
  const auto first = call.integer("start_step");
  const auto last = call.integer("end_step");
  if (first.has_value() != last.has_value()) return invalid_parameter("If either start step or end step are specified, both must be specified.");
  if (first && *first > *last) {
    return invalid_parameter("end_step must be greater than start_step. Found start_step=" + std::to_string(*first) + " and end_step=" + std::to_string(*last) + ".");
  }
  return first ? StepRange{*first, *last} : StepRange{0, last_step};
}

}  // namespace

Answer get_metric_history(Call& call) {
  const auto run = find_run(call.context.world(), call.workspace, call.text("run_id"));
  if (!run) return fail(run.error());
  const auto offset = read_page_token(call.text("page_token"));
  if (!offset) return fail(offset.error());
  const auto points = read_history(call.context.world(), call.workspace, call.text("run_id"), call.text("metric_key"));
  const auto most = call.integer("max_results").value_or(0);
  const std::size_t begin = std::min(*offset, points.size());
  const std::size_t end = most > 0 ? std::min(points.size(), begin + static_cast<std::size_t>(most)) : points.size();
  Json out = {{"metrics", Json::array()}};
  for (std::size_t i = begin; i < end; ++i) out["metrics"].push_back(metric_json(call.text("metric_key"), points[i]));
  if (end < points.size()) out["next_page_token"] = page_token(end);
  return dump(out);
}

Answer get_metric_history_bulk_interval(Call& call) {
  const Json& ids = call.list("run_ids");
  if (ids.size() > limit("bulkRuns")) {
    return invalid_parameter("GetMetricHistoryBulkInterval request must specify at most " + std::to_string(limit("bulkRuns")) + " run_ids. Received " + std::to_string(ids.size()) + " run_ids.");
  }
  const auto most = call.integer("max_results").value_or(static_cast<std::int64_t>(limit("bulkPoints")));
  if (most < 1 || most > static_cast<std::int64_t>(limit("bulkPoints"))) {
    return invalid_parameter("max_results must be between 1 and " + std::to_string(limit("bulkPoints")) + ".");
  }
  std::map<std::string, std::vector<MetricPoint>> histories;
  std::set<std::int64_t> all_steps;
  std::set<std::int64_t> ends;  // each run's first and last step are always answered
  for (const auto& id : ids) {
    const std::string run_id = id.is_string() ? id.get<std::string>() : dump(id);
    const auto run = find_run(call.context.world(), call.workspace, run_id);
    if (!run) return fail(run.error());
    auto& points = histories[run_id] = read_history(call.context.world(), call.workspace, run_id, call.text("metric_key"));
    if (points.empty()) continue;
    std::stable_sort(points.begin(), points.end(), [](const MetricPoint& a, const MetricPoint& b) { return a.step < b.step; });
    ends.insert({points.front().step, points.back().step});
    for (const auto& point : points) all_steps.insert(point.step);
  }
  const auto range = read_range(call, all_steps.empty() ? 0 : *all_steps.rbegin());
  if (!range) return fail(range.error());
  std::vector<std::int64_t> steps;
  std::copy_if(all_steps.begin(), all_steps.end(), std::back_inserter(steps), [&](std::int64_t step) { return range->holds(step); });
  std::set<std::int64_t> answered = sampled_steps(steps, static_cast<std::size_t>(most));
  std::copy_if(ends.begin(), ends.end(), std::inserter(answered, answered.end()), [&](std::int64_t step) { return range->holds(step); });
  Json out = {{"metrics", Json::array()}};
  for (const auto& [run_id, points] : histories) {
    for (const auto& point : points) {
      if (!answered.contains(point.step)) continue;
      Json metric = metric_json(call.text("metric_key"), point);
      metric["run_id"] = run_id;
      out["metrics"].push_back(std::move(metric));
    }
  }
  return dump(out);
}

}  // namespace azlab::mlflow
