#include "sim/ml/jobs/job_results.hpp"

#include <map>
#include <nlohmann/json.hpp>

#include "sim/arm/resource.hpp"
#include "sim/core/text.hpp"
#include "sim/ml/assets/asset.hpp"
#include "sim/ml/jobs/job_command.hpp"
#include "sim/ml/jobs/job_data.hpp"

namespace azlab::ml {
namespace {

// A log that is longer is cut, and says so: a process that prints without end must not fill the memory.
constexpr std::size_t kLogBytesMax = std::size_t{4} << 20;

// A file of a process whose files stay in its row (`keeps`): the answer of a model.
constexpr std::size_t kKeptBytesMax = std::size_t{8} << 20;

std::string artifact_uri(const std::string& job, const std::string& path) { return "azureml://datastores/workspaceartifactstore/paths/ExperimentRun/dcid." + job + "/" + path; }

/// Where an output goes: what the job says, or the service's own place (wire.md 3.11).
std::string output_uri(const Json& body, const std::string& output) {
  const std::string given = string_at(body, "properties.outputs." + output + ".uri");
  const std::string base = given.empty() ? "azureml://datastores/workspaceblobstore/paths/azureml/" + string_at(body, "name") + "/" + output + "/" : given;
  return base.ends_with("/") ? base : base + "/";
}

/// Run history calls kinds of outputs by other names than jobs do. That azure-ai-ml 1.35.0 to 1.35.2 look for the jobs' names
/// there, and so miss named outputs, is theirs (issue 48941 of azure-sdk-for-python, with what the service answers).
std::string type_in_history(const std::string& type) {
  static const std::map<std::string, std::string, std::less<>> kNames = {{"uri_file", "UriFile"},          {"uri_folder", "UriFolder"},    {"mltable", "MLTable"},
                                                                         {"custom_model", "CustomModel"}, {"mlflow_model", "MLFlowModel"}, {"triton_model", "TritonModel"}};
  const auto found = kNames.find(type);
  return found == kNames.end() ? type : found->second;
}

Response unknown_workload(const std::string& id) { return json_response(404, {{"error", {{"code", "UnknownWorkload"}, {"message", "No workload '" + id + "' was started."}}}}); }

std::optional<Json> workload_row(const World& world, const std::string& id) {
  const RowPtr row = world.find(Table::workload, id);
  const auto json = row ? parse_json(row->body) : fail(404, "", "");
  if (!json) return std::nullopt;
  return *json;
}

Response workload_output(Context& context, const Request& request, const Match& match) {
  const std::string& id = match.at("id");
  auto row = workload_row(context.world(), id);
  if (!row || (!row->contains("job") && !row->contains("keeps"))) return unknown_workload(id);
  std::string log = string_at(*row, "output");
  if (log.size() < kLogBytesMax) {
    log += request.body.text();
    if (log.size() >= kLogBytesMax) log = log.substr(0, kLogBytesMax) + "\n[azlab: the rest of the log was cut]\n";
    (*row)["output"] = log;
    context.world().put(Table::workload, id, Row{.body = dump(*row)});
  }
  if (const auto state = find_job_state(context.world(), string_at(*row, "job"))) store_log(context, *state, id, log);
  return empty_response(204);
}

/// A file that the process left: an artifact of the run, or part of a named output.
Response workload_file(Context& context, const Request& request, const Match& match) {
  const std::string& id = match.at("id");
  auto row = workload_row(context.world(), id);
  if (row && row->contains("keeps")) {
    if (request.body.size() > kKeptBytesMax) return json_response(413, {{"error", {{"code", "TooLarge"}, {"message", "What a process answers is kept in memory, and this is too large."}}}});
    (*row)["files"][match.at("path")] = request.body.text();
    context.world().put(Table::workload, id, Row{.body = dump(*row)});
    return empty_response(204);
  }
  const auto state = row && row->contains("job") ? find_job_state(context.world(), string_at(*row, "job")) : std::nullopt;
  const auto body = state ? arm::read_resource(context.world(), state->id) : std::nullopt;
  if (!body) return unknown_workload(id);
  const std::string& path = match.at("path");
  const std::string directory = std::string(kJobDirectory) + "/";
  const std::string data = std::string(kJobData) + "/OUTPUT_";
  std::string uri;
  if (path.starts_with(directory)) uri = artifact_uri(id, path.substr(directory.size()));
  if (path.starts_with(data)) {
    const auto slash = path.find('/', data.size());
    if (slash != std::string::npos) uri = output_uri(*body, path.substr(data.size(), slash - data.size())) + path.substr(slash + 1);
  }
  if (uri.empty()) return json_response(400, {{"error", {{"code", "UnknownPath"}, {"message", "No output of a job lies at '" + path + "'."}}}});
  const auto place = stored_at(context.world(), workspace_of_job(state->id), uri);
  const auto written = place ? write_stored(context, *place, request.body.text()) : fail(place.error());
  if (!written) return json_response(written.error().status, {{"error", {{"code", written.error().code}, {"message", written.error().message}}}});
  return empty_response(204);
}

}  // namespace

std::optional<JobResult> job_result(const World& world, const std::string& name) {
  const auto row = workload_row(world, name);
  if (!row || !row->contains("exitStatus")) return std::nullopt;
  return JobResult{(*row)["exitStatus"], string_at(*row, "reason"), string_at(*row, "output")};
}

void note_started(World& world, const JobState& state, const std::string& name) { world.put(Table::workload, name, Row{.body = dump({{"job", state.id}, {"output", ""}})}); }

void store_log(Context& context, const JobState& state, const std::string& name, const std::string& text) {
  const auto place = stored_at(context.world(), workspace_of_job(state.id), artifact_uri(name, "user_logs/std_log.txt"));
  if (place) (void)write_stored(context, *place, text);
}

Json register_outputs(Context& context, const JobState& state, const Json& body) {
  const ResourceId workspace = workspace_of_job(state.id);
  const auto stored = arm::read_resource(context.world(), workspace.to_string());
  Json out = Json::object();
  const Json* outputs = find_path(body, "properties.outputs");
  if (!stored || outputs == nullptr || !outputs->is_object()) return out;
  const std::string job = string_at(body, "name");
  for (const auto& [name, output] : outputs->items()) {
    if (name == "default" || !output.is_object()) continue;
    const std::string type = string_at(output, "jobOutputType", "uri_folder");
    const bool model = type.ends_with("_model");
    const std::string asset = string_at(output, "assetName", "azureml_" + job + "_output_data_" + name);
    const std::string version = string_at(output, "assetVersion", "1");
    const std::string uri = output_uri(body, name);
    const Json properties = model ? Json{{"modelUri", uri}, {"modelType", type}} : Json{{"dataUri", uri}, {"dataType", type == "uri_file" || type == "mltable" ? type : "uri_folder"}};
    const std::string collection = model ? "models" : "data";
    context.call(Request::make(Method::put, workspace.to_string() + "/" + collection + "/" + percent_encode(asset) + "/versions/" + percent_encode(version) + "?api-version=2024-04-01", dump({{"properties", properties}})));
    const std::string id = "azureml://locations/" + string_at(*stored, "location") + "/workspaces/" + string_at(*stored, "properties.workspaceId") + "/" + collection + "/" + asset + "/versions/" + version;
    out[name] = {{"assetId", id}, {"type", type_in_history(type)}};
  }
  return out;
}

std::vector<Route> job_report_routes() {
  return {{Method::post, "workloads.azlab", "/{id}/output", "workloads.output", workload_output}, {Method::put, "workloads.azlab", "/{id}/files/{path*}", "workloads.file", workload_file}};
}

}  // namespace azlab::ml
