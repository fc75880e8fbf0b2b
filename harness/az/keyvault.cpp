#include <nlohmann/json.hpp>

#include "harness/az/families.hpp"
#include "harness/az/model.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

constexpr ResourceKind kVault{.type = "Microsoft.KeyVault/vaults",
                              .version = kVaultVersion,
                              .model = "vault",
                              .not_found = "The Vault '{}' not found within subscription."};

constexpr Setting kVaultSettings[] = {
    {"sku", "properties.sku.name"},
    {"enabled-for-deployment", "properties.enabledForDeployment", Setting::As::flag},
    {"enabled-for-disk-encryption", "properties.enabledForDiskEncryption", Setting::As::flag},
    {"enabled-for-template-deployment", "properties.enabledForTemplateDeployment", Setting::As::flag},
    {"enable-rbac-authorization", "properties.enableRbacAuthorization", Setting::As::flag},
    {"enable-purge-protection", "properties.enablePurgeProtection", Setting::As::flag},
    {"retention-days", "properties.softDeleteRetentionInDays", Setting::As::number},
    {"public-network-access", "properties.publicNetworkAccess"},
    {"default-action", "properties.networkAcls.defaultAction"},
    {"bypass", "properties.networkAcls.bypass"},
};

/// A vault or a managed HSM must be named; only vaults are simulated.
Result<void> check_named(const Invocation& az) {
  if (az.has("name")) return {};
  return cli_error("Please specify --vault-name or --hsm-name.");
}

Result<Json> vault_show(Invocation& az) {
  if (!az.has("name")) return cli_error("The HSM 'None' not found within subscription.");
  return show_resource(az, kVault);
}

/// Of a whole subscription the client asks the resource list, which knows less of each vault.
Result<Json> vault_list(Invocation& az) {
  if (az.has("resource-group")) return list_resources(az, kVault);
  auto subscription = subscription_path(az);
  if (!subscription) return tl::make_unexpected(subscription.error());
  auto all = fetch_list(az, {.path = *subscription + "/resources",
                             .version = "2015-11-01",
                             .query = "$filter=resourceType%20eq%20%27Microsoft.KeyVault%2Fvaults%27"});
  return all ? Result<Json>(modelled("vaultListed", *all)) : all;
}

Result<Json> vault_delete(Invocation& az) {
  if (auto named = check_named(az); !named) return tl::make_unexpected(named.error());
  az.warn(
      "Warning! If you have soft-delete protection enabled on this key vault, you will not be able to reuse this key "
      "vault name until the key vault has been purged from the soft deleted state. Please see the following "
      "documentation for additional "
      "guidance.\nhttps://learn.microsoft.com/azure/key-vault/general/soft-delete-overview");
  return delete_resource(az, kVault);
}

Result<Json> vault_create(Invocation& az) {
  if (auto named = check_named(az); !named) return tl::make_unexpected(named.error());
  auto path = resource_path(az, kVault.type, az.value("name"));
  if (!path) return tl::make_unexpected(path.error());
  auto existing = fetch(az, {.path = *path, .version = kVaultVersion});
  if (existing) return cli_error("The specified vault: " + az.value("name") + " already exists");
  if (existing.error().status != 404) return existing;
  auto location = location_or_group(az);
  if (!location) return tl::make_unexpected(location.error());
  auto account = current_account(az);
  if (!account) return account;
  if (az.value("enable-rbac-authorization") == "false" && !az.has("no-self-perms"))
    return not_simulated(
        "az keyvault create --enable-rbac-authorization false (it asks Microsoft Graph for an object id)");
  Json body = {{"location", *location},
               {"properties",
                {{"tenantId", string_at(*account, "tenantId")},
                 {"sku", {{"family", "A"}, {"name", "standard"}}},
                 {"accessPolicies", Json::array()},
                 {"enableRbacAuthorization", true},
                 {"enableSoftDelete", true},
                 {"softDeleteRetentionInDays", 90},
                 {"networkAcls", {{"bypass", "AzureServices"}, {"defaultAction", "Allow"}}}}}};
  apply(az, kVaultSettings, body);
  return put_resource(az, kVault, body);
}

