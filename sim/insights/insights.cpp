#include "sim/insights/insights.hpp"

#include <nlohmann/json.hpp>

#include "sim/arm/error.hpp"
#include "sim/arm/resource.hpp"
#include "sim/core/text.hpp"
#include "sim/insights/activity_log.hpp"

namespace azlab::insights {
namespace {

Result<void> before_put_component(Context& context, arm::PutCall& call) {
  if (call.existing != nullptr) return {};
  const std::string key = context.draw().guid("instrumentation-key", call.id.key());
  const std::string region = string_at(call.body, "location");
  Json& p = call.body["properties"];
  p["AppId"] = context.draw().guid("app-id", call.id.key());
  p["ApplicationId"] = call.id.name();
  p["Name"] = call.id.name();
  p["CreationDate"] = to_iso8601(context.now());
  p["InstrumentationKey"] = key;
  p["ConnectionString"] = "InstrumentationKey=" + key + ";IngestionEndpoint=https://" + region + "-0.in.applicationinsights.azure.com/;LiveEndpoint=https://" + region + ".livediagnostics.monitor.azure.com/";
  p["TenantId"] = call.id.subscription;
  return {};
}

Result<void> before_put_log_analytics(Context& context, arm::PutCall& call) {
  if (call.existing != nullptr) return {};
  Json& p = call.body["properties"];
  p["customerId"] = context.draw().guid("customer-id", call.id.key());
  p["createdDate"] = to_iso8601(context.now());
  p["modifiedDate"] = to_iso8601(context.now());
  return {};
}

Response shared_keys(Context& context, const Request&, const Match& match) {
  const ResourceId id{.subscription = match.at("sub"), .resource_group = match.at("rg"), .provider = "Microsoft.OperationalInsights", .parts = {{"workspaces", match.at("name")}}};
  if (!context.world().find(Table::resource, id.key())) return arm::error_response(arm::resource_not_found(id));
  return json_response(200, {{"primarySharedKey", base64_encode(context.draw().hex(64, "log-analytics-key", id.key(), 0))},
                             {"secondarySharedKey", base64_encode(context.draw().hex(64, "log-analytics-key", id.key(), 1))}});
}

}  // namespace

std::vector<arm::TypeHooks> type_hooks() {
  return {{.type = "Microsoft.Insights/components", .before_put = before_put_component},
          {.type = "Microsoft.OperationalInsights/workspaces", .before_put = before_put_log_analytics}};
}

std::vector<Route> routes() {
  return {{Method::post, std::string(kArmHost), "/subscriptions/{sub}/resourceGroups/{rg}/providers/Microsoft.OperationalInsights/workspaces/{name}/sharedKeys",
           "logAnalyticsWorkspaces.sharedKeys", shared_keys},
          {Method::get, std::string(kArmHost), "/subscriptions/{sub}/providers/Microsoft.Insights/eventtypes/management/values", "activityLogs.list", list_activity}};
}

}  // namespace azlab::insights
