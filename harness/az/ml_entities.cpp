#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "harness/az/ml.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

void copy(Json& to, const char* name, const Json& from, std::string_view path) {
  const Json* value = find_path(from, path);
  if (value && !value->is_null()) to[name] = *value;
}

Json entity_identity(const Json& resource) {
  const Json* identity = find_path(resource, "identity");
  if (!identity || !identity->is_object()) return nullptr;
  Json shown;
  copy(shown, "principal_id", *identity, "principalId");
  copy(shown, "tenant_id", *identity, "tenantId");
  shown["type"] = snake_case(string_at(*identity, "type"));
  return shown;
}

std::string group_of(const std::string& id) {
  const auto parts = split(id, '/');
  return parts.size() > 4 ? parts[4] : "";
}

/// "PT2M" as the number of seconds that the entity shows.
Json seconds_of(const Json& value) {
  if (!value.is_string()) return value;
  const auto duration = parse_iso8601_duration(value.get<std::string>());
  return duration ? Json(static_cast<std::int64_t>(to_seconds(*duration))) : value;
}

Json cluster_entity(const Json& resource) {
  Json entity;
  const Json* inner = find_path(resource, "properties.properties");
  const Json none = Json::object();
  const Json& p = inner ? *inner : none;
  copy(entity, "enable_node_public_ip", p, "enableNodePublicIp");
  copy(entity, "size", p, "vmSize");
  copy(entity, "min_instances", p, "scaleSettings.minNodeCount");
  copy(entity, "max_instances", p, "scaleSettings.maxNodeCount");
  if (const Json* idle = find_path(p, "scaleSettings.nodeIdleTimeBeforeScaleDown"))
    entity["idle_time_before_scale_down"] = seconds_of(*idle);
  entity["tier"] = string_at(p, "vmPriority", "Dedicated") == "LowPriority" ? "low_priority" : "dedicated";
  entity["ssh_public_access_enabled"] = string_at(p, "remoteLoginPortPublicAccess") == "Enabled";
  entity["network_settings"] = Json::object();
  if (const std::string subnet = text_at(p, "subnet.id"); !subnet.empty())
    entity["network_settings"]["subnet"] = subnet;
  return entity;
}

Json instance_entity(const Json& resource) {
  Json entity;
  const Json* inner = find_path(resource, "properties.properties");
  const Json none = Json::object();
  const Json& p = inner ? *inner : none;
  copy(entity, "enable_node_public_ip", p, "enableNodePublicIp");
  copy(entity, "size", p, "vmSize");
  copy(entity, "state", p, "state");
  copy(entity, "idle_time_before_shutdown", p, "idleTimeBeforeShutdown");
  if (const Json* last = find_path(p, "lastOperation"); last && last->is_object())
    entity["last_operation"] = snake_cased(*last);
  if (const Json* image = find_path(p, "osImageMetadata"); image && image->is_object())
    entity["os_image_metadata"] = snake_cased(*image);
  if (const Json* schedules = find_path(p, "schedules.computeStartStop"); schedules && !schedules->empty()) {
    entity["schedules"] = {{"compute_start_stop", snake_cased(*schedules)}};
  }
  if (const Json* scripts = find_path(p, "setupScripts.scripts"); scripts && scripts->is_object())
    entity["setup_scripts"] = snake_cased(*scripts);
  entity["services"] = Json::array();
  if (const Json* applications = find_path(p, "applications"); applications && applications->is_array())
    entity["services"] = snake_cased(*applications);
  entity["network_settings"] = Json::object();
  if (const std::string address = text_at(p, "connectivityEndpoints.publicIpAddress"); !address.empty()) {
    entity["network_settings"]["public_ip_address"] = address;
  }
  if (const std::string address = text_at(p, "connectivityEndpoints.privateIpAddress"); !address.empty()) {
    entity["network_settings"]["private_ip_address"] = address;
  }
  entity["ssh_public_access_enabled"] = string_at(p, "sshSettings.sshPublicAccess") == "Enabled";
  return entity;
}

}  // namespace

std::string snake_case(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const bool begins = std::isupper(c) && i > 0 &&
                        (std::islower(static_cast<unsigned char>(text[i - 1])) ||
                         (i + 1 < text.size() && std::islower(static_cast<unsigned char>(text[i + 1])) &&
                          std::isupper(static_cast<unsigned char>(text[i - 1]))));
    if (begins) out += '_';
    out += static_cast<char>(std::tolower(c));
  }
  return out;
}

Json snake_cased(const Json& value) {
  if (value.is_array()) {
    Json list = Json::array();
    for (const Json& item : value) list.push_back(snake_cased(item));
    return list;
  }
  if (!value.is_object()) return value;
  Json object = Json::object();
  for (const auto& [key, item] : value.items()) {
    if (!item.is_null()) object[snake_case(key)] = snake_cased(item);
  }
  return object;
}

