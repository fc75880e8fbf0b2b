#include "harness/az/command.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {

const std::vector<Command>& command_table() {
  static const std::vector<Command> table = [] {
    std::vector<Command> rows;
    for (auto family :
         {account_commands, configure_commands, extension_commands, group_commands, provider_commands,
          resource_commands, deployment_commands, storage_commands, keyvault_commands, monitor_commands,
          registry_commands, ml_workspace_commands, ml_compute_commands, ml_datastore_commands, ml_later_commands}) {
      for (Command& command : family()) rows.push_back(std::move(command));
    }
    return rows;
  }();
  return table;
}

const std::vector<CommandGroup>& command_groups() {
  static const std::vector<CommandGroup> groups = {
      {"account", "Manage Azure subscription information."},
      {"acr", "Manage private registries with Azure Container Registries."},
      {"config", "Manage Azure CLI configuration."},
      {"deployment", "Manage Azure Resource Manager template deployment at subscription scope."},
      {"deployment group", "Manage Azure Resource Manager template deployment at resource group."},
      {"deployment operation", "Manage deployment operations."},
      {"deployment operation group", "Manage deployment operations at resource group."},
      {"deployment sub", "Manage Azure Resource Manager template deployment at subscription scope."},
      {"extension", "Manage and update CLI extensions."},
      {"group", "Manage resource groups and template deployments."},
      {"keyvault", "Manage KeyVault keys, secrets, and certificates."},
      {"ml", "Manage Azure Machine Learning resources with the Azure CLI ML extension v2."},
      {"ml component", "Manage Azure ML components."},
      {"ml compute", "Manage Azure ML compute resources."},
      {"ml data", "Manage Azure ML data assets."},
      {"ml datastore", "Manage Azure ML datastores."},
      {"ml environment", "Manage Azure ML environments."},
      {"ml job", "Manage Azure ML jobs."},
      {"ml model", "Manage Azure ML models."},
      {"ml workspace", "Manage Azure ML workspaces."},
      {"monitor", "Manage the Azure Monitor Service."},
      {"monitor app-insights", "Commands for querying data in Application Insights applications."},
      {"monitor app-insights component", "Manage an Application Insights component or its subcomponents."},
      {"monitor log-analytics", "Manage Azure log analytics."},
      {"monitor log-analytics workspace", "Manage Azure log analytics workspace."},
      {"provider", "Manage resource providers."},
      {"resource", "Manage Azure resources."},
      {"storage", "Manage Azure Cloud Storage resources."},
      {"storage account", "Manage storage accounts."},
      {"storage account keys", "Manage storage account keys."},
  };
  return groups;
}

std::string extension_of(const std::string& words) {
  // `monitor app-insights` is an extension of its own ("application-insights"); newer cores ask for it, too.
  if (words == "ml" || words.starts_with("ml ")) return "ml";
  if (words.starts_with("monitor app-insights")) return "application-insights";
  return "";
}

Argument name_argument(std::string help, bool required) {
  return {.names = {"--name", "-n"}, .help = std::move(help), .required = required};
}
Argument group_argument(bool required) {
  return {
      .names = {"--resource-group", "-g"},
      .help =
          "Name of resource group. You can configure the default group using `az configure --defaults group=<name>`.",
      .required = required,
      .default_key = "group"};
}
Argument workspace_argument() {
  return {.names = {"--workspace-name", "-w"},
          .help =
              "Name of the Azure ML workspace. You can configure the default workspace using `az configure --defaults "
              "workspace=<name>`.",
          .required = true,
          .default_key = "workspace"};
}
Argument location_argument(bool required) {
  return {.names = {"--location", "-l"},
          .help =
              "Location. Values from: `az account list-locations`. You can configure the default location using `az "
              "configure --defaults location=<location>`.",
          .required = required,
          .default_key = "location"};
}
Argument tags_argument() {
  return {.names = {"--tags"},
          .help = "Space-separated tags: key[=value] [key[=value] ...]. Use \"\" to clear existing tags.",
          .takes = Takes::any};
}
Argument yes_argument() {
  return {.names = {"--yes", "-y"}, .help = "Do not prompt for confirmation.", .takes = Takes::flag};
}
Argument no_wait_argument() {
  return {
      .names = {"--no-wait"}, .help = "Do not wait for the long-running operation to finish.", .takes = Takes::flag};
}

}  // namespace azlab::az
