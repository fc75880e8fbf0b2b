#include "harness/report/plain.hpp"

#include <cstdint>

#include "sim/core/html.hpp"
#include "sim/core/text.hpp"

namespace azlab::report {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// Bytes that a character takes by its first byte; 1 where none begins.
std::size_t length_of_character(char first) {
  const auto byte = static_cast<std::uint8_t>(first);
  if (byte >= 0xF0) return 4;
  if (byte >= 0xE0) return 3;
  return byte >= 0xC0 ? 2 : 1;
}

/// U+FFFE and U+FFFF, which XML does not allow.
bool is_noncharacter(std::string_view character) { return character == "\xEF\xBF\xBE" || character == "\xEF\xBF\xBF"; }

}  // namespace

std::string plain_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view character = text.substr(i, length_of_character(text[i]));
    const auto byte = static_cast<std::uint8_t>(text[i]);
    if (byte < 0x80) {
      const bool control = (byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7F;
      if (!control) out += text[i];
      ++i;
    } else if (is_valid_utf8(character) && !is_noncharacter(character)) {
      out += character;
      i += character.size();
    } else {
      out += kReplacement;
      ++i;
    }
  }
  return out;
}

std::string html_text(std::string_view text) {
  return html_escape(plain_text(text));
}

}  // namespace azlab::report
