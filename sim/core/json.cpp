#include "sim/core/json.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/core/json_comment.hpp"
#include "sim/core/text.hpp"

namespace azlab {
namespace {

// Deeper documents exhaust the stack of a recursive parser; no Azure client nests this deep.
constexpr int kDepthMax = 200;

bool nests_too_deep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '/') {
      if (const auto after = after_json_comment(text, i); after != i) i = after - 1;
    } else if (c == '{' || c == '[') {
      if (++depth > kDepthMax) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

Result<Json> parse_text(std::string_view text, bool comments) {
  if (nests_too_deep(text)) return fail(400, "InvalidJson", fmt::format("JSON nests deeper than {} levels.", kDepthMax));
  try {
    return Json::parse(text.begin(), text.end(), nullptr, true, comments);
  } catch (const Json::exception& e) {
    // "[json.exception.parse_error.101] parse error at line 1, column 5: …": the part a person can use.
    std::string what = e.what();
    if (const auto bracket = what.find("] "); bracket != std::string::npos) what = what.substr(bracket + 2);
    return fail(400, "InvalidJson", replace_all(what, "\n", " "));
  }
}

}  // namespace

std::size_t after_json_comment(std::string_view text, std::size_t at) {
  if (text.substr(at).starts_with("//")) {
    const auto end = text.find_first_of(std::string_view("\n\r\0", 3), at);
    return end == std::string_view::npos ? text.size() : end + 1;
  }
  if (text.substr(at).starts_with("/*")) {
    const auto end = text.find("*/", at + 2);
    return end == std::string_view::npos ? text.size() : end + 2;
  }
  return at;
}

Result<Json> parse_json(std::string_view text) { return parse_text(text, false); }
Result<Json> parse_jsonc(std::string_view text) { return parse_text(text, true); }

std::string dump(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }
std::string dump_pretty(const Json& value) { return value.dump(2, ' ', false, Json::error_handler_t::replace); }

const Json* find_path(const Json& value, std::string_view dotted) {
  const Json* at = &value;
  while (!dotted.empty()) {
    const auto dot = dotted.find('.');
    if (!at->is_object()) return nullptr;
    const auto found = at->find(std::string(dotted.substr(0, dot)));
    if (found == at->end()) return nullptr;
    at = &*found;
    dotted = dot == std::string_view::npos ? std::string_view{} : dotted.substr(dot + 1);
  }
  return at;
}

std::string string_at(const Json& value, std::string_view dotted, std::string_view otherwise) {
  const Json* found = find_path(value, dotted);
  return found != nullptr && found->is_string() ? found->get<std::string>() : std::string(otherwise);
}

void set_path(Json& value, std::string_view dotted, Json leaf) {
  Json* at = &value;
  while (true) {
    const auto dot = dotted.find('.');
    if (!at->is_object()) *at = Json::object();
    Json& next = (*at)[std::string(dotted.substr(0, dot))];
    if (dot == std::string_view::npos) {
      next = std::move(leaf);
      return;
    }
    at = &next;
    dotted = dotted.substr(dot + 1);
  }
}

const Json* find_key(const Json& object, std::string_view key) {
  if (!object.is_object()) return nullptr;
  if (const auto exact = object.find(std::string(key)); exact != object.end()) return &*exact;
  for (auto it = object.begin(); it != object.end(); ++it) {
    if (equals_ignore_case(it.key(), key)) return &*it;
  }
  return nullptr;
}

}  // namespace azlab
