#include <algorithm>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "harness/az/families.hpp"
#include "harness/az/model.hpp"
#include "harness/az/output.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

Result<std::string> deployment_path(Invocation& az, const std::string& name) {
  auto subscription = subscription_path(az);
  if (!subscription) return subscription;
  std::string path = *subscription + "/resourcegroups/" + path_segment(az.value("resource-group")) +
                     "/providers/Microsoft.Resources/deployments/";
  return path + (name.empty() ? "" : path_segment(name));
}

/// "key=value" of `--parameters`, in the type that the template declares.
Result<Json> typed_value(const Json& declared, const std::string& name, const std::string& text) {
  const std::string type = to_lower(string_at(declared, "type"));
  if (type == "string" || type == "securestring") return Json(text);
  auto value = parse_json(type == "bool" ? to_lower(text) : text);
  if (!value)
    return cli_error("Unable to parse parameter: " + name + "=" + text + "\nFailed to parse string as JSON:\n" + text);
  return value;
}

Result<void> add_parameters(Invocation& az, Json& parameters, const Json& declared, const std::string& word) {
  auto object = parse_jsonc(word);
  const auto equals = word.find('=');
  if (!object || !object->is_object()) {
    const bool pair = equals != std::string::npos && declared.contains(word.substr(0, equals));
    if (!pair) {
      auto text = read_text_file(az, word);
      if (!text && equals != std::string::npos) {
        std::vector<std::string> names;
        for (const auto& [name, unused] : declared.items()) names.push_back(name);
        return cli_error("unrecognized template parameter '" + word.substr(0, equals) +
                         "'. Allowed parameters: " + join(names, ", "));
      }
      if (!text) return cli_error("Unable to parse parameter: " + word);
      object = parse_jsonc(*text);
      if (!object) return cli_error("Failed to parse '" + word + "', please check whether it is a valid JSON format");
    } else {
      const std::string name = word.substr(0, equals);
      auto value = typed_value(declared[name], name, word.substr(equals + 1));
      if (!value) return tl::make_unexpected(value.error());
      parameters[name] = {{"value", *value}};
      return {};
    }
  }
  const Json file = object->contains("parameters") ? (*object)["parameters"] : *object;
  for (const auto& [name, value] : file.items()) parameters[name] = value;
  return {};
}

/// json.dumps of Python: a blank after commas and colons.
std::string python_dump(const Json& value) {
  std::vector<std::string> parts;
  if (value.is_object()) {
    for (const auto& [key, item] : value.items()) parts.push_back(dump(Json(key)) + ": " + python_dump(item));
    return "{" + join(parts, ", ") + "}";
  }
  if (value.is_array()) {
    for (const Json& item : value) parts.push_back(python_dump(item));
    return "[" + join(parts, ", ") + "]";
  }
  return dump(value);
}

struct TemplateRequest {
  std::string path;
  std::string body;
};

Result<TemplateRequest> template_request(Invocation& az) {
  if (!az.has("template-file")) return not_simulated("az " + az.command + " without --template-file");
  const std::string file = az.value("template-file");
  if (file.ends_with(".bicep")) return not_simulated("az " + az.command + " with a Bicep file");
  auto text = read_text_file(az, file);
  if (!text) return tl::make_unexpected(text.error());
  auto parsed = parse_jsonc(*text);
  if (!parsed) return cli_error("Failed to parse '" + file + "', please check whether it is a valid JSON format");
  const Json declared = parsed->value("parameters", Json::object());
  Json parameters = Json::object();
  for (const std::string& word : az.all("parameters")) {
    if (auto added = add_parameters(az, parameters, declared, word); !added) return tl::make_unexpected(added.error());
  }
  std::vector<std::string> missing;
  for (const auto& [name, declaration] : declared.items()) {
    if (!declaration.contains("defaultValue") && !parameters.contains(name)) missing.push_back(name);
  }
  // On a terminal az asks for each; without one it ends like this.
  if (!missing.empty()) return cli_error("Missing input parameters: " + join(missing, ", "));
  const std::string name = az.value("name", std::filesystem::path(file).stem().string());
  auto path = deployment_path(az, name);
  if (!path) return tl::make_unexpected(path.error());
  // Not JSON, on purpose: az splices the file as it is written, comments included (wire.md 2.5).
  std::string body = "{\"properties\": {\"parameters\": " + python_dump(parameters) + ", \"mode\": \"" +
                     az.value("mode", "Incremental") + "\", template:" + *text + "\n}}";
  return TemplateRequest{*path, std::move(body)};
}

Result<Json> validate(Invocation& az, const TemplateRequest& request) {
  const Call call{
      .method = Method::post, .path = request.path + "/validate", .version = kResourcesVersion, .body = request.body};
  auto response = send(az, call);
  if (!response) return tl::make_unexpected(response.error());
  auto result = finish(az, call, *response, seconds(30));
  if (!result) return result;
  if (const Json* error = find_key(*result, "error"); error && error->is_object())
    return tl::make_unexpected(error_of(Response{.status = 400, .body = Body(dump(*result))}));
  return result;
}

/// The error that the check of a template ends with, as the command prints it: JSON with sorted keys.
Json error_json(const Error& error) {
  Json json = {{"code", error.code}, {"message", error.message}};
  if (!error.target.empty()) json["target"] = error.target;
  for (const Error& detail : error.details) json["details"].push_back(error_json(detail));
  if (auto info = parse_json(error.additional_info)) json["additionalInfo"] = *info;
  return json;
}

