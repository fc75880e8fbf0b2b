#include "harness/twins/numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/lab/unicode.hpp"
#include "sim/core/text.hpp"

namespace azlab::twins {
namespace {

bool is_number_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

/// A stretch of digits with the separators inside it.
struct Token {
  std::size_t begin = 0;
  std::size_t end = 0;
};

bool three_digits_at(std::string_view text, std::size_t at) {
  if (at + 3 > text.size()) return false;
  for (std::size_t i = at; i < at + 3; ++i) {
    if (!is_number_digit(text[i])) return false;
  }
  return at + 3 == text.size() || !is_number_digit(text[at + 3]);
}

Token token_at(std::string_view text, std::size_t at) {
  Token token{.begin = at, .end = at};
  while (token.end < text.size()) {
    if (is_number_digit(text[token.end])) {
      ++token.end;
      continue;
    }
    const char sign = text[token.end];
    const bool digit_follows = token.end + 1 < text.size() && is_number_digit(text[token.end + 1]);
    const bool groups = (sign == ' ' || sign == '\'') && three_digits_at(text, token.end + 1) && token.end - at <= 3;
    const bool separates = (sign == '.' || sign == ',' || sign == ':' || sign == 'h') && digit_follows;
    if (!groups && !separates) break;
    ++token.end;
  }
  return token;
}

/// Digits that belong to a name ("dp-100", "ds3_v2", "/04"): not a quantity that a sentence states.
bool is_part_of_name(std::string_view text, std::size_t at) {
  if (at == 0) return false;
  const char before = text[at - 1];
  if (is_name_letter(before) || before == '/' || before == '.') return true;
  return before == '-' && at >= 2 && is_name_letter(text[at - 2]);
}

std::string without_leading_zeros(std::string_view digits) {
  const std::size_t first = digits.find_first_not_of('0');
  return first == std::string_view::npos ? "0" : std::string(digits.substr(first));
}

std::string decimal(std::string_view whole, std::string_view fraction) {
  while (!fraction.empty() && fraction.back() == '0') fraction.remove_suffix(1);
  return fraction.empty() ? without_leading_zeros(whole) : fmt::format("{}.{}", without_leading_zeros(whole), fraction);
}

std::string digits_only(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_number_digit(c)) out.push_back(c);
  }
  return without_leading_zeros(out);
}

/// The quantities that a token may mean by its separators.
std::vector<std::string> quantities(std::string_view token) {
  std::vector<std::string> parts;
  std::string signs;
  std::string part;
  for (const char c : token) {
    if (is_number_digit(c)) {
      part.push_back(c);
    } else {
      parts.push_back(part);
      part.clear();
      signs.push_back(c);
    }
  }
  parts.push_back(part);
  if (parts.size() == 1) return {without_leading_zeros(parts[0])};
  const bool thousands = parts[0].size() <= 3 && parts[0] != "0" && signs.find_first_of(":h") == std::string::npos &&
                         std::all_of(parts.begin() + 1, parts.end(), [](const std::string& p) { return p.size() == 3; });
  if (parts.size() == 2 && (signs == "." || signs == ",")) {
    std::vector<std::string> out{decimal(parts[0], parts[1])};
    if (thousands) out.push_back(digits_only(token));
    return out;
  }
  if (thousands) return {digits_only(token)};
  // "1.234,5": the last sign is the decimal one.
  if (signs.back() != signs.front() && signs.find_first_of(":h") == std::string::npos) {
    const std::size_t last = token.size() - parts.back().size() - 1;
    return {decimal(digits_only(token.substr(0, last)), parts.back())};
  }
  return {std::string(token)};
}

struct Clock {
  bool is_time = false;
  bool only_time = false;  ///< it cannot be a quantity
  bool after_noon = false;
};

template <std::size_t N>
std::string_view starts_with_any(std::string_view text, const std::array<std::string_view, N>& words) {
  for (const std::string_view word : words) {
    if (text.starts_with(word)) return word;
  }
  return {};
}

