#include "sim/insights/activity_log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "sim/arm/deployment_run.hpp"
#include "sim/arm/error.hpp"
#include "sim/arm/subscription.hpp"
#include "sim/core/resource_id.hpp"
#include "sim/core/text.hpp"
#include "sim/http/operation.hpp"
#include "sim/insights/activity_filter.hpp"
#include "sim/insights/activity_record.hpp"

namespace azlab::insights {
namespace {

constexpr std::size_t kPageSize = 200;

/// How Azure names a status code, and how people read it.
struct StatusName {
  int status;
  std::string_view value;
  std::string_view words;
};
constexpr StatusName kStatusNames[] = {{200, "OK", "OK"},
                                       {201, "Created", "Created"},
                                       {202, "Accepted", "Accepted"},
                                       {204, "NoContent", "No Content"},
                                       {400, "BadRequest", "Bad Request"},
                                       {401, "Unauthorized", "Unauthorized"},
                                       {403, "Forbidden", "Forbidden"},
                                       {404, "NotFound", "Not Found"},
                                       {409, "Conflict", "Conflict"},
                                       {412, "PreconditionFailed", "Precondition Failed"},
                                       {429, "TooManyRequests", "Too Many Requests"},
                                       {500, "InternalServerError", "Internal Server Error"},
                                       {503, "ServiceUnavailable", "Service Unavailable"}};

std::string status_value(int status) {
  const auto* known = std::find_if(std::begin(kStatusNames), std::end(kStatusNames), [&](const StatusName& one) { return one.status == status; });
  return known == std::end(kStatusNames) ? std::to_string(status) : std::string(known->value);
}

Json named(const std::string& value, const std::string& localized) { return {{"value", value}, {"localizedValue", localized}}; }
Json named(const std::string& value) { return named(value, value); }

Json sub_status(int status) {
  if (status == 0) return named("");
  const auto* known = std::find_if(std::begin(kStatusNames), std::end(kStatusNames), [&](const StatusName& one) { return one.status == status; });
  const std::string words = known == std::end(kStatusNames) ? std::to_string(status) : std::string(known->words);
  return named(status_value(status), fmt::format("{} (HTTP Status Code: {})", words, status));
}

/// Moments as .NET counts them: tenths of microseconds since the year 1.
std::int64_t ticks_of(Time time) { return 621'355'968'000'000'000 + time.time_since_epoch().count() * 10'000; }

/// A record with what it began.
struct Logged {
  const ActivityRecord& record;
  std::optional<Operation> operation{};
  std::string correlation{};
};

/// One moment of it.
struct Moment {
  Time at{};
  std::string_view status;
  int answer = 0;             ///< HTTP status, 0 for none
  std::string message{};      ///< JSON text of the error
};

using Operations = std::multimap<std::string, Operation>;

std::string operation_key(std::string_view resource, Time started) { return to_lower(std::string(resource)) + "|" + std::to_string(started.time_since_epoch().count()); }

Operations all_operations(const World& world) {
  Operations out;
  world.for_each(Table::operation, "", [&](const std::string& id, const RowPtr&) {
    if (auto operation = find_operation(world, id)) out.emplace(operation_key(operation->resource, operation->started), std::move(*operation));
    return true;
  });
  return out;
}

Logged logged(Context& context, const ActivityRecord& record, const Operations& operations) {
  Logged out{.record = record, .correlation = record.correlation};
  const auto begun = operations.find(operation_key(record.scope, record.at));
  if (record.status < 400 && begun != operations.end()) out.operation = begun->second;
  if (out.correlation.empty()) {
    const bool deploys = out.operation && out.operation->name == "deployments.create";
    out.correlation = deploys ? arm::deployment_correlation(context, out.operation->id) : record.request_id;
  }
  return out;
}

/// How it went, moment by moment.
std::vector<Moment> moments_of(const Logged& one) {
  std::vector<Moment> out = {{.at = one.record.at, .status = "Started"}};
  const int answer = one.record.status;
  if (answer >= 400) {
    out.push_back({.at = one.record.at, .status = "Failed", .answer = answer, .message = one.record.refusal});
    return out;
  }
  if (!one.operation) {
    out.push_back({.at = one.record.at, .status = "Succeeded", .answer = answer});
    return out;
  }
  out.push_back({.at = one.record.at, .status = "Accepted", .answer = answer});
  if (one.operation->running()) return out;
  Moment end{.at = one.operation->ended, .status = one.operation->status == "Succeeded" ? "Succeeded" : one.operation->status == "Canceled" ? "Canceled" : "Failed"};
  if (one.operation->error) {
    end.answer = one.operation->error->status;
    end.message = dump({{"status", "Failed"}, {"error", arm::error_json(*one.operation->error)}});
  }
  out.push_back(std::move(end));
  return out;
}

Json claims_of(const ActivityRecord& record) {
  Json out = {{"http://schemas.microsoft.com/identity/claims/objectidentifier", record.principal}, {"appid", record.app}};
  if (!record.user.empty()) out["http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"] = record.user;
  return out;
}

Json event_of(Context& context, const Logged& one, const Moment& moment, std::size_t index) {
  const auto id = ResourceId::parse(one.record.scope);
  const std::string data_id = context.draw().guid("activity-event", std::to_string(one.record.number), index);
  const std::string type = !id || id->provider.empty() ? (!id || id->resource_group.empty() ? "Microsoft.Resources/subscriptions" : "Microsoft.Resources/subscriptions/resourceGroups") : id->type();
  const std::string at = to_iso8601(moment.at);
  const std::string tenant(arm::default_subscription().tenant);
  Json properties = {{"eventCategory", "Administrative"}, {"entity", one.record.scope}, {"message", one.record.action}, {"hierarchy", tenant + "/" + (id ? id->subscription : std::string())}};
  if (moment.answer != 0) properties["statusCode"] = status_value(moment.answer);
  if (moment.status != "Started") properties["serviceRequestId"] = one.record.request_id;
  if (!moment.message.empty()) properties["statusMessage"] = moment.message;
  return {{"authorization", {{"action", one.record.action}, {"scope", one.record.scope}}},
          {"caller", one.record.user.empty() ? one.record.principal : one.record.user},
          {"channels", "Operation"},
          {"claims", claims_of(one.record)},
          {"correlationId", one.correlation},
          {"description", ""},
          {"eventDataId", data_id},
          {"eventName", moment.status == "Started" ? named("BeginRequest", "Begin request") : named("EndRequest", "End request")},
          {"category", named("Administrative")},
          {"httpRequest", {{"method", one.record.method}}},
          {"id", fmt::format("{}/events/{}/ticks/{}", one.record.scope, data_id, ticks_of(moment.at))},
          {"level", moment.status == "Failed" ? "Error" : "Informational"},
          {"resourceGroupName", id ? id->resource_group : std::string()},
          {"resourceProviderName", named(one.record.action.substr(0, one.record.action.find('/')))},
          {"resourceId", one.record.scope},
          {"resourceType", named(type)},
          {"operationId", one.record.request_id},
          {"operationName", named(one.record.action)},
          {"properties", properties},
          {"status", named(std::string(moment.status))},
          {"subStatus", sub_status(moment.answer)},
          {"eventTimestamp", at},
          {"submissionTimestamp", at},
          {"subscriptionId", id ? id->subscription : std::string()},
          {"tenantId", tenant}};
}

/// The members that `$select` names.
Json selected(const Json& event, const std::string& names) {
  if (names.empty()) return event;
  Json out = Json::object();
  for (const auto& part : split(names, ',')) {
    const std::string name(trim(part));
    if (const Json* value = find_key(event, name)) out[name] = *value;
  }
  return out;
}

/// An event with what its place depends on.
struct Placed {
  Json event;
  Time at{};
  bool ends = false;  ///< the end of what went on for a while
  std::uint64_t number = 0;
  std::size_t index = 0;
};

/// Newest first. Of one instant, ends come before what is asked then, and what was asked later is newer; of operations that end
/// together, that which began first ends last: a deployment after what it made.
bool is_newer(const Placed& a, const Placed& b) {
  if (a.at != b.at) return a.at > b.at;
  if (a.ends != b.ends) return b.ends;
  if (a.number != b.number) return a.ends ? a.number < b.number : a.number > b.number;
  return a.index > b.index;
}

std::size_t skipped(const Request& request) {
  const auto token = request.query_value("$skipToken");
  const bool number = token && !token->empty() && token->size() < 10 && token->find_first_not_of("0123456789") == std::string::npos;
  return number ? std::stoul(*token) : 0;
}

}  // namespace

Response list_activity(Context& context, const Request& request, const Match& match) {
  const std::string& subscription = match.at("sub");
  if (const auto ok = arm::check_subscription(context, subscription); !ok) return arm::error_response(ok.error());
  const std::string text = request.query_value("$filter").value_or("");
  const auto filter = ActivityFilter::parse(text, context.now());
  if (!filter) return arm::error_response(filter.error());
  std::vector<Placed> events;
  const Operations operations = all_operations(context.world());
  for (const ActivityRecord& record : activity_records(context.world())) {
    // What ended within the time that is asked for may have begun before it.
    if (record.at > filter->until()) break;
    const Logged one = logged(context, record, operations);
    const auto moments = moments_of(one);
    for (std::size_t i = 0; i < moments.size(); ++i) {
      if (moments[i].at < filter->from() || moments[i].at > filter->until()) continue;
      Json event = event_of(context, one, moments[i], i);
      if (equals_ignore_case(string_at(event, "subscriptionId"), subscription) && filter->wants(event)) events.push_back({std::move(event), moments[i].at, one.operation && i == 2, record.number, i});
    }
  }
  std::stable_sort(events.begin(), events.end(), is_newer);
  const std::size_t first = skipped(request);
  const std::string wanted = request.query_value("$select").value_or("");
  Json out = {{"value", Json::array()}};
  for (std::size_t i = first; i < std::min(events.size(), first + kPageSize); ++i) out["value"].push_back(selected(events[i].event, wanted));
  if (events.size() > first + kPageSize) {
    const std::string select = wanted.empty() ? "" : "&$select=" + percent_encode(wanted, "");
    out["nextLink"] = fmt::format("https://{}{}?api-version=2015-04-01&$filter={}{}&$skipToken={}", request.host, request.path, percent_encode(text, ""), select, first + kPageSize);
  }
  return json_response(200, out);
}

}  // namespace azlab::insights
