#include "harness/shell/version.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "sim/core/text.hpp"

namespace azlab::shell {
namespace {

/// Sort key of a version: release numbers, then what follows them.
struct VersionKey {
  std::vector<long> release{};
  std::array<long, 4> tail{};  ///< rank of the stage, its number, post, dev
};

VersionKey version_key(std::string_view text) {
  static const RE2 kVersion(
      R"((?i)\s*v?([0-9]+(?:\.[0-9]+)*)(?:[-_.]?(a|b|rc|alpha|beta|c|pre|preview)[-_.]?([0-9]*))?(?:[-_.]?(?:post|rev|r)[-_.]?([0-9]*)|-([0-9]+))?(?:[-_.]?dev[-_.]?([0-9]*))?(?:\+.*)?\s*)");
  std::string release, stage, stage_number, post, plain_post, dev;
  VersionKey key;
  const re2::StringPiece piece(text.data(), text.size());
  if (!RE2::FullMatch(piece, kVersion, &release, &stage, &stage_number, &post, &plain_post, &dev)) return key;
  for (const std::string& part : split(release, '.')) key.release.push_back(std::atol(part.c_str()));
  while (key.release.size() > 1 && key.release.back() == 0) key.release.pop_back();
  const std::string lower = to_lower(text);
  const bool has_post = lower.find("post") != std::string::npos || !plain_post.empty();
  const bool has_dev = lower.find("dev") != std::string::npos;
  const long rank = stage.empty() ? (has_dev && !has_post ? 0 : 4) : to_lower(stage)[0] == 'a' ? 1 : to_lower(stage)[0] == 'b' ? 2 : 3;
  key.tail = {rank, std::atol(stage_number.c_str()), has_post ? 1 + std::atol((post + plain_post).c_str()) : 0,
              has_dev ? std::atol(dev.c_str()) : 1000000};
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
  if (sign == "==" || sign == "===") return wild ? has_prefix(version, wanted.substr(0, wanted.size() - 2)) : order == 0;
  if (sign == "!=") return wild ? !has_prefix(version, wanted.substr(0, wanted.size() - 2)) : order != 0;
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
  static const RE2 kRequirement(R"(\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*\(?([^;()]*)\)?\s*(?:;.*)?)");
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
