#include "harness/shell/version.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>

#include "sim/core/text.hpp"

namespace azlab::shell {
namespace {

/// Sort key of a version: release numbers, then what follows them.
struct VersionKey {
  std::vector<long> release{};
  std::array<long, 4> tail{};  ///< rank of the stage, its number, post, dev
};

/// Reads digits at `at`; nothing there is 0, as in "1.0.dev".
long read_number(std::string_view text, std::size_t& at) {
  long value = 0;
  while (at < text.size() && text[at] >= '0' && text[at] <= '9' && value < 100000000) {
    value = value * 10 + (text[at++] - '0');
  }
  return value;
}

bool is_separator(char c) { return c == '.' || c == '-' || c == '_'; }

/// By hand, because a resolution compares versions a hundred thousand times.
VersionKey version_key(std::string_view text) {
  text = trim(text);
  VersionKey key{.release = {}, .tail = {4, 0, 0, 1000000}};
  std::size_t at = !text.empty() && (text[0] == 'v' || text[0] == 'V') ? 1 : 0;
  const auto digit_at = [text](std::size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9'; };
  while (digit_at(at)) {
    key.release.push_back(read_number(text, at));
    if (at < text.size() && text[at] == '.' && digit_at(at + 1)) ++at;
  }
  while (key.release.size() > 1 && key.release.back() == 0) key.release.pop_back();
  bool has_post = false;
  bool has_stage = false;
  while (at < text.size() && text[at] != '+') {
    if (is_separator(text[at])) ++at;
    const std::size_t word_at = at;
    while (at < text.size() && std::isalpha(static_cast<unsigned char>(text[at])) != 0) ++at;
    const std::string word = to_lower(text.substr(word_at, at - word_at));
    const std::size_t before_number = at;
    if (at < text.size() && !word.empty() && is_separator(text[at]) && digit_at(at + 1)) ++at;
    const long number = read_number(text, at);
    if (word.empty() && at == before_number) return key;  // no version: as far as it could be read
    if (word == "dev") {
      key.tail[3] = number;
      if (!has_post && !has_stage) key.tail[0] = 0;
    } else if (word.empty() || word == "post" || word == "rev" || word == "r") {
      has_post = true;
      key.tail[2] = number + 1;
    } else {
      has_stage = true;
      key.tail[0] = word[0] == 'a' ? 1 : word[0] == 'b' ? 2 : 3;
      key.tail[1] = number;
    }
  }
  return key;
}

bool has_prefix(std::string_view version, std::string_view prefix) {
  const VersionKey whole = version_key(version);
  const std::vector<std::string> wanted = split(prefix, '.');
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const long have = i < whole.release.size() ? whole.release[i] : 0;
    if (have != std::atol(wanted[i].c_str())) return false;
  }
  return true;
}

bool accepts_one(std::string_view specifier, std::string_view version) {
  const std::size_t digits = specifier.find_first_not_of("=<>!~");
  if (digits == std::string_view::npos) return false;
  const std::string_view sign = specifier.substr(0, digits);
  const std::string_view wanted = trim(specifier.substr(digits));
  const bool wild = wanted.ends_with(".*");
  const int order = compare_versions(version, wild ? wanted.substr(0, wanted.size() - 2) : wanted);
  const bool same = wild ? has_prefix(version, wanted.substr(0, wanted.size() - 2)) : order == 0;
  if (sign == "==" || sign == "===") return same;
  if (sign == "!=") return !same;
  if (sign == ">=") return order >= 0;
  if (sign == "<=") return order <= 0;
  if (sign == ">") return order > 0;
  if (sign == "<") return order < 0;
  const std::size_t dot = wanted.rfind('.');
  return sign == "~=" && dot != std::string_view::npos && order >= 0 && has_prefix(version, wanted.substr(0, dot));
}

}  // namespace

int compare_versions(std::string_view a, std::string_view b) {
  const VersionKey left = version_key(a);
  const VersionKey right = version_key(b);
  if (left.release != right.release) return left.release < right.release ? -1 : 1;
  if (left.tail != right.tail) return left.tail < right.tail ? -1 : 1;
  return 0;
}

bool is_prerelease(std::string_view version) { return version_key(version).tail[0] < 4; }

std::string normalised_name(std::string_view name) {
  std::string key;
  for (const char c : to_lower(name)) {
    const bool separator = c == '-' || c == '_' || c == '.';
    if (separator && key.ends_with('-')) continue;
    key += separator ? '-' : c;
  }
  return key;
}

Result<Requirement> parse_requirement(std::string_view text) {
  // Name, extras, specifiers perhaps in brackets, marker.
  static const RE2 kRequirement(R"(\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*)"
                                R"(\(?([^;()]*)\)?\s*(?:;.*)?)");
  static const RE2 kSpecifier(R"(\s*(===|==|!=|>=|<=|~=|>|<)\s*([A-Za-z0-9.*+!_-]+)\s*)");
  std::string name, tail;
  if (!RE2::FullMatch(re2::StringPiece(text.data(), text.size()), kRequirement, &name, &tail)) {
    return fail(400, "InvalidRequirement", "Invalid requirement: '" + std::string(text) + "'");
  }
  Requirement requirement;
  requirement.name = name;
  requirement.key = normalised_name(name);
  for (const std::string& part : split(tail, ',')) {
    if (trim(part).empty()) continue;
    std::string sign, version;
    if (!RE2::FullMatch(part, kSpecifier, &sign, &version)) {
      return fail(400, "InvalidRequirement", "Invalid requirement: '" + std::string(text) + "'");
    }
    requirement.specifiers.push_back(sign + version);
  }
  requirement.text = name + join(requirement.specifiers, ",");
  return requirement;
}

bool accepts(const std::vector<std::string>& specifiers, std::string_view version) {
  return std::all_of(specifiers.begin(), specifiers.end(),
                     [version](const std::string& one) { return accepts_one(one, version); });
}

}  // namespace azlab::shell
