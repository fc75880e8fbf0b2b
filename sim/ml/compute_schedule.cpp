#include <nlohmann/json.hpp>

#include "sim/arm/resource.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"
#include "sim/ml/compute.hpp"

namespace azlab::ml {
namespace {

/// A daily moment on some weekdays, UTC: what the studio's schedule editor and simple cron texts express.
struct DailyTime {
  int hour = 0;
  int minute = 0;
  std::vector<unsigned> weekdays{};  ///< 0 Sunday … 6; empty: every day
};

tl::unexpected<Error> not_simulated(const std::string& reason) {
  return fail(faults::make_error("schedule-not-simulated", {{"reason", reason}}));
}

bool is_utc(const std::string& zone) {
  return zone.empty() || equals_ignore_case(zone, "UTC") || equals_ignore_case(zone, "Coordinated Universal Time") || zone.find("UTC") == 0;
}

bool small_number(const std::string& text, int limit, int& value) {
  if (text.empty() || text.size() > 2 || text.find_first_not_of("0123456789") != std::string::npos) return false;
  value = std::atoi(text.c_str());
  return value < limit;
}

Result<DailyTime> parse_cron(const std::string& expression) {
  std::vector<std::string> fields;
  for (auto& field : split(expression, ' ')) {
    if (!field.empty()) fields.push_back(field);
  }
  DailyTime out;
  if (fields.size() != 5 || fields[2] != "*" || fields[3] != "*" || !small_number(fields[0], 60, out.minute) || !small_number(fields[1], 24, out.hour)) {
    return not_simulated("cron '" + expression + "'; minute, hour and weekdays are");
  }
  if (fields[4] == "*") return out;
  for (const auto& day : split(fields[4], ',')) {
    int value = 0;
    if (const auto dash = day.find('-'); dash != std::string::npos) {
      int first = 0;
      int last = 0;
      if (!small_number(day.substr(0, dash), 8, first) || !small_number(day.substr(dash + 1), 8, last)) return not_simulated("weekday '" + day + "'");
      for (int d = first; d <= last; ++d) out.weekdays.push_back(static_cast<unsigned>(d % 7));
    } else if (small_number(day, 8, value)) {
      out.weekdays.push_back(static_cast<unsigned>(value % 7));
    } else {
      return not_simulated("weekday '" + day + "'");
    }
  }
  return out;
}

Result<DailyTime> parse_recurrence(const Json& recurrence) {
  constexpr const char* kDays[] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
  const std::string frequency = string_at(recurrence, "frequency");
  if ((!equals_ignore_case(frequency, "Day") && !equals_ignore_case(frequency, "Week")) || recurrence.value("interval", 1) != 1) {
    return not_simulated("frequency '" + frequency + "'; every day and every week are");
  }
  const Json* schedule = find_path(recurrence, "schedule");
  const Json* hours = schedule != nullptr ? find_path(*schedule, "hours") : nullptr;
  if (hours == nullptr || !hours->is_array() || hours->size() != 1) return not_simulated("a recurrence without exactly one hour");
  DailyTime out{.hour = (*hours)[0].get<int>()};
  if (const Json* minutes = find_path(*schedule, "minutes"); minutes != nullptr && minutes->is_array() && !minutes->empty()) out.minute = (*minutes)[0].get<int>();
  if (const Json* days = find_path(*schedule, "weekDays"); days != nullptr && days->is_array()) {
    for (const auto& day : *days) {
      for (unsigned d = 0; d < 7; ++d) {
        if (equals_ignore_case(day.get<std::string>(), kDays[d])) out.weekdays.push_back(d);
      }
    }
  }
  return out;
}

Result<DailyTime> parse_schedule(const Json& schedule) {
  const Json* cron = find_key(schedule, "cron");
  const Json* recurrence = find_key(schedule, "recurrence");
  const Json* details = cron != nullptr && cron->is_object() ? cron : recurrence != nullptr && recurrence->is_object() ? recurrence : nullptr;
  if (details == nullptr) return not_simulated("neither cron nor recurrence");
  const std::string zone = string_at(*details, "timeZone");
  if (!is_utc(zone)) return not_simulated("time zone '" + zone + "'; UTC is");
  return details == cron ? parse_cron(string_at(*cron, "expression")) : parse_recurrence(*recurrence);
}

Time next_after(const DailyTime& at, Time now) {
  const auto midnight = std::chrono::floor<std::chrono::days>(now);
  for (int day = 0; day < 9; ++day) {
    const auto date = midnight + std::chrono::days(day);
    const Time due = Time(date.time_since_epoch()) + std::chrono::hours(at.hour) + std::chrono::minutes(at.minute);
    const unsigned weekday = std::chrono::weekday(std::chrono::sys_days(date.time_since_epoch())).c_encoding();
    const bool right_day = at.weekdays.empty() || std::find(at.weekdays.begin(), at.weekdays.end(), weekday) != at.weekdays.end();
    if (right_day && due > now) return due;
  }
  return now + std::chrono::days(9);
}

const Json* schedules_of(const Json& inner) {
  const Json* list = find_path(inner, "schedules.computeStartStop");
  return list != nullptr && list->is_array() ? list : nullptr;
}

std::string subject_of(const std::string& compute) { return "schedule/" + to_lower(compute); }

}  // namespace

Result<void> check_schedules(const Json& inner) {
  const Json* list = schedules_of(inner);
  if (list == nullptr) return {};
  for (const auto& schedule : *list) {
    const std::string action = string_at(schedule, "action");
    if (!equals_ignore_case(action, "Start") && !equals_ignore_case(action, "Stop")) return not_simulated("action '" + action + "'");
    if (const auto at = parse_schedule(schedule); !at) return fail(at.error());
  }
  return {};
}

void plan_schedules(Context& context, const std::string& compute, const Json& inner) {
  context.timeline().cancel_subject(subject_of(compute));
  const Json* list = schedules_of(inner);
  if (list == nullptr) return;
  for (const auto& schedule : *list) {
    if (equals_ignore_case(string_at(schedule, "status", "Enabled"), "Disabled")) continue;
    const auto at = parse_schedule(schedule);
    if (!at) continue;  // refused when it was put
    const Json args = {{"compute", compute}, {"action", to_lower(string_at(schedule, "action"))}, {"schedule", schedule}};
    context.timeline().schedule({.due = next_after(*at, context.now()), .kind = "compute.schedule", .subject = subject_of(compute), .args = dump(args)});
  }
}

void on_schedule(Context& context, const Event& event) {
  const auto args = parse_json(event.args);
  const std::string compute = args ? string_at(*args, "compute") : std::string();
  if (compute.empty() || !arm::read_resource(context.world(), compute)) return;
  const auto at = parse_schedule((*args)["schedule"]);
  if (at) context.timeline().schedule({.due = next_after(*at, event.due), .kind = event.kind, .subject = event.subject, .args = event.args});
  Request request = Request::make(Method::post, compute + "/" + string_at(*args, "action") + "?api-version=2024-04-01");
  request.headers.set("x-azlab-trigger", "Schedule");
  context.call(request);  // refused when the instance is in another state already: then there is nothing to do
}

}  // namespace azlab::ml
