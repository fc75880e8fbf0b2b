#include "sim/mlflow/run_view.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "sim/mlflow/number.hpp"
#include "sim/mlflow/run_store.hpp"

namespace azlab::mlflow {
namespace {

template <class Value>
const Value* find_sorted(const std::vector<std::pair<std::string, Value>>& list, std::string_view key) {
  const auto found = std::lower_bound(list.begin(), list.end(), key, [](const auto& entry, std::string_view k) { return entry.first < k; });
  return found != list.end() && found->first == key ? &found->second : nullptr;
}

std::int64_t number_or_zero(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? 0 : read_integer(*found).value_or(0);
}

std::vector<std::pair<std::string, std::string>> text_entries(const Json& list) {
  std::vector<std::pair<std::string, std::string>> out;
  out.reserve(list.size());
  for (const auto& entry : list) out.emplace_back(entry["key"].get<std::string>(), entry["value"].get<std::string>());
  return out;
}

DatasetView read_dataset(const Json& input) {
  DatasetView out{.name = string_at(input, "dataset.name"), .digest = string_at(input, "dataset.digest")};
  const Json* tags = find_path(input, "tags");
  if (tags == nullptr || !tags->is_array()) return out;
  for (const auto& tag : *tags) {
    if (string_at(tag, "key") == "mlflow.data.context") out.context = string_at(tag, "value");
  }
  return out;
}

/// The bodies are ours, so their shape is known.
RunViewPtr view_of(const Json& run, const RowPtr& row) {
  const Json& info = run["info"];
  const Json& data = run["data"];
  auto out = std::make_shared<RunView>();
  out->row = row;
  out->id = string_at(info, "run_id");
  out->deleted = row->state != "active";
  out->status = string_at(info, "status");
  out->name = string_at(info, "run_name");
  out->user_id = string_at(info, "user_id");
  out->artifact_uri = string_at(info, "artifact_uri");
  out->experiment_id = string_at(info, "experiment_id");
  out->start_time = number_or_zero(info, "start_time");
  if (info.contains("end_time")) out->end_time = number_or_zero(info, "end_time");
  out->metrics.reserve(data["metrics"].size());
  for (const auto& metric : data["metrics"]) out->metrics.emplace_back(metric["key"].get<std::string>(), read_double(metric["value"]).value_or(0));
  out->params = text_entries(data["params"]);
  out->tags = text_entries(data["tags"]);
  for (const auto& input : run["inputs"]["dataset_inputs"]) out->datasets.push_back(read_dataset(input));
  return out;
}

}  // namespace

/// What is kept of one experiment's runs.
struct RunViews {
  std::vector<RunViewPtr> sorted{};
  /// Written since the last search.
  std::map<std::string, RunViewPtr, std::less<>> fresh{};
};

namespace {

RunViews& views_kept(Context& context, const Workspace& workspace, const std::string& experiment_id) {
  auto& [unused, kept] = context.machinery().parsed["mlflow-runs/" + workspace.rows + experiment_id];
  if (!kept) kept = std::make_shared<RunViews>();
  return *static_cast<RunViews*>(kept.get());
}

/// What was kept when this row was written, or the row's parsing.
RunViewPtr view_of_row(const RunViews& kept, std::string_view run_id, const RowPtr& row) {
  const auto fresh = kept.fresh.find(run_id);
  return fresh != kept.fresh.end() && fresh->second->row == row ? fresh->second : view_of(*parse_json(row->body), row);
}

}  // namespace

void keep_view(Context& context, const Workspace& workspace, const std::string& experiment_id, const Json& run, const RowPtr& row) {
  views_kept(context, workspace, experiment_id).fresh[string_at(run, "info.run_id")] = view_of(run, row);
}

const double* RunView::metric(std::string_view key) const { return find_sorted(metrics, key); }
const std::string* RunView::param(std::string_view key) const { return find_sorted(params, key); }
const std::string* RunView::tag(std::string_view key) const { return find_sorted(tags, key); }

const std::vector<RunViewPtr>& views_of_experiment(Context& context, const Workspace& workspace, const std::string& experiment_id) {
  // Rows are immutable: a view counts as long as the row it was made from stands there. So it does not matter what
  // happened meanwhile, a snapshot that was restored included.
  RunViews& kept = views_kept(context, workspace, experiment_id);
  auto& views = kept.sorted;
  std::vector<RunViewPtr> now;
  bool changed = false;
  std::size_t at = 0;
  const auto begin_change = [&] {
    if (changed) return;
    changed = true;
    now.assign(views.begin(), views.begin() + static_cast<std::ptrdiff_t>(at));
  };
  for_each_run(context.world(), workspace, experiment_id, [&](std::string_view run_id, const RowPtr& row) {
    std::size_t next = at;
    while (next < views.size() && views[next]->id < run_id) ++next;
    if (next != at) begin_change();
    at = next;
    const bool same_run = at < views.size() && views[at]->id == run_id;
    if (same_run && views[at]->row == row) {
      if (changed) now.push_back(views[at]);
    } else {
      begin_change();
      now.push_back(view_of_row(kept, run_id, row));
    }
    if (same_run) ++at;
    return true;
  });
  if (at != views.size()) begin_change();
  if (changed) views = std::move(now);
  kept.fresh.clear();
  return views;
}

}  // namespace azlab::mlflow
