#include "harness/twins/paths.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>
#include <utility>

#include "harness/lab/lexicon.hpp"
#include "sim/core/text.hpp"

namespace azlab::twins {
namespace {

/// A path with its language taken out.
struct Neutral {
  std::string path;
  std::string language;  ///< empty: none
};

bool is_english(std::string_view code) { return equals_ignore_case(code, "en") || starts_with_ignore_case(code, "en-"); }

/// "course.fr-fr" -> "course", "fr-fr"; "04-compute.fr.md" -> "04-compute.md", "fr".
std::optional<std::pair<std::string, std::string>> without_suffix(const std::string& name, bool file) {
  std::string stem = name;
  std::string extension;
  if (file) {
    const std::size_t dot = name.rfind('.');
    if (dot == std::string::npos || dot == 0) return std::nullopt;
    stem = name.substr(0, dot);
    extension = name.substr(dot);
  }
  const std::size_t dot = stem.rfind('.');
  if (dot == std::string::npos || dot == 0 || !is_language_code(std::string_view(stem).substr(dot + 1))) return std::nullopt;
  return std::pair{stem.substr(0, dot) + extension, stem.substr(dot + 1)};
}

Neutral neutral_path(const std::string& path) {
  Neutral out;
  std::vector<std::string> kept;
  const std::vector<std::string> parts = split(path, '/');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool file = i + 1 == parts.size();
    if (!out.language.empty()) {
      kept.push_back(parts[i]);
    } else if (!file && is_language_code(parts[i])) {
      out.language = parts[i];
    } else if (const auto bare = without_suffix(parts[i], file)) {
      kept.push_back(bare->first);
      out.language = bare->second;
    } else {
      kept.push_back(parts[i]);
    }
  }
  out.path = join(kept, "/");
  return out;
}

}  // namespace

bool is_language_code(std::string_view name) {
  const std::string code = to_lower(name);
  const std::string two = code.substr(0, 2);
  const bool known = std::any_of(lab::languages().begin(), lab::languages().end(), [&](const auto& language) { return language->code().substr(0, 2) == two; });
  if (!known || code.size() == 2) return known;
  if (code[2] != '-') return false;
  static constexpr std::array<std::string_view, 2> kScripts{"hans", "hant"};
  const std::string_view region = std::string_view(code).substr(3);
  const bool letters = region.size() == 2 && std::all_of(region.begin(), region.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  return letters || std::find(kScripts.begin(), kScripts.end(), region) != kScripts.end();
}

std::vector<TwinPath> guess_twins(const std::vector<std::string>& files) {
  std::unordered_map<std::string, std::string> sources;  // by neutral path; the one without a language is the source
  for (const std::string& file : files) {
    const Neutral is = neutral_path(file);
    if (is.language.empty()) sources[is.path] = file;
    if (is_english(is.language)) sources.emplace(is.path, file);
  }
  std::vector<TwinPath> out;
  for (const std::string& file : files) {
    const Neutral is = neutral_path(file);
    const auto source = sources.find(is.path);
    if (is.language.empty() || source == sources.end() || source->second == file) continue;
    out.push_back({.source = source->second, .twin = file, .language = is.language});
  }
  return out;
}

}  // namespace azlab::twins
