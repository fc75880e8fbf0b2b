#include <re2/re2.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>

#include "harness/az/families.hpp"
#include "sim/core/text.hpp"
#include "sim/core/time.hpp"

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

/// "6h", "1d2h30m": PERIOD as az reads it.
Result<Duration> period_of(const std::string& text) {
  static const RE2 kPeriod(R"((?i)P?(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)");
  std::string days;
  std::string hours;
  std::string minutes;
  std::string secs;
  if (text.empty() || !RE2::FullMatch(text, kPeriod, &days, &hours, &minutes, &secs)) return cli_error("PERIOD should be of the form \"##h##m##s\" or ISO8601");
  const auto number = [](const std::string& digits) { return digits.empty() ? 0L : std::strtol(digits.c_str(), nullptr, 10); };
  return std::chrono::hours(24 * number(days) + number(hours)) + std::chrono::minutes(number(minutes)) + std::chrono::seconds(number(secs));
}

/// A moment on the command line; without a zone it is this machine's, and simulated machines keep UTC.
Result<Time> moment_of(const std::string& text, std::string_view what) {
  if (const auto time = parse_iso8601(text)) return *time;
  return cli_error("Unable to parse: '" + text + "'. Expected format: " + std::string(what) + " Format: date (yyyy-mm-dd) time (hh:mm:ss.xxxxx) timezone (+/-hh:mm)");
}

/// From when to when: of start, end and offset az works the missing one out, and takes the last six hours where nothing is said.
Result<std::pair<Time, Time>> asked_time(Invocation& az) {
  const auto offset = period_of(az.value("offset", "6h"));
  if (!offset) return tl::make_unexpected(offset.error());
  std::optional<Time> start;
  Time end = az.transport.now();
  if (az.has("start-time")) {
    const auto given = moment_of(az.value("start-time"), "Start time of the query.");
    if (!given) return tl::make_unexpected(given.error());
    start = *given;
    end = *given + *offset;
  }
  if (az.has("end-time")) {
    const auto given = moment_of(az.value("end-time"), "End time of the query. Defaults to the current time.");
    if (!given) return tl::make_unexpected(given.error());
    end = *given;
  }
  return std::pair(start.value_or(end - *offset), end);
}

/// What az's model has of an event.
constexpr std::string_view kEventMembers[] = {"authorization", "caller", "category", "claims", "correlationId", "description", "eventDataId", "eventName", "eventTimestamp", "httpRequest", "id",
                                              "level", "operationId", "operationName", "properties", "resourceGroupName", "resourceId", "resourceProviderName", "resourceType", "status",
                                              "subStatus", "submissionTimestamp", "subscriptionId", "tenantId"};

Result<Json> activity_list(Invocation& az) {
  auto subscription = subscription_path(az);
  if (!subscription) return tl::make_unexpected(subscription.error());
  const auto time = asked_time(az);
  if (!time) return tl::make_unexpected(time.error());
  std::string filter = "eventTimestamp ge " + to_iso8601_seconds(time->first) + " and eventTimestamp le " + to_iso8601_seconds(time->second);
  // The first of these that is given counts; caller and status count beside it.
  constexpr std::pair<const char*, const char*> kOne[] = {{"correlation-id", "correlationId"}, {"resource-group", "resourceGroupName"}, {"resource-id", "resourceId"}, {"namespace", "resourceProvider"}};
  const auto* one = std::find_if(std::begin(kOne), std::end(kOne), [&](const auto& known) { return !az.value(known.first).empty(); });
  if (one != std::end(kOne)) filter += std::string(" and ") + one->second + " eq '" + az.value(one->first) + "'";
  for (const char* name : {"caller", "status"}) {
    if (az.has(name)) filter += std::string(" and ") + name + " eq '" + az.value(name) + "'";
  }
  std::string query = "$filter=" + percent_encode(filter);
  if (az.has("select")) query += "&$select=" + percent_encode(join(az.all("select"), " , "));
  const auto events = fetch_list(az, {.path = *subscription + "/providers/Microsoft.Insights/eventtypes/management/values", .version = kActivityLogVersion, .query = query});
  if (!events) return events;
  const auto most = std::strtoul(az.value("max-events", "50").c_str(), nullptr, 10);
  Json out = Json::array();
  for (const Json& event : *events) {
    if (out.size() == most) break;
    Json shown = Json::object();
    for (const auto name : kEventMembers) {
      if (const Json* value = find_key(event, name)) shown[std::string(name)] = *value;
    }
    out.push_back(std::move(shown));
  }
  return out;
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
      {"monitor activity-log list", activity_list, "correlation-id resource-group resource-id namespace caller status max-events select start-time end-time offset"},
  };
  return kRows;
}

}  // namespace azlab::az
