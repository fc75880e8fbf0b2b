#include "sim/arm/export.hpp"

#include <re2/re2.h>

#include <nlohmann/json.hpp>

#include "sim/arm/error.hpp"
#include "sim/arm/resource.hpp"
#include "sim/arm/type.hpp"
#include "sim/core/text.hpp"

namespace azlab::arm {
namespace {

// What a resource says about itself and nobody can set.
constexpr const char* kReadOnly[] = {"provisioningState", "creationTime", "creationDate", "createdDate", "modifiedDate", "vaultUri", "primaryEndpoints", "primaryLocation", "statusOfPrimary", "loginServer",
                                     "customerId", "AppId", "ApplicationId", "InstrumentationKey", "ConnectionString", "TenantId", "workspaceId", "discoveryUrl", "mlFlowTrackingUri", "notebookInfo"};

/// "storageAccounts_labstore_name": the parameter that stands for a resource's name.
std::string parameter_of(const ResourceId& id) {
  std::string name = id.parts.back().first + "_" + id.name() + "_name";
  RE2::GlobalReplace(&name, R"([^A-Za-z0-9_])", "_");
  return name;
}

/// The name as a template writes it: every segment a parameter, or the text for what the caller wants spelled out.
std::string name_expression(const ResourceId& id, bool parameters) {
  if (!parameters) {
    std::string out;
    for (const auto& [type, name] : id.parts) out += (out.empty() ? "" : "/") + name;
    return out;
  }
  ResourceId part = id;
  std::string out;
  while (!part.parts.empty()) {
    out = "parameters('" + parameter_of(part) + "')" + (out.empty() ? "" : ", '/', " + out);
    part.parts.pop_back();
  }
  return id.parts.size() == 1 ? "[" + out + "]" : "[concat(" + out + ")]";
}

Json exported(const Json& body, const ResourceId& id, const TypeDescriptor& type, bool parameters) {
  Json out = {{"type", type.type}, {"apiVersion", type.api_version}, {"name", name_expression(id, parameters)}};
  for (const char* key : {"location", "tags", "sku", "kind", "identity"}) {
    if (body.contains(key) && !body[key].is_null() && body[key] != Json::object()) out[key] = body[key];
  }
  if (out.contains("identity")) {
    for (const char* key : {"principalId", "tenantId"}) out["identity"].erase(key);
  }
  if (const Json* properties = find_key(body, "properties"); properties != nullptr && properties->is_object()) {
    out["properties"] = *properties;
    for (const char* key : kReadOnly) out["properties"].erase(key);
  }
  if (type.is_child()) {
    const ResourceId parent = id.parent();
    const std::string name = parameters ? "parameters('" + parameter_of(parent) + "')" : "'" + parent.name() + "'";
    out["dependsOn"] = Json::array({"[resourceId('" + parent.type() + "', " + name + ")]"});
  }
  return out;
}

Response export_group(Context& context, const Request& request, const Match& match) {
  const ResourceId group{.subscription = match.at("sub"), .resource_group = match.at("rg")};
  if (const auto ok = check_group(context, group, false); !ok) return error_response(ok.error());
  const auto body = parse_json(request.body.text());
  if (!body) return error_response({400, "InvalidRequestContent", "The request content was invalid: " + body.error().message});
  const std::string options = string_at(*body, "options");
  const bool parameters = options.find("SkipAllParameterization") == std::string::npos && options.find("SkipResourceNameParameterization") == std::string::npos;
  const Json* wanted = find_key(*body, "resources");
  const auto is_wanted = [&](const std::string& key) {
    if (wanted == nullptr || !wanted->is_array()) return true;
    for (const auto& id : *wanted) {
      if (id.is_string() && (id == "*" || to_lower(id.get<std::string>()) == key)) return true;
    }
    return false;
  };
  Json resources = Json::array();
  Json named = Json::object();
  context.world().for_each(Table::resource, group.key() + "/providers/", [&](const std::string& key, const RowPtr& row) {
    const TypeDescriptor* type = find_type(row->type);
    const auto resource = parse_json(row->body);
    const auto id = resource ? ResourceId::parse(string_at(*resource, "id")) : std::nullopt;
    if (type == nullptr || !id || !is_wanted(key)) return true;
    resources.push_back(exported(*resource, *id, *type, parameters));
    for (ResourceId part = *id; parameters && !part.parts.empty(); part.parts.pop_back()) named[parameter_of(part)] = {{"type", "String"}, {"defaultValue", part.name()}};
    return true;
  });
  return json_response(200, {{"template",
                              {{"$schema", "https://schema.management.azure.com/schemas/2015-01-01/deploymentTemplate.json#"},
                               {"contentVersion", "1.0.0.0"},
                               {"parameters", named},
                               {"variables", Json::object()},
                               {"resources", resources}}}});
}

}  // namespace

std::vector<Route> export_routes() {
  return {{Method::post, std::string(kArmHost), "/subscriptions/{sub}/resourcegroups/{rg}/exportTemplate", "resourceGroups.exportTemplate", export_group}};
}

}  // namespace azlab::arm
