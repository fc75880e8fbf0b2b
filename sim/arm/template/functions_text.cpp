#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cctype>
#include <nlohmann/json.hpp>
#include <utility>

#include "sim/arm/template/expression.hpp"
#include "sim/core/text.hpp"

// Functions on strings. Azure documents indexOf, startsWith and endsWith as ignoring case, contains and replace as not.

namespace azlab::arm_template {
namespace {

constexpr std::size_t kTextBytesMax = 4 * 1024 * 1024;

/// Text of a scalar as concat and format show it; .NET writes True and False.
std::string shown(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "True" : "False";
  return value.is_null() ? "" : dump(value);
}

/// Whether the arguments from `first` on are strings.
bool all_text(const Call& call, std::size_t first = 0) {
  return std::all_of(call.arguments.begin() + static_cast<std::ptrdiff_t>(std::min(first, call.arguments.size())), call.arguments.end(),
                     [](const Json& value) { return value.is_string(); });
}
tl::unexpected<Error> want_text(const Call& call) { return call_error(call, "all function arguments must be string literals."); }
const std::string& text_of(const Call& call, std::size_t i) { return call.arguments[i].get_ref<const std::string&>(); }

Result<Json> made(const Call& call, std::string text) {
  if (text.size() > kTextBytesMax) return call_error(call, "the result is too long.");
  return Json(std::move(text));
}

Result<Json> text_concat(const Call& call) {
  if (std::all_of(call.arguments.begin(), call.arguments.end(), [](const Json& value) { return value.is_array(); })) {
    Json all = Json::array();
    for (const Json& value : call.arguments) all.insert(all.end(), value.begin(), value.end());
    return all;
  }
  std::string text;
  for (const Json& value : call.arguments) {
    if (value.is_structured()) return call_error(call, "the provided parameters must all be arrays, or all be strings and numbers.");
    text += shown(value);
  }
  return made(call, std::move(text));
}

/// A number in a .NET standard format: D (digits), X/x (hexadecimal), N (groups), F (fixed).
std::optional<std::string> numeric_format(const Json& value, std::string_view format) {
  int digits = -1;
  if (format.empty() || (format.size() > 1 && std::from_chars(format.data() + 1, format.data() + format.size(), digits).ec != std::errc{})) return std::nullopt;
  if (!value.is_number() || digits > 99) return std::nullopt;
  const int precision = digits < 0 ? 2 : digits;
  switch (format.front()) {
    case 'D': case 'd': return value.is_number_integer() ? std::optional(fmt::format("{:0{}d}", value.get<std::int64_t>(), std::max(digits, 1))) : std::nullopt;
    case 'X': return value.is_number_integer() ? std::optional(fmt::format("{:0{}X}", value.get<std::int64_t>(), std::max(digits, 1))) : std::nullopt;
    case 'x': return value.is_number_integer() ? std::optional(fmt::format("{:0{}x}", value.get<std::int64_t>(), std::max(digits, 1))) : std::nullopt;
    case 'F': case 'f': return fmt::format("{:.{}f}", value.get<double>(), precision);
    case 'N': case 'n': {
      std::string text = fmt::format("{:.{}f}", value.get<double>(), precision);
      const std::size_t sign = text.starts_with('-') ? 1 : 0;
      for (std::size_t at = std::min(text.find('.'), text.size()); at > sign + 3;) text.insert(at -= 3, ",");
      return text;
    }
    default: return std::nullopt;
  }
}

/// .NET composite formatting: {0}, {1,-8}, {2:D4}, {{ and }}.
Result<Json> text_format(const Call& call) {
  if (!call.arguments[0].is_string()) return want_text(call);
  std::string_view rest = text_of(call, 0);
  std::string text;
  while (!rest.empty()) {
    if (rest.starts_with("{{") || rest.starts_with("}}")) {
      text += rest.front();
      rest.remove_prefix(2);
      continue;
    }
    if (rest.front() != '{') {
      text += rest.front();
      rest.remove_prefix(1);
      continue;
    }
    const std::size_t close = rest.find('}');
    if (close == std::string_view::npos) return call_error(call, "the format string has an unclosed '{'.");
    std::string_view item = rest.substr(1, close - 1);
    rest.remove_prefix(close + 1);
    const std::size_t colon = item.find(':');
    const std::string_view format = colon == std::string_view::npos ? std::string_view() : item.substr(colon + 1);
    item = item.substr(0, colon);
    const std::size_t comma = item.find(',');
    int width = 0;
    if (comma != std::string_view::npos) {
      const std::string_view digits = trim(item.substr(comma + 1));
      if (std::from_chars(digits.data(), digits.data() + digits.size(), width).ec != std::errc{} || std::abs(width) > 1000) return call_error(call, "the format string is not valid.");
      item = item.substr(0, comma);
    }
    std::size_t index = 0;
    if (std::from_chars(item.data(), item.data() + item.size(), index).ec != std::errc{} || index + 1 >= call.arguments.size()) {
      return call_error(call, fmt::format("the index '{}' of the format string has no argument.", item));
    }
    const Json& value = call.arguments[index + 1];
    std::optional<std::string> part = format.empty() ? std::optional(shown(value)) : numeric_format(value, format);
    if (!part) return call_error(call, fmt::format("the format '{}' is not simulated.", format));
    text += width < 0 ? fmt::format("{:<{}}", *part, -width) : fmt::format("{:>{}}", *part, width);
  }
  return made(call, std::move(text));
}

Result<Json> text_replace(const Call& call) {
  if (!all_text(call)) return want_text(call);
  if (text_of(call, 1).empty()) return call_error(call, "the string to replace must not be empty.");
  const auto hits = text_of(call, 0).size() / text_of(call, 1).size();
  if (hits * text_of(call, 2).size() > kTextBytesMax) return call_error(call, "the result is too long.");
  return made(call, replace_all(text_of(call, 0), text_of(call, 1), text_of(call, 2)));
}

Result<Json> text_split(const Call& call) {
  const Json& by = call.arguments[1];
  if (!call.arguments[0].is_string() || (!by.is_string() && !by.is_array())) return want_text(call);
  std::vector<std::string> delimiters;
  if (by.is_string()) delimiters.push_back(by.get<std::string>());
  for (const Json& one : by.is_array() ? by : Json::array()) {
    if (!one.is_string()) return want_text(call);
    delimiters.push_back(one.get<std::string>());
  }
  Json parts = Json::array();
  const std::string_view text = text_of(call, 0);
  std::size_t start = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto hit = std::find_if(delimiters.begin(), delimiters.end(), [&](const std::string& d) { return !d.empty() && text.substr(at).starts_with(d); });
    if (hit == delimiters.end()) {
      ++at;
      continue;
    }
    parts.push_back(std::string(text.substr(start, at - start)));
    at += hit->size();
    start = at;
  }
  parts.push_back(std::string(text.substr(start)));
  return parts;
}

Result<Json> text_join(const Call& call) {
  if (!call.arguments[0].is_array() || !call.arguments[1].is_string()) return call_error(call, "the first argument must be an array and the second a string.");
  std::string text;
  bool first = true;
  for (const Json& part : call.arguments[0]) {
    if (part.is_structured()) return call_error(call, "the elements of the array must be strings.");
    if (!first) text += text_of(call, 1);
    first = false;
    text += shown(part);
    if (text.size() > kTextBytesMax) break;
  }
  return made(call, std::move(text));
}

Result<Json> text_substring(const Call& call) {
  const bool has_length = call.arguments.size() > 2;
  if (!call.arguments[0].is_string()) return want_text(call);
  if (!call.arguments[1].is_number_integer() || (has_length && !call.arguments[2].is_number_integer())) return call_error(call, "start and length must be integers.");
  const std::string& text = text_of(call, 0);
  const auto size = static_cast<std::int64_t>(text.size());
  const auto start = call.arguments[1].get<std::int64_t>();
  const std::int64_t length = has_length ? call.arguments[2].get<std::int64_t>() : size - start;
  if (start < 0 || length < 0 || start > size || length > size - start) {
    return call_error(call, fmt::format("The index and length parameters must refer to a location within the string. The index parameter: '{}', the length parameter: '{}', the length of the string parameter: '{}'.",
                                        start, length, size));
  }
  return Json(text.substr(static_cast<std::size_t>(start), static_cast<std::size_t>(length)));
}

Result<Json> text_pad_left(const Call& call) {
  const bool with_character = call.arguments.size() > 2;
  if (call.arguments[0].is_structured() || !call.arguments[1].is_number_integer()) return call_error(call, "the total length must be an integer.");
  if (with_character && (!call.arguments[2].is_string() || text_of(call, 2).size() != 1)) return call_error(call, "the padding must be one character.");
  const auto total = call.arguments[1].get<std::int64_t>();
  if (total < 0 || total > 16) return call_error(call, "the total length must be between '0' and '16'.");
  std::string text = shown(call.arguments[0]);
  const auto wanted = static_cast<std::size_t>(total);
  if (text.size() < wanted) text.insert(0, wanted - text.size(), with_character ? text_of(call, 2)[0] : ' ');
  return Json(std::move(text));
}

Result<Json> text_affix(const Call& call, bool at_end) {
  if (!all_text(call)) return want_text(call);
  const std::string text = to_lower(text_of(call, 0));
  const std::string part = to_lower(text_of(call, 1));
  return Json(at_end ? text.ends_with(part) : text.starts_with(part));
}

Result<Json> text_index(const Call& call, bool last) {
  if (const Json& in = call.arguments[0]; in.is_array()) {
    std::int64_t found = -1;
    for (std::size_t i = 0; i < in.size(); ++i) {
      if (in[i] == call.arguments[1] && (last || found < 0)) found = static_cast<std::int64_t>(i);
    }
    return Json(found);
  }
  if (!all_text(call)) return want_text(call);
  const std::string text = to_lower(text_of(call, 0));
  const std::string part = to_lower(text_of(call, 1));
  const std::size_t at = last ? text.rfind(part) : text.find(part);
  return Json(at == std::string::npos ? std::int64_t{-1} : static_cast<std::int64_t>(at));
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return text;
}

Result<Json> text_change(const Call& call, std::string (*change)(std::string_view)) {
  if (!all_text(call)) return want_text(call);
  return made(call, change(text_of(call, 0)));
}

std::string joined(const Call& call) {
  std::string text;
  for (std::size_t i = 0; i < call.arguments.size(); ++i) text += (i == 0 ? "" : "-") + text_of(call, i);
  return text;
}

/// base64 and base64ToString word it differently in Azure.
tl::unexpected<Error> want_one_text(const Call& call, std::string_view wanted) {
  return template_error(fmt::format("The template language function '{}' expects its parameter to be {}. The provided value is of type '{}'. "
                                    "Please see https://aka.ms/arm-functions for usage details.",
                                    call.name, wanted, kind_of(call.arguments[0])));
}

Result<Json> text_encode(const Call& call) {
  if (!all_text(call)) return want_one_text(call, "of type 'String'");
  return made(call, base64_encode(text_of(call, 0)));
}

Result<Json> text_decode(const Call& call) {
  if (!all_text(call)) return want_one_text(call, "a string");
  const std::optional<std::string> bytes = base64_decode(text_of(call, 0));
  if (!bytes || !is_valid_utf8(*bytes)) return call_error(call, "the parameter is not a valid base64 string.");
  return Json(*bytes);
}

Result<Json> text_decode_json(const Call& call) {
  Result<Json> text = text_decode(call);
  if (!text) return text;
  Result<Json> value = read_json(text->get_ref<const std::string&>());
  return value ? value : Result<Json>(call_error(call, "the parameter does not hold JSON."));
}

Result<Json> text_data_uri_text(const Call& call) {
  if (!all_text(call)) return want_text(call);
  const std::string& uri = text_of(call, 0);
  const std::size_t comma = uri.find(',');
  if (!starts_with_ignore_case(uri, "data:") || comma == std::string::npos) return call_error(call, "the parameter is not a data URI.");
  if (to_lower(uri.substr(0, comma)).find(";base64") == std::string::npos) return Json(percent_decode(uri.substr(comma + 1)));
  const std::optional<std::string> bytes = base64_decode(uri.substr(comma + 1));
  if (!bytes || !is_valid_utf8(*bytes)) return call_error(call, "the parameter is not a data URI.");
  return Json(*bytes);
}

/// The relative part replaces what follows the last '/' of the base's path, as .NET combines them.
Result<Json> text_uri(const Call& call) {
  if (!all_text(call)) return want_text(call);
  std::string base = text_of(call, 0);
  const std::string& relative = text_of(call, 1);
  const std::size_t host = base.find("://");
  if (host == std::string::npos) return call_error(call, "the base is not an absolute URI.");
  if (relative.find("://") != std::string::npos) return Json(relative);
  base = base.substr(0, base.find_first_of("?#"));
  const std::size_t path = base.find('/', host + 3);
  if (relative.starts_with('/')) return made(call, base.substr(0, path) + relative);
  if (path == std::string::npos) return made(call, base + "/" + relative);
  return made(call, base.substr(0, base.rfind('/') + 1) + relative);
}

}  // namespace

