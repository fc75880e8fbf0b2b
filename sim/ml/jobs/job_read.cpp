#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/arm/error.hpp"
#include "sim/arm/resource.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"
#include "sim/ml/assets/asset.hpp"
#include "sim/ml/assets/paths.hpp"
#include "sim/ml/jobs/job.hpp"
#include "sim/ml/jobs/job_results.hpp"
#include "sim/ml/jobs/jobs.hpp"

namespace azlab::ml {
namespace {

/// What the service says of a run that is not there.
Error no_job(const std::string& name) { return {404, "UserError", "Run " + name + " not found"}; }

struct FoundJob {
  AssetScope scope;
  Json body{};
};

Result<FoundJob> find_job(Context& context, const Match& match) {
  auto scope = asset_scope(context, match);
  if (!scope) return fail(scope.error());
  auto body = arm::read_resource(context.world(), job_id(scope->workspace, match.at("name")).to_string());
  if (!body) return fail(no_job(match.at("name")));
  return FoundJob{std::move(*scope), std::move(*body)};
}

/// The address behind "azureml://locations/<l>/workspaces/<guid>/data/<name>/versions/<v>", or an ARM id.
std::optional<std::string> uri_of_asset(const World& world, const ResourceId& workspace, const std::string& id, const char* collection, const char* member) {
  const std::string mark = "/" + std::string(collection) + "/";
  const auto at = id.find(mark);
  if (at == std::string::npos) return std::nullopt;
  const auto parts = split(id.substr(at + mark.size()), '/');
  if (parts.size() < 3) return std::nullopt;
  const auto asset = find_asset_version(world, workspace, collection, parts[0], parts[2]);
  return asset ? std::optional<std::string>(string_at(*asset, std::string("properties.") + member)) : std::nullopt;
}

}  // namespace

Response get_job(Context& context, const Request&, const Match& match) {
  const auto job = find_job(context, match);
  return job ? json_response(200, job->body) : arm::error_response(job.error());
}

Response list_jobs(Context& context, const Request& request, const Match& match) {
  const auto scope = asset_scope(context, match);
  if (!scope) return arm::error_response(scope.error());
  if (const auto ok = check_parameters(request, {"$skip", "listViewType", "jobType", "tag", "scheduled", "scheduleId", "properties"}); !ok) return arm::error_response(ok.error());
  const std::string type = request.query_value("jobType").value_or("");
  const std::string tag = request.query_value("tag").value_or("");
  std::vector<Json> items;
  context.world().for_each(Table::resource, scope->workspace.key() + "/jobs/", [&](const std::string&, const RowPtr& row) {
    Json item = *parse_json(row->body);
    const Json* tags = find_path(item, "properties.tags");
    const auto equals = tag.find('=');
    const Json* value = tags != nullptr && !tag.empty() ? find_key(*tags, tag.substr(0, equals)) : nullptr;
    const bool tagged = tag.empty() || (value != nullptr && (equals == std::string::npos || *value == tag.substr(equals + 1)));
    if (shown_in(request, item) && tagged && (type.empty() || equals_ignore_case(type, string_at(item, "properties.jobType")))) items.push_back(std::move(item));
    return true;
  });
  std::stable_sort(items.begin(), items.end(), [](const Json& a, const Json& b) { return string_at(b, "systemData.createdAt") < string_at(a, "systemData.createdAt"); });
  return page_of(request, Json(items));
}

Response cancel_job_request(Context& context, const Request&, const Match& match) {
  const auto job = find_job(context, match);
  if (!job) return arm::error_response(job.error());
  const auto state = find_job_state(context.world(), string_at(job->body, "id"));
  const std::string status = string_at(job->body, "properties.status");
  if (!state || is_terminal(status) || status == "CancelRequested") return empty_response(200);
  cancel_job(context, *state);
  const std::string result = "/subscriptions/" + job->scope.workspace.subscription + "/providers/Microsoft.MachineLearningServices/locations/" + job->scope.location + "/mfeOperationResults/jc:" +
                             job->scope.guid + ":" + string_at(job->body, "name");
  context.world().put(Table::setting, "waits-for/" + to_lower(result), Row{.body = state->id + "\n" + state->compute});
  Response response = empty_response(202);
  response.headers.set("Location", "https://" + std::string(kArmHost) + result + "?api-version=2024-04-01");
  response.headers.set("Retry-After", "5");
  return response;
}

/// The result of a cancellation: 202 while it goes on.
Response cancel_result(Context& context, const Request&, const Match& match) {
  const auto parts = split(match.at("id"), ':');
  const std::string name = parts.empty() ? "" : parts.back();
  std::string status;
  context.world().for_each_of_type(kJobType, "", [&](const std::string& key, const RowPtr& row) {
    if (!key.ends_with("/jobs/" + to_lower(name))) return true;
    status = string_at(*parse_json(row->body), "properties.status");
    return false;
  });
  if (status.empty()) return arm::error_response(no_job(name));
  if (is_terminal(status)) return empty_response(200);
  Response response = empty_response(202);
  response.headers.set("Location", "https://" + std::string(kArmHost) + "/subscriptions/" + match.at("sub") + "/providers/Microsoft.MachineLearningServices/locations/" + match.at("location") + "/mfeOperationResults/" + match.at("id") + "?api-version=2024-04-01");
  response.headers.set("Retry-After", "5");
  return response;
}

Response resolve_data_uris(Context& context, const Request& request, const Match& match) {
  const auto scope = asset_scope(context, match);
  if (!scope) return arm::error_response(scope.error());
  const auto body = parse_json(request.body.text());
  const Json* values = body ? find_path(*body, "values") : nullptr;
  if (values == nullptr || !values->is_array()) return arm::error_response({400, "UserError", "A list 'values' of asset ids was expected."});
  const bool models = match.route->operation.starts_with("models.");
  Json out = Json::object();
  for (const auto& value : *values) {
    const std::string id = value.is_string() ? value.get<std::string>() : "";
    const auto uri = uri_of_asset(context.world(), scope->workspace, id, models ? "models" : "data", models ? "modelUri" : "dataUri");
    if (!uri) return arm::error_response(faults::make_error("asset-not-found", {{"assetId", id}, {"region", scope->location}}));
    // Of a model, clients take the path for an address, too (azure-ai-ml, _job_ops_helper and _artifact_utilities).
    out[id] = models ? Json{{"path", *uri}, {"uri", *uri}} : Json{{"uri", *uri}, {"type", "uri_folder"}};
  }
  return json_response(200, {{"values", out}});
}

std::vector<Route> job_routes() {
  std::vector<Route> out = job_report_routes();
  const std::string host(kArmHost);
  const std::string workspace = "/subscriptions/{sub}/resourceGroups/{rg}/providers/Microsoft.MachineLearningServices/workspaces/{ws}";
  out.push_back({Method::get, host, workspace + "/jobs", "jobs.list", list_jobs});
  out.push_back({Method::get, host, workspace + "/jobs/{name}", "jobs.get", get_job});
  out.push_back({Method::put, host, workspace + "/jobs/{name}", "jobs.create", put_job});
  out.push_back({Method::post, host, workspace + "/jobs/{name}/cancel", "jobs.cancel", cancel_job_request});
  out.push_back({Method::get, host, "/subscriptions/{sub}/providers/Microsoft.MachineLearningServices/locations/{location}/mfeOperationResults/{id}", "jobs.cancelResult", cancel_result});
  out.push_back({Method::post, "*.api.azureml.ms", "/data/v1.0" + workspace + "/dataversion/batchGetResolvedUris", "data.resolveUris", resolve_data_uris});
  out.push_back({Method::post, "*.api.azureml.ms", "/modelregistry/v1.0" + workspace + "/models/batchGetResolvedUris", "models.resolveUris", resolve_data_uris});
  return out;
}

PhaseNames job_phase_names() { return {"jobs.create", {"environment", "queue", "running"}}; }

std::vector<EventHandler> job_event_handlers() { return {{"job.step", on_job_step}, {"jobs.queue", on_jobs_queue}}; }

}  // namespace azlab::ml
