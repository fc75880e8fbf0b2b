#include "harness/lab/inline_text.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include "harness/lab/html_tags.hpp"
#include "harness/lab/inline_signs.hpp"
#include "harness/lab/unicode.hpp"
#include "sim/core/text.hpp"

namespace azlab::lab {
namespace {

constexpr char32_t kFirstMark = 0xE000;
constexpr std::size_t kBracketBytesMax = 240;
constexpr std::size_t kCodeBytesMax = 4000;

class InlineReader {
 public:
  explicit InlineReader(std::string_view source) : source_(source) {}

  InlineText read() {
    while (at_ < source_.size()) step();
    // Emphasis that nobody closes is text.
    if (bold_open_) text_ += bold_.as_written;
    if (italic_open_ && !italic_in_bold_) text_ += italic_.as_written;
    out_.text = fold(text_);
    out_.plain = even_spaces(plain_);
    return std::move(out_);
  }

 private:
  std::string_view rest() const { return source_.substr(at_); }
  char peek(std::size_t offset = 0) const { return at_ + offset < source_.size() ? source_[at_ + offset] : '\0'; }

  bool follows_word() const { return at_ > 0 && std::isalnum(static_cast<unsigned char>(source_[at_ - 1])) != 0; }

  void step() {
    if (const std::size_t icon = shell_icon_length(rest()); icon > 0) return take_shell_icon(icon);
    if (peek() == 'h' && take_address()) return;
    switch (peek()) {
      case '\\':
        if (std::ispunct(static_cast<unsigned char>(peek(1))) != 0) {
          emit(source_.substr(at_ + 1, 1));
          at_ += 2;
          return;
        }
        break;
      case '`': return take_code();
      case '*': return take_stars();
      case '_':
        if (take_underscore()) return;
        break;
      case '<':
        if (take_tag()) return;
        break;
      case '&':
        if (take_entity()) return;
        break;
      case '[':
        if (take_bracket()) return;
        break;
      case '!':
        if (peek(1) == '[') return take_image();
        break;
      default: break;
    }
    take_character();
  }

  /// Ordinary text: into the open mark, or into the running text.
  void emit(std::string_view bytes) {
    plain_ += bytes;
    if (bold_open_) {
      bold_.as_written += bytes;
    } else if (italic_open_) {
      italic_.as_written += bytes;
    } else {
      text_ += bytes;
    }
  }

  void take_character() {
    const CodePoint point = code_point_at(source_, at_);
    const std::size_t length = std::max<std::size_t>(point.length, 1);
    if (!bold_open_ && !italic_open_) {
      if (is_glyph(point.value)) return take_glyph(length);
      if (point.value == 0x201C || point.value == 0x300C || point.value == 0x300E || point.value == 0xAB) {
        if (take_quoted(point.value, length)) return;
      }
      if (point.value == U'(' || point.value == 0xFF08) ++parentheses_;
      if ((point.value == U')' || point.value == 0xFF09) && parentheses_ > 0) --parentheses_;
      if (point.value >= kFirstMark && point.value < kFirstMark + kMarksMax) {
        at_ += length;  // a private character of the page must not look like a mark
        return;
      }
    }
    emit(source_.substr(at_, length));
    at_ += length;
  }

  void push(Mark mark) {
    if (mark.kind != Mark::Kind::code && mark.as_written.find_first_of("&<") != std::string::npos) {
      mark.as_written = without_markup(mark.as_written);
    }
    const std::string tidy = even_spaces(mark.as_written);
    mark.text = std::string(trim(tidy));
    if (mark.text.empty() || out_.marks.size() >= kMarksMax) return;
    mark.in_parentheses = parentheses_ > 0;
    if (is_all_glyphs(mark.text)) mark.kind = Mark::Kind::glyph;
    append_utf8(text_, kFirstMark + static_cast<char32_t>(out_.marks.size()));
    out_.marks.push_back(std::move(mark));
  }

  void take_shell_icon(std::size_t length) {
    plain_ += "[>_]";
    if (!bold_open_ && !italic_open_) push({.kind = Mark::Kind::glyph, .as_written = "[>_]"});
    if (bold_open_) bold_.as_written += "[>_]";
    at_ += length;
  }

  void take_glyph(std::size_t length) {
    std::string glyph(source_.substr(at_, length));
    at_ += length;
    plain_ += glyph;
    if (!out_.marks.empty() && out_.marks.back().kind == Mark::Kind::glyph) {
      // "▷ ▷" is one icon of two signs.
      std::string_view before = text_;
      while (before.ends_with(' ')) before.remove_suffix(1);
      if (before.size() >= kMarkBytes && mark_at(before, before.size() - kMarkBytes) >= 0) {
        out_.marks.back().text += glyph;
        return;
      }
    }
    push({.kind = Mark::Kind::glyph, .as_written = std::move(glyph)});
  }

