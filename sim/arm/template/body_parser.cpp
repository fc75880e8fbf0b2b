#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "sim/arm/template/template.hpp"
#include "sim/core/text.hpp"

namespace azlab::arm_template {
namespace {

class BodyReader {
 public:
  BodyReader(std::string_view text, SourceMap* positions) : text_(text), positions_(positions) {}

  Result<Json> run() {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = line_start_ = 3;
    Result<Json> value = read_value(0);
    if (!value) return value;
    if (!skip_blank()) return bad("Unexpected end while parsing comment.");
    if (at_ < text_.size()) return bad(fmt::format("Additional text encountered after finished reading JSON content: {}.", text_[at_]));
    return value;
  }

 private:
  tl::unexpected<Error> bad(const std::string& what) const {
    return fail(400, "InvalidRequestContent",
                fmt::format("The request content was invalid and could not be deserialized: '{} Path '{}', line {}, position {}.'.", what,
                            path_, line_, column()));
  }
  tl::unexpected<Error> unexpected() const {
    if (at_ >= text_.size()) return bad("Unexpected end when reading JSON.");
    return bad(fmt::format("Unexpected character encountered while parsing value: {}.", text_[at_]));
  }

  int column() const { return static_cast<int>(at_ - line_start_) + 1; }
  bool at(char c) const { return at_ < text_.size() && text_[at_] == c; }
  void step() {
    if (text_[at_++] == '\n') {
      ++line_;
      line_start_ = at_;
    }
  }

