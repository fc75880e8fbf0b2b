#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace azlab {

/// ASCII only: ARM ids, header names and host names compare without case.
/// ASCII only, as everywhere here: names of Azure have no others.
constexpr char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
std::string to_lower(std::string_view text);
bool equals_ignore_case(std::string_view a, std::string_view b);
bool starts_with_ignore_case(std::string_view text, std::string_view prefix);
std::string_view trim(std::string_view text);
std::vector<std::string> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string replace_all(std::string text, std::string_view from, std::string_view to);
std::string percent_decode(std::string_view text, bool plus_is_space = false);
std::string percent_encode(std::string_view text, std::string_view keep = "");
std::string base64_encode(std::string_view bytes);
std::optional<std::string> base64_decode(std::string_view text);
bool is_valid_utf8(std::string_view bytes);
/// Glob with `*` and `?`, ignoring ASCII case.
bool glob_match(std::string_view pattern, std::string_view text);
/// The candidates nearest to `word` by edit distance, nearest first, at most `most`; far ones are left out.
std::vector<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates, std::size_t most = 3);

}  // namespace azlab