  void take_code() {
    const std::size_t run = std::min(rest().find_first_not_of('`'), rest().size());
    const std::string fence(run, '`');
    const std::string_view window = source_.substr(at_ + run, kCodeBytesMax);
    std::size_t close = window.find(fence);
    while (close != std::string_view::npos && close + run < window.size() && window[close + run] == '`') {
      close = window.find(fence, window.find_first_not_of('`', close));
    }
    if (close == std::string_view::npos) {
      emit(rest().substr(0, run));
      at_ += run;
      return;
    }
    const std::string_view body = window.substr(0, close);
    at_ += run + close + run;
    if (bold_open_ || italic_open_) return emit(body);
    plain_ += body;
    push({.kind = Mark::Kind::code, .as_written = std::string(body)});
  }

  void take_stars() {
    std::size_t run = std::min(rest().find_first_not_of('*'), rest().size());
    const std::size_t whole = run;
    if (run >= 4 && !bold_open_ && !italic_open_) {  // "****": an empty label left by a translator
      at_ += run;
      return;
    }
    if (italic_open_ && (run == 1 || run == 3)) {
      close_italic();
      --run;
    } else if (run == 3) {
      if (!bold_open_) open_italic();
      --run;
    } else if (run == 1) {
      at_ += 1;
      if (is_opening_star()) return open_italic();
      return emit("*");
    }
    if (run >= 2) toggle_bold();
    at_ += whole;
  }

  /// Whether the single star just passed opens emphasis: the next run of stars must be one that closes it.
  bool is_opening_star() const {
    const std::string_view window = source_.substr(at_, kBracketBytesMax);
    const std::size_t next = window.find('*');
    if (next == std::string_view::npos || next == 0) return false;
    if (window[0] == ' ' && !bold_open_) return false;
    std::size_t length = window.find_first_not_of('*', next);
    length = (length == std::string_view::npos ? window.size() : length) - next;
    return length == 1 || (length == 3 && bold_open_);
  }

  void open_italic() {
    if (bold_open_) {
      italic_in_bold_ = italic_open_ = true;
      return;
    }
    italic_open_ = true;
    italic_in_bold_ = false;
    italic_ = Mark{.kind = Mark::Kind::italic};
  }

  void close_italic() {
    italic_open_ = false;
    if (italic_in_bold_) {
      italic_in_bold_ = false;
      return;
    }
    push(std::move(italic_));
    italic_ = Mark{};
  }

  void toggle_bold() {
    if (bold_open_) {
      bold_open_ = false;
      italic_in_bold_ = false;
      push(std::move(bold_));
      bold_ = Mark{};
      return;
    }
    bold_open_ = true;
    bold_ = Mark{.kind = Mark::Kind::bold};
  }

  bool take_underscore() {
    if (follows_word() || bold_open_ || italic_open_) return false;
    const std::size_t run = std::min(rest().find_first_not_of('_'), rest().size());
    if (run > 2 || peek(run) == ' ' || peek(run) == '\0') return false;
    const std::string_view window = source_.substr(at_ + run, kBracketBytesMax);
    const std::size_t close = window.find(std::string(run, '_'));
    if (close == std::string_view::npos || close == 0) return false;
    const char after = close + run < window.size() ? window[close + run] : ' ';
    if (std::isalnum(static_cast<unsigned char>(after)) != 0 || after == '_' || window[close - 1] == ' ') return false;
    const std::string_view body = window.substr(0, close);
    plain_ += body;
    push({.kind = run == 2 ? Mark::Kind::bold : Mark::Kind::italic, .as_written = std::string(body)});
    at_ += run + close + run;
    return true;
  }

  bool take_tag() {
    if (rest().starts_with("<http")) {
      const std::size_t close = rest().substr(0, kBracketBytesMax).find('>');
      if (close == std::string_view::npos) return false;
      const std::string address(rest().substr(1, close - 1));
      plain_ += address;
      push({.kind = Mark::Kind::link, .as_written = address, .url = address});
      at_ += close + 1;
      return true;
    }
    const Tag tag = tag_at(source_, at_);
    const std::string name = to_lower(tag.name);
    if (!is_known_element(name)) return false;
    at_ = tag.end;
    if (name == "b" || name == "strong") {
      if (bold_open_ == tag.closes) toggle_bold();
    } else if (name == "i" || name == "em") {
      if (!tag.closes && !italic_open_) {
        open_italic();
      } else if (tag.closes && italic_open_) {
        close_italic();
      }
    } else if (name == "code" && !tag.closes && !bold_open_ && !italic_open_) {
      take_code_element();
    } else if (name == "br" || name == "p") {
      emit(" ");
    }
    return true;
  }

