#include <nlohmann/json.hpp>

#include "harness/az/families.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

constexpr ResourceKind kRegistry{.type = "Microsoft.ContainerRegistry/registries",
                                 .version = kRegistryVersion,
                                 .not_found =
                                     "The resource with name '{}' and type 'Microsoft.ContainerRegistry/registries' "
                                     "could not be found in subscription."};

Result<Json> registry_create(Invocation& az) {
  auto location = location_or_group(az);
  if (!location) return tl::make_unexpected(location.error());
  Json body = {{"location", *location},
               {"sku", {{"name", az.value("sku")}}},
               {"properties", {{"adminUserEnabled", az.value("admin-enabled", "false") == "true"}}}};
  if (az.has("tags")) body["tags"] = *tags_of(az.all("tags"));
  return create_resource(az, kRegistry, body);
}

Result<Json> registry_show(Invocation& az) {
  return show_resource(az, kRegistry);
}
Result<Json> registry_list(Invocation& az) {
  return list_resources(az, kRegistry);
}
Result<Json> registry_delete(Invocation& az) {
  return delete_resource(az, kRegistry, true);
}
Result<Json> registry_check_name(Invocation& az) {
  return check_name(az, "Microsoft.ContainerRegistry", kRegistryVersion, kRegistry.type);
}

}  // namespace

std::vector<Command> registry_commands() {
  const Argument name = name_argument("The name of the container registry. It should be specified in lower case.");
  const std::string columns =
      "NAME=name, RESOURCE GROUP=resourceGroup, LOCATION=location, SKU=sku.name, LOGIN SERVER=loginServer, CREATION "
      "DATE=creationDate, ADMIN ENABLED=adminUserEnabled";
  return {
      {.words = "acr create",
       .summary = "Create an Azure Container Registry.",
       .arguments = {group_argument(),
                     name,
                     location_argument(),
                     tags_argument(),
                     no_wait_argument(),
                     {.names = {"--sku"},
                      .help = "The SKU of the container registry.",
                      .required = true,
                      .choices = {"Basic", "Premium", "Standard"}},
                     {.names = {"--admin-enabled"},
                      .help = "Indicates whether the admin user is enabled.",
                      .takes = Takes::optional,
                      .choices = {"false", "true"}}},
       .run = registry_create,
       .table = columns},
      {.words = "acr show",
       .summary = "Get the details of an Azure Container Registry.",
       .arguments = {name, group_argument(false)},
       .run = registry_show,
       .table = columns},
      {.words = "acr list",
       .summary = "List all the container registries under the current subscription.",
       .arguments = {group_argument(false)},
       .run = registry_list,
       .table = columns},
      {.words = "acr delete",
       .summary = "Delete an Azure Container Registry.",
       .arguments = {name, group_argument(false), yes_argument()},
       .run = registry_delete},
      {.words = "acr check-name",
       .summary = "Check if an Azure Container Registry name is valid and available for use.",
       .arguments = {name},
       .run = registry_check_name},
  };
}

}  // namespace azlab::az
