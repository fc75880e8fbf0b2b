#include "sim/core/located_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "sim/core/json_comment.hpp"
#include "sim/core/text.hpp"

namespace azlab {
namespace {

/// Walks over a text that is known to be JSON with comments, and tells where each value and each name begins.
class Walk {
 public:
  explicit Walk(std::string_view text) : text_(text) {}

  std::map<std::string, std::size_t, std::less<>> values{};
  std::map<std::string, std::size_t, std::less<>> names{};
  std::string twice{};  ///< pointer of the first member that stands twice; empty: none does
  std::size_t twice_at = 0;

  void value(const std::string& pointer) {
    skip_space();
    values[pointer] = at_;
    const char c = at_ < text_.size() ? text_[at_] : '\0';
    if (c == '{') return object(pointer);
    if (c == '[') return list(pointer);
    if (c == '"') return void(string());
    while (at_ < text_.size() && std::string_view(",]} \t\r\n/").find(text_[at_]) == std::string_view::npos) ++at_;
  }

 private:
  void skip_space() {
    while (at_ < text_.size()) {
      if (std::isspace(static_cast<unsigned char>(text_[at_])) != 0) {
        ++at_;
      } else if (const auto after = after_json_comment(text_, at_); after != at_) {
        at_ = after;
      } else if (text_.substr(at_).starts_with("\xEF\xBB\xBF")) {
        at_ += 3;
      } else {
        return;
      }
    }
  }

  /// The string that begins here, as the parser reads it.
  std::string string() {
    const std::size_t begin = at_++;
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2U : 1U;
    at_ = std::min(at_ + 1, text_.size());
    const auto read = parse_json(text_.substr(begin, at_ - begin));
    return read && read->is_string() ? read->get<std::string>() : std::string();
  }

  void object(const std::string& pointer) {
    ++at_;
    for (skip_space(); at_ < text_.size() && text_[at_] != '}'; skip_space()) {
      if (text_[at_] == ',') {
        ++at_;
        continue;
      }
      const std::size_t name_at = at_;
      const std::string member = pointer_to(pointer, string());
      if (names.contains(member) && twice.empty()) {
        twice = member;
        twice_at = name_at;
      }
      names[member] = name_at;
      skip_space();
      ++at_;  // the colon
      value(member);
    }
    ++at_;
  }

  void list(const std::string& pointer) {
    ++at_;
    std::size_t index = 0;
    for (skip_space(); at_ < text_.size() && text_[at_] != ']'; skip_space()) {
      if (text_[at_] == ',') {
        ++at_;
        continue;
      }
      const std::size_t before = at_;
      value(pointer_to(pointer, index++));
      if (at_ == before) at_ = text_.size();  // not JSON after all
    }
    ++at_;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// "parse error at line 3, column 9: syntax error while …": the place, counted as here, and what is wrong.
std::string in_one_line(std::string_view text, const std::string& message) {
  int line = 0;
  int column = 0;
  if (std::sscanf(message.c_str(), "parse error at line %d, column %d", &line, &column) != 2) return "1:1: " + message;
  std::size_t byte = 0;
  for (int passed = 1; passed < line && byte < text.size(); ++byte) passed += text[byte] == '\n' ? 1 : 0;
  // The parser names the last character that it read; column 0 is the end of a line that it has left and come back to.
  const std::size_t end = std::max(byte + 1, std::min(text.find('\n', byte), text.size())) - 1;
  const TextPlace place = place_of(text, column == 0 ? end : std::min(text.size(), byte + static_cast<std::size_t>(column - 1)));
  const auto what = message.find(": ");
  return fmt::format("{}:{}: this is not JSON: {}", place.line, place.column, what == std::string::npos ? message : message.substr(what + 2));
}

}  // namespace

TextPlace place_of(std::string_view text, std::size_t byte) {
  TextPlace out;
  for (std::size_t i = 0; i < std::min(byte, text.size()); ++i) {
    if (text[i] == '\n') {
      ++out.line;
      out.column = 1;
    } else if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U) {
      ++out.column;
    }
  }
  return out;
}

Result<LocatedJson> LocatedJson::parse(std::string_view text) {
  auto json = parse_jsonc(text);
  if (!json) return fail(400, "InvalidJson", in_one_line(text, json.error().message));
  Walk walk(text);
  walk.value("");
  if (!walk.twice.empty()) {
    const TextPlace place = place_of(text, walk.twice_at);
    return fail(400, "InvalidJson", fmt::format("{}:{}: {}: it stands twice", place.line, place.column, pointer_in_words(walk.twice)));
  }
  LocatedJson out;
  out.value_ = std::make_shared<const Json>(std::move(*json));
  for (const auto& [pointer, byte] : walk.values) out.values_[pointer] = place_of(text, byte);
  for (const auto& [pointer, byte] : walk.names) out.names_[pointer] = place_of(text, byte);
  return out;
}

TextPlace LocatedJson::find(const Places& places, std::string_view pointer) {
  while (true) {
    if (const auto found = places.find(pointer); found != places.end()) return found->second;
    if (pointer.empty()) return {};
    pointer = pointer.substr(0, pointer.rfind('/'));
  }
}

TextPlace LocatedJson::name_place(std::string_view pointer) const {
  const auto found = names_.find(pointer);
  return found == names_.end() ? place(pointer) : found->second;
}

std::string pointer_to(std::string_view pointer, std::string_view member) {
  return std::string(pointer) + "/" + replace_all(replace_all(std::string(member), "~", "~0"), "/", "~1");
}

std::string pointer_to(std::string_view pointer, std::size_t index) { return fmt::format("{}/{}", pointer, index); }

std::string pointer_in_words(std::string_view pointer) {
  std::string out;
  if (pointer.empty()) return out;
  for (const auto& step : split(pointer.substr(1), '/')) {
    const bool index = !step.empty() && std::all_of(step.begin(), step.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
    if (index) {
      out += "[" + step + "]";
    } else {
      out += (out.empty() ? "" : ".") + replace_all(replace_all(step, "~1", "/"), "~0", "~");
    }
  }
  return out;
}

}  // namespace azlab
