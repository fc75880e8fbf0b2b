#include "sim/mlflow/history_service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"
#include "sim/mlflow/artifact_blobs.hpp"
#include "sim/mlflow/artifact_uri.hpp"
#include "sim/mlflow/error.hpp"
#include "sim/mlflow/experiment_store.hpp"
#include "sim/mlflow/history_run.hpp"
#include "sim/mlflow/run_history.hpp"
#include "sim/mlflow/run_status.hpp"
#include "sim/mlflow/run_store.hpp"

namespace azlab::mlflow {
namespace {

constexpr std::string_view kHistoryHost = "*.api.azureml.ms";
constexpr std::string_view kRunHistory = "run-history";
// Where jobs leave what clients stream (wire.md 3.11); other files are artifacts.
constexpr std::array<std::string_view, 4> kLogFolders = {"user_logs/", "system_logs/", "azureml-logs/", "logs/"};

struct HistoryCall {
  Context& context;
  const Request& request;
  Workspace workspace;
  std::string experiment{};  ///< id or name; empty where the path has none
  std::string run_id{};      ///< empty where the path has none
  Json body = Json::object();
};

using HistoryHandler = Result<Response> (*)(HistoryCall&);

Result<Json> run_in_history(HistoryCall& call) {
  const auto run = find_run(call.context.world(), call.workspace, call.run_id);
  if (!run) return fail(404, "NotFoundError", "Run " + call.run_id + " was not found");
  return history_run_json(call.context, call.workspace, *run, read_run_history(call.context.world(), call.workspace, call.run_id));
}

Result<Response> get_history_run(HistoryCall& call) {
  const auto run = run_in_history(call);
  if (!run) return fail(run.error());
  return json_response(200, *run);
}

Result<Response> put_history_run(HistoryCall& call) {
  if (call.experiment.empty() && !find_run_row(call.context.world(), call.workspace, call.run_id)) return fail(404, "NotFoundError", "Run " + call.run_id + " was not found");
  const auto applied = apply_create_run(call.context, call.workspace, call.experiment, call.run_id, call.body);
  if (!applied) return fail(applied.error());
  return get_history_run(call);
}

/// Addresses of a run's logs, with a signature that lets one read them.
Result<Json> log_files(HistoryCall& call) {
  const std::string root = fmt::format("{}/{}/", kRunOrigin, run_container(call.run_id));
  const auto page = list_all_artifact_blobs(call.context, call.workspace, root, false);
  if (!page) return fail(page.error());
  Json out = Json::object();
  std::string signature;
  for (const auto& blob : page->blobs) {
    const std::string path = blob.name.substr(root.size());
    if (std::none_of(kLogFolders.begin(), kLogFolders.end(), [&](std::string_view folder) { return path.starts_with(folder); })) continue;
    if (signature.empty()) {
      const auto signed_by = artifact_signature(call.context, call.workspace, "r");
      if (!signed_by) return fail(signed_by.error());
      signature = *signed_by;
    }
    out[path] = artifact_url(call.workspace, blob.name, signature);
  }
  return out;
}

Result<Response> get_history_details(HistoryCall& call) {
  auto run = run_in_history(call);
  if (!run) return fail(run.error());
  auto logs = log_files(call);
  if (!logs) return fail(logs.error());
  (*run)["logFiles"] = std::move(*logs);
  (*run)["createdTimeUtc"] = (*run)["createdUtc"];
  (*run)["submittedBy"] = (*run)["userId"];
  if (!run->contains("runDefinition")) (*run)["runDefinition"] = nullptr;
  return json_response(200, *run);
}

/// Every run of the workspace, the newest first, that a visitor takes.
std::vector<Json> runs_where(HistoryCall& call, const std::function<bool(const Json& run)>& takes) {
  std::vector<Json> out;
  const std::string prefix = row_key(call.workspace, "r", "");
  call.context.world().for_each(Table::tracking, prefix, [&](const std::string&, const RowPtr& row) {
    Json run = *parse_json(row->body);
    if (takes(run)) out.push_back(std::move(run));
    return true;
  });
  std::stable_sort(out.begin(), out.end(), [](const Json& a, const Json& b) { return a["info"]["start_time"] > b["info"]["start_time"]; });
  return out;
}

Response list_response(HistoryCall& call, const std::vector<Json>& runs, std::size_t most) {
  Json out = {{"value", Json::array()}, {"continuationToken", nullptr}, {"nextLink", nullptr}};
  for (std::size_t i = 0; i < std::min(most, runs.size()); ++i) {
    out["value"].push_back(history_run_json(call.context, call.workspace, runs[i], read_run_history(call.context.world(), call.workspace, string_at(runs[i], "info.run_id"))));
  }
  return json_response(200, out);
}

Result<Response> get_history_children(HistoryCall& call) {
  if (!find_run_row(call.context.world(), call.workspace, call.run_id)) return fail(404, "NotFoundError", "Run " + call.run_id + " was not found");
  const auto children = runs_where(call, [&](const Json& run) { return entry_text(run["data"]["tags"], "mlflow.parentRunId") == call.run_id; });
  return list_response(call, children, children.size());
}

/// Runs of an experiment, or of the workspace; a filter would be the service's own language, which is not served.
Result<Response> query_history_runs(HistoryCall& call) {
  if (!string_at(call.body, "filter").empty()) return fail(400, "BadArgument", "azlab does not serve filters of run history; MLflow's runs/search has them.");
  std::string experiment = call.experiment;
  if (const auto id = experiment_id_of_name(call.context.world(), call.workspace, experiment)) experiment = *id;
  const Json* top = find_path(call.body, "top");
  const std::size_t most = top != nullptr && top->is_number_unsigned() ? top->get<std::size_t>() : 100;
  return list_response(call, runs_where(call, [&](const Json& run) { return experiment.empty() || string_at(run, "info.experiment_id") == experiment; }), most);
}

Result<Response> get_run_data(HistoryCall& call) {
  call.run_id = string_at(call.body, "runId");
  const auto run = run_in_history(call);
  if (!run) return fail(run.error());
  const auto selected = [&](const char* flag, const char* field) {
    const Json* wanted = find_path(call.body, flag);
    return wanted != nullptr && wanted->is_boolean() && wanted->get<bool>() ? run->value(field, Json()) : Json();
  };
  return json_response(200, {{"runMetadata", *run}, {"runDefinition", selected("selectRunDefinition", "runDefinition")}, {"jobSpecification", selected("selectJobSpecification", "jobSpecification")}, {"systemSettings", nullptr}});
}

/// Interactive services of a job's node, of which no job here has any.
Result<Response> get_service_instances(HistoryCall& call) {
  if (!find_run_row(call.context.world(), call.workspace, call.run_id)) return fail(404, "NotFoundError", "Run " + call.run_id + " was not found");
  return json_response(200, {{"instances", Json::object()}});
}

/// A token for a run whose own comes to its end.
Result<Response> get_run_token(HistoryCall& call) {
  if (!find_run_row(call.context.world(), call.workspace, call.run_id)) return fail(404, "NotFoundError", "Run " + call.run_id + " was not found");
  const Json claims = {{"role", "Contributor"}, {"scope", call.workspace.id}, {"workspaceId", call.workspace.guid}, {"runId", call.run_id}};
  const Response made = call.context.call(Request::make(Method::post, "https://run-token.azlab/", dump(claims)));
  const auto json = parse_json(made.body.text());
  if (!made.ok() || !json) return fail(500, "ServiceError", "No token could be made.");
  const auto parts = split(string_at(*json, "token"), '.');
  std::string payload = parts.size() > 1 ? replace_all(replace_all(parts[1], "-", "+"), "_", "/") : std::string();
  while (payload.size() % 4 != 0) payload += '=';
  const auto decoded = parse_json(base64_decode(payload).value_or(""));
  const Json* end = decoded ? find_path(*decoded, "exp") : nullptr;
  const Time expiry = end != nullptr && end->is_number() ? Time(std::chrono::seconds(end->get<std::int64_t>())) : call.context.now() + std::chrono::hours(24);
  return json_response(200, {{"token", string_at(*json, "token")}, {"expiryTimeUtc", to_iso8601(expiry)}});
}

/// A job is cancelled as a job; any other run ends here.
Result<Response> cancel_history_run(HistoryCall& call) {
  const auto run = run_in_history(call);
  if (!run) return fail(run.error());
  const std::string job = call.workspace.id + "/jobs/" + call.run_id;
  if (call.context.world().find(Table::resource, to_lower(job))) {
    Response answer = call.context.call(Request::make(Method::post, job + "/cancel?api-version=2024-04-01"));
    if (!answer.ok()) return answer;
  } else if (!is_final_job_state(string_at(*run, "status"))) {
    const Json ended = {{"status", "Canceled"}, {"endTimeUtc", to_iso8601(call.context.now())}};
    if (const auto applied = apply_create_run(call.context, call.workspace, call.experiment, call.run_id, ended); !applied) return fail(applied.error());
  }
  return get_history_run(call);
}

struct HistoryRoute {
  Method method;
  std::string_view path;
  std::string_view operation;
  HistoryHandler handle;
};

/// Below a run, however its path begins.
constexpr HistoryRoute kOfRun[] = {
    {Method::get, "", "runHistory.get", get_history_run},
    {Method::patch, "", "runHistory.modify", put_history_run},
    {Method::post, "", "runHistory.modify", put_history_run},
    {Method::get, "/details", "runHistory.getDetails", get_history_details},
    {Method::get, "/children", "runHistory.listChildren", get_history_children},
    {Method::get, "/token", "runHistory.getToken", get_run_token},
    {Method::post, "/cancel", "runHistory.cancel", cancel_history_run},
    {Method::get, "/serviceinstances/{node}", "runHistory.getServiceInstances", get_service_instances},
};

constexpr HistoryRoute kOfWorkspace[] = {
    {Method::post, "/rundata", "runHistory.getRunData", get_run_data},
    {Method::post, "/runs/query", "runHistory.query", query_history_runs},
    {Method::post, "/experiments/{experiment}/runs:query", "runHistory.query", query_history_runs},
    {Method::post, "/experimentids/{experiment}/runs:query", "runHistory.query", query_history_runs},
};

std::string history_param(const Match& match, std::string_view name) {
  for (const auto& [key, value] : match.params) {
    if (key == name) return value;
  }
  return {};
}

Response serve_history(Context& context, const Request& request, const Match& match) {
  auto workspace = find_workspace(context, match);
  if (!workspace) return service_error(context, request, workspace.error(), kRunHistory);
  HistoryCall call{.context = context, .request = request, .workspace = std::move(*workspace), .experiment = history_param(match, "experiment"), .run_id = history_param(match, "run")};
  if (request.method != Method::get && !request.body.empty()) {
    auto body = parse_json(request.body.text());
    if (!body || !body->is_object()) return service_error(context, request, {.status = 400, .code = "BadArgument", .message = "The body must be a JSON object."}, kRunHistory);
    call.body = std::move(*body);
  }
  auto answer = static_cast<const HistoryRoute*>(match.route->data)->handle(call);
  return answer ? std::move(*answer) : service_error(context, request, answer.error(), kRunHistory);
}

/// Where each service of a region is: all are the same host (wire.md 3.11).
Response discovery(Context&, const Request& request, const Match&) {
  Json out = Json::object();
  for (const char* service : {"api", "catalog", "experimentation", "history", "hyperdrive", "metrics", "mlflow", "modelmanagement", "notebooks", "pipelines", "rp"}) {
    out[service] = "https://" + request.host;
  }
  return json_response(200, out);
}

}  // namespace

std::vector<Route> history_routes() {
  std::vector<Route> out;
  const auto add = [&](const std::string& pattern, const HistoryRoute& route) {
    Route row{.method = route.method, .host = std::string(kHistoryHost), .pattern = pattern + std::string(route.path), .operation = std::string(route.operation), .handler = serve_history};
    row.data = &route;
    out.push_back(std::move(row));
  };
  const std::string base = fmt::format("/history/{{version}}{}", kWorkspacePattern);
  for (const char* run : {"/runs/{run}", "/experiments/{experiment}/runs/{run}", "/experimentids/{experiment}/runs/{run}"}) {
    for (const auto& route : kOfRun) add(base + run, route);
  }
  for (const auto& route : kOfWorkspace) add(base, route);
  out.push_back({Method::get, std::string(kHistoryHost), "/discovery", "discovery.get", discovery});
  return out;
}

}  // namespace azlab::mlflow
