#include "harness/shell/screen_text.hpp"

#include <re2/re2.h>

#include <vector>

#include "sim/core/text.hpp"

namespace azlab::shell {
namespace {

/// Length of the escape sequence at the start of `text` (which begins with ESC); `final_byte` of a CSI.
std::size_t escape_length(std::string_view text, char& final_byte) {
  final_byte = '\0';
  if (text.size() < 2) return text.size();
  if (text[1] == ']' || text[1] == 'P' || text[1] == '_' || text[1] == '^') {  // to BEL or ST
    for (std::size_t i = 2; i < text.size(); ++i) {
      if (text[i] == '\a') return i + 1;
      if (text[i] == '\x1b' && i + 1 < text.size() && text[i + 1] == '\\') return i + 2;
    }
    return text.size();
  }
  if (text[1] == '[') {
    for (std::size_t i = 2; i < text.size(); ++i) {
      if (text[i] >= '@' && text[i] <= '~') {
        final_byte = text[i];
        return i + 1;
      }
    }
    return text.size();
  }
  return text[1] == '(' || text[1] == ')' ? std::min<std::size_t>(3, text.size()) : 2;
}

std::size_t character_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  return std::min(length, text.size());
}

/// One line of the terminal, a character a cell.
struct ScreenLine {
  std::vector<std::string> cells{};
  std::size_t cursor = 0;

  void put(std::string_view character) {
    if (cursor < cells.size()) {
      cells[cursor] = std::string(character);
    } else {
      cells.resize(cursor, " ");
      cells.emplace_back(character);
    }
    ++cursor;
  }
  void flush(std::string& out) {
    for (const std::string& cell : cells) out += cell;
    cells.clear();
    cursor = 0;
  }
};

}  // namespace

std::string screen_text(std::string_view bytes) {
  std::string out;
  ScreenLine line;
  while (!bytes.empty()) {
    const char c = bytes[0];
    std::size_t used = 1;
    if (c == '\x1b') {
      char final_byte = '\0';
      used = escape_length(bytes, final_byte);
      // Erase to the end of the line, or all of it.
      if (final_byte == 'K' && used == 4 && bytes[2] == '2') line.cells.clear();
      if (final_byte == 'K' && used == 3 && line.cursor < line.cells.size()) line.cells.resize(line.cursor);
    } else if (c == '\n') {
      line.flush(out);
      out += '\n';
    } else if (c == '\r') {
      line.cursor = 0;
    } else if (c == '\b') {
      line.cursor -= line.cursor > 0 ? 1 : 0;
    } else if (c == '\t') {
      line.put("\t");
    } else if (static_cast<unsigned char>(c) >= 0x20 && c != '\x7f') {
      used = character_length(bytes);
      const std::string_view character = bytes.substr(0, used);
      if (is_valid_utf8(character)) {
        line.put(character);
      } else {
        used = 1;
        line.put("\xef\xbf\xbd");
      }
    }
    bytes.remove_prefix(used);
  }
  line.flush(out);
  return out;
}

std::string last_line(std::string_view text) {
  const std::size_t at = text.rfind('\n');
  return std::string(trim(at == std::string_view::npos ? text : text.substr(at + 1)));
}

std::string plain_answer(std::string_view prompt) {
  static const RE2 kFullWords(R"((?i)[\[(]?\byes\s*/\s*no\b(/\[fingerprint\])?[\])]?\s*[?:]*\s*$)");
  static const RE2 kLetters(R"((?i)[\[(]\s*y\s*/\s*n\s*[\])]\s*[?:]*\s*$|\by/n\s*[?:]*\s*$)");
  const re2::StringPiece text(prompt.data(), prompt.size());
  if (RE2::PartialMatch(text, kLetters)) return "y";
  if (RE2::PartialMatch(text, kFullWords)) return "yes";
  return {};
}

}  // namespace azlab::shell