/// The client's update: read, change, write whole.
Result<Json> vault_update(Invocation& az) {
  auto path = find_resource(az, kVault);
  if (!path) return tl::make_unexpected(path.error());
  auto current = fetch(az, {.path = *path, .version = kVaultVersion});
  if (!current) return current;
  Json body = {{"location", (*current)["location"]}, {"properties", (*current)["properties"]}};
  if (current->contains("tags")) body["tags"] = (*current)["tags"];
  apply(az, kVaultSettings, body);
  auto vault =
      send_and_finish(az, {.method = Method::put, .path = *path, .version = kVaultVersion, .body = dump(body)});
  return vault && !vault->is_null() ? Result<Json>(printed(kVault, *vault)) : vault;
}

Result<Json> vault_check_name(Invocation& az) {
  // The real command asks for a managed HSM's name where no type is given.
  if (az.value("resource-type") != "vault")
    return not_simulated("az keyvault check-name for managed HSMs (use --resource-type vault)");
  return check_name(az, kVault, "vaultNameAnswer");
}

Result<Json> deleted_vaults(Invocation& az) {
  auto subscription = subscription_path(az);
  if (!subscription) return tl::make_unexpected(subscription.error());
  return fetch_list(az,
                    {.path = *subscription + "/providers/Microsoft.KeyVault/deletedVaults", .version = kVaultVersion});
}

Result<Json> vault_list_deleted(Invocation& az) {
  if (az.value("resource-type") == "hsm") return not_simulated("az keyvault list-deleted --resource-type hsm");
  auto all = deleted_vaults(az);
  return all ? Result<Json>(modelled("deletedVault", *all)) : all;
}

/// The deleted vault of that name; az reads the whole list to learn its region.
Result<Json> find_deleted(Invocation& az) {
  auto all = deleted_vaults(az);
  if (!all) return all;
  for (const Json& vault : *all) {
    if (equals_ignore_case(string_at(vault, "name"), az.value("name"))) return vault;
  }
  return cli_error("No deleted Vault or HSM was found with name " + az.value("name"));
}

Result<std::string> deleted_path(Invocation& az) {
  if (auto named = check_named(az); !named) return tl::make_unexpected(named.error());
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
  auto vault = fetch(az, {.path = *path, .version = kVaultVersion});
  return vault ? Result<Json>(modelled("deletedVault", *vault)) : vault;
}

Result<Json> vault_purge(Invocation& az) {
  auto path = deleted_path(az);
  if (!path) return tl::make_unexpected(path.error());
  auto done = send_and_finish(az, {.method = Method::post, .path = *path + "/purge", .version = kVaultVersion});
  return done ? Result<Json>(Json(nullptr)) : done;
}

Result<Json> vault_recover(Invocation& az) {
  if (auto named = check_named(az); !named) return tl::make_unexpected(named.error());
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
  auto recovered =
      send_and_finish(az, {.method = Method::put, .path = id, .version = kVaultVersion, .body = dump(body)});
  return recovered && !recovered->is_null() ? Result<Json>(printed(kVault, *recovered)) : recovered;
}

}  // namespace

Rows keyvault_commands() {
  static constexpr std::string_view kCreated =
      "name resource-group location tags no-wait sku enabled-for-deployment enabled-for-disk-encryption "
      "enabled-for-template-deployment enable-rbac-authorization enable-purge-protection retention-days "
      "public-network-access default-action bypass no-self-perms";
  static constexpr std::string_view kUpdated =
      "name resource-group no-wait enabled-for-deployment enabled-for-disk-encryption enabled-for-template-deployment "
      "enable-rbac-authorization enable-purge-protection retention-days public-network-access default-action bypass";
  static constexpr CommandRow kRows[] = {
      {"keyvault create", vault_create, kCreated},
      {"keyvault update", vault_update, kUpdated},
      {"keyvault show", vault_show, "name resource-group"},
      {"keyvault list", vault_list, "resource-group"},
      {"keyvault delete", vault_delete, "name resource-group no-wait"},
      {"keyvault check-name", vault_check_name, "name resource-type"},
      {"keyvault list-deleted", vault_list_deleted, "resource-type"},
      {"keyvault show-deleted", vault_show_deleted, "name location"},
      {"keyvault purge", vault_purge, "name location no-wait"},
      {"keyvault recover", vault_recover, "name location resource-group no-wait"},
  };
  return kRows;
}

}  // namespace azlab::az
