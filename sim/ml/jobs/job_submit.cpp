#include <re2/re2.h>

#include <nlohmann/json.hpp>

#include "sim/arm/error.hpp"
#include "sim/arm/resource.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"
#include "sim/ml/assets/asset.hpp"
#include "sim/ml/jobs/job.hpp"
#include "sim/ml/jobs/job_environment.hpp"
#include "sim/ml/jobs/jobs.hpp"

namespace azlab::ml {
namespace {

/// What no later PUT may change, and how the service calls it.
constexpr const char* kFixed[] = {"command", "codeId", "computeId", "experimentName", "inputs", "jobType"};
constexpr const char* kChangeable[] = {"description", "tags", "displayName", "properties", "isArchived"};

Result<void> check_experiment(const std::string& name) {
  static const RE2 kName(R"([a-zA-Z0-9][a-zA-Z0-9_.\-]{0,254})");
  if (RE2::FullMatch(name, kName)) return {};
  return fail(faults::make_error("job-experiment-name-invalid", {{"experiment", name}}));
}

Result<void> check_kind(const Json& properties) {
  const std::string type = string_at(properties, "jobType");
  if (type != "Command") {
    return fail(400, "AzlabNotSimulated", "azlab runs command jobs; jobs of the type '" + type + "' it does not simulate.");
  }
  if (string_at(properties, "command").empty()) return fail(400, "UserError", "The required property 'command' is missing.");
  const Json* count = find_path(properties, "resources.instanceCount");
  if (count != nullptr && count->is_number_integer() && count->get<int>() < 1) return fail(400, "UserError", "The instance count of a job must be at least 1.");
  if (const Json* kind = find_path(properties, "distribution"); kind != nullptr && !kind->is_null()) {
    return fail(400, "AzlabNotSimulated", "azlab does not simulate distributed jobs ('" + string_at(*kind, "distributionType") + "').");
  }
  return {};
}

/// The compute's ARM id, as stored.
Result<std::string> find_compute(Context& context, const AssetScope& scope, const Json& properties) {
  std::string given = string_at(properties, "computeId");
  if (given.starts_with("azureml:")) given = given.substr(8);
  if (given.empty()) return fail(400, "AzlabNotSimulated", "azlab does not simulate serverless compute; name a compute of the workspace in the job.");
  const std::string name = given.substr(given.rfind('/') + 1);
  const auto body = arm::read_resource(context.world(), scope.workspace.to_string() + "/computes/" + name);
  if (!body) return fail(faults::make_error("unknown-compute-target", {{"compute", name}, {"region", scope.location}}));
  return string_at(*body, "id");
}

Json default_properties(const AssetScope& scope, const std::string& name) {
  const std::string workspace = scope.workspace.to_string();
  const auto service = [](const char* type, const std::string& endpoint) {
    return Json{{"jobServiceType", type}, {"port", nullptr}, {"endpoint", endpoint}, {"status", nullptr}, {"errorMessage", nullptr}, {"properties", nullptr}, {"nodes", nullptr}};
  };
  const std::string short_id = "/subscriptions/" + scope.workspace.subscription + "/resourcegroups/" + scope.workspace.resource_group + "/workspaces/" + scope.workspace.parts[0].second;
  return {{"description", nullptr},
          {"tags", Json::object()},
          {"properties", Json::object()},
          {"displayName", name},
          {"experimentName", "Default"},
          {"isArchived", false},
          {"identity", nullptr},
          {"codeId", nullptr},
          {"inputs", Json::object()},
          {"outputs", Json::object()},
          {"environmentVariables", Json::object()},
          {"distribution", nullptr},
          {"limits", nullptr},
          {"notificationSetting", nullptr},
          {"queueSettings", nullptr},
          {"autologgerSettings", nullptr},
          {"parameters", Json::object()},
          {"componentId", nullptr},
          {"resources", {{"instanceCount", 1}, {"instanceType", nullptr}, {"properties", nullptr}, {"shmSize", "2g"}, {"dockerArgs", nullptr}, {"locations", nullptr}}},
          {"services", {{"Tracking", service("Tracking", "azureml://" + scope.location + ".api.azureml.ms/mlflow/v1.0" + workspace + "?")}, {"Studio", service("Studio", "https://ml.azure.com/runs/" + name + "?wsid=" + short_id)}}},
          {"status", "Starting"}};
}

/// What the client sent over what every job has; null members leave what is there.
void lay_over_job(Json& base, const Json& sent) {
  for (const auto& [key, value] : sent.items()) {
    if (value.is_null() && base.contains(key)) continue;
    if (value.is_object() && base.contains(key) && base[key].is_object() && key == "resources") {
      for (const auto& [inner, part] : value.items()) {
        if (!part.is_null()) base[key][inner] = part;
      }
    } else {
      base[key] = value;
    }
  }
}

void complete_outputs(Json& properties, const std::string& name) {
  Json& outputs = properties["outputs"];
  for (auto& [key, output] : outputs.items()) {
    if (!output.is_object()) output = Json::object();
    // Clients take an output without a type for an error (wire.md 3.13).
    if (string_at(output, "jobOutputType").empty()) output["jobOutputType"] = "uri_folder";
    if (string_at(output, "mode").empty()) output["mode"] = "ReadWriteMount";
  }
  outputs["default"] = {{"description", nullptr}, {"uri", "azureml://datastores/workspaceartifactstore/ExperimentRun/dcid." + name}, {"mode", "ReadWriteMount"}, {"jobOutputType", "uri_folder"}};
}

Response update_job(Context& context, const AssetScope& scope, Json stored, const Json& sent) {
  Json& properties = stored["properties"];
  for (const char* name : kFixed) {
    if (sent.contains(name) && !sent[name].is_null() && properties.contains(name) && sent[name] != properties[name]) {
      return arm::error_response(faults::make_error("job-name-exists-immutable", {{"property", name}, {"region", scope.location}}));
    }
  }
  for (const char* name : kChangeable) {
    if (sent.contains(name) && !sent[name].is_null()) properties[name] = sent[name];
  }
  changed_now(context, stored);
  arm::write_resource(context.world(), string_at(stored, "id"), stored);
  if (const auto state = find_job_state(context.world(), string_at(stored, "id"))) set_job_status(context, *state, string_at(properties, "status"));
  return json_response(200, stored);
}

}  // namespace

Response put_job(Context& context, const Request& request, const Match& match) {
  const auto scope = asset_scope(context, match);
  if (!scope) return arm::error_response(scope.error());
  const auto body = parse_json(request.body.text());
  const Json* sent = body ? find_path(*body, "properties") : nullptr;
  if (sent == nullptr || !sent->is_object()) {
    return arm::error_response({400, "InvalidRequestContent", "The request content was invalid: " + (body ? "an object 'properties' was expected" : body.error().message) + "."});
  }
  static const RE2 kName(R"([a-zA-Z0-9][a-zA-Z0-9_\-]{0,254})");
  const std::string& name = match.at("name");
  if (!RE2::FullMatch(name, kName)) return arm::error_response({400, "UserError", "The job name '" + name + "' is invalid: it may hold letters, digits, '-' and '_', at most 255."});
  const ResourceId id = job_id(scope->workspace, name);
  if (auto existing = arm::read_resource(context.world(), id.to_string())) return update_job(context, *scope, std::move(*existing), *sent);

  if (const auto ok = check_kind(*sent); !ok) return arm::error_response(ok.error());
  Json properties = default_properties(*scope, name);
  lay_over_job(properties, *sent);
  if (const auto ok = check_experiment(string_at(properties, "experimentName")); !ok) return arm::error_response(ok.error());
  const auto compute = find_compute(context, *scope, properties);
  if (!compute) return arm::error_response(compute.error());
  const auto environment = resolve_environment(context, *scope, string_at(properties, "environmentId"));
  if (!environment) return arm::error_response(environment.error());
  properties["computeId"] = *compute;
  properties["environmentId"] = environment->id;
  properties["properties"]["_azureml.ComputeTargetType"] = "amlctrain";
  properties["properties"]["ContentSnapshotId"] = context.draw().guid("snapshot", id.key());
  complete_outputs(properties, name);
  arm::write_resource(context.world(), id.to_string(), {{"id", id.to_string()}, {"name", name}, {"type", kJobType}, {"properties", properties}, {"systemData", made_now(context)}});
  begin_job(context, {.id = id.to_string(), .compute = *compute, .image = environment->image, .built = environment->curated, .python = environment->python, .requirements = environment->requirements,
                      .environment = environment->name, .blocked = environment->blocked, .run_id = name});
  return json_response(201, *arm::read_resource(context.world(), id.to_string()));
}

}  // namespace azlab::ml
