/// az ml job: command jobs from a YAML file, their state, logs and outputs.
#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>

#include "harness/az/ml.hpp"
#include "harness/az/ml_upload.hpp"
#include "harness/az/output.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

constexpr std::string_view kJobsVersion = "2025-01-01-preview";
// The client looks every 2 to 60 seconds, ever more slowly (wire.md 3.11).
constexpr double kFirstLook_s = 2;
constexpr double kLastLook_s = 60;

Result<std::string> jobs_path(Invocation& az) {
  auto workspace = workspace_path(az, az.value("workspace-name"));
  if (!workspace) return workspace;
  return *workspace + "/jobs";
}

Result<std::string> job_path(Invocation& az) {
  if (!az.has("name")) return usage_error("the following arguments are required: --name/-n");
  auto path = jobs_path(az);
  if (!path) return path;
  return *path + "/" + path_segment(az.value("name"));
}

std::string spelled(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

/// `a.b=c` of `--set` into the specification.
Result<void> apply_set(Invocation& az, Json& entity) {
  for (const auto& one : az.all("set")) {
    const auto equals = one.find('=');
    if (equals == std::string::npos) return usage_error("argument --set: '" + one + "' is not of the form PATH=VALUE");
    const auto value = parse_yaml(one.substr(equals + 1));
    set_path(entity, one.substr(0, equals), value ? *value : Json(one.substr(equals + 1)));
  }
  return {};
}

std::string mode_of(const std::string& mode, bool input) {
  if (mode == "rw_mount" || mode == "mount") return "ReadWriteMount";
  if (mode == "ro_mount") return "ReadOnlyMount";
  if (mode == "download") return "Download";
  if (mode == "upload") return "Upload";
  if (mode == "direct") return "Direct";
  return input ? "ReadOnlyMount" : "ReadWriteMount";
}

/// What a path of a job's input stands for: an asset, an address, or a file to upload.
Result<std::string> input_uri(Invocation& az, const std::string& workspace, const std::string& base, const std::string& path) {
  if (path.find("://") != std::string::npos || path.starts_with("azureml:")) return path;
  auto local = local_path(az, base, path);
  if (!local) return local;
  return upload_to_datastore(az, workspace, *local);
}

Result<Json> job_inputs(Invocation& az, const std::string& workspace, const std::string& base, const Json& inputs) {
  Json out = Json::object();
  if (!inputs.is_object()) return out;
  for (const auto& [name, input] : inputs.items()) {
    if (!input.is_object()) {
      out[name] = {{"jobInputType", "literal"}, {"value", spelled(input)}};
      continue;
    }
    if (!input.contains("path")) return cli_error("Error: the input '" + name + "' has no path.");
    auto uri = input_uri(az, workspace, base, string_at(input, "path"));
    if (!uri) return tl::make_unexpected(uri.error());
    out[name] = {{"jobInputType", string_at(input, "type", "uri_folder")}, {"uri", *uri}, {"mode", mode_of(string_at(input, "mode"), true)}};
  }
  return out;
}

Json job_outputs(const Json& outputs) {
  Json out = Json::object();
  if (!outputs.is_object()) return out;
  for (const auto& [name, output] : outputs.items()) {
    out[name] = {{"jobOutputType", string_at(output, "type", "uri_folder")}, {"mode", mode_of(string_at(output, "mode"), false)}};
    if (const std::string path = string_at(output, "path"); !path.empty()) out[name]["uri"] = path;
  }
  return out;
}

/// The environment: by name, or made on the way from what stands in the file.
Result<std::string> job_environment(Invocation& az, const std::string& workspace, const std::string& base, const Json& environment) {
  if (environment.is_string()) return environment.get<std::string>();
  if (!environment.is_object()) return cli_error("Error: the job has no environment.");
  Json properties = {{"image", string_at(environment, "image")}, {"osType", "Linux"}, {"isAnonymous", true}};
  if (environment.contains("conda_file")) {
    const Json& conda = environment["conda_file"];
    if (conda.is_string()) {
      const auto file = local_path(az, base, conda.get<std::string>());
      if (!file) return tl::make_unexpected(file.error());
      const auto text = read_text_file(az, *file);
      if (!text) return text;
      properties["condaFile"] = *text;
    } else {
      properties["condaFile"] = format_yaml(conda);
    }
  }
  const auto made = fetch(az, {.method = Method::put, .path = workspace + "/environments/CliV2AnonymousEnvironment/versions/" + az.random_hex(32), .version = "2023-04-01-preview", .body = dump({{"properties", properties}})});
  if (!made) return tl::make_unexpected(made.error());
  return string_at(*made, "id");
}

Result<Json> job_body(Invocation& az, const std::string& workspace, const Json& entity) {
  if (string_at(entity, "type", "command") != "command") return not_simulated("az ml job create: jobs of type '" + string_at(entity, "type") + "'");
  constexpr std::string_view kKnown[] = {"$schema", "type", "name", "display_name", "experiment_name", "description", "tags", "properties", "code", "command", "environment", "environment_variables", "inputs", "outputs", "compute", "resources", "limits"};
  for (const auto& [key, unused] : entity.items()) {
    if (std::find(std::begin(kKnown), std::end(kKnown), key) == std::end(kKnown)) return not_simulated("az ml job create: '" + key + "' in the file");
  }
  const std::string base = std::filesystem::path(az.value("file")).parent_path().string();
  const Json none = Json::object();
  Json p = {{"jobType", "Command"}, {"command", string_at(entity, "command")}, {"isArchived", false}};
  for (const auto& [from, to] : {std::pair{"display_name", "displayName"}, {"experiment_name", "experimentName"}, {"description", "description"}, {"tags", "tags"}, {"properties", "properties"}, {"environment_variables", "environmentVariables"}}) {
    if (entity.contains(from)) p[to] = entity[from];
  }
  if (!p.contains("experimentName")) p["experimentName"] = std::filesystem::path(az.environment.working_directory).filename().string();
  if (const std::string code = string_at(entity, "code"); code.starts_with("azureml:")) {
    p["codeId"] = code.substr(8);
  } else if (!code.empty()) {
    const auto local = local_path(az, base, code);
    if (!local) return tl::make_unexpected(local.error());
    const auto id = upload_snapshot(az, workspace, *local);
    if (!id) return tl::make_unexpected(id.error());
    p["codeId"] = *id;
  }
  auto inputs = job_inputs(az, workspace, base, entity.value("inputs", none));
  if (!inputs) return inputs;
  p["inputs"] = *inputs;
  p["outputs"] = job_outputs(entity.value("outputs", none));
  const auto environment = job_environment(az, workspace, base, entity.value("environment", Json()));
  if (!environment) return tl::make_unexpected(environment.error());
  p["environmentId"] = *environment;
  std::string compute = string_at(entity, "compute");
  if (compute.starts_with("azureml:")) compute = compute.substr(8);
  if (!compute.empty()) p["computeId"] = compute.starts_with("/") ? compute : workspace + "/computes/" + compute;
  if (const Json* count = find_path(entity, "resources.instance_count")) p["resources"] = {{"instanceCount", *count}};
  if (const Json* timeout = find_path(entity, "limits.timeout"); timeout != nullptr && timeout->is_number_integer()) p["limits"] = {{"jobLimitsType", "Command"}, {"timeout", iso_seconds(timeout->get<long>())}};
  return Json{{"properties", p}};
}

bool ended(const std::string& status) { return status == "Completed" || status == "Failed" || status == "Canceled" || status == "NotResponding"; }

std::string log_of(Invocation& az, const std::string& workspace, const std::string& name) {
  const auto store = fetch(az, {.path = workspace + "/datastores/workspaceartifactstore", .version = kDatastoresVersion});
  const auto secrets = fetch(az, {.method = Method::post, .path = workspace + "/datastores/workspaceartifactstore/listSecrets", .version = kDatastoresVersion, .body = R"({"expirableSecret": true, "expireAfterHours": 1})"});
  if (!store || !secrets) return {};
  const Response log = az.transport.send(Request::make(Method::get, "https://" + string_at(*store, "properties.accountName") + ".blob.core.windows.net/" + string_at(*store, "properties.containerName") + "/ExperimentRun/dcid." + name + "/user_logs/std_log.txt?" + string_at(*secrets, "sasToken")));
  return log.ok() ? log.body.text() : std::string();
}

/// Follows a job to its end, printing its log as it grows, as the client's stream does.
Result<Json> follow(Invocation& az, const std::string& path) {
  const std::string workspace = path.substr(0, path.rfind("/jobs/"));
  auto job = fetch(az, {.path = path, .version = kJobsVersion});
  if (!job) return job;
  const std::string name = string_at(*job, "name");
  const std::string studio = text_at(*job, "properties.services.Studio.endpoint");
  az.out << "RunId: " << name << "\nWeb View: " << studio << "\n";
  std::string shown;
  double wait = kFirstLook_s;
  bool headed = false;
  for (;;) {
    const std::string log = log_of(az, workspace, name);
    if (log.size() > shown.size()) {
      if (!headed) az.out << "\nStreaming user_logs/std_log.txt\n===============================\n\n";
      headed = true;
      az.out << log.substr(shown.size());
      shown = log;
    }
    if (ended(text_at(*job, "properties.status"))) break;
    az.transport.sleep(seconds(wait));
    wait = std::min(wait * 1.5, kLastLook_s);
    job = fetch(az, {.path = path, .version = kJobsVersion});
    if (!job) return job;
  }
  az.out << "\nExecution Summary\n=================\nRunId: " << name << "\nWeb View: " << studio << "\n\n";
  if (text_at(*job, "properties.status") == "Failed") {
    const auto details = fetch(az, {.path = "https://" + string_at(*job, "properties.services.Tracking.endpoint").substr(10, string_at(*job, "properties.services.Tracking.endpoint").find("/mlflow") - 10) + "/history/v1.0" + workspace + "/runs/" + name + "/details"});
    const Json* error = details ? find_path(*details, "error") : nullptr;
    return cli_error("Error: Exception : \n " + (error != nullptr ? dump_pretty(*error) : std::string("The job failed.")));
  }
  return job;
}

Result<Json> job_create(Invocation& az) {
  if (!az.has("file")) return usage_error("the following arguments are required: --file/-f");
  auto entity = entity_file(az);
  if (!entity) return entity;
  if (auto ok = apply_set(az, *entity); !ok) return tl::make_unexpected(ok.error());
  if (az.has("name")) (*entity)["name"] = az.value("name");
  auto workspace = workspace_path(az, az.value("workspace-name"));
  if (!workspace) return tl::make_unexpected(workspace.error());
  auto body = job_body(az, *workspace, *entity);
  if (!body) return body;
  // A name nobody chose is two words and letters (azure-ai-ml, generate_job_name).
  const std::string name = string_at(*entity, "name", "lab_job_" + az.random_hex(10));
  const std::string path = *workspace + "/jobs/" + path_segment(name);
  auto made = fetch(az, {.method = Method::put, .path = path, .version = kJobsVersion, .body = dump(*body)});
  if (!made) return made;
  if (az.has("stream")) {
    made = follow(az, path);
    if (!made) return made;
  }
  return job_entity(*made);
}

Result<Json> job_show(Invocation& az) {
  const auto path = job_path(az);
  if (!path) return tl::make_unexpected(path.error());
  auto job = fetch(az, {.path = *path, .version = kJobsVersion});
  return job ? Result<Json>(job_entity(*job)) : job;
}

Result<Json> job_list(Invocation& az) {
  const auto path = jobs_path(az);
  if (!path) return tl::make_unexpected(path.error());
  auto jobs = fetch_list(az, {.path = *path, .version = kJobsVersion, .query = "listViewType=ActiveOnly"});
  if (!jobs) return jobs;
  Json list = Json::array();
  const std::string most = az.value("max-results");
  for (const Json& job : *jobs) {
    if (!most.empty() && std::to_string(list.size()) == most) break;
    list.push_back(job_entity(job));
  }
  return list;
}

Result<Json> job_stream(Invocation& az) {
  const auto path = job_path(az);
  if (!path) return tl::make_unexpected(path.error());
  auto done = follow(az, *path);
  return done ? Result<Json>(Json(nullptr)) : done;
}

Result<Json> job_cancel(Invocation& az) {
  const auto path = job_path(az);
  if (!path) return tl::make_unexpected(path.error());
  auto done = send_and_finish(az, {.method = Method::post, .path = *path + "/cancel", .version = kJobsVersion});
  return done ? Result<Json>(Json(nullptr)) : done;
}

Result<Json> set_job_archived(Invocation& az, bool archived) {
  const auto path = job_path(az);
  if (!path) return tl::make_unexpected(path.error());
  auto job = fetch(az, {.path = *path, .version = kJobsVersion});
  if (!job) return job;
  (*job)["properties"]["isArchived"] = archived;
  auto done = fetch(az, {.method = Method::put, .path = *path, .version = kJobsVersion, .body = dump(*job)});
  return done ? Result<Json>(Json(nullptr)) : done;
}

Result<Json> job_archive(Invocation& az) { return set_job_archived(az, true); }
Result<Json> job_restore(Invocation& az) { return set_job_archived(az, false); }

Result<Json> job_download(Invocation& az) {
  const auto path = job_path(az);
  if (!path) return tl::make_unexpected(path.error());
  auto job = fetch(az, {.path = *path, .version = kJobsVersion});
  if (!job) return job;
  const std::string status = text_at(*job, "properties.status");
  if (!ended(status)) return cli_error("Error: This job is in state " + status + ". Download is allowed only in states ['Completed', 'Failed', 'Canceled', 'NotResponding', 'Paused']");
  const std::string workspace = path->substr(0, path->rfind("/jobs/"));
  const std::string name = string_at(*job, "name");
  const std::filesystem::path target = std::filesystem::path(az.environment.working_directory) / az.value("download-path", ".");
  const std::string output = az.value("output-name");
  if (output.empty() || az.has("all")) {
    auto done = download_from_datastore(az, workspace, "workspaceartifactstore", "ExperimentRun/dcid." + name + "/", (target / "artifacts").string());
    if (!done) return tl::make_unexpected(done.error());
  }
  const Json outputs = (*job)["properties"].value("outputs", Json::object());
  for (const auto& [key, unused] : outputs.items()) {
    if (key == "default" || (key != output && !az.has("all"))) continue;
    auto done = download_from_datastore(az, workspace, "workspaceblobstore", "azureml/" + name + "/" + key + "/", (target / "named-outputs" / key).string());
    if (!done) return tl::make_unexpected(done.error());
  }
  return Json(nullptr);
}

}  // namespace

Rows ml_job_commands() {
  static constexpr std::string_view kOne = "resource-group workspace-name name";
  static constexpr CommandRow kRows[] = {
      {"ml job create", job_create, "resource-group workspace-name name file set stream"},
      {"ml job show", job_show, kOne},
      {"ml job list", job_list, "resource-group workspace-name max-results"},
      {"ml job stream", job_stream, kOne},
      {"ml job cancel", job_cancel, kOne},
      {"ml job archive", job_archive, kOne},
      {"ml job restore", job_restore, kOne},
      {"ml job download", job_download, "resource-group workspace-name name output-name download-path all"},
  };
  return kRows;
}

}  // namespace azlab::az
