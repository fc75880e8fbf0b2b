#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "harness/az/wire.hpp"
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

Result<Json> deployment_create(Invocation& az) {
  auto request = template_request(az);
  if (!request) return tl::make_unexpected(request.error());
  auto checked = validate(az, *request);
  if (!checked) return checked;
  return send_and_finish(
      az, {.method = Method::put, .path = request->path, .version = kResourcesVersion, .body = request->body});
}

Result<Json> deployment_validate(Invocation& az) {
  auto request = template_request(az);
  if (!request) return tl::make_unexpected(request.error());
  return validate(az, *request);
}

Result<Json> deployment_show(Invocation& az) {
  auto path = deployment_path(az, az.value("name"));
  if (!path) return tl::make_unexpected(path.error());
  return fetch(az, {.path = *path, .version = kResourcesVersion});
}

Result<Json> deployment_list(Invocation& az) {
  auto path = deployment_path(az, "");
  if (!path) return tl::make_unexpected(path.error());
  return fetch_list(az, {.path = *path, .version = kResourcesVersion});
}

Result<Json> deployment_delete(Invocation& az) {
  auto path = deployment_path(az, az.value("name"));
  if (!path) return tl::make_unexpected(path.error());
  auto done = send_and_finish(az, {.method = Method::del, .path = *path, .version = kResourcesVersion});
  return done ? Result<Json>(Json(nullptr)) : done;
}

Result<Json> operation_list(Invocation& az) {
  auto subscription = subscription_path(az);
  if (!subscription) return tl::make_unexpected(subscription.error());
  // The spelling without /providers/Microsoft.Resources is what az sends (wire.md 2.5).
  return fetch_list(az, {.path = *subscription + "/resourcegroups/" + path_segment(az.value("resource-group")) +
                                 "/deployments/" + path_segment(az.value("name")) + "/operations",
                         .version = kResourcesVersion});
}

Result<Json> deployment_later(Invocation& az) {
  return not_simulated("az " + az.command);
}

}  // namespace

std::vector<Command> deployment_commands() {
  const Argument name = name_argument("The deployment name.");
  const std::vector<Argument> template_arguments = {
      group_argument(),
      name_argument("The deployment name.", false),
      {.names = {"--template-file", "-f"}, .help = "The path to the template file or Bicep file."},
      {.names = {"--template-uri", "-u"}, .help = "The URI to the template file."},
      {.names = {"--parameters", "-p"}, .help = "The deployment parameters.", .takes = Takes::any},
      {.names = {"--mode"},
       .help = "The deployment mode.",
       .choices = {"Incremental", "Complete"},
       .default_value = "Incremental"},
      no_wait_argument()};
  const std::string columns =
      "Name=name, State=properties.provisioningState, Timestamp=properties.timestamp, Mode=properties.mode";
  std::vector<Command> commands = {
      {.words = "deployment group create",
       .summary = "Start a deployment at resource group.",
       .arguments = template_arguments,
       .run = deployment_create,
       .table = columns + ", ResourceGroup=resourceGroup",
       .examples =
           {{"Create a deployment at resource group from a local template file, using parameters from a JSON string.",
             "az deployment group create --resource-group testrg --name rollout01 --template-file azuredeploy.json"}}},
      {.words = "deployment group validate",
       .summary = "Validate whether a template is valid at resource group.",
       .arguments = template_arguments,
       .run = deployment_validate},
      {.words = "deployment group show",
       .summary = "Show a deployment at resource group.",
       .arguments = {group_argument(), name},
       .run = deployment_show,
       .table = columns + ", ResourceGroup=resourceGroup"},
      {.words = "deployment group list",
       .summary = "List deployments at resource group.",
       .arguments = {group_argument()},
       .run = deployment_list,
       .table = columns + ", ResourceGroup=resourceGroup"},
      {.words = "deployment group delete",
       .summary = "Delete a deployment at resource group.",
       .arguments = {group_argument(), name, no_wait_argument()},
       .run = deployment_delete},
      {.words = "deployment group what-if",
       .summary = "Execute a deployment What-If operation at resource group scope.",
       .arguments = template_arguments,
       .run = deployment_later},
      {.words = "deployment operation group list",
       .summary = "List deployment operations at resource group.",
       .arguments = {group_argument(), name},
       .run = operation_list,
       .table = "Action=properties.provisioningOperation, Resource=properties.targetResource.resourceName, "
                "Type=properties.targetResource.resourceType, State=properties.provisioningState"},
  };
  for (const char* verb : {"create", "validate", "show", "list", "delete", "what-if"}) {
    commands.push_back({.words = std::string("deployment sub ") + verb,
                        .summary = "Work with deployments at subscription scope.",
                        .arguments = {name_argument("The deployment name.", false),
                                      {.names = {"--location", "-l"}},
                                      {.names = {"--template-file", "-f"}},
                                      {.names = {"--parameters", "-p"}, .takes = Takes::any}},
                        .run = deployment_later});
  }
  return commands;
}

}  // namespace azlab::az