  /// An address that stands bare in the text is a link, as on the pages that readers see.
  bool take_address() {
    if (bold_open_ || italic_open_ || follows_word()) return false;
    const std::string address(leading_address(rest().substr(0, kBracketBytesMax)));
    if (address.empty()) return false;
    plain_ += address;
    push({.kind = Mark::Kind::link, .as_written = address, .url = address});
    at_ += address.size();
    return true;
  }

  void take_code_element() {
    const std::string_view window = rest().substr(0, kCodeBytesMax);
    const std::size_t close = window.find("</code>");
    if (close == std::string_view::npos) return;
    plain_ += window.substr(0, close);
    push({.kind = Mark::Kind::code, .as_written = std::string(window.substr(0, close))});
    at_ += close + 7;
  }

  bool take_entity() {
    const std::string_view window = rest().substr(0, 12);
    const std::size_t end = window.find(';');
    if (end == std::string_view::npos || end < 3) return false;
    const std::string_view name = window.substr(1, end - 1);
    const char32_t value = entity_value(name);
    if (value == 0) return false;
    if (value >= 0xD800 && value <= 0xF8FF) return false;
    std::string decoded;
    append_utf8(decoded, value);
    if (is_glyph(value) && !bold_open_ && !italic_open_) {
      // Let take_glyph join it with a neighbour.
      at_ += end + 1;
      const std::string_view keep = source_;
      const std::size_t back = at_;
      source_ = decoded;
      at_ = 0;
      take_glyph(decoded.size());
      source_ = keep;
      at_ = back;
      return true;
    }
    emit(decoded);
    at_ += end + 1;
    return true;
  }

  /// `![what it shows](address)`: nothing to press.
  void take_image() {
    const std::string_view window = source_.substr(at_ + 1, kBracketBytesMax * 4);
    const std::size_t close = window.find("](");
    const std::size_t shut = close == std::string_view::npos ? close : window.find(')', close);
    if (shut == std::string_view::npos) {
      ++at_;
      return;
    }
    at_ += shut + 2;
  }

  /// `[text](address)`, `[label](translation)`, `[label]`.
  bool take_bracket() {
    const std::string_view window = rest().substr(0, kBracketBytesMax);
    const std::size_t close = window.find(']');
    if (close == std::string_view::npos || close < 2) return false;
    const std::string_view body = window.substr(1, close - 1);
    std::size_t end = close + 1;
    std::string_view target;
    if (end < window.size() && window[end] == '(') {
      const std::size_t shut = window.find(')', end);
      if (shut != std::string_view::npos) {
        target = window.substr(end + 1, shut - end - 1);
        end = shut + 1;
      }
    }
    if (bold_open_ || italic_open_) {
      if (body.find("**") != std::string_view::npos) return false;
      emit(without_escapes(body));
      at_ += end;
      return true;
    }
    if (body.find('*') != std::string_view::npos || body.find('[') != std::string_view::npos) {
      ++at_;  // "[**label**]": the emphasis inside is the mark
      return true;
    }
    plain_ += body;
    if (is_address(target)) {
      push({.kind = Mark::Kind::link, .as_written = std::string(body), .url = std::string(target)});
    } else {
      push({.kind = Mark::Kind::bracket, .as_written = std::string(body)});
    }
    at_ += end;
    return true;
  }

  bool take_quoted(char32_t open, std::size_t length) {
    const std::string_view close_sign = open == 0x201C ? "\xE2\x80\x9D" : open == 0xAB ? "\xC2\xBB" : open == 0x300C ? "\xE3\x80\x8D" : "\xE3\x80\x8F";
    const std::string_view window = source_.substr(at_ + length, kBracketBytesMax);
    const std::size_t close = window.find(close_sign);
    if (close == std::string_view::npos || close == 0) return false;
    std::string body(trim(without_emphasis(window.substr(0, close))));
    if (body.size() > 2 && body.front() == '`' && body.back() == '`') body = body.substr(1, body.size() - 2);
    plain_ += body;
    push({.kind = Mark::Kind::quote, .as_written = body});
    at_ += length + close + close_sign.size();
    return true;
  }

  std::string_view source_;
  std::size_t at_ = 0;
  std::string text_;
  std::string plain_;
  InlineText out_;
  Mark bold_;
  Mark italic_;
  bool bold_open_ = false;
  bool italic_open_ = false;
  bool italic_in_bold_ = false;
  int parentheses_ = 0;
};

}  // namespace

InlineText scan_inline(std::string_view source) { return InlineReader(source).read(); }

int mark_at(std::string_view folded, std::size_t at) {
  const CodePoint point = code_point_at(folded, at);
  if (point.value < kFirstMark || point.value >= kFirstMark + kMarksMax) return -1;
  return static_cast<int>(point.value - kFirstMark);
}

}  // namespace azlab::lab
