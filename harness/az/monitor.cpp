#include <nlohmann/json.hpp>

#include "harness/az/families.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

constexpr ResourceKind kLogAnalytics{.type = "Microsoft.OperationalInsights/workspaces",
                                     .version = kLogAnalyticsVersion};
constexpr ResourceKind kComponent{.type = "microsoft.insights/components", .version = kInsightsVersion, .key = "app"};

constexpr Setting kLogSettings[] = {
    {"sku", "properties.sku.name"},
    {"retention-time", "properties.retentionInDays", Setting::As::number},
    {"ingestion-access", "properties.publicNetworkAccessForIngestion"},
    {"query-access", "properties.publicNetworkAccessForQuery"},
};
constexpr Setting kComponentSettings[] = {
    {"kind", "kind"},
    {"application-type", "properties.Application_Type"},
    {"retention-time", "properties.RetentionInDays", Setting::As::number},
    {"ingestion-access", "properties.publicNetworkAccessForIngestion"},
    {"query-access", "properties.publicNetworkAccessForQuery"},
};

Result<Json> logs_create(Invocation& az) {
  auto location = location_or_group(az);
  if (!location) return tl::make_unexpected(location.error());
  Json body = {{"location", *location}, {"properties", {{"sku", {{"name", "PerGB2018"}}}, {"retentionInDays", 30}}}};
  apply(az, kLogSettings, body);
  return put_resource(az, kLogAnalytics, body);
}

/// The generated update: read, change, write whole.
Result<Json> logs_update(Invocation& az) {
  auto path = find_resource(az, kLogAnalytics);
  if (!path) return tl::make_unexpected(path.error());
  auto current = fetch(az, {.path = *path, .version = kLogAnalyticsVersion});
  if (!current) return current;
  apply(az, kLogSettings, *current);
  return put_resource(az, kLogAnalytics, *current);
}

Result<Json> logs_delete(Invocation& az) {
  return delete_resource(az, kLogAnalytics, az.has("force") ? "force=true" : "");
}

Result<Json> logs_keys(Invocation& az) {
  return post_to_resource(az, kLogAnalytics, "sharedKeys");
}

/// A Log Analytics workspace by name or id, as the component's property wants it.
Result<Json> with_workspace(Invocation& az, Json body) {
  if (!az.has("workspace")) return body;
  std::string id = az.value("workspace");
  if (!id.starts_with('/')) {
    auto path = resource_path(az, "microsoft.operationalinsights/workspaces", id);
    if (!path) return tl::make_unexpected(path.error());
    id = *path;
  }
  body["properties"]["WorkspaceResourceId"] = id;
  return body;
}

Result<Json> component_create(Invocation& az) {
  Json body = {{"location", az.value("location")},
               {"kind", "web"},
               {"properties", {{"Application_Type", "web"}, {"Flow_Type", "Bluefield"}, {"Request_Source", "rest"}}}};
  apply(az, kComponentSettings, body);
  auto whole = with_workspace(az, std::move(body));
  return whole ? put_resource(az, kComponent, *whole) : whole;
}

Result<Json> component_update(Invocation& az) {
  auto path = find_resource(az, kComponent);
  if (!path) return tl::make_unexpected(path.error());
  auto current = fetch(az, {.path = *path, .version = kInsightsVersion});
  if (!current) return current;
  apply(az, kComponentSettings, *current);
  auto whole = with_workspace(az, std::move(*current));
  return whole ? put_resource(az, kComponent, *whole) : whole;
}

/// Without a name, all of the group or subscription.
Result<Json> component_show(Invocation& az) {
  return az.value("app").empty() ? list_resources(az, kComponent) : show_resource(az, kComponent);
}

}  // namespace

Rows monitor_commands() {
  static constexpr CommandRow kRows[] = {
      {"monitor log-analytics workspace create", logs_create,
       "resource-group name location tags sku retention-time ingestion-access query-access no-wait"},
      {"monitor log-analytics workspace update", logs_update,
       "resource-group name tags sku retention-time ingestion-access query-access no-wait"},
      {"monitor log-analytics workspace show", show_kind, "resource-group name", {}, &kLogAnalytics},
      {"monitor log-analytics workspace list", list_kind, "resource-group", {}, &kLogAnalytics},
      {"monitor log-analytics workspace delete", logs_delete, "resource-group name yes force no-wait"},
      {"monitor log-analytics workspace get-shared-keys", logs_keys, "resource-group name"},
      {"monitor app-insights component create", component_create,
       "resource-group app location tags kind application-type workspace retention-time ingestion-access query-access"},
      {"monitor app-insights component update", component_update,
       "resource-group app tags kind workspace retention-time ingestion-access query-access"},
      {"monitor app-insights component show", component_show, "resource-group app"},
      {"monitor app-insights component delete", delete_kind, "resource-group app yes", {}, &kComponent},
  };
  return kRows;
}

}  // namespace azlab::az
