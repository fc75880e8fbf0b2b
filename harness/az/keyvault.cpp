#include <nlohmann/json.hpp>

#include "harness/az/families.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

constexpr ResourceKind kVault{.type = "Microsoft.KeyVault/vaults",
                              .version = kVaultVersion,
                              .flat = false,
                              .not_found = "The Vault or HSM '{}' not found within subscription."};

Result<Json> vault_create(Invocation& az) {
  auto path = resource_path(az, kVault.type, az.value("name"));
  if (!path) return tl::make_unexpected(path.error());
  auto existing = fetch(az, {.path = *path, .version = kVaultVersion});
  if (existing) return cli_error("The specified vault: " + az.value("name") + " already exists");
  if (existing.error().status != 404) return existing;
  auto location = location_or_group(az);
  if (!location) return tl::make_unexpected(location.error());
  auto account = current_account(az);
  if (!account) return account;
  const bool rbac = az.value("enable-rbac-authorization", "true") == "true";
  Json properties = {{"tenantId", string_at(*account, "tenantId")},
                     {"sku", {{"family", "A"}, {"name", az.value("sku", "standard")}}},
                     {"accessPolicies", Json::array()},
                     {"enableRbacAuthorization", rbac},
                     {"enableSoftDelete", true},
                     {"networkAcls", {{"bypass", "AzureServices"}, {"defaultAction", "Allow"}}}};
  if (!rbac)
    return not_simulated(
        "az keyvault create --enable-rbac-authorization false (it asks Microsoft Graph for an object id)");
  long days = 90;
  try {
    days = std::stol(az.value("retention-days", "90"));
  } catch (const std::exception&) {
    return usage_error("argument --retention-days: invalid int value: '" + az.value("retention-days") + "'");
  }
  properties["softDeleteRetentionInDays"] = days;
  if (az.has("enable-purge-protection"))
    properties["enablePurgeProtection"] = az.value("enable-purge-protection", "true") == "true";
  Json body = {{"location", *location}, {"properties", properties}};
  if (az.has("tags")) body["tags"] = *tags_of(az.all("tags"));
  return create_resource(az, kVault, body);
}

Result<Json> vault_show(Invocation& az) {
  return show_resource(az, kVault);
}
Result<Json> vault_list(Invocation& az) {
  return list_resources(az, kVault);
}
Result<Json> vault_delete(Invocation& az) {
  return delete_resource(az, kVault, false);
}

Result<Json> deleted_vaults(Invocation& az) {
  auto subscription = subscription_path(az);
  if (!subscription) return tl::make_unexpected(subscription.error());
  return fetch_list(az,
                    {.path = *subscription + "/providers/Microsoft.KeyVault/deletedVaults", .version = kVaultVersion});
}

/// The deleted vault of that name; az reads the whole list to learn its region.
Result<Json> find_deleted(Invocation& az) {
  auto all = deleted_vaults(az);
  if (!all) return all;
  for (const Json& vault : *all) {
    if (equals_ignore_case(string_at(vault, "name"), az.value("name"))) return vault;
  }
  return cli_error("No deleted Vault or HSM was found with name '" + az.value("name") + "'.");
}

Result<std::string> deleted_path(Invocation& az) {
  std::string location = az.value("location");
  if (location.empty()) {
    auto vault = find_deleted(az);
    if (!vault) return tl::make_unexpected(vault.error());
    location = text_at(*vault, "properties.location");
  }
  auto subscription = subscription_path(az);
  if (!subscription) return subscription;
  return *subscription + "/providers/Microsoft.KeyVault/locations/" + path_segment(location) + "/deletedVaults/" +
         path_segment(az.value("name"));
}

Result<Json> vault_show_deleted(Invocation& az) {
  auto path = deleted_path(az);
  if (!path) return tl::make_unexpected(path.error());
  return fetch(az, {.path = *path, .version = kVaultVersion});
}

Result<Json> vault_purge(Invocation& az) {
  auto path = deleted_path(az);
  if (!path) return tl::make_unexpected(path.error());
  auto done = send_and_finish(az, {.method = Method::post, .path = *path + "/purge", .version = kVaultVersion});
  return done ? Result<Json>(Json(nullptr)) : done;
}

Result<Json> vault_recover(Invocation& az) {
  auto vault = find_deleted(az);
  if (!vault) return vault;
  const std::string id = text_at(*vault, "properties.vaultId");
  auto account = current_account(az);
  if (!account) return account;
  const Json body = {{"location", text_at(*vault, "properties.location")},
                     {"properties",
                      {{"tenantId", string_at(*account, "tenantId")},
                       {"sku", {{"family", "A"}, {"name", "standard"}}},
                       {"createMode", "recover"}}}};
  return send_and_finish(az, {.method = Method::put, .path = id, .version = kVaultVersion, .body = dump(body)});
}

}  // namespace

std::vector<Command> keyvault_commands() {
  const Argument name = name_argument("Name of the Vault.");
  const Argument location = location_argument();
  const std::string columns = "Location=location, Name=name, ResourceGroup=resourceGroup";
  return {
      {.words = "keyvault create",
       .summary = "Create a Vault or HSM.",
       .arguments = {group_argument(),
                     name,
                     location,
                     tags_argument(),
                     no_wait_argument(),
                     {.names = {"--sku"},
                      .help = "SKU details.",
                      .choices = {"premium", "standard"},
                      .default_value = "standard"},
                     {.names = {"--retention-days"},
                      .help = "Soft delete data retention days. It accepts >=7 and <=90.",
                      .default_value = "90"},
                     {.names = {"--enable-rbac-authorization"},
                      .help = "Property that controls how data actions are authorized.",
                      .takes = Takes::optional,
                      .choices = {"false", "true"}},
                     {.names = {"--enable-purge-protection"},
                      .help = "Property specifying whether protection against purge is enabled for this vault.",
                      .takes = Takes::optional,
                      .choices = {"false", "true"}}},
       .run = vault_create,
       .table = columns,
       .examples = {{"Create a key vault with network ACLs specified (use --network-acls to specify IP and VNet rules "
                     "by using a JSON string).",
                     "az keyvault create --location westus2 --name MyKeyVault --resource-group MyResourceGroup"}}},
      {.words = "keyvault show",
       .summary = "Show details of a Vault or HSM.",
       .arguments = {name, group_argument(false)},
       .run = vault_show,
       .table = columns},
      {.words = "keyvault list",
       .summary = "List Vaults and/or HSMs.",
       .arguments = {group_argument(false)},
       .run = vault_list,
       .table = columns},
      {.words = "keyvault list-deleted",
       .summary = "Get information about the deleted Vaults or HSMs in a subscription.",
       .arguments = {},
       .run = deleted_vaults},
      {.words = "keyvault show-deleted",
       .summary = "Show details of a deleted Vault or HSM.",
       .arguments = {name, location},
       .run = vault_show_deleted},
      {.words = "keyvault delete",
       .summary = "Delete a Vault or HSM.",
       .arguments = {name, group_argument(false), no_wait_argument()},
       .run = vault_delete},
      {.words = "keyvault purge",
       .summary = "Permanently delete the specified Vault or HSM. Aka Purges the deleted Vault or HSM.",
       .arguments = {name, location, no_wait_argument()},
       .run = vault_purge},
      {.words = "keyvault recover",
       .summary = "Recover a Vault or HSM.",
       .arguments = {name, location, group_argument(false), no_wait_argument()},
       .run = vault_recover,
       .table = columns},
  };
}

}  // namespace azlab::az
