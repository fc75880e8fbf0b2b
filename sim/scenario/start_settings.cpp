// What an Azure is like before anybody asks it for something: rows of "start" that are set rather than made.
#include <nlohmann/json.hpp>

#include "sim/arm/provider.hpp"
#include "sim/arm/subscription.hpp"
#include "sim/core/text.hpp"
#include "sim/entra/device_code.hpp"
#include "sim/keyvault/keyvault.hpp"
#include "sim/ml/ml.hpp"
#include "sim/scenario/start_key.hpp"

namespace azlab::scenario {
namespace {

Result<void> set_providers(Start& start, const Json& value) {
  for (const auto& [provider, state] : value.items()) arm::set_registration(start.context.world(), provider, state.get<std::string>());
  return {};
}

Result<void> set_quotas(Start& start, const Json& value) {
  for (const auto& [name, limit] : value.items()) start.context.world().put(Table::setting, "quota/" + name, Row{.body = std::to_string(limit.get<int>())});
  return {};
}

Result<void> set_policies(Start& start, const Json& value) {
  for (const auto& policy : value) start.context.world().put(Table::setting, "policy/" + string_at(policy, "name"), Row{.body = dump(policy)});
  return {};
}

Result<void> set_sign_in(Start& start, const Json& value) {
  const bool page = string_at(value, "device") == "page";
  if (value.contains("device")) entra::set_device_confirmation(start.context.world(), page ? entra::DeviceConfirmation::page : entra::DeviceConfirmation::automatic);
  return {};
}

Result<void> leave_deleted_vaults(Start& start, const Json& value) {
  for (const auto& vault : value) {
    const std::string name = string_at(vault, "name");
    const Json body = {{"id", "/subscriptions/" + arm::default_subscription().id + "/resourceGroups/" + string_at(vault, "group", "rg-earlier") + "/providers/Microsoft.KeyVault/vaults/" + name},
                       {"location", string_at(vault, "location", "eastus")},
                       {"properties", {{"enablePurgeProtection", vault.value("purgeProtection", false)}}}};
    keyvault::put_deleted_vault(start.context.world(), name, body, start.begin - std::chrono::hours(24));
  }
  return {};
}

Result<void> leave_deleted_workspaces(Start& start, const Json& value) {
  for (const auto& workspace : value) {
    const ResourceId id{.subscription = arm::default_subscription().id, .resource_group = string_at(workspace, "group"), .provider = "Microsoft.MachineLearningServices",
                        .parts = {{"workspaces", string_at(workspace, "name")}}};
    ml::put_deleted_workspace(start.context.world(), id, {{"id", id.to_string()}, {"name", id.name()}, {"location", string_at(workspace, "location", "eastus")}},
                              start.begin - std::chrono::hours(24));
  }
  return {};
}

Result<void> take_compute_names(Start& start, const Json& value) {
  for (const auto& compute : value) {
    start.context.world().put(Table::setting, "taken-compute/" + string_at(compute, "location", "eastus") + "/" + to_lower(string_at(compute, "name")), Row{.body = "true"});
  }
  return {};
}

}  // namespace

std::vector<StartKey> setting_keys() {
  return {
      {"providers", "In which state resource providers are; those that are not named are registered.",
       R"({"type": "object", "additionalProperties": {"enum": ["Registered", "NotRegistered", "Registering", "Unregistered"]},
           "propertyNames": {"pattern": "^[A-Za-z]+\\.[A-Za-z.]+$", "x-says": "a provider is named Company.Service"}})",
       set_providers},
      {"quotas", "Limits of vCPUs for Azure Machine Learning, by family or TotalDedicatedCores.",
       R"({"type": "object", "additionalProperties": {"$ref": "#/$defs/number"}})", set_quotas},
      {"policies", "What a company's policies deny, by types or regions.",
       R"({"type": "array", "items": {"type": "object", "additionalProperties": false, "required": ["name"],
           "properties": {"name": {"$ref": "#/$defs/text"}, "displayName": {"$ref": "#/$defs/text"}, "reason": {"$ref": "#/$defs/text"},
                          "denyTypes": {"$ref": "#/$defs/names"}, "allowTypes": {"$ref": "#/$defs/names"}, "allowLocations": {"$ref": "#/$defs/names"}}}})",
       set_policies},
      {"signIn", "How people sign in: `device` says whether device codes wait for somebody at the sign-in page.",
       R"({"type": "object", "additionalProperties": false, "properties": {"device": {"enum": ["page", "automatic"]}}})", set_sign_in},
      {"deletedVaults", "Names that soft-deleted key vaults hold, since yesterday; * in a name stands for what a client draws.",
       R"({"type": "array", "items": {"type": "object", "additionalProperties": false, "required": ["name"],
           "properties": {"name": {"$ref": "#/$defs/text"}, "group": {"$ref": "#/$defs/text"}, "location": {"$ref": "#/$defs/text"}, "purgeProtection": {"type": "boolean"}}}})",
       leave_deleted_vaults},
      {"deletedWorkspaces", "Names that soft-deleted workspaces hold in their groups, since yesterday.",
       R"({"type": "array", "items": {"type": "object", "additionalProperties": false, "required": ["name", "group"],
           "properties": {"name": {"$ref": "#/$defs/text"}, "group": {"$ref": "#/$defs/text"}, "location": {"$ref": "#/$defs/text"}}}})",
       leave_deleted_workspaces},
      {"takenComputes", "Names of compute instances that somebody else in the region has.",
       R"({"type": "array", "items": {"type": "object", "additionalProperties": false, "required": ["name"],
           "properties": {"name": {"$ref": "#/$defs/text"}, "location": {"$ref": "#/$defs/text"}}}})",
       take_compute_names},
  };
}

}  // namespace azlab::scenario
