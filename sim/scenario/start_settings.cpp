// What an Azure is like before anybody asks it for something: rows of "start" that are set rather than made.
#include <nlohmann/json.hpp>

#include "sim/arm/provider.hpp"
#include "sim/arm/subscription.hpp"
#include "sim/core/located_json.hpp"
#include "sim/core/text.hpp"
#include "sim/entra/device_code.hpp"
#include "sim/entra/roles.hpp"
#include "sim/keyvault/keyvault.hpp"
#include "sim/ml/assets/curated.hpp"
#include "sim/ml/ml.hpp"
#include "sim/scenario/start_key.hpp"

namespace azlab::scenario {
namespace {

Result<void> set_providers(Start& start, const Json& value) {
  for (const auto& [provider, state] : value.items()) arm::set_registration(start.context.world(), provider, state.get<std::string>());
  return {};
}

/// A role in one group is an assignment there; one without a group is the directory's at the subscription.
Result<void> set_roles(Start& start, const Json& value) {
  std::vector<std::string> at_subscription;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const std::string name = value[i].is_string() ? value[i].get<std::string>() : string_at(value[i], "role");
    const Json role = entra::find_role(start.context.world(), name);
    if (role.is_null()) return wrong_start(pointer_to("/roles", i), "no role is called '" + name + "'");
    if (value[i].is_string()) {
      at_subscription.push_back(role.at("name"));
      continue;
    }
    const std::string subscription = "/subscriptions/" + arm::default_subscription().id;
    const std::string id = start.context.draw().guid("sign-in-role", name, i);
    const Json body = {{"properties", {{"roleDefinitionId", subscription + "/providers/Microsoft.Authorization/roleDefinitions/" + string_at(role, "id")}, {"principalId", start.context.caller().principal_id}}}};
    const Response made = start.context.call(Request::make(Method::put, subscription + "/resourceGroups/" + string_at(value[i], "group") + "/providers/Microsoft.Authorization/roleAssignments/" + id + "?api-version=2022-04-01", dump(body)));
    if (!made.ok()) return wrong_start(pointer_to("/roles", i) + "/group", "the role cannot be given there: is there such a group?");
  }
  entra::set_sign_in_roles(start.context.world(), at_subscription);
  return {};
}

Result<void> set_sign_in(Start& start, const Json& value) {
  const bool page = string_at(value, "device") == "page";
  if (value.contains("device")) entra::set_device_confirmation(start.context.world(), page ? entra::DeviceConfirmation::page : entra::DeviceConfirmation::automatic);
  if (value.contains("roles")) return set_roles(start, value["roles"]);
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

Result<void> withdraw_environments(Start& start, const Json& value) {
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (!ml::withdraw_environment(start.context.world(), value[i].get<std::string>())) return wrong_start(pointer_to("", i), "no curated environment is called '" + value[i].get<std::string>() + "'");
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
      {"signIn", "How people sign in, and as what: `device` says whether device codes wait for somebody at the sign-in page; `roles` are those that the person has at the subscription, or in a group, and then they decide.",
       R"({"type": "object", "additionalProperties": false, "properties": {"device": {"enum": ["page", "automatic"]},
           "roles": {"type": "array", "items": {"type": ["string", "object"], "minLength": 1, "additionalProperties": false, "required": ["role", "group"],
                                                "properties": {"role": {"$ref": "#/$defs/text"}, "group": {"$ref": "#/$defs/text"}}}}}})",
       set_sign_in},
      {"deletedVaults", "Names that soft-deleted key vaults hold, since yesterday; * in a name stands for what a client draws.",
       R"({"type": "array", "items": {"type": "object", "additionalProperties": false, "required": ["name"],
           "properties": {"name": {"$ref": "#/$defs/text"}, "group": {"$ref": "#/$defs/text"}, "location": {"$ref": "#/$defs/text"}, "purgeProtection": {"type": "boolean"}}}})",
       leave_deleted_vaults},
      {"deletedWorkspaces", "Names that soft-deleted workspaces hold in their groups, since yesterday.",
       R"({"type": "array", "items": {"type": "object", "additionalProperties": false, "required": ["name", "group"],
           "properties": {"name": {"$ref": "#/$defs/text"}, "group": {"$ref": "#/$defs/text"}, "location": {"$ref": "#/$defs/text"}}}})",
       leave_deleted_workspaces},
      {"withdrawnEnvironments", "Curated environments that Azure has taken out of the registry and out of workspaces, by their names.",
       R"({"$ref": "#/$defs/names"})", withdraw_environments},
      {"takenComputes", "Names of compute instances that somebody else in the region has.",
       R"({"type": "array", "items": {"type": "object", "additionalProperties": false, "required": ["name"],
           "properties": {"name": {"$ref": "#/$defs/text"}, "location": {"$ref": "#/$defs/text"}}}})",
       take_compute_names},
  };
}

}  // namespace azlab::scenario
