/// What `az ml data|environment|model|component|job` print: the dictionaries of azure-ai-ml 1.35's entities.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/az/ml.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

void carry(Json& to, const char* name, const Json& from, std::string_view path) {
  const Json* value = find_path(from, path);
  if (value != nullptr && !value->is_null()) to[name] = *value;
}

/// "2026-11-23T09:00:00.0000001Z" as isodate gives it back: microseconds only where there are any.
std::string python_time(const std::string& text) {
  const auto dot = text.find('.');
  if (dot == std::string::npos) return replace_all(text, "Z", "+00:00");
  std::string fraction = text.substr(dot + 1, 6);
  if (std::all_of(fraction.begin(), fraction.end(), [](char c) { return c == '0'; })) fraction.clear();
  return text.substr(0, dot) + (fraction.empty() ? "" : "." + fraction) + "+00:00";
}

Json creation_context(const Json& resource) {
  Json out = Json::object();
  const Json* data = find_path(resource, "systemData");
  if (data == nullptr || !data->is_object()) return out;
  for (const auto& [key, value] : data->items()) out[snake_case(key)] = value.is_string() && key.ends_with("At") ? Json(python_time(value.get<std::string>())) : value;
  return out;
}

/// Inputs and outputs of the service as the YAML file writes them.
Json ports(const Json& given, const char* type_member) {
  Json out = Json::object();
  if (!given.is_object()) return out;
  for (const auto& [name, port] : given.items()) {
    if (!port.is_object()) continue;
    if (string_at(port, type_member) == "literal") {
      carry(out, name.c_str(), port, "value");
      continue;
    }
    Json shown;
    carry(shown, "type", port, type_member);
    carry(shown, "path", port, "uri");
    if (const std::string mode = string_at(port, "mode"); mode == "ReadWriteMount") {
      shown["mode"] = "rw_mount";
    } else if (mode == "Upload" || mode == "Download" || mode == "Direct") {
      shown["mode"] = to_lower(mode);
    }
    out[name] = shown;
  }
  return out;
}

std::string with_scheme(const std::string& id) { return id.starts_with("/") ? "azureml:" + id : id; }

Json base_entity(const Json& resource, const std::string& name, bool scheme) {
  Json out = {{"name", name}, {"id", scheme ? with_scheme(string_at(resource, "id")) : string_at(resource, "id")}, {"creation_context", creation_context(resource)}, {"tags", Json::object()}};
  carry(out, "tags", resource, "properties.tags");
  carry(out, "description", resource, "properties.description");
  const auto parts = split(string_at(resource, "id"), '/');
  if (parts.size() > 4) out["resourceGroup"] = parts[4];
  return out;
}

}  // namespace

Json asset_entity(const Json& resource, const std::string& collection) {
  const auto parts = split(string_at(resource, "id"), '/');
  const bool version = parts.size() > 2 && parts[parts.size() - 2] == "versions";
  const std::string name = version ? parts[parts.size() - 3] : string_at(resource, "name");
  Json out = base_entity(resource, name, collection != "data");
  if (version) {
    out["version"] = string_at(resource, "name");
  } else {
    carry(out, "latest_version", resource, "properties.latestVersion");
  }
  if (collection != "environments") carry(out, "properties", resource, "properties.properties");
  if (collection == "data") {
    carry(out, "path", resource, "properties.dataUri");
    carry(out, "type", resource, "properties.dataType");
  } else if (collection == "models") {
    carry(out, "path", resource, "properties.modelUri");
    carry(out, "type", resource, "properties.modelType");
    carry(out, "job_name", resource, "properties.jobName");
    if (const Json* flavors = find_path(resource, "properties.flavors"); flavors != nullptr && !flavors->empty()) out["flavors"] = *flavors;
  } else if (collection == "environments") {
    carry(out, "image", resource, "properties.image");
    if (const std::string conda = text_at(resource, "properties.condaFile"); !conda.empty()) {
      const auto parsed = parse_yaml(conda);
      out["conda_file"] = parsed ? *parsed : Json(conda);
    }
    if (const std::string os = text_at(resource, "properties.osType"); !os.empty()) out["os_type"] = to_lower(os);
  } else if (const Json* spec = find_path(resource, "properties.componentSpec"); spec != nullptr && spec->is_object()) {
    for (const auto& [key, value] : spec->items()) {
      if (key != "_source" && key != "$schema" && key != "name" && key != "version") out[key] = value;
    }
    out["is_deterministic"] = spec->value("is_deterministic", Json(true));
    out.erase("properties");
  }
  return out;
}

Json job_entity(const Json& resource) {
  const Json* found = find_path(resource, "properties");
  const Json none = Json::object();
  const Json& p = found != nullptr ? *found : none;
  Json out = base_entity(resource, string_at(resource, "name"), true);
  carry(out, "display_name", p, "displayName");
  carry(out, "experiment_name", p, "experimentName");
  carry(out, "status", p, "status");
  carry(out, "command", p, "command");
  carry(out, "properties", p, "properties");
  if (const std::string code = text_at(p, "codeId"); !code.empty()) out["code"] = with_scheme(code);
  if (const std::string environment = text_at(p, "environmentId"); !environment.empty()) out["environment"] = with_scheme(environment);
  if (const std::string compute = text_at(p, "computeId"); !compute.empty()) out["compute"] = "azureml:" + compute.substr(compute.rfind('/') + 1);
  carry(out, "environment_variables", p, "environmentVariables");
  out["inputs"] = ports(p.value("inputs", none), "jobInputType");
  out["outputs"] = ports(p.value("outputs", none), "jobOutputType");
  out["parameters"] = Json::object();
  out["resources"] = {{"instance_count", p.contains("resources") ? p["resources"].value("instanceCount", 1) : 1}, {"shm_size", "2g"}};
  out["services"] = Json::object();
  const Json services = p.value("services", none);
  if (services.is_object()) {
    for (const auto& [name, service] : services.items()) out["services"][name] = {{"endpoint", string_at(service, "endpoint")}, {"type", string_at(service, "jobServiceType")}};
  }
  if (const Json* limits = find_path(p, "limits"); limits != nullptr && limits->is_object()) {
    if (const auto timeout = parse_iso8601_duration(string_at(*limits, "timeout"))) out["limits"] = {{"timeout", static_cast<std::int64_t>(to_seconds(*timeout))}};
  }
  out["type"] = "command";
  return out;
}

}  // namespace azlab::az
