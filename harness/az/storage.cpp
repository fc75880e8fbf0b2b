#include <nlohmann/json.hpp>

#include "harness/az/families.hpp"
#include "harness/az/model.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

constexpr ResourceKind kStorageAccount{.type = "Microsoft.Storage/storageAccounts",
                                       .version = kStorageVersion,
                                       .model = "storageAccount",
                                       .not_found = "Storage account '{}' not found.",
                                       .looked_up_first = true};
constexpr ResourceKind kAccountOfKeys{.type = kStorageAccount.type,
                                      .version = kStorageVersion,
                                      .key = "account-name",
                                      .not_found = kStorageAccount.not_found,
                                      .looked_up_first = true};

constexpr Setting kStorageSettings[] = {
    {"sku", "sku.name"},
    {"kind", "kind"},
    {"access-tier", "properties.accessTier"},
    {"min-tls-version", "properties.minimumTlsVersion"},
    {"allow-blob-public-access", "properties.allowBlobPublicAccess", Setting::As::flag},
    {"allow-shared-key-access", "properties.allowSharedKeyAccess", Setting::As::flag},
    {"enable-hierarchical-namespace", "properties.isHnsEnabled", Setting::As::flag},
    {"https-only", "properties.supportsHttpsTrafficOnly", Setting::As::flag},
    {"public-network-access", "properties.publicNetworkAccess"},
    {"default-action", "properties.networkAcls.defaultAction"},
    {"bypass", "properties.networkAcls.bypass"},
};

Result<Json> storage_check_name(Invocation& az) {
  return check_name(az, kStorageAccount, "storageNameAnswer");
}

Result<Json> storage_create(Invocation& az) {
  auto location = location_or_group(az);
  if (!location) return tl::make_unexpected(location.error());
  Json body = {{"location", *location},
               {"kind", "StorageV2"},
               {"sku", {{"name", "Standard_RAGRS"}}},
               {"properties",
                {{"encryption", {{"keySource", "Microsoft.Storage"}, {"services", {{"blob", Json::object()}}}}},
                 {"allowBlobPublicAccess", false},
                 {"minimumTlsVersion", "TLS1_2"}}}};
  apply(az, kStorageSettings, body);
  auto available = storage_check_name(az);
  if (!available) return available;
  if (string_at(*available, "reason") == "AlreadyExists" && show_resource(az, kStorageAccount)) {
    az.warn("A storage account with the provided name " + az.value("name") +
            " is found. Will continue to update the existing account.");
  }
  return put_resource(az, kStorageAccount, body);
}

Result<Json> storage_update(Invocation& az) {
  Json body = Json::object();
  apply(az, kStorageSettings, body);
  return patch_resource(az, kStorageAccount, body);
}

Result<Json> storage_keys(Invocation& az) {
  auto keys = post_to_resource(az, kAccountOfKeys, "listKeys",
                               az.has("expand-key-type") ? "$expand=" + az.value("expand-key-type") : "$expand=kerb");
  if (!keys) return keys;
  return modelled("storageKey", keys->value("keys", Json::array()));
}

Result<Json> storage_connection_string(Invocation& az) {
  auto keys = post_to_resource(az, kStorageAccount, "listKeys", "$expand=kerb");
  if (!keys) return keys;
  const std::size_t which = az.value("key", "primary") == "secondary" || az.value("key") == "key2" ? 1 : 0;
  const Json list = keys->value("keys", Json::array());
  const std::string key = which < list.size() ? string_at(list[which], "value") : "";
  const std::string name = az.value("name");
  std::string text = "DefaultEndpointsProtocol=" + az.value("protocol", "https") +
                     ";EndpointSuffix=core.windows.net;AccountName=" + name + ";AccountKey=" + key;
  for (const std::string service : {"blob", "file", "queue", "table"}) {
    std::string title = service + "Endpoint";
    title[0] = static_cast<char>(title[0] - 32);
    text += ";" + title + "=https://" + name + "." + service + ".core.windows.net/";
  }
  return Json{{"connectionString", text}};
}

}  // namespace

Rows storage_commands() {
  static constexpr std::string_view kUpdated =
      "name resource-group tags sku access-tier min-tls-version allow-blob-public-access allow-shared-key-access "
      "https-only "
      "public-network-access default-action bypass";
  static constexpr std::string_view kCreated =
      "name resource-group location tags sku kind access-tier min-tls-version allow-blob-public-access "
      "allow-shared-key-access enable-hierarchical-namespace https-only public-network-access default-action bypass";
  static constexpr CommandRow kRows[] = {
      {"storage account create", storage_create, kCreated},
      {"storage account update", storage_update, kUpdated},
      {"storage account show", show_kind, "name resource-group", {}, &kStorageAccount},
      {"storage account list", list_kind, "resource-group", {}, &kStorageAccount},
      {"storage account delete", delete_kind, "name resource-group yes", {}, &kStorageAccount},
      {"storage account check-name", storage_check_name, "name"},
      {"storage account keys list", storage_keys, "account-name resource-group expand-key-type"},
      {"storage account show-connection-string", storage_connection_string, "name resource-group key protocol"},
  };
  return kRows;
}

}  // namespace azlab::az
