#include <nlohmann/json.hpp>

#include "harness/az/families.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

constexpr ResourceKind kLogAnalytics{
    .type = "Microsoft.OperationalInsights/workspaces", .version = kLogAnalyticsVersion, .key = "workspace-name"};
constexpr ResourceKind kComponent{.type = "microsoft.insights/components", .version = kInsightsVersion, .key = "app"};

Result<Json> logs_create(Invocation& az) {
  auto location = location_or_group(az);
  if (!location) return tl::make_unexpected(location.error());
  Json body = {{"location", *location},
               {"properties", {{"sku", {{"name", az.value("sku", "PerGB2018")}}}, {"retentionInDays", 30}}}};
  if (az.has("retention-time")) {
    auto days = parse_json(az.value("retention-time"));
    if (!days || !days->is_number_integer())
      return usage_error("argument --retention-time: invalid int value: '" + az.value("retention-time") + "'");
    body["properties"]["retentionInDays"] = *days;
  }
  if (az.has("tags")) body["tags"] = *tags_of(az.all("tags"));
  return create_resource(az, kLogAnalytics, body);
}

Result<Json> logs_show(Invocation& az) {
  return show_resource(az, kLogAnalytics);
}
Result<Json> logs_list(Invocation& az) {
  return list_resources(az, kLogAnalytics);
}
Result<Json> logs_delete(Invocation& az) {
  return delete_resource(az, kLogAnalytics, true, az.has("force") ? "force=true" : "");
}

Result<Json> component_create(Invocation& az) {
  Json properties = {{"Application_Type", az.value("application-type", "web")},
                     {"Flow_Type", "Bluefield"},
                     {"Request_Source", "rest"}};
  if (az.has("workspace")) {
    const std::string workspace = az.value("workspace");
    if (workspace.starts_with('/')) {
      properties["WorkspaceResourceId"] = workspace;
    } else {
      auto id = resource_path(az, "microsoft.operationalinsights/workspaces", workspace);
      if (!id) return tl::make_unexpected(id.error());
      properties["WorkspaceResourceId"] = *id;
    }
  }
  Json body = {{"location", az.value("location")}, {"kind", az.value("kind", "web")}, {"properties", properties}};
  if (az.has("tags")) body["tags"] = *tags_of(az.all("tags"));
  return create_resource(az, kComponent, body);
}

Result<Json> component_show(Invocation& az) {
  return az.value("app").empty() ? list_resources(az, kComponent) : show_resource(az, kComponent);
}
Result<Json> component_delete(Invocation& az) {
  return delete_resource(az, kComponent, false);
}

}  // namespace

std::vector<Command> monitor_commands() {
  const Argument name{.names = {"--workspace-name", "-n"}, .help = "The name of the workspace.", .required = true};
  const Argument app{
      .names = {"--app", "-a"},
      .help = "GUID, app name, or fully-qualified Azure resource name of Application Insights component.",
      .required = true};
  Argument any_app = app;
  any_app.required = false;
  return {
      {.words = "monitor log-analytics workspace create",
       .summary = "Create a workspace instance.",
       .arguments = {group_argument(),
                     name,
                     location_argument(),
                     tags_argument(),
                     no_wait_argument(),
                     {.names = {"--sku"},
                      .help = "The name of the SKU.",
                      .choices = {"CapacityReservation", "Free", "LACluster", "PerGB2018", "PerNode", "Premium",
                                  "Standalone", "Standard"},
                      .default_value = "PerGB2018"},
                     {.names = {"--retention-time"},
                      .help = "The workspace data retention in days.",
                      .default_value = "30"}},
       .run = logs_create},
      {.words = "monitor log-analytics workspace show",
       .summary = "Show a workspace instance.",
       .arguments = {group_argument(), name},
       .run = logs_show},
      {.words = "monitor log-analytics workspace list",
       .summary = "Get a list of workspaces under a resource group or a subscription.",
       .arguments = {group_argument(false)},
       .run = logs_list},
      {.words = "monitor log-analytics workspace delete",
       .summary = "Delete a workspace resource.",
       .arguments = {group_argument(),
                     name,
                     yes_argument(),
                     no_wait_argument(),
                     {.names = {"--force", "-f"},
                      .help = "Deletes the workspace without the recovery option.",
                      .takes = Takes::flag}},
       .run = logs_delete},
      {.words = "monitor app-insights component create",
       .summary = "Create a new Application Insights resource.",
       .arguments = {group_argument(),
                     app,
                     location_argument(true),
                     tags_argument(),
                     {.names = {"--kind", "-k"},
                      .help = "The kind of application that this component refers to.",
                      .default_value = "web"},
                     {.names = {"--application-type"},
                      .help = "Type of application being monitored.",
                      .choices = {"other", "web"},
                      .default_value = "web"},
                     {.names = {"--workspace"}, .help = "Name or resource ID of a log analytics workspace."}},
       .run = component_create},
      {.words = "monitor app-insights component show",
       .summary = "Get an Application Insights resource.",
       .arguments = {any_app, group_argument(false)},
       .run = component_show},
      {.words = "monitor app-insights component delete",
       .summary = "Delete a new Application Insights resource.",
       .arguments = {group_argument(), app, yes_argument()},
       .run = component_delete},
  };
}

}  // namespace azlab::az