Result<Json> deployment_create(Invocation& az) {
  auto request = template_request(az);
  if (!request) return tl::make_unexpected(request.error());
  auto checked = validate(az, *request);
  if (!checked) return is_from_azure(checked.error()) ? cli_error(python_dump(error_json(checked.error()))) : checked;
  auto done = send_and_finish(
      az, {.method = Method::put, .path = request->path, .version = kResourcesVersion, .body = request->body});
  if (!done && !az.failed_operation.empty()) return cli_error(az.failed_operation);
  return done && !done->is_null() ? Result<Json>(modelled("deployment", *done)) : done;
}

Result<Json> deployment_validate(Invocation& az) {
  auto request = template_request(az);
  if (!request) return tl::make_unexpected(request.error());
  auto result = validate(az, *request);
  return result ? Result<Json>(modelled("deploymentValidation", *result)) : result;
}

Result<Json> deployment_show(Invocation& az) {
  auto path = deployment_path(az, az.value("name"));
  if (!path) return tl::make_unexpected(path.error());
  auto deployment = fetch(az, {.path = *path, .version = kResourcesVersion});
  return deployment ? Result<Json>(modelled("deployment", *deployment)) : deployment;
}

Result<Json> deployment_list(Invocation& az) {
  auto path = deployment_path(az, "");
  if (!path) return tl::make_unexpected(path.error());
  auto all = fetch_list(az, {.path = *path, .version = kResourcesVersion});
  return all ? Result<Json>(modelled("deployment", *all)) : all;
}

Result<Json> deployment_delete(Invocation& az) {
  auto path = deployment_path(az, az.value("name"));
  if (!path) return tl::make_unexpected(path.error());
  auto done = send_and_finish(az, {.method = Method::del, .path = *path, .version = kResourcesVersion});
  return done ? Result<Json>(Json(nullptr)) : done;
}

/// The spelling without /providers/Microsoft.Resources is what az sends (wire.md 2.5).
Result<std::string> operations_path(Invocation& az) {
  auto subscription = subscription_path(az);
  if (!subscription) return subscription;
  return *subscription + "/resourcegroups/" + path_segment(az.value("resource-group")) + "/deployments/" + path_segment(az.value("name")) + "/operations";
}

Result<Json> operation_list(Invocation& az) {
  const auto path = operations_path(az);
  if (!path) return tl::make_unexpected(path.error());
  auto all = fetch_list(az, {.path = *path, .version = kResourcesVersion});
  return all ? Result<Json>(modelled("deploymentOperation", *all)) : all;
}

/// az asks for them one by one; the first that is not there ends the command.
Result<Json> operation_show(Invocation& az) {
  const auto path = operations_path(az);
  if (!path) return tl::make_unexpected(path.error());
  Json found = Json::array();
  for (const std::string& wanted : az.all("operation-ids")) {
    auto operation = fetch(az, {.path = *path + "/" + path_segment(wanted), .version = kResourcesVersion});
    if (!operation) return operation;
    found.push_back(modelled("deploymentOperation", *operation));
  }
  return found;
}

Result<Json> deployment_cancel(Invocation& az) {
  auto path = deployment_path(az, az.value("name"));
  if (!path) return tl::make_unexpected(path.error());
  auto done = fetch(az, {.method = Method::post, .path = *path + "/cancel", .version = kResourcesVersion});
  return done ? Result<Json>(Json(nullptr)) : done;
}

Result<Json> deployment_wait(Invocation& az) {
  return wait_for(az, [&]() -> Result<std::optional<std::string>> {
    auto path = deployment_path(az, az.value("name"));
    if (!path) return tl::make_unexpected(path.error());
    return state_of(fetch(az, {.path = *path, .version = kResourcesVersion}));
  });
}

Result<Json> deployment_export(Invocation& az) {
  auto path = deployment_path(az, az.value("name"));
  if (!path) return tl::make_unexpected(path.error());
  auto exported = fetch(az, {.method = Method::post, .path = *path + "/exportTemplate", .version = kResourcesVersion});
  if (!exported) return exported;
  // The command prints by itself: neither --query nor --output change it.
  az.out << format_json(exported->value("template", Json::object()));
  return Json(nullptr);
}

}  // namespace

Rows deployment_commands() {
  static constexpr std::string_view kTemplate =
      "resource-group name template-file parameters mode no-wait no-prompt handle-extended-json-format";
  static constexpr std::string_view kColumns =
      "{Name:name,State:properties.provisioningState,Timestamp:properties.timestamp,Mode:properties.mode,"
      "ResourceGroup:resourceGroup}";
  static constexpr CommandRow kRows[] = {
      {"deployment group create", deployment_create, kTemplate, kColumns},
      {"deployment group validate", deployment_validate, kTemplate},
      {"deployment group show", deployment_show, "resource-group name", kColumns},
      {"deployment group list", deployment_list, "resource-group",
       "sort_by(@,&properties.timestamp)[].{Name:name,State:properties.provisioningState,"
       "Timestamp:properties.timestamp,Mode:properties.mode,ResourceGroup:resourceGroup}"},
      {"deployment group delete", deployment_delete, "resource-group name no-wait"},
      {"deployment group cancel", deployment_cancel, "resource-group name"},
      {"deployment group wait", deployment_wait, "resource-group name created updated deleted exists interval timeout"},
      {"deployment group export", deployment_export, "resource-group name"},
      {"deployment operation group list", operation_list, "resource-group name"},
      {"deployment operation group show", operation_show, "resource-group name operation-ids"},
  };
  return kRows;
}

}  // namespace azlab::az
