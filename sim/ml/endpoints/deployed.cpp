#include "sim/ml/endpoints/deployed.hpp"

#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"
#include "sim/ml/assets/asset.hpp"

namespace azlab::ml {
namespace {

/// The name and version in an ARM id, an address of the service, "azureml:name:version" or "name@label".
std::pair<std::string, std::string> asset_named(std::string_view text, std::string_view collection) {
  const std::string segment = "/" + std::string(collection) + "/";
  if (const auto at = to_lower(text).rfind(segment); at != std::string::npos) {
    const auto parts = split(text.substr(at + segment.size()), '/');
    return {parts[0], parts.size() > 2 ? parts[2] : ""};
  }
  if (starts_with_ignore_case(text, "azureml:")) text.remove_prefix(8);
  const auto mark = text.find_first_of(":@");
  if (mark == std::string_view::npos) return {std::string(text), ""};
  return {std::string(text.substr(0, mark)), std::string(text.substr(mark + 1))};
}

Result<Json> asset_of(Context& context, const AssetScope& scope, std::string_view collection, const std::string& text) {
  if (starts_with_ignore_case(text, "azureml://registries/")) return fail(400, "AzlabNotSimulated", "azlab has no models and code of registries; '" + text + "' is one.");
  const auto [name, version] = asset_named(text, collection);
  auto found = find_asset_version(context.world(), scope.workspace, collection, name, version);
  if (!found) return fail(asset_not_found(scope, collection, name, version));
  return std::move(*found);
}

Result<void> find_model(Context& context, const AssetScope& scope, const Json& body, Deployed& out) {
  const std::string text = string_at(body, "properties.model");
  if (text.empty()) return {};
  const auto model = asset_of(context, scope, "models", text);
  if (!model) return fail(model.error());
  out.model = string_at(*model, "properties.modelUri");
  out.model_type = string_at(*model, "properties.modelType", "custom_model");
  out.model_name = asset_named(text, "models").first;
  out.model_version = string_at(*model, "name");
  return {};
}

Result<void> find_code(Context& context, const AssetScope& scope, const Json& body, Deployed& out) {
  const Json* code = find_path(body, "properties.codeConfiguration");
  if (code == nullptr || !code->is_object()) return {};
  out.script = string_at(*code, "scoringScript");
  if (out.script.empty()) return fail(faults::make_error("deployment-missing-driver-program"));
  const auto found = asset_of(context, scope, "codes", string_at(*code, "codeId"));
  if (!found) return fail(found.error());
  out.code = string_at(*found, "properties.codeUri");
  return {};
}

/// Whether the environment brings a server of its own, so that no scoring script is needed.
bool serves_itself(Context& context, const AssetScope& scope, const std::string& environment) {
  const auto [name, version] = asset_named(environment, "environments");
  const auto body = find_asset_version(context.world(), scope.workspace, "environments", name, version);
  const Json* config = body ? find_path(*body, "properties.inferenceConfig") : nullptr;
  return config != nullptr && config->is_object();
}

}  // namespace

Result<Deployed> find_deployed(Context& context, const ResourceId& deployment, const Json& body) {
  const auto scope = asset_scope(context, deployment.parent().parent());
  if (!scope) return fail(scope.error());
  Deployed out{.workspace = scope->workspace};
  if (const auto ok = find_model(context, *scope, body, out); !ok) return fail(ok.error());
  if (const auto ok = find_code(context, *scope, body, out); !ok) return fail(ok.error());
  const std::string environment = string_at(body, "properties.environmentId");
  if (!environment.empty()) {
    auto resolved = resolve_environment(context, *scope, environment);
    if (!resolved) return fail(resolved.error());
    out.environment = std::move(*resolved);
  }
  if (!out.code.empty() || out.model_type == "mlflow_model") {
    if (environment.empty() && !out.code.empty()) return fail(400, "UserError", "A deployment with a scoring script needs an environment.");
    // Of a model of MLflow's the service makes the environment.
    if (environment.empty()) out.environment.image = "mlflow/" + out.model_name + "/" + out.model_version;
    return out;
  }
  if (out.model_type == "triton_model") return fail(400, "AzlabNotSimulated", "azlab does not simulate deployments on Triton.");
  if (environment.empty() || !serves_itself(context, *scope, environment)) return fail(faults::make_error("deployment-missing-driver-program"));
  return out;
}

}  // namespace azlab::ml
