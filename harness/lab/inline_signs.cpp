#include "harness/lab/inline_signs.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <utility>

#include "harness/lab/html_tags.hpp"
#include "harness/lab/unicode.hpp"

namespace azlab::lab {
namespace {

std::string unescaped(std::string_view text, bool keeps_asterisks) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool escapes = text[at] == '\\' && at + 1 < text.size() && std::ispunct(static_cast<unsigned char>(text[at + 1])) != 0;
    if (escapes) ++at;
    if (escapes || keeps_asterisks || text[at] != '*') out.push_back(text[at]);
  }
  return out;
}

}  // namespace

bool is_glyph(char32_t c) {
  // Arrows, technical signs, circled operators, triangles, burger: what labs use for icon buttons.
  return c == 0x21BB || c == 0x27F3 || c == 0x2A01 || c == 0x2295 || c == 0x2630 || c == 0x25B7 || c == 0x25B6 ||
         c == 0x22EF || c == 0x270E || c == 0x2699 || c == 0x1F589;
}

bool is_all_glyphs(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    if (!is_glyph(point.value) && point.value != U' ') return false;
    at += std::max<std::size_t>(point.length, 1);
  }
  return !text.empty();
}

bool is_address(std::string_view text) {
  if (text.empty()) return false;
  if (std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; })) {
    return text.find("://") != std::string_view::npos;
  }
  return text.find_first_of("/.#") != std::string_view::npos && text.find(' ') == std::string_view::npos;
}

std::size_t shell_icon_length(std::string_view text) {
  static constexpr std::array<std::string_view, 8> kIcons{R"([>_])", R"(\[>_])", R"([\>_])", R"(\[>\_])", R"(\[>_\])", R"(\[\>_])", R"(\[>\_\])", R"(\[\>_\])"};
  const auto* const icon = std::find_if(kIcons.begin(), kIcons.end(), [&](std::string_view one) { return text.starts_with(one); });
  return icon == kIcons.end() ? 0 : icon->size();
}

bool is_known_element(std::string_view name) {
  static constexpr std::array<std::string_view, 21> kKnown{
      "b", "strong", "i", "em", "code", "kbd", "br", "u", "font", "span", "a", "img", "p", "li", "ul", "ol", "sub",
      "sup", "div", "summary", "details"};
  return std::find(kKnown.begin(), kKnown.end(), name) != kKnown.end();
}

std::string_view leading_address(std::string_view text) {
  static constexpr std::string_view kNone = "<>()[]\"'`*|";
  static constexpr std::string_view kPunctuation = ".,;:!?";
  if (!text.starts_with("https://") && !text.starts_with("http://")) return {};
  std::size_t end = 0;
  while (end < text.size() && text[end] > ' ' && text[end] < 0x7F && kNone.find(text[end]) == std::string_view::npos) ++end;
  while (end > 0 && kPunctuation.find(text[end - 1]) != std::string_view::npos) --end;
  return end > text.find("//") + 2 ? text.substr(0, end) : std::string_view();
}

char32_t entity_value(std::string_view name) {
  if (name.size() > 1 && name[0] == '#') {
    const bool hex = name[1] == 'x' || name[1] == 'X';
    const std::string_view digits = name.substr(hex ? 2 : 1);
    std::uint32_t number = 0;
    const auto [last, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, hex ? 16 : 10);
    if (error != std::errc{} || last != digits.data() + digits.size() || number > 0x10FFFF) return 0;
    return number;
  }
  static constexpr std::array<std::pair<std::string_view, char32_t>, 19> kNamed{{
      {"amp", U'&'}, {"lt", U'<'}, {"gt", U'>'}, {"quot", U'"'}, {"apos", U'\''}, {"nbsp", 0xA0},
      {"hellip", 0x2026}, {"rarr", 0x2192}, {"plus", U'+'}, {"rsaquo", 0x203A}, {"lsaquo", 0x2039},
      {"raquo", 0xBB}, {"laquo", 0xAB}, {"ndash", 0x2013}, {"mdash", 0x2014}, {"uarr", 0x2191}, {"larr", 0x2190}, {"darr", 0x2193}, {"ensp", 0xA0}}};
  const auto* const found = std::find_if(kNamed.begin(), kNamed.end(), [&](const auto& n) { return n.first == name; });
  return found == kNamed.end() ? 0 : found->second;
}

std::string without_markup(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '<') {
      const Tag tag = tag_at(text, at);
      if (!tag.name.empty() && (tag.name == "b" || tag.name == "i" || tag.name == "em" || tag.name == "strong")) {
        at = tag.end;
        continue;
      }
    } else if (text[at] == '&') {
      const std::size_t end = text.substr(at, 12).find(';');
      const char32_t value = end == std::string_view::npos ? 0 : entity_value(text.substr(at + 1, end - 1));
      if (value != 0 && (value < 0xD800 || value > 0xF8FF)) {
        append_utf8(out, value);
        at += end + 1;
        continue;
      }
    }
    out.push_back(text[at++]);
  }
  return out;
}

std::string without_escapes(std::string_view text) { return unescaped(text, true); }

std::string without_emphasis(std::string_view text) { return unescaped(text, false); }

}  // namespace azlab::lab