std::string iso_seconds(long whole_seconds) {
  const long hours = whole_seconds / 3600;
  const long minutes = whole_seconds % 3600 / 60;
  const long rest = whole_seconds % 60;
  std::string text = "PT";
  if (hours > 0) text += std::to_string(hours) + "H";
  if (minutes > 0) text += std::to_string(minutes) + "M";
  if (rest > 0 || text == "PT") text += std::to_string(rest) + "S";
  return text;
}

Json workspace_entity(const Json& resource) {
  Json entity;
  copy(entity, "id", resource, "id");
  copy(entity, "name", resource, "name");
  copy(entity, "location", resource, "location");
  entity["resource_group"] = group_of(string_at(resource, "id"));
  entity["tags"] = resource.contains("tags") && resource["tags"].is_object() ? resource["tags"] : Json::object();
  copy(entity, "display_name", resource, "properties.friendlyName");
  copy(entity, "description", resource, "properties.description");
  copy(entity, "discovery_url", resource, "properties.discoveryUrl");
  copy(entity, "mlflow_tracking_uri", resource, "properties.mlFlowTrackingUri");
  copy(entity, "storage_account", resource, "properties.storageAccount");
  copy(entity, "key_vault", resource, "properties.keyVault");
  copy(entity, "application_insights", resource, "properties.applicationInsights");
  if (const std::string registry = text_at(resource, "properties.containerRegistry"); !registry.empty())
    entity["container_registry"] = registry;
  copy(entity, "hbi_workspace", resource, "properties.hbiWorkspace");
  copy(entity, "public_network_access", resource, "properties.publicNetworkAccess");
  copy(entity, "image_build_compute", resource, "properties.imageBuildCompute");
  copy(entity, "enable_data_isolation", resource, "properties.enableDataIsolation");
  if (const Json identity = entity_identity(resource); !identity.is_null()) entity["identity"] = identity;
  entity["provision_network_now"] = false;
  entity["allow_roleassignment_on_rg"] = true;
  entity["system_datastores_auth_mode"] = string_at(resource, "properties.systemDatastoresAuthMode", "accessKey");
  entity["managed_network"] = {
      {"isolation_mode", snake_case(string_at(resource, "properties.managedNetwork.isolationMode", "Disabled"))},
      {"outbound_rules", Json::array()}};
  return entity;
}

Json compute_entity(const Json& resource) {
  const std::string type = to_lower(string_at(resource, "properties.computeType"));
  Json entity = type == "amlcompute"        ? cluster_entity(resource)
                : type == "computeinstance" ? instance_entity(resource)
                                            : Json::object();
  copy(entity, "id", resource, "id");
  copy(entity, "name", resource, "name");
  copy(entity, "location", resource, "location");
  copy(entity, "description", resource, "properties.description");
  copy(entity, "provisioning_state", resource, "properties.provisioningState");
  copy(entity, "created_on", resource, "properties.createdOn");
  if (const Json* tags = find_path(resource, "tags"); tags && tags->is_object() && !tags->empty())
    entity["tags"] = *tags;
  if (const Json identity = entity_identity(resource); !identity.is_null()) entity["identity"] = identity;
  if (const Json* errors = find_path(resource, "properties.provisioningErrors");
      errors && errors->is_array() && !errors->empty()) {
    entity["provisioning_errors"] = dump(*errors);
  }
  entity["type"] = type;
  return entity;
}

Json datastore_entity(const Json& resource) {
  Json entity;
  copy(entity, "id", resource, "id");
  copy(entity, "name", resource, "name");
  copy(entity, "account_name", resource, "properties.accountName");
  copy(entity, "container_name", resource, "properties.containerName");
  copy(entity, "file_share_name", resource, "properties.fileShareName");
  copy(entity, "filesystem", resource, "properties.filesystem");
  copy(entity, "endpoint", resource, "properties.endpoint");
  copy(entity, "protocol", resource, "properties.protocol");
  copy(entity, "description", resource, "properties.description");
  if (const Json* tags = find_path(resource, "properties.tags"); tags && tags->is_object()) entity["tags"] = *tags;
  entity["credentials"] = Json::object();
  // AzureBlob -> azure_blob, AzureDataLakeGen2 -> azure_data_lake_gen2.
  entity["type"] = snake_case(string_at(resource, "properties.datastoreType"));
  return entity;
}

Result<Json> entity_file(Invocation& az) {
  if (!az.has("file")) return Json::object();
  auto text = read_text_file(az, az.value("file"));
  if (!text) return tl::make_unexpected(text.error());
  auto entity = parse_yaml(*text);
  if (!entity) return entity;
  if (!entity->is_object())
    return cli_error("Error: the file '" + az.value("file") + "' does not hold a YAML mapping.");
  return entity;
}

}  // namespace azlab::az