const std::vector<FunctionEntry>& text_functions() {
  static const std::vector<FunctionEntry> table = {
      {"concat", 0, kAnyCount, text_concat},
      {"format", 1, kAnyCount, text_format},
      {"replace", 3, 3, text_replace},
      {"split", 2, 2, text_split},
      {"join", 2, 2, text_join},
      {"substring", 2, 3, text_substring},
      {"padLeft", 2, 3, text_pad_left},
      {"startsWith", 2, 2, [](const Call& c) { return text_affix(c, false); }},
      {"endsWith", 2, 2, [](const Call& c) { return text_affix(c, true); }},
      {"indexOf", 2, 2, [](const Call& c) { return text_index(c, false); }},
      {"lastIndexOf", 2, 2, [](const Call& c) { return text_index(c, true); }},
      {"toLower", 1, 1, [](const Call& c) { return text_change(c, [](std::string_view t) { return to_lower(t); }); }},
      {"toUpper", 1, 1, [](const Call& c) { return text_change(c, [](std::string_view t) { return upper(std::string(t)); }); }},
      {"trim", 1, 1, [](const Call& c) { return text_change(c, [](std::string_view t) { return std::string(trim(t)); }); }},
      {"uriComponent", 1, 1, [](const Call& c) { return text_change(c, [](std::string_view t) { return percent_encode(t); }); }},
      {"uriComponentToString", 1, 1, [](const Call& c) { return text_change(c, [](std::string_view t) { return percent_decode(t); }); }},
      {"base64", 1, 1, text_encode},
      {"base64ToString", 1, 1, text_decode},
      {"base64ToJson", 1, 1, text_decode_json},
      {"dataUri", 1, 1, [](const Call& c) { return text_change(c, [](std::string_view t) { return "data:text/plain;charset=utf8;base64," + base64_encode(t); }); }},
      {"dataUriToString", 1, 1, text_data_uri_text},
      {"uri", 2, 2, text_uri},
      {"uniqueString", 1, kAnyCount, [](const Call& c) -> Result<Json> { return all_text(c) ? Result<Json>(unique_string(joined(c))) : want_text(c); }},
      {"guid", 1, kAnyCount, [](const Call& c) -> Result<Json> { return all_text(c) ? Result<Json>(guid_of(joined(c))) : want_text(c); }},
      {"string", 1, 1, [](const Call& c) -> Result<Json> { return made(c, shown(c.arguments[0])); }},
  };
  return table;
}

}  // namespace azlab::arm_template
