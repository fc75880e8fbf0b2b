#include <fmt/format.h>

#include <cctype>
#include <charconv>
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "sim/arm/template/expression.hpp"
#include "sim/core/time.hpp"

namespace azlab::arm_template {
namespace {

constexpr std::string_view kDefaultFormat = "yyyyMMddTHHmmssZ";  // of utcNow, by the documentation
constexpr std::string_view kMonths[] = {"January", "February", "March",     "April",   "May",      "June",
                                        "July",    "August",   "September", "October", "November", "December"};
constexpr std::string_view kDays[] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

struct Parts {
  int year, month, day, hour, minute, second, millisecond, weekday;
};

Parts parts_of_time(Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const auto ms = static_cast<int>((time - day).count());
  return Parts{.year = static_cast<int>(date.year()), .month = static_cast<int>(static_cast<unsigned>(date.month())),
               .day = static_cast<int>(static_cast<unsigned>(date.day())), .hour = ms / 3'600'000, .minute = ms / 60'000 % 60,
               .second = ms / 1000 % 60, .millisecond = ms % 1000,
               .weekday = static_cast<int>(std::chrono::weekday(day).c_encoding())};
}

/// .NET's one-letter standard formats in the invariant culture, as custom ones.
std::string_view standard_format(std::string_view format) {
  constexpr std::pair<std::string_view, std::string_view> kStandard[] = {
      {"d", "MM/dd/yyyy"}, {"D", "dddd, dd MMMM yyyy"}, {"t", "HH:mm"}, {"T", "HH:mm:ss"}, {"f", "dddd, dd MMMM yyyy HH:mm"},
      {"F", "dddd, dd MMMM yyyy HH:mm:ss"}, {"g", "MM/dd/yyyy HH:mm"}, {"G", "MM/dd/yyyy HH:mm:ss"}, {"m", "MMMM dd"}, {"M", "MMMM dd"},
      {"y", "yyyy MMMM"}, {"Y", "yyyy MMMM"}, {"s", "yyyy-MM-ddTHH:mm:ss"}, {"u", "yyyy-MM-dd HH:mm:ssZ"},
      {"o", "yyyy-MM-ddTHH:mm:ss.fffffffZ"}, {"O", "yyyy-MM-ddTHH:mm:ss.fffffffZ"},
      {"r", "ddd, dd MMM yyyy HH:mm:ss 'GMT'"}, {"R", "ddd, dd MMM yyyy HH:mm:ss 'GMT'"}};
  for (const auto& [letter, custom] : kStandard) {
    if (format == letter) return custom;
  }
  return format;
}

std::string padded(int value, std::size_t letters) { return fmt::format("{:0{}}", value, letters); }

/// One run of the same letter; nothing for letters that are no part of a date.
std::optional<std::string> field_of(const Parts& at, char letter, std::size_t count) {
  const int twelve = at.hour % 12 == 0 ? 12 : at.hour % 12;
  switch (letter) {
    case 'y': return count <= 2 ? padded(at.year % 100, count) : padded(at.year, count);
    case 'M': return count == 3 ? std::string(kMonths[at.month - 1].substr(0, 3)) : count > 3 ? std::string(kMonths[at.month - 1]) : padded(at.month, count);
    case 'd': return count == 3 ? std::string(kDays[at.weekday].substr(0, 3)) : count > 3 ? std::string(kDays[at.weekday]) : padded(at.day, count);
    case 'H': return padded(at.hour, std::min<std::size_t>(count, 2));
    case 'h': return padded(twelve, std::min<std::size_t>(count, 2));
    case 'm': return padded(at.minute, std::min<std::size_t>(count, 2));
    case 's': return padded(at.second, std::min<std::size_t>(count, 2));
    case 'f': return (padded(at.millisecond, 3) + "0000").substr(0, std::min<std::size_t>(count, 7));
    case 't': return std::string(at.hour < 12 ? "AM" : "PM").substr(0, count == 1 ? 1 : 2);
    case 'z': return count >= 3 ? "+00:00" : count == 2 ? "+00" : "+0";
    case 'K': return "Z";
    default: return std::nullopt;
  }
}

/// ISO 8601 durations with a sign; a year is 365 days and a month 30, as .NET's TimeSpan has it.
std::optional<Duration> parse_duration(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (!text.starts_with('P') || text.size() < 3) return std::nullopt;
  text.remove_prefix(1);
  bool in_time = false;
  double total = 0;
  while (!text.empty()) {
    if (text.front() == 'T' && !in_time) {
      in_time = true;
      text.remove_prefix(1);
      continue;
    }
    const std::size_t unit = text.find_first_not_of("0123456789.");
    double amount = 0;
    if (unit == std::string_view::npos || unit == 0 || unit > 9) return std::nullopt;
    if (std::from_chars(text.data(), text.data() + unit, amount).ptr != text.data() + unit) return std::nullopt;
    const char letter = text[unit];
    double each = 0;
    if (in_time) each = letter == 'H' ? 3600 : letter == 'M' ? 60 : letter == 'S' ? 1 : 0;
    else each = letter == 'Y' ? 365 * 86400.0 : letter == 'M' ? 30 * 86400.0 : letter == 'W' ? 7 * 86400.0 : letter == 'D' ? 86400 : 0;
    if (each == 0) return std::nullopt;
    total += amount * each;
    text.remove_prefix(unit + 1);
  }
  if (total > 1.0e11) return std::nullopt;
  return Duration(static_cast<Duration::rep>((negative ? -total : total) * 1000));
}

bool is_plausible(Time time) {
  const Parts at = parts_of_time(time);
  return at.year >= 1 && at.year <= 9999;
}

/// What utcNow's default format writes and parse_iso8601 does not read: 20260102T030405Z.
std::optional<Time> parse_time(const std::string& text) {
  std::string spaced = text;
  if (spaced.size() >= 15 && spaced[8] == 'T' && spaced.find('-') == std::string::npos) {
    spaced = fmt::format("{}-{}-{}T{}:{}:{}", spaced.substr(0, 4), spaced.substr(4, 2), spaced.substr(6, 2), spaced.substr(9, 2), spaced.substr(11, 2), spaced.substr(13));
  }
  if (spaced.size() > 10 && spaced[10] == ' ') spaced[10] = 'T';
  return parse_iso8601(spaced);
}

Result<Json> date_add(const Call& call) {
  for (const Json& value : call.arguments) {
    if (!value.is_string()) return call_error(call, "all function arguments must be string literals.");
  }
  const std::string& base_text = call.arguments[0].get_ref<const std::string&>();
  const std::optional<Time> base = parse_time(base_text);
  const std::optional<Duration> duration = parse_duration(call.arguments[1].get_ref<const std::string&>());
  if (!base) return call_error(call, fmt::format("the value '{}' is not a valid date and time.", base_text));
  if (!duration) return call_error(call, fmt::format("the value '{}' is not a valid ISO 8601 duration.", call.arguments[1].get<std::string>()));
  if (!is_plausible(*base) || !is_plausible(*base + *duration)) return call_error(call, "the date lies outside the years 1 to 9999.");
  if (call.arguments.size() > 2) return Json(format_time(*base + *duration, call.arguments[2].get_ref<const std::string&>()));
  const bool basic = base_text.find('-') == std::string::npos;
  return Json(format_time(*base + *duration, basic ? kDefaultFormat : base_text.find('T') == std::string::npos ? "u" : "yyyy-MM-ddTHH:mm:ssZ"));
}

Result<Json> date_now(const Call& call) {
  if (call.evaluator.place() != Place::kParameter) return not_expected(call.name);
  if (!call.arguments.empty() && !call.arguments[0].is_string()) return call_error(call, "the format must be a string.");
  return Json(format_time(call.evaluator.environment().now(), call.arguments.empty() ? kDefaultFormat : std::string_view(call.arguments[0].get_ref<const std::string&>())));
}

Result<Json> date_from_epoch(const Call& call) {
  if (!call.arguments[0].is_number_integer()) return call_error(call, "the parameter must be an integer.");
  const auto seconds_since = call.arguments[0].get<std::int64_t>();
  if (seconds_since < -62'135'596'800 || seconds_since > 253'402'300'799) return call_error(call, "the date lies outside the years 1 to 9999.");
  return Json(format_time(Time(std::chrono::seconds(seconds_since)), "yyyy-MM-ddTHH:mm:ssZ"));
}

Result<Json> date_to_epoch(const Call& call) {
  const std::optional<Time> time = call.arguments[0].is_string() ? parse_time(call.arguments[0].get_ref<const std::string&>()) : std::nullopt;
  if (!time) return call_error(call, "the parameter is not a valid date and time.");
  return Json(std::chrono::floor<std::chrono::seconds>(time->time_since_epoch()).count());
}

}  // namespace

std::string format_time(Time time, std::string_view format) {
  const Parts at = parts_of_time(time);
  format = standard_format(format);
  std::string text;
  for (std::size_t i = 0; i < format.size();) {
    const char letter = format[i];
    if (letter == '\'' || letter == '"') {
      const std::size_t close = std::min(format.find(letter, i + 1), format.size());
      text += format.substr(i + 1, close - i - 1);
      i = close + 1;
      continue;
    }
    if (letter == '\\' && i + 1 < format.size()) {
      text += format[i + 1];
      i += 2;
      continue;
    }
    const std::size_t end = std::min(format.find_first_not_of(letter, i), format.size());
    const std::optional<std::string> field = field_of(at, letter, std::min<std::size_t>(end - i, 9));
    text += field ? *field : std::string(format.substr(i, end - i));
    i = end;
  }
  return text;
}

const std::vector<FunctionEntry>& date_functions() {
  static const std::vector<FunctionEntry> table = {
      {"dateTimeAdd", 2, 3, date_add},
      {"dateTimeFromEpoch", 1, 1, date_from_epoch},
      {"dateTimeToEpoch", 1, 1, date_to_epoch},
      {"utcNow", 0, 1, date_now},
  };
  return table;
}

}  // namespace azlab::arm_template
