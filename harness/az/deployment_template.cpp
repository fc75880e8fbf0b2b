#include "harness/az/deployment_template.hpp"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "harness/az/wire.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

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

}  // namespace

bool at_subscription(const Invocation& az) { return az.command.find(" sub ") != std::string::npos; }

Result<std::string> deployment_path(Invocation& az, const std::string& name) {
  auto subscription = subscription_path(az);
  if (!subscription) return subscription;
  const std::string group = at_subscription(az) ? "" : "/resourcegroups/" + path_segment(az.value("resource-group"));
  return *subscription + group + "/providers/Microsoft.Resources/deployments/" + (name.empty() ? "" : path_segment(name));
}

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

Result<TemplateRequest> template_request(Invocation& az, const std::string& settings) {
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
  const std::string location = at_subscription(az) ? "\"location\": " + dump(Json(az.value("location"))) + ", " : "";
  std::string body = "{" + location + "\"properties\": {\"parameters\": " + python_dump(parameters) + ", \"mode\": \"" +
                     az.value("mode", "Incremental") + "\"" + settings + ", template:" + *text + "\n}}";
  return TemplateRequest{*path, std::move(body)};
}

}  // namespace azlab::az
