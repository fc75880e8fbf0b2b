#include <nlohmann/json.hpp>

#include "harness/az/families.hpp"
#include "harness/az/model.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

constexpr ResourceKind kRegistry{.type = "Microsoft.ContainerRegistry/registries",
                                 .version = kRegistryVersion,
                                 .model = "registry",
                                 .not_found =
                                     "The resource with name '{}' and type 'Microsoft.ContainerRegistry/registries' "
                                     "could not be found in subscription '{subscription}'."};

constexpr Setting kRegistrySettings[] = {
    {"sku", "sku.name"},
    {"admin-enabled", "properties.adminUserEnabled", Setting::As::flag},
    {"public-network-enabled", "properties.publicNetworkAccess", Setting::As::enabled},
    {"anonymous-pull-enabled", "properties.anonymousPullEnabled", Setting::As::flag},
    {"data-endpoint-enabled", "properties.dataEndpointEnabled", Setting::As::flag},
};

Result<Json> registry_create(Invocation& az) {
  auto location = location_or_group(az);
  if (!location) return tl::make_unexpected(location.error());
  Json body = {{"location", *location}, {"sku", Json::object()}, {"properties", {{"adminUserEnabled", false}}}};
  apply(az, kRegistrySettings, body);
  return put_resource(az, kRegistry, body);
}

Result<Json> registry_update(Invocation& az) {
  Json body = Json::object();
  apply(az, kRegistrySettings, body);
  return patch_resource(az, kRegistry, body);
}

Result<Json> registry_check_name(Invocation& az) {
  return check_name(az, kRegistry, "registryNameAnswer");
}

Result<Json> registry_credentials(Invocation& az) {
  auto registry = show_resource(az, kRegistry);
  if (!registry) return registry;
  if (!registry->value("adminUserEnabled", false)) {
    const std::string name = az.value("name");
    return cli_error("Run 'az acr update -n " + name + " --admin-enabled true' to enable admin first.");
  }
  auto credentials = post_to_resource(az, kRegistry, "listCredentials");
  return credentials ? Result<Json>(modelled("registryCredentials", *credentials)) : credentials;
}

}  // namespace

Rows registry_commands() {
  static constexpr std::string_view kColumns =
      "{NAME:name,\"RESOURCE GROUP\":resourceGroup,LOCATION:location,SKU:sku.name,\"LOGIN SERVER\":loginServer,"
      "\"CREATION DATE\":creationDate,\"ADMIN ENABLED\":adminUserEnabled}";
  static constexpr CommandRow kRows[] = {
      {"acr create", registry_create, "name resource-group location tags sku admin-enabled public-network-enabled",
       kColumns},
      {"acr update", registry_update,
       "name resource-group tags sku admin-enabled public-network-enabled anonymous-pull-enabled data-endpoint-enabled",
       kColumns},
      {"acr show", show_kind, "name resource-group", kColumns, &kRegistry},
      {"acr list", list_kind, "resource-group", kColumns, &kRegistry},
      {"acr delete", delete_kind, "name resource-group yes", {}, &kRegistry},
      {"acr check-name", registry_check_name, "name"},
      {"acr credential show", registry_credentials, "name resource-group",
       "{USERNAME:username,PASSWORD:passwords[0].value,PASSWORD2:passwords[1].value}"},
  };
  return kRows;
}

}  // namespace azlab::az
