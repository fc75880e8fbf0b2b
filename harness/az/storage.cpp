#include <nlohmann/json.hpp>

#include "harness/az/families.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

constexpr ResourceKind kStorageAccount{.type = "Microsoft.Storage/storageAccounts",
                                       .version = kStorageVersion,
                                       .not_found = "The storage account '{}' was not found."};

Result<Json> storage_create(Invocation& az) {
  auto location = location_or_group(az);
  if (!location) return tl::make_unexpected(location.error());
  Json properties = {{"encryption", {{"keySource", "Microsoft.Storage"}, {"services", {{"blob", Json::object()}}}}},
                     {"allowBlobPublicAccess", az.value("allow-blob-public-access", "false") == "true"},
                     {"minimumTlsVersion", az.value("min-tls-version", "TLS1_0")}};
  if (az.has("access-tier")) properties["accessTier"] = az.value("access-tier");
  if (az.has("enable-hierarchical-namespace"))
    properties["isHnsEnabled"] = az.value("enable-hierarchical-namespace", "true") == "true";
  if (az.has("https-only")) properties["supportsHttpsTrafficOnly"] = az.value("https-only", "true") == "true";
  Json body = {{"location", *location},
               {"kind", az.value("kind", "StorageV2")},
               {"sku", {{"name", az.value("sku", "Standard_RAGRS")}}},
               {"properties", properties}};
  if (az.has("tags")) body["tags"] = *tags_of(az.all("tags"));
  return create_resource(az, kStorageAccount, body);
}

Result<Json> storage_show(Invocation& az) {
  return show_resource(az, kStorageAccount);
}
Result<Json> storage_list(Invocation& az) {
  return list_resources(az, kStorageAccount);
}
Result<Json> storage_delete(Invocation& az) {
  return delete_resource(az, kStorageAccount, true);
}
Result<Json> storage_check_name(Invocation& az) {
  return check_name(az, "Microsoft.Storage", kStorageVersion, kStorageAccount.type);
}

Result<Json> storage_keys(Invocation& az) {
  ResourceKind kind = kStorageAccount;
  kind.key = "account-name";
  auto path = find_resource(az, kind);
  if (!path) return tl::make_unexpected(path.error());
  auto keys = fetch(
      az, {.method = Method::post, .path = *path + "/listKeys", .version = kStorageVersion, .query = "$expand=kerb"});
  if (!keys) return keys;
  return keys->value("keys", Json::array());
}

}  // namespace

std::vector<Command> storage_commands() {
  const Argument name = name_argument("The storage account name.");
  const std::string columns =
      "Name=name, Location=location, ResourceGroup=resourceGroup, Kind=kind, ProvisioningState=provisioningState";
  return {
      {.words = "storage account create",
       .summary = "Create a storage account.",
       .arguments = {group_argument(),
                     name,
                     location_argument(),
                     tags_argument(),
                     no_wait_argument(),
                     {.names = {"--sku"},
                      .help = "The storage account SKU.",
                      .choices = {"Standard_LRS", "Standard_GRS", "Standard_RAGRS", "Standard_ZRS", "Premium_LRS",
                                  "Premium_ZRS", "Standard_GZRS", "Standard_RAGZRS"},
                      .default_value = "Standard_RAGRS"},
                     {.names = {"--kind"},
                      .help = "Indicate the type of storage account.",
                      .choices = {"BlobStorage", "BlockBlobStorage", "FileStorage", "Storage", "StorageV2"},
                      .default_value = "StorageV2"},
                     {.names = {"--access-tier"},
                      .help = "Required for storage accounts where kind = BlobStorage.",
                      .choices = {"Cool", "Hot", "Premium", "Cold"}},
                     {.names = {"--min-tls-version"},
                      .help = "The minimum TLS version to be permitted on requests to storage.",
                      .choices = {"TLS1_0", "TLS1_1", "TLS1_2", "TLS1_3"}},
                     {.names = {"--allow-blob-public-access"},
                      .help = "Allow or disallow public access to all blobs or containers in the storage account.",
                      .takes = Takes::optional,
                      .choices = {"false", "true"}},
                     {.names = {"--enable-hierarchical-namespace", "--hns"},
                      .help = "Allow the blob service to exhibit filesystem semantics.",
                      .takes = Takes::optional,
                      .choices = {"false", "true"}},
                     {.names = {"--https-only"},
                      .help = "Allow https traffic only to storage service if set to true.",
                      .takes = Takes::optional,
                      .choices = {"false", "true"}}},
       .run = storage_create,
       .table = columns,
       .examples = {{"Create a storage account 'mystorageaccount' in resource group 'MyResourceGroup' in the West US "
                     "region with locally redundant storage.",
                     "az storage account create -n mystorageaccount -g MyResourceGroup -l westus --sku Standard_LRS"}}},
      {.words = "storage account show",
       .summary = "Show storage account properties.",
       .arguments = {name, group_argument(false)},
       .run = storage_show,
       .table = columns},
      {.words = "storage account list",
       .summary = "List storage accounts.",
       .arguments = {group_argument(false)},
       .run = storage_list,
       .table = columns},
      {.words = "storage account delete",
       .summary = "Delete a storage account.",
       .arguments = {name, group_argument(false), yes_argument()},
       .run = storage_delete},
      {.words = "storage account check-name",
       .summary = "Check that the storage account name is valid and is not already in use.",
       .arguments = {name},
       .run = storage_check_name},
      {.words = "storage account keys list",
       .summary = "List the access keys or Kerberos keys (if active directory enabled) for a storage account.",
       .arguments = {{.names = {"--account-name", "-n"}, .help = "The storage account name.", .required = true},
                     group_argument(false)},
       .run = storage_keys},
  };
}

}  // namespace azlab::az
