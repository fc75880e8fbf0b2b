#include "sim/ml/jobs/job_command.hpp"

#include <nlohmann/json.hpp>

#include "sim/arm/resource.hpp"
#include "sim/arm/subscription.hpp"
#include "sim/core/text.hpp"
#include "sim/ml/assets/asset.hpp"
#include "sim/ml/jobs/job_data.hpp"

namespace azlab::ml {
namespace {

/// Data assets in their three spellings, as the address of their data; other addresses as they are.
Result<std::string> data_address(Context& context, const ResourceId& workspace, std::string text) {
  if (text.starts_with("azureml:") && !text.starts_with("azureml://")) text = text.substr(8);
  std::string collection = "data";
  std::string name;
  std::string version;
  if (text.starts_with("/subscriptions/")) {
    const auto id = ResourceId::parse(text);
    if (!id || id->parts.size() < 3) return fail(400, "UserError", "The input '" + text + "' is not the id of an asset.");
    collection = to_lower(id->parts[1].first);
    name = id->parts[1].second;
    version = id->parts[2].second;
  } else if (text.find("://") == std::string::npos && text.find_first_of(":@") != std::string::npos) {
    const auto mark = text.find_first_of(":@");
    name = text.substr(0, mark);
    version = text.substr(mark + 1);
  } else {
    return text;
  }
  auto asset = find_asset_version(context.world(), workspace, collection, name, version);
  if (!asset && collection == "data") asset = find_asset_version(context.world(), workspace, "models", name, version);
  if (!asset) return fail(404, "UserError", "Could not find asset with ID: " + name + ":" + version);
  const std::string uri = string_at(*asset, "properties.dataUri");
  return uri.empty() ? string_at(*asset, "properties.modelUri") : uri;
}

struct Prepared {
  Workload workload;
  Json values = Json::object();  ///< "inputs.x" -> what stands for it
};

Result<void> add_inputs(Context& context, const ResourceId& workspace, const Json& inputs, Prepared& prepared) {
  if (!inputs.is_object()) return {};
  for (const auto& [name, input] : inputs.items()) {
    if (!input.is_object()) continue;
    std::string value;
    if (string_at(input, "jobInputType") == "literal") {
      const Json* literal = find_path(input, "value");
      value = literal == nullptr ? "" : literal->is_string() ? literal->get<std::string>() : literal->dump();
    } else {
      const auto address = data_address(context, workspace, string_at(input, "uri"));
      if (!address) return fail(address.error());
      if (string_at(input, "mode") == "Direct") {
        value = *address;
      } else {
        const auto path = lay_out(context, workspace, *address, std::string(kJobData) + "/INPUT_" + name, prepared.workload.files);
        if (!path) return fail(path.error());
        value = "{{root}}/" + *path;
      }
    }
    prepared.values["inputs." + name] = value;
    prepared.workload.variables["AZUREML_PARAMETER_" + name] = value;
    prepared.workload.variables["AZURE_ML_INPUT_" + name] = value;
  }
  return {};
}

void add_outputs(const Json& outputs, Prepared& prepared) {
  if (!outputs.is_object()) return;
  for (const auto& [name, output] : outputs.items()) {
    if (name == "default") continue;
    const std::string folder = output_folder(name);
    prepared.workload.folders.push_back(folder);
    prepared.workload.collect.push_back(folder);
    prepared.values["outputs." + name] = "{{root}}/" + folder;
    prepared.workload.variables["AZURE_ML_OUTPUT_" + name] = "{{root}}/" + folder;
    prepared.workload.variables["AZUREML_DATAREFERENCE_" + name] = "{{root}}/" + folder;
  }
}

/// The token by which a run speaks for itself (wire.md 5.4); asked for at sign-in's, which alone signs.
std::string run_token(Context& context, const AssetScope& scope, const std::string& run) {
  const Json claims = {{"role", "Contributor"}, {"scope", scope.workspace.to_string()}, {"workspaceId", scope.guid}, {"runId", run}};
  const Response answer = context.call(Request::make(Method::post, "https://run-token.azlab/", dump(claims)));
  const auto json = parse_json(answer.body.text());
  return json ? string_at(*json, "token") : std::string();
}

void add_variables(Context& context, const AssetScope& scope, const JobState& state, const Json& body, Prepared& prepared) {
  const std::string workspace = scope.workspace.to_string();
  const std::string run = string_at(body, "name");
  const std::string experiment = string_at(body, "properties.experimentName", "Default");
  const std::string host = scope.location + ".api.azureml.ms";
  const std::string token = run_token(context, scope, run);
  auto& v = prepared.workload.variables;
  v["AZUREML_RUN_ID"] = v["AZUREML_ROOT_RUN_ID"] = v["MLFLOW_RUN_ID"] = run;
  v["AZUREML_RUN_TOKEN"] = v["MLFLOW_TRACKING_TOKEN"] = token;
  v["AZUREML_EXPERIMENT_ID"] = v["MLFLOW_EXPERIMENT_ID"] = state.experiment_id;
  v["AZUREML_ARM_PROJECT_NAME"] = v["MLFLOW_EXPERIMENT_NAME"] = experiment;
  v["AZUREML_EXPERIMENT_SCOPE"] = workspace + "/experiments/" + experiment;
  v["AZUREML_WORKSPACE_ID"] = scope.guid;
  v["AZUREML_WORKSPACE_SCOPE"] = workspace;
  v["AZUREML_ARM_SUBSCRIPTION"] = scope.workspace.subscription;
  v["AZUREML_ARM_RESOURCEGROUP"] = scope.workspace.resource_group;
  v["AZUREML_ARM_WORKSPACE_NAME"] = scope.workspace.parts[0].second;
  v["AZUREML_SERVICE_ENDPOINT"] = v["AZUREML_RUN_HISTORY_SERVICE_ENDPOINT"] = "https://" + host;
  v["AZUREML_DISCOVERY_SERVICE_ENDPOINT"] = "https://" + host + "/discovery";
  v["MLFLOW_TRACKING_URI"] = "azureml://" + host + "/mlflow/v1.0" + workspace;
  v["AZUREML_RUN_TOKEN_EXPIRY"] = std::to_string(std::chrono::duration_cast<std::chrono::seconds>(context.now().time_since_epoch()).count() + 21LL * 24 * 3600);
  v["AZUREML_CR_AZUREML_CONTEXT"] = dump({{"subscription_id", scope.workspace.subscription}, {"resource_group", scope.workspace.resource_group}, {"workspace_name", scope.workspace.parts[0].second},
                                          {"workspace_id", scope.guid}, {"run_id", run}, {"experiment_name", experiment}, {"service_endpoint", "https://" + host}, {"data_container_id", "dcid." + run}});
  const Json* own = find_path(body, "properties.environmentVariables");
  if (own != nullptr && own->is_object()) {
    for (const auto& [name, value] : own->items()) v[name] = value.is_string() ? value.get<std::string>() : value.dump();
  }
}

Result<void> add_snapshot(Context& context, const AssetScope& scope, const std::string& code_id, Workload& workload) {
  if (code_id.empty()) return {};
  const auto id = ResourceId::parse(code_id);
  const auto code = id && id->parts.size() >= 3 ? find_asset_version(context.world(), scope.workspace, "codes", id->parts[1].second, id->parts[2].second) : std::nullopt;
  if (!code) return fail(404, "UserError", "Could not find asset with ID: " + code_id);
  auto at = lay_out(context, scope.workspace, string_at(*code, "properties.codeUri") + "/", std::string(kJobDirectory), workload.files);
  if (!at) return fail(at.error());
  return {};
}

}  // namespace

std::string output_folder(const std::string& name) { return std::string(kJobData) + "/OUTPUT_" + name; }

std::string fill_command(std::string command, const Json& values) {
  // An optional part, "$[[--rate ${{inputs.rate}}]]", stays when everything that it names is given.
  for (auto at = command.find("$[["); at != std::string::npos; at = command.find("$[[", at)) {
    const auto end = command.find("]]", at);
    if (end == std::string::npos) break;
    std::string part = command.substr(at + 3, end - at - 3);
    for (auto name = part.find("${{"); name != std::string::npos; name = part.find("${{", name + 1)) {
      const auto close = part.find("}}", name);
      if (close == std::string::npos || !values.contains(std::string(trim(std::string_view(part).substr(name + 3, close - name - 3))))) {
        part.clear();
        break;
      }
    }
    command.replace(at, end + 2 - at, part);
  }
  for (auto at = command.find("${{"); at != std::string::npos; at = command.find("${{", at + 1)) {
    const auto end = command.find("}}", at);
    if (end == std::string::npos) break;
    const std::string name(trim(std::string_view(command).substr(at + 3, end - at - 3)));
    if (values.contains(name)) command.replace(at, end + 2 - at, values[name].get<std::string>());
  }
  return command;
}

Result<Workload> make_workload(Context& context, const JobState& state, const Json& body) {
  const ResourceId workspace = workspace_of_job(state.id);
  const auto found = asset_scope(context, workspace);
  if (!found) return fail(found.error());
  const AssetScope& scope = *found;
  Prepared prepared{.workload = {.id = string_at(body, "name"), .kind = "job", .machine = "cluster-node", .directory = std::string(kJobDirectory), .user = "azureuser"}};
  Workload& workload = prepared.workload;
  if (const auto ok = add_snapshot(context, scope, string_at(body, "properties.codeId"), workload); !ok) return fail(ok.error());
  if (const auto ok = add_inputs(context, workspace, body["properties"].value("inputs", Json::object()), prepared); !ok) return fail(ok.error());
  add_outputs(body["properties"].value("outputs", Json::object()), prepared);
  add_variables(context, scope, state, body, prepared);
  workload.folders.emplace_back(kJobDirectory);
  for (const char* folder : {"/outputs", "/logs"}) {
    workload.folders.push_back(std::string(kJobDirectory) + folder);
    workload.collect.push_back(std::string(kJobDirectory) + folder);
  }
  workload.script = fill_command(string_at(body, "properties.command"), prepared.values);
  workload.python = {.name = state.environment, .version = state.python, .requirements = state.requirements};
  if (const auto limit = parse_iso8601_duration(string_at(body, "properties.limits.timeout")); limit) workload.time_limit_s = to_seconds(*limit);
  return workload;
}

}  // namespace azlab::ml