  /// Blanks and comments; false when a comment does not end.
  bool skip_blank() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        step();
      } else if (text_.substr(at_).starts_with("//")) {
        while (at_ < text_.size() && text_[at_] != '\n') ++at_;
      } else if (text_.substr(at_).starts_with("/*")) {
        at_ += 2;
        while (at_ < text_.size() && !text_.substr(at_).starts_with("*/")) step();
        if (at_ >= text_.size()) return false;
        at_ += 2;
      } else {
        return true;
      }
    }
    return true;
  }

  Result<Json> read_value(std::size_t depth) {
    if (!skip_blank()) return bad("Unexpected end while parsing comment.");
    if (depth > kDepthMax) return bad(fmt::format("The reader's MaxDepth of {} has been exceeded.", kDepthMax));
    if (at_ >= text_.size()) return unexpected();
    const char c = text_[at_];
    // Scalars and deep values are never named in a message; the map stays small.
    if (positions_ != nullptr && depth <= 7 && (c == '{' || c == '[')) positions_->insert_or_assign(path_, SourcePosition{line_, column()});
    if (c == '{') return read_object(depth);
    if (c == '[') return read_array(depth);
    if (c == '"' || c == '\'') {
      Result<std::string> text = read_string();
      if (!text) return fail(text.error());
      return Json(std::move(*text));
    }
    if (c == '-' || (c >= '0' && c <= '9')) return read_number();
    for (const auto& [word, value] : {std::pair<std::string_view, Json>{"true", true}, {"false", false}, {"null", nullptr}}) {
      if (text_.substr(at_).starts_with(word)) {
        at_ += word.size();
        return value;
      }
    }
    return unexpected();
  }

  Result<Json> read_object(std::size_t depth) {
    Json object = Json::object();
    ++at_;
    for (;;) {
      if (!skip_blank()) return bad("Unexpected end while parsing comment.");
      if (at('}')) break;
      Result<std::string> key = read_key();
      if (!key) return fail(key.error());
      if (!skip_blank() || !at(':')) return bad(fmt::format("Invalid character after parsing property name. Expected ':' after '{}'.", *key));
      ++at_;
      const std::size_t outer = path_.size();
      path_ += path_.empty() ? *key : "." + *key;
      Result<Json> value = read_value(depth + 1);
      if (!value) return value;
      path_.resize(outer);
      object[*key] = std::move(*value);
      if (!skip_blank()) return bad("Unexpected end while parsing comment.");
      if (at(',')) ++at_;
      else if (!at('}')) return bad("After parsing a value an unexpected character or the end was encountered.");
    }
    ++at_;
    return object;
  }

  Result<Json> read_array(std::size_t depth) {
    Json array = Json::array();
    ++at_;
    for (;;) {
      if (!skip_blank()) return bad("Unexpected end while parsing comment.");
      if (at(']')) break;
      const std::size_t outer = path_.size();
      path_ += fmt::format("[{}]", array.size());
      Result<Json> value = read_value(depth + 1);
      if (!value) return value;
      path_.resize(outer);
      array.push_back(std::move(*value));
      if (!skip_blank()) return bad("Unexpected end while parsing comment.");
      if (at(',')) ++at_;
      else if (!at(']')) return bad("After parsing a value an unexpected character or the end was encountered.");
    }
    ++at_;
    return array;
  }

  Result<std::string> read_key() {
    if (at('"') || at('\'')) return read_string();
    const std::size_t start = at_;
    while (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) != 0 || text_[at_] == '_' || text_[at_] == '$')) ++at_;
    if (at_ == start) return bad("Invalid property identifier character.");
    return std::string(text_.substr(start, at_ - start));
  }

  Result<std::string> read_string() {
    const char quote = text_[at_++];
    std::string text;
    while (!at(quote)) {
      if (at_ >= text_.size()) return bad(fmt::format("Unterminated string. Expected delimiter: {}.", quote));
      if (text_[at_] != '\\') {
        text += text_[at_];
        step();
        continue;
      }
      ++at_;
      if (at_ >= text_.size()) continue;
      if (!read_escape(text)) return bad("Bad JSON escape sequence.");
    }
    ++at_;
    return text;
  }

  bool read_escape(std::string& text) {
    constexpr std::string_view kNames = "bfnrt\"'\\/";
    constexpr std::string_view kValues = "\b\f\n\r\t\"'\\/";
    const char c = text_[at_++];
    if (const auto found = kNames.find(c); found != std::string_view::npos) {
      text += kValues[found];
      return true;
    }
    if (c == '\n') {  // an escaped line break continues the string, as in JavaScript
      ++line_;
      line_start_ = at_;
      return true;
    }
    if (c != 'u') return false;
    std::optional<unsigned> unit = read_hex();
    if (!unit) return false;
    unsigned point = *unit;
    if (point >= 0xD800 && point < 0xDC00 && text_.substr(at_).starts_with("\\u")) {
      const std::size_t before = at_;
      at_ += 2;
      unit = read_hex();
      if (unit && *unit >= 0xDC00 && *unit < 0xE000) point = 0x10000 + ((point - 0xD800) << 10) + (*unit - 0xDC00);
      else at_ = before;
    }
    if (point >= 0xD800 && point < 0xE000) point = 0xFFFD;
    append_utf8(text, point);
    return true;
  }

  std::optional<unsigned> read_hex() {
    unsigned value = 0;
    if (text_.size() - at_ < 4) return std::nullopt;
    const char* begin = text_.data() + at_;
    const auto [end, status] = std::from_chars(begin, begin + 4, value, 16);
    if (status != std::errc{} || end != begin + 4) return std::nullopt;
    at_ += 4;
    return value;
  }

  static void append_utf8(std::string& text, unsigned point) {
    const auto put = [&](unsigned value) { text += static_cast<char>(static_cast<unsigned char>(value)); };
    if (point < 0x80) {
      put(point);
    } else if (point < 0x800) {
      put(0xC0 | (point >> 6));
      put(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
      put(0xE0 | (point >> 12));
      put(0x80 | ((point >> 6) & 0x3F));
      put(0x80 | (point & 0x3F));
    } else {
      put(0xF0 | (point >> 18));
      put(0x80 | ((point >> 12) & 0x3F));
      put(0x80 | ((point >> 6) & 0x3F));
      put(0x80 | (point & 0x3F));
    }
  }

  Result<Json> read_number() {
    const std::size_t start = at_;
    while (at_ < text_.size() && std::string_view("+-.eE0123456789").find(text_[at_]) != std::string_view::npos) ++at_;
    Result<Json> number = parse_json(text_.substr(start, at_ - start));
    if (number && number->is_number()) return number;
    return bad(fmt::format("Input string '{}' is not a valid number.", text_.substr(start, at_ - start)));
  }

  std::string_view text_;
  SourceMap* positions_;
  std::size_t at_ = 0;
  int line_ = 1;
  std::size_t line_start_ = 0;
  std::string path_;
};

}  // namespace

Result<Json> parse_deployment_body(std::string_view bytes, SourceMap* positions) {
  if (bytes.size() > kTemplateBytesMax) {
    return fail(413, "RequestContentTooLarge",
                fmt::format("The request content size exceeds the maximum size of {} MB.", kTemplateBytesMax / (1024 * 1024)));
  }
  if (!is_valid_utf8(bytes)) {
    return fail(400, "InvalidRequestContent", "The request content was invalid and could not be deserialized: 'The text is not UTF-8.'.");
  }
  return BodyReader(bytes, positions).run();
}

}  // namespace azlab::arm_template
