#include "sim/insights/activity_record.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/arm/action.hpp"
#include "sim/core/text.hpp"

namespace azlab::insights {
namespace {

std::string key_of(std::uint64_t number) { return fmt::format("{:012}", number); }

bool changes_something(std::string_view method) { return method == "PUT" || method == "PATCH" || method == "DELETE" || method == "POST"; }

}  // namespace

void remember(Context& context, const JournalEntry& entry) {
  if (entry.parent != 0 || entry.operation.empty() || entry.status == 0 || !changes_something(entry.method)) return;
  if (entry.origin == "azure" && entry.correlation.empty()) return;
  const Request request = Request::make(*parse_method(entry.method), entry.url);
  if (request.host != kArmHost) return;
  const auto [action, scope] = arm::arm_action(request.method, request.path);
  if (action.empty() || action.ends_with("/read")) return;
  const std::uint64_t number = next_number(context.world(), "activity");
  const Json kept = {{"at", entry.at.time_since_epoch().count()},
                     {"method", std::string(entry.method)},
                     {"action", replace_all(action, "subscriptions/resourcegroups/", "subscriptions/resourceGroups/")},
                     {"scope", scope},
                     {"status", entry.status},
                     {"requestId", request_id(context.machinery(), entry.origin, entry.number)},
                     {"correlation", entry.correlation},
                     {"principal", std::string(entry.principal)},
                     {"user", std::string(entry.user)},
                     {"app", std::string(entry.app)},
                     {"refusal", entry.refusal}};
  context.world().put(Table::activity, key_of(number), Row{.body = dump(kept)});
  if (number > kActivityRecordsMax) context.world().erase(Table::activity, key_of(number - kActivityRecordsMax));
}

std::vector<ActivityRecord> activity_records(const World& world) {
  std::vector<ActivityRecord> out;
  world.for_each(Table::activity, "", [&](const std::string& key, const RowPtr& row) {
    const auto kept = parse_json(row->body);
    if (!kept) return true;
    out.push_back({.number = std::stoull(key),
                   .at = Time(Duration(kept->at("at").get<std::int64_t>())),
                   .method = string_at(*kept, "method"),
                   .action = string_at(*kept, "action"),
                   .scope = string_at(*kept, "scope"),
                   .status = kept->at("status").get<int>(),
                   .request_id = string_at(*kept, "requestId"),
                   .correlation = string_at(*kept, "correlation"),
                   .principal = string_at(*kept, "principal"),
                   .user = string_at(*kept, "user"),
                   .app = string_at(*kept, "app"),
                   .refusal = string_at(*kept, "refusal")});
    return true;
  });
  return out;
}

}  // namespace azlab::insights
