#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"
#include "sim/mlflow/endpoints.hpp"
#include "sim/mlflow/error.hpp"
#include "sim/mlflow/experiment_store.hpp"
#include "sim/mlflow/history_run.hpp"
#include "sim/mlflow/page.hpp"
#include "sim/mlflow/run_history.hpp"
#include "sim/mlflow/run_search.hpp"
#include "sim/mlflow/run_status.hpp"
#include "sim/mlflow/run_store.hpp"
#include "sim/mlflow/validation.hpp"
#include "sim/mlflow/view_type.hpp"

namespace azlab::mlflow {
namespace {

constexpr std::string_view kNameTag = "mlflow.runName";

/// A name may be given twice, as argument and as tag, but only one.
Result<std::string> agreed_name(const Call& call) {
  std::string tag;
  for (const auto& entry : call.list("tags")) {
    if (string_at(entry, "key") == kNameTag) tag = string_at(entry, "value");
  }
  const std::string name = call.text("run_name");
  if (!name.empty() && !tag.empty() && name != tag) {
    return invalid_parameter("Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values (run_name='" + name + "', mlflow.runName='" + tag + "').");
  }
  return name.empty() ? tag : name;
}

Answer set_stage(Call& call, const std::string& stage) {
  auto run = find_run(call.context.world(), call.workspace, call.text("run_id"));
  if (!run) return fail(run.error());
  (*run)["info"]["lifecycle_stage"] = stage;
  write_run(call.context, call.workspace, *run);
  return std::string("{}");
}

Result<std::vector<Order>> read_orders(const Json& order_by) {
  std::vector<Order> out;
  for (const auto& item : order_by) {
    auto order = parse_order(item.is_string() ? item.get<std::string>() : dump(item));
    if (!order) return fail(order.error());
    out.push_back(std::move(*order));
  }
  if (const auto ok = fit_run_order(out); !ok) return fail(ok.error());
  return out;
}

/// Every run that matches, of all the experiments named; an experiment that is not there has none.
std::vector<RunViewPtr> matching_runs(Call& call, const std::vector<Comparison>& filter, ViewType view) {
  std::vector<RunViewPtr> out;
  for (const auto& id : call.list("experiment_ids")) {
    std::string experiment_id = id.is_string() ? id.get<std::string>() : dump(id);
    if (experiment_id == kDefaultExperimentAlias) experiment_id = experiment_id_of_name(call.context.world(), call.workspace, kDefaultExperiment).value_or("");
    for (const auto& run : views_of_experiment(call.context, call.workspace, experiment_id)) {
      if (is_in_view(view, run->deleted) && run_matches(*run, filter)) out.push_back(run);
    }
  }
  return out;
}

}  // namespace

Answer create_run(Call& call) {
  const std::string asked = call.text("experiment_id");
  const auto experiment = find_experiment(call.context, call.workspace, asked.empty() ? std::string(kDefaultExperimentAlias) : asked);
  if (!experiment) return fail(experiment.error());
  if (string_at(*experiment, "lifecycle_stage") != "active") {
    return invalid_parameter("The experiment " + string_at(*experiment, "experiment_id") + " must be in the 'active' state. Current state is deleted.");
  }
  const auto name = agreed_name(call);
  if (!name) return fail(name.error());
  for (const auto& tag : call.list("tags")) {
    if (const auto ok = check_key(string_at(tag, "key")); !ok) return fail(ok.error());
  }
  const Json run = make_run(call.context, call.workspace, string_at(*experiment, "experiment_id"), {.name = *name, .start_time = call.integer("start_time"), .tags = &call.list("tags")});
  return dump({{"run", run}});
}

Answer get_run(Call& call) {
  const RowPtr row = find_run_row(call.context.world(), call.workspace, call.text("run_id"));
  if (!row) return does_not_exist("Run with id=" + call.text("run_id") + " not found");
  return "{\"run\":" + row->body + "}";
}

Answer update_run(Call& call) {
  auto run = find_active_run(call.context.world(), call.workspace, call.text("run_id"));
  if (!run) return fail(run.error());
  Json& info = (*run)["info"];
  if (call.has("status")) {
    const auto status = read_run_status(call.text("status"));
    if (!status) return invalid_parameter("Invalid value " + dump(call.body["status"]) + " for parameter 'status' supplied.");
    info["status"] = *status;
    note_run_status(call.context.world(), call.workspace, call.text("run_id"), *status);
  }
  if (const auto end = call.integer("end_time")) info["end_time"] = *end;
  if (const std::string name = call.text("run_name"); !name.empty()) rename_run(*run, name);
  write_run(call.context, call.workspace, *run);
  if (call.has("run_name")) show_in_job(call.context, call.workspace, *run);
  return dump({{"run_info", info}});
}

Answer delete_run(Call& call) { return set_stage(call, "deleted"); }
Answer restore_run(Call& call) { return set_stage(call, "active"); }

Answer search_runs(Call& call) {
  const auto most = call.integer("max_results").value_or(1000);
  if (most < 1 || most > static_cast<std::int64_t>(limit("searchRuns"))) {
    return invalid_parameter("Invalid value " + std::to_string(most) + " for parameter 'max_results' supplied. It must be at most " + std::to_string(limit("searchRuns")) + ", but got value " + std::to_string(most));
  }
  const auto offset = read_page_token(call.text("page_token"));
  if (!offset) return fail(offset.error());
  auto filter = parse_filter(call.text("filter"));
  if (!filter) return fail(filter.error());
  if (const auto ok = fit_run_filter(*filter); !ok) return fail(ok.error());
  const auto order = read_orders(call.list("order_by"));
  if (!order) return fail(order.error());

  auto runs = matching_runs(call, *filter, read_view_type(call.text("run_view_type")));
  const std::size_t begin = std::min(*offset, runs.size());
  const std::size_t end = std::min(runs.size(), begin + static_cast<std::size_t>(most));
  sort_runs(runs, *order, end);
  std::string out = "{\"runs\":[";
  for (std::size_t i = begin; i < end; ++i) {
    if (i > begin) out += ',';
    out += runs[i]->row->body;
  }
  out += ']';
  // A page that is full has a next one, were it empty: so does the open-source server.
  if (end - begin == static_cast<std::size_t>(most)) out += ",\"next_page_token\":\"" + page_token(end) + "\"";
  return out + "}";
}

}  // namespace azlab::mlflow
