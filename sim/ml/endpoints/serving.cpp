/// The process that stands for a deployment's container.
#include "sim/ml/endpoints/serving.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "sim/arm/resource.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"
#include "sim/ml/assets/paths.hpp"
#include "sim/ml/endpoints/deployed.hpp"
#include "sim/ml/endpoints/online.hpp"
#include "sim/ml/jobs/job_data.hpp"

namespace azlab::ml {
namespace {

// Where things lie in the container, below the root of its process.
constexpr std::string_view kCode = "var/azureml-app/code";
constexpr std::string_view kModels = "var/azureml-app/azureml-models";
constexpr std::string_view kDriver = "azlab/score.py";
constexpr std::string_view kRequest = "azlab/request";
constexpr std::string_view kAnswer = "answer";
// Real seconds after which a container's process is ended. How long run() took is measured apart from this computer's speed.
constexpr double kTimeLimitS = 120;
// Of the server that azlab's driver stands for; what else an environment asks for must be there.
constexpr std::array<std::string_view, 2> kServer = {"azureml-defaults", "azureml-inference-server-http"};

tl::unexpected<Error> blocked(const std::string& reason) { return fail(faults::make_error("workload-blocked", {{"reason", reason}})); }

std::string name_of_requirement(const std::string& line) { return to_lower(std::string(trim(line.substr(0, line.find_first_of("=<>!~[; ,@"))))); }

std::vector<std::string> without_server(const std::vector<std::string>& requirements) {
  std::vector<std::string> out;
  for (const auto& line : requirements) {
    const std::string name = name_of_requirement(line);
    if (!name.empty() && name.front() != '#' && name.front() != '-' && std::find(kServer.begin(), kServer.end(), name) == kServer.end()) out.emplace_back(trim(line));
  }
  return out;
}

/// What a model of MLflow's says that it needs.
std::vector<std::string> needs_of_model(const std::string& folder, const std::vector<WorkloadFile>& files) {
  for (const auto& file : files) {
    if (file.path == folder + "/requirements.txt") return split(*file.bytes, '\n');
  }
  return {};
}

/// The folder of a model below kModels, and its files. A folder that was registered keeps its name there (documented).
Result<std::string> lay_out_model(Context& context, const Deployed& deployed, std::vector<WorkloadFile>& files) {
  const std::string directory = std::string(kModels) + "/" + deployed.model_name + "/" + deployed.model_version;
  std::string uri = deployed.model;
  while (uri.ends_with("/")) uri.pop_back();
  const std::string name = percent_decode(uri.substr(uri.rfind('/') + 1));
  const std::size_t before = files.size();
  auto laid = lay_out(context, deployed.workspace, uri, directory + "/" + name, files);
  if (!laid || *laid == directory + "/" + name) return laid;
  files.resize(before);  // one file: it has no folder of its own
  return lay_out(context, deployed.workspace, uri, directory, files);
}

Result<Workload> make_container(Context& context, const ResourceId& deployment, const Json& body, const std::string& id, const std::string* request) {
  auto deployed = find_deployed(context, deployment, body);
  if (!deployed) return fail(deployed.error());
  const bool mlflow = deployed->code.empty() && deployed->model_type == "mlflow_model";
  if (deployed->code.empty() && !mlflow) return blocked("its environment brings a server of its own, whose image cannot be run here");
  if (!deployed->environment.blocked.empty()) return blocked(deployed->environment.blocked);
  Workload workload{.id = id, .kind = "job", .machine = "cluster-node", .directory = std::string(kCode), .user = "azureuser", .folders = {std::string(kCode), std::string(kAnswer)}, .collect = {std::string(kAnswer)}};
  std::string model;
  if (!deployed->model.empty()) {
    const auto laid = lay_out_model(context, *deployed, workload.files);
    if (!laid) return fail(faults::make_error("online-model-download-failed"));
    model = *laid;
    workload.variables["AZUREML_MODEL_DIR"] = "{{root}}/" + std::string(kModels) + "/" + deployed->model_name + "/" + deployed->model_version;
  }
  if (mlflow) {
    workload.python = {.name = "the model " + deployed->model_name, .requirements = without_server(needs_of_model(model, workload.files))};
    workload.arguments = {"--mlflow", "{{root}}/" + model};
  } else {
    if (const auto laid = lay_out(context, deployed->workspace, deployed->code + "/", std::string(kCode), workload.files); !laid) return fail(faults::make_error("online-model-download-failed"));
    workload.python = {.name = deployed->environment.name.substr(0, deployed->environment.name.find(':')), .version = deployed->environment.python, .requirements = without_server(deployed->environment.requirements)};
    workload.arguments = {deployed->script};
  }
  workload.files.push_back({std::string(kDriver), std::make_shared<const std::string>(fixtures::get("fixtures/python/score.py"))});
  if (request != nullptr) {
    workload.files.push_back({std::string(kRequest), std::make_shared<const std::string>(*request)});
    workload.arguments.push_back("{{root}}/" + std::string(kRequest));
  }
  workload.variables["AZUREML_APP_ROOT"] = "{{root}}/" + std::string(kCode);
  workload.variables["AZUREML_ENTRY_SCRIPT"] = deployed->script;
  workload.variables["AZLAB_ANSWER"] = "{{root}}/" + std::string(kAnswer);
  workload.variables["AZLAB_DRIVER"] = "{{root}}/" + std::string(kDriver);
  if (const Json* own = find_path(body, "properties.environmentVariables"); own != nullptr && own->is_object()) {
    for (const auto& [name, value] : own->items()) workload.variables[name] = value.is_string() ? value.get<std::string>() : value.dump();
  }
  // Whoever asked waits for it: it has no part in the simulated clock.
  workload.script = "exec env -u AZLAB_CLOCK python \"$AZLAB_DRIVER\" \"$@\"\n";
  workload.time_limit_s = kTimeLimitS;
  return workload;
}

/// Whether something lies at an address, without reading it.
bool is_there(Context& context, const ResourceId& workspace, const std::string& uri) {
  const auto place = stored_at(context.world(), workspace, uri);
  if (!place) return false;
  if (place->file_share) return read_stored(context, *place).has_value();
  const auto names = list_stored(context, *place);
  return names && !names->empty();
}

}  // namespace

Result<void> check_downloads(Context& context, const ResourceId& deployment, const Json& body) {
  const auto deployed = find_deployed(context, deployment, body);
  if (!deployed) return fail(deployed.error());
  for (const auto& uri : {deployed->model, deployed->code}) {
    if (!uri.empty() && !is_there(context, deployed->workspace, uri)) return fail(faults::make_error("online-model-download-failed"));
  }
  return {};
}

Result<void> start_container(Context& context, std::string_view deployment, const std::string& id, const std::string* request) {
  const auto body = arm::read_resource(context.world(), deployment);
  const auto resource = ResourceId::parse(deployment);
  if (!body || !resource) return blocked("its deployment is gone");
  const auto workload = make_container(context, *resource, *body, id, request);
  if (!workload) return fail(workload.error());
  if (context.workloads() == nullptr) return blocked("this program starts no processes for the simulator (Simulator::set_workloads)");
  const WorkloadStart start = context.workloads()->start(*workload);
  if (!start.started) return blocked(start.blocked);
  context.world().put(Table::workload, id, Row{.body = dump({{"keeps", true}, {"deployment", to_lower(deployment)}, {"output", ""}, {"files", Json::object()}})});
  return {};
}

std::optional<Served> served(const World& world, const std::string& id) {
  const RowPtr row = world.find(Table::workload, id);
  const auto state = row ? parse_json(row->body) : parse_json("");
  if (!state || !state->contains("exitStatus")) return std::nullopt;
  Served out{.exit_status = (*state)["exitStatus"], .reason = string_at(*state, "reason"), .output = string_at(*state, "output")};
  const Json* files = find_key(*state, "files");
  const Json* result = files != nullptr ? find_key(*files, "answer/result.json") : nullptr;
  const auto told = result != nullptr && result->is_string() ? parse_json(result->get<std::string>()) : parse_json("");
  const Json* status = told ? find_key(*told, "status") : nullptr;
  const Json* seconds = told ? find_key(*told, "seconds") : nullptr;
  const Json* text = files != nullptr ? find_key(*files, "answer/body") : nullptr;
  if (status == nullptr || !status->is_number_integer() || text == nullptr || !text->is_string()) return out;
  out.status = status->get<int>();
  out.seconds = seconds != nullptr && seconds->is_number() ? seconds->get<double>() : 0;
  out.body = text->get<std::string>();
  return out;
}

void forget_container(Context& context, const std::string& id) {
  const RowPtr row = context.world().find(Table::workload, id);
  if (!row) return;
  if (!served(context.world(), id) && context.workloads() != nullptr) context.workloads()->stop(id);
  context.world().erase(Table::workload, id);
}

void start_probes(Context& context, const Operation& op, const OperationPhase& phase) {
  if (const auto ok = start_container(context, op.resource, op.id, nullptr); !ok) {
    return add_online_output(context, op.resource, "[azlab: the scoring script was not started: " + ok.error().message + "]\n");
  }
  context.timeline().hold(op.id, context.now() + phase.duration);
}

Result<void> probes_result(Context& context, const Operation& op) {
  if (!context.world().find(Table::workload, op.id)) return {};
  const auto result = served(context.world(), op.id);
  forget_container(context, op.id);
  if (!result) return fail(faults::make_error("workload-blocked", {{"reason", "the end of its process was never reported"}}));
  add_online_output(context, op.resource, result->output);
  return result->exit_status == 0 ? Result<void>() : fail(faults::make_error("deployment-resource-not-ready"));
}

}  // namespace azlab::ml
