#include "harness/lab/unicode.hpp"

#include <algorithm>
#include <cstdint>

namespace azlab::lab {

CodePoint code_point_at(std::string_view text, std::size_t at) {
  if (at >= text.size()) return {};
  const auto byte = [&](std::size_t i) -> std::uint32_t {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0;
  };
  const auto is_tail = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const std::uint32_t lead = byte(0);
  if (lead < 0x80) return {static_cast<char32_t>(lead), 1};
  if (lead >= 0xC2 && lead <= 0xDF && is_tail(1)) {
    return {static_cast<char32_t>(((lead & 0x1FU) << 6U) | (byte(1) & 0x3FU)), 2};
  }
  if (lead >= 0xE0 && lead <= 0xEF && is_tail(1) && is_tail(2)) {
    const std::uint32_t value = ((lead & 0x0FU) << 12U) | ((byte(1) & 0x3FU) << 6U) | (byte(2) & 0x3FU);
    if (value < 0x800 || (value >= 0xD800 && value <= 0xDFFF)) return {};
    return {static_cast<char32_t>(value), 3};
  }
  if (lead >= 0xF0 && lead <= 0xF4 && is_tail(1) && is_tail(2) && is_tail(3)) {
    const std::uint32_t value =
        ((lead & 0x07U) << 18U) | ((byte(1) & 0x3FU) << 12U) | ((byte(2) & 0x3FU) << 6U) | (byte(3) & 0x3FU);
    if (value < 0x10000 || value > 0x10FFFF) return {};
    return {static_cast<char32_t>(value), 4};
  }
  return {};
}

void append_utf8(std::string& out, char32_t value) {
  const auto put = [&](std::uint32_t byte) { out.push_back(static_cast<char>(static_cast<unsigned char>(byte))); };
  const std::uint32_t v = value;
  if (v < 0x80) {
    put(v);
  } else if (v < 0x800) {
    put(0xC0U | (v >> 6U));
    put(0x80U | (v & 0x3FU));
  } else if (v < 0x10000) {
    put(0xE0U | (v >> 12U));
    put(0x80U | ((v >> 6U) & 0x3FU));
    put(0x80U | (v & 0x3FU));
  } else {
    put(0xF0U | (v >> 18U));
    put(0x80U | ((v >> 12U) & 0x3FU));
    put(0x80U | ((v >> 6U) & 0x3FU));
    put(0x80U | (v & 0x3FU));
  }
}

std::optional<std::size_t> first_invalid_byte(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    if (point.length == 0) return at;
    at += point.length;
  }
  return std::nullopt;
}

namespace {

char32_t lower_code_point(char32_t c) {
  if (c >= U'A' && c <= U'Z') return c + 32;
  if (c < 0xC0) return c;
  if (c <= 0xDE && c != 0xD7) return c + 32;
  if ((c >= 0x100 && c <= 0x137) || (c >= 0x14A && c <= 0x177)) return c | 1U;
  if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E)) return (c & 1U) != 0 ? c + 1 : c;
  if (c >= 0x391 && c <= 0x3A9) return c + 32;
  if (c >= 0x410 && c <= 0x42F) return c + 32;
  return c;
}

/// 0 for characters that carry no meaning (zero-width marks, byte order mark).
char32_t plain_code_point(char32_t c) {
  switch (c) {
    case U'\t': case U'\n': case U'\r': case 0xA0: case 0x202F: case 0x2007: case 0x2009: case 0x3000:
      return U' ';
    case 0x200B: case 0x200C: case 0x200D: case 0x200E: case 0x200F: case 0x2060: case 0xFEFF: case 0xAD:
      return 0;
    case 0x2018: case 0x2019: case 0x02BC: case 0x2032:
      return U'\'';
    case 0x2010: case 0x2011: case 0x2012: case 0x2013: case 0x2014: case 0x2015: case 0x2212:
      return U'-';
    default:
      break;
  }
  if (c >= 0xFF01 && c <= 0xFF5E) return c - 0xFEE0;
  return c;
}

std::string fold_text(std::string_view text, bool lower) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    if (point.length == 0) {
      ++at;
      continue;
    }
    at += point.length;
    if (point.value == 0x2026) {
      out += "...";
      continue;
    }
    const char32_t plain = plain_code_point(point.value);
    if (plain == 0 || (plain == U' ' && !out.empty() && out.back() == ' ')) continue;
    append_utf8(out, lower ? lower_code_point(plain) : plain);
  }
  return out;
}

}  // namespace

std::string fold(std::string_view text) { return fold_text(text, true); }
std::string even_out(std::string_view text) { return fold_text(text, false); }

std::string even_spaces(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    const std::string_view bytes = text.substr(at, std::max<std::size_t>(point.length, 1));
    at += bytes.size();
    const char32_t plain = plain_code_point(point.value);
    if (point.length == 0 || plain == 0) continue;
    if (plain != U' ') {
      out += bytes;
    } else if (out.empty() || out.back() != ' ') {
      out.push_back(' ');
    }
  }
  return out;
}

bool is_letter_or_digit(char32_t c) {
  if (c < 0x80) return (c >= U'0' && c <= U'9') || (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z');
  if (c < 0xC0 || c == 0xD7 || c == 0xF7) return false;
  if (c >= 0x2000 && c <= 0x2BFF) return false;
  if (c >= 0x3000 && c <= 0x303F) return false;
  return c < 0xE000 || (c >= 0xF900 && c < 0xFE30);
}

bool is_no_break_space(char32_t c) { return c == 0xA0 || c == 0x202F || c == 0x2007; }

}  // namespace azlab::lab
