#include "sim/core/time.hpp"

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <cmath>
#include <cstdlib>

namespace azlab {
namespace {

struct Civil {
  int year;
  unsigned month;
  unsigned day;
  int hour;
  int minute;
  int second;
  int millisecond;
  unsigned weekday;
};

Civil civil(Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(std::chrono::sys_days(day.time_since_epoch()));
  const auto in_day = time - day;
  const std::chrono::hh_mm_ss clock(std::chrono::duration_cast<Duration>(in_day));
  return {static_cast<int>(date.year()),
          static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day()),
          static_cast<int>(clock.hours().count()),
          static_cast<int>(clock.minutes().count()),
          static_cast<int>(clock.seconds().count()),
          static_cast<int>(clock.subseconds().count()),
          std::chrono::weekday(std::chrono::sys_days(day.time_since_epoch())).c_encoding()};
}

/// Reads `digits` digits at `at` and moves on; -1 when they are not there.
int take_number(std::string_view text, std::size_t& at, std::size_t digits) {
  if (at + digits > text.size()) return -1;
  int value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const char c = text[at + i];
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  at += digits;
  return value;
}

bool take(std::string_view text, std::size_t& at, char c) {
  if (at >= text.size() || text[at] != c) return false;
  ++at;
  return true;
}

}  // namespace

Duration seconds(double value) { return Duration(static_cast<std::int64_t>(std::llround(value * 1000.0))); }
double to_seconds(Duration value) { return static_cast<double>(value.count()) / 1000.0; }

std::string to_iso8601(Time time) {
  const Civil c = civil(time);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}0000Z", c.year, c.month, c.day, c.hour, c.minute, c.second,
                     c.millisecond);
}

std::string to_iso8601_seconds(Time time) {
  const Civil c = civil(time);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", c.year, c.month, c.day, c.hour, c.minute, c.second);
}

std::string to_http_date(Time time) {
  constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const Civil c = civil(time);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[c.weekday], c.day, kMonths[c.month - 1], c.year, c.hour,
                     c.minute, c.second);
}

std::string to_iso8601_duration(Duration value) {
  const auto total = value.count();
  std::string out = "PT";
  if (total >= 3600000) out += fmt::format("{}H", total / 3600000);
  if (total >= 60000) out += fmt::format("{}M", total / 60000 % 60);
  const auto ms = total % 60000;
  return out + fmt::format("{}.{:03}S", ms / 1000, ms % 1000);
}

std::string to_words(Duration value) {
  const auto total = (value.count() + 500) / 1000;
  if (total < 60) return fmt::format("{} s", total);
  if (total < 3600) return total % 60 == 0 ? fmt::format("{} min", total / 60) : fmt::format("{} min {} s", total / 60, total % 60);
  return fmt::format("{} h {} min", total / 3600, total / 60 % 60);
}

std::optional<Time> parse_iso8601(std::string_view text) {
  std::size_t at = 0;
  const int year = take_number(text, at, 4);
  if (year < 0 || !take(text, at, '-')) return std::nullopt;
  const int month = take_number(text, at, 2);
  if (month < 1 || month > 12 || !take(text, at, '-')) return std::nullopt;
  const int day = take_number(text, at, 2);
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day < 0 ? 0 : day))};
  if (day < 1 || !date.ok()) return std::nullopt;
  Time time{std::chrono::sys_days(date).time_since_epoch()};
  if (at == text.size()) return time;
  if (!take(text, at, 'T') && !take(text, at, ' ')) return std::nullopt;
  const int hour = take_number(text, at, 2);
  if (hour < 0 || hour > 23 || !take(text, at, ':')) return std::nullopt;
  const int minute = take_number(text, at, 2);
  if (minute < 0 || minute > 59) return std::nullopt;
  time += std::chrono::hours(hour) + std::chrono::minutes(minute);
  if (take(text, at, ':')) {
    const int second = take_number(text, at, 2);
    if (second < 0 || second > 60) return std::nullopt;
    time += std::chrono::seconds(second);
    if (take(text, at, '.')) {
      int scale = 100;
      const std::size_t first = at;
      for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, scale /= 10) time += Duration((text[at] - '0') * scale);
      if (at == first) return std::nullopt;
    }
  }
  if (at == text.size() || (text[at] == 'Z' && at + 1 == text.size())) return time;
  const int sign = text[at] == '+' ? -1 : text[at] == '-' ? 1 : 0;
  if (sign == 0) return std::nullopt;
  ++at;
  const int offset_hours = take_number(text, at, 2);
  take(text, at, ':');
  const int offset_minutes = take_number(text, at, 2);
  if (offset_hours < 0 || offset_minutes < 0 || at != text.size()) return std::nullopt;
  return time + sign * (std::chrono::hours(offset_hours) + std::chrono::minutes(offset_minutes));
}

std::optional<Duration> parse_iso8601_duration(std::string_view text) {
  if (text.size() < 3 || text[0] != 'P') return std::nullopt;
  double total = 0;
  bool in_time = false;
  std::string number;
  bool any = false;
  for (const char c : text.substr(1)) {
    if (c == 'T' && !in_time) {
      in_time = true;
    } else if ((c >= '0' && c <= '9') || c == '.') {
      number += c;
    } else {
      const double unit = !in_time && c == 'D' ? 86400 : !in_time && c == 'W' ? 604800 : in_time && c == 'H' ? 3600 : in_time && c == 'M' ? 60 : in_time && c == 'S' ? 1 : 0;
      if (unit == 0 || number.empty()) return std::nullopt;
      total += std::strtod(number.c_str(), nullptr) * unit;
      number.clear();
      any = true;
    }
  }
  if (!any || !number.empty()) return std::nullopt;
  return seconds(total);
}

}  // namespace azlab
