#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "tests/support/world.hpp"

/// Templates and deployments in few words.
namespace azlab::test {

inline Json storage(const std::string& name) {
  return {{"type", "Microsoft.Storage/storageAccounts"}, {"apiVersion", "2023-04-01"}, {"name", name}, {"location", "eastus"}, {"kind", "StorageV2"}, {"sku", {{"name", "Standard_LRS"}}}};
}

/// A vault's name is looked at when it is made, not before the deployment begins: "kv--bad" fails in the middle of things.
inline Json vault(const std::string& name) {
  return {{"type", "Microsoft.KeyVault/vaults"}, {"apiVersion", "2023-07-01"}, {"name", name}, {"location", "eastus"}, {"properties", {{"tenantId", "t"}, {"sku", {{"name", "standard"}, {"family", "A"}}}}}};
}

inline Json template_of(Json resources, Json outputs = Json::object()) {
  return {{"$schema", "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"}, {"contentVersion", "1.0.0.0"}, {"resources", std::move(resources)}, {"outputs", std::move(outputs)}};
}

inline Json nested(const std::string& name, const std::string& group, Json inside, const Json& more = Json::object()) {
  Json out = {{"type", "Microsoft.Resources/deployments"}, {"apiVersion", "2022-09-01"}, {"name", name},
              {"properties", {{"mode", "Incremental"}, {"expressionEvaluationOptions", {{"scope", "inner"}}}, {"template", std::move(inside)}}}};
  if (!group.empty()) out["resourceGroup"] = group;
  out.merge_patch(more);
  return out;
}

inline std::string at_subscription(const Azure& azure, const std::string& name = "s1") { return azure.subscription() + "/providers/Microsoft.Resources/deployments/" + name; }
inline std::string at_group(const Azure& azure, const std::string& name = "d1", const std::string& group = "rg") { return azure.group(group) + "/providers/Microsoft.Resources/deployments/" + name; }
inline Json body_of(Json source, const std::string& mode = "Incremental") { return {{"properties", {{"mode", mode}, {"template", std::move(source)}}}}; }
inline Json error_of(const Response& response) { return Azure::json(response)["error"]; }

}  // namespace azlab::test
