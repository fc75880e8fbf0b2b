/// What each kind of asset checks and completes when a version is made.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"
#include "sim/ml/assets/asset.hpp"
#include "sim/ml/assets/paths.hpp"

namespace azlab::ml {
namespace {

bool has_text(const Json& properties, std::string_view name) { return !string_at(properties, name).empty(); }

Result<void> missing(std::string_view what) { return fail(400, "UserError", fmt::format("The required property '{}' is missing.", what)); }

template <std::size_t N>
Result<void> one_of(const Json& properties, std::string_view name, const std::string_view (&allowed)[N]) {
  const std::string value = string_at(properties, name);
  if (std::find(std::begin(allowed), std::end(allowed), value) != std::end(allowed)) return {};
  return fail(400, "UserError", fmt::format("'{}' is not a valid value for the property '{}'.", value, name));
}

ResourceId workspace_of(ResourceId version) {
  version.parts.resize(1);
  return version;
}

Result<void> complete_code(Context&, const ResourceId&, Json& properties) {
  if (!has_text(properties, "codeUri")) return missing("codeUri");
  properties["provisioningState"] = "Succeeded";
  return {};
}

Result<void> complete_data(Context& context, const ResourceId& version, Json& properties) {
  if (!has_text(properties, "dataUri")) return missing("dataUri");
  if (!properties.contains("dataType")) properties["dataType"] = "uri_folder";
  constexpr std::string_view kTypes[] = {"uri_file", "uri_folder", "mltable"};
  if (const auto ok = one_of(properties, "dataType", kTypes); !ok) return ok;
  const auto uri = long_uri(context.world(), workspace_of(version), string_at(properties, "dataUri"));
  if (!uri) return fail(uri.error());
  properties["dataUri"] = *uri;
  return {};
}

Result<void> complete_environment(Context&, const ResourceId& version, Json& properties) {
  const std::string& name = version.parts[1].second;
  if (starts_with_ignore_case(name, "AzureML")) return fail(faults::make_error("environment-reserved-prefix"));
  const bool build = properties.contains("build") && properties["build"].is_object();
  if (build && has_text(properties, "image")) return fail(faults::make_error("environment-mutually-exclusive"));
  if (!build && !has_text(properties, "image")) return fail(400, "UserError", "One of the following must be set: image, build.");
  properties["environmentType"] = "UserCreated";
  for (const char* absent : {"image", "condaFile", "build", "inferenceConfig"}) {
    if (!properties.contains(absent)) properties[absent] = nullptr;
  }
  if (!properties.contains("osType")) properties["osType"] = "Linux";
  return {};
}

Result<void> complete_model(Context& context, const ResourceId& version, Json& properties) {
  const std::string& number = version.parts[2].second;
  if (number.empty() || number.find_first_not_of("0123456789") != std::string::npos || number == "0") return fail(faults::make_error("model-version-not-integer"));
  if (!has_text(properties, "modelUri")) return missing("modelUri");
  if (!properties.contains("modelType") || properties["modelType"].is_null()) properties["modelType"] = "custom_model";
  constexpr std::string_view kTypes[] = {"custom_model", "mlflow_model", "triton_model"};
  if (const auto ok = one_of(properties, "modelType", kTypes); !ok) return ok;
  const std::string given = string_at(properties, "modelUri");
  const auto uri = long_uri(context.world(), workspace_of(version), given);
  if (!uri) return fail(uri.error());
  properties["modelUri"] = *uri;
  constexpr std::string_view kJobs = "azureml://jobs/";
  properties["jobName"] = given.starts_with(kJobs) ? Json(given.substr(kJobs.size(), given.find('/', kJobs.size()) - kJobs.size())) : Json(nullptr);
  // Clients take its absence for an error (wire.md 8.15).
  if (!properties.contains("flavors") || !properties["flavors"].is_object()) properties["flavors"] = Json::object();
  return {};
}

Result<void> complete_component(Context&, const ResourceId& version, Json& properties) {
  if (!properties.contains("componentSpec") || !properties["componentSpec"].is_object()) return missing("componentSpec");
  Json& spec = properties["componentSpec"];
  constexpr std::string_view kTypes[] = {"command", "pipeline", "parallel", "sweep", "import", "spark", "automl", "flow_parallel"};
  if (const auto ok = one_of(spec, "type", kTypes); !ok) return ok;
  if (!spec.contains("name")) spec["name"] = version.parts[1].second;
  if (!spec.contains("version")) spec["version"] = version.parts[2].second;
  return {};
}

}  // namespace

const std::array<AssetKind, 5> kAssetKinds = {{
    {"codes", "code", {"codeUri"}, complete_code},
    {"data", "data", {"dataUri", "dataType"}, complete_data},
    {"environments", "environment", {"image", "condaFile", "build", "osType"}, complete_environment},
    {"models", "model", {"modelUri", "modelType"}, complete_model},
    {"components", "component", {"componentSpec"}, complete_component},
}};

}  // namespace azlab::ml