/// What stands around a number says whether it is an hour of the day.
Clock clock_around(std::string_view before, std::string_view token, std::string_view after) {
  static constexpr std::array<std::string_view, 4> kAfternoon{"午後", "下午", "晚上", "오후"};
  static constexpr std::array<std::string_view, 4> kMorning{"午前", "上午", "早上", "오전"};
  static constexpr std::array<std::string_view, 6> kSpans{"時間", "时间", "시간", "hours", "hrs", "heures"};
  static constexpr std::array<std::string_view, 5> kHours{"時", "시", "uhr", "点", "點"};
  Clock clock;
  const std::string_view head = trim(before);
  const auto ends_with = [&](std::string_view word) { return head.ends_with(word); };
  clock.after_noon = std::any_of(kAfternoon.begin(), kAfternoon.end(), ends_with);
  clock.only_time = clock.after_noon || std::any_of(kMorning.begin(), kMorning.end(), ends_with) || token.find(':') != std::string_view::npos;
  if (token.find('h') != std::string_view::npos) clock.only_time = true;
  const std::string_view tail = after.starts_with(' ') ? after.substr(1) : after;
  if (starts_with_any(tail, kSpans).empty() && !starts_with_any(tail, kHours).empty()) {
    clock.is_time = true;
    clock.only_time = clock.only_time || tail.starts_with("uhr");
  }
  if (tail.starts_with("h") && (tail.size() == 1 || !is_name_letter(tail[1]))) clock.is_time = true;
  for (const char half : {'a', 'p'}) {
    const std::string sign(1, half);
    for (const std::string& spelling : {sign + "m", sign + ".m", sign + ". m"}) {
      if (!tail.starts_with(spelling) || (tail.size() > spelling.size() && is_name_letter(tail[spelling.size()]))) continue;
      // "am" is a word in German: only dots, or minutes before it, make an hour of it for sure.
      clock.is_time = true;
      clock.only_time = clock.only_time || half == 'p' || spelling.size() > 2;
      clock.after_noon = half == 'p';
    }
  }
  clock.is_time = clock.is_time || clock.only_time;
  return clock;
}

/// "t18:00"; empty where the digits are no time of day.
std::string time_reading(std::string_view token, bool after_noon) {
  const std::size_t sign = token.find_first_of(":.h");
  int hour = 0;
  int minute = 0;
  for (const char c : token.substr(0, sign)) {
    if (!is_number_digit(c) || hour > 24) return {};
    hour = hour * 10 + (c - '0');
  }
  if (sign != std::string_view::npos) {
    for (const char c : token.substr(sign + 1)) {
      if (!is_number_digit(c) || minute > 59) return {};
      minute = minute * 10 + (c - '0');
    }
  }
  if (after_noon && hour < 12) hour += 12;
  return hour > 24 || minute > 59 ? std::string() : fmt::format("t{:02}:{:02}", hour, minute);
}

/// "1万" is ten thousand.
std::size_t zeros_of_unit(std::string_view after) {
  static constexpr std::array<std::string_view, 3> kTenThousand{"万", "萬", "만"};
  static constexpr std::array<std::string_view, 2> kThousand{"千", "천"};
  const std::string_view tail = after.starts_with(' ') ? after.substr(1) : after;
  if (!starts_with_any(tail, kTenThousand).empty()) return 4;
  return starts_with_any(tail, kThousand).empty() ? 0 : 3;
}

/// `quantity` with its decimal point moved to the right.
std::string times_ten(std::string quantity, std::size_t zeros) {
  const std::size_t point = quantity.find('.');
  std::string fraction = point == std::string::npos ? std::string() : quantity.substr(point + 1);
  std::string whole = quantity.substr(0, point);
  for (; zeros > 0; --zeros) {
    whole.push_back(fraction.empty() ? '0' : fraction.front());
    if (!fraction.empty()) fraction.erase(0, 1);
  }
  return decimal(whole, fraction);
}

}  // namespace

std::vector<Number> numbers_of(std::string_view folded) {
  std::vector<Number> out;
  for (std::size_t at = 0; at < folded.size();) {
    if (!is_number_digit(folded[at])) {
      ++at;
      continue;
    }
    const Token token = token_at(folded, at);
    at = token.end;
    if (is_part_of_name(folded, token.begin)) continue;
    const std::string_view digits = folded.substr(token.begin, token.end - token.begin);
    const std::string_view after = folded.substr(token.end);
    const Clock clock = clock_around(folded.substr(0, token.begin), digits, after);
    Number number{.as_written = std::string(digits)};
    if (clock.is_time) {
      if (std::string time = time_reading(digits, clock.after_noon); !time.empty()) number.readings.push_back(std::move(time));
    }
    if (!clock.only_time || number.readings.empty()) {
      for (std::string& quantity : quantities(digits)) number.readings.push_back(times_ten(std::move(quantity), zeros_of_unit(after)));
    }
    out.push_back(std::move(number));
  }
  return out;
}

bool same_number(const Number& one, const Number& other) {
  return std::any_of(one.readings.begin(), one.readings.end(), [&](const std::string& reading) {
    return std::find(other.readings.begin(), other.readings.end(), reading) != other.readings.end();
  });
}

std::vector<Number> numbers_missing(const std::vector<Number>& all, const std::vector<Number>& others) {
  std::vector<Number> out;
  for (const Number& number : all) {
    if (std::none_of(others.begin(), others.end(), [&](const Number& other) { return same_number(number, other); })) {
      out.push_back(number);
    }
  }
  return out;
}

}  // namespace azlab::twins
