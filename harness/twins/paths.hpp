#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace azlab::twins {

/// A page and the page that it translates.
struct TwinPath {
  std::string source;
  std::string twin;
  std::string language;  ///< as the path has it: "fr", "pt-br", "zh-Hans"
};

/// Whether a folder's or file's name says a language: "fr", "ja-jp", "zh-Hans". Only languages that the reader
/// knows: "ml" and "id" are folders too, so two letters alone must be one of them.
bool is_language_code(std::string_view name);

/// The twins among `files` (paths with forward slashes), guessed from their names: `Instructions/fr/x.md`,
/// `fr/Instructions/x.md`, `x.fr.md` and `course.fr-fr/Instructions/x.md` translate `Instructions/x.md`, or the same
/// page under `en`. In the order of `files`.
std::vector<TwinPath> guess_twins(const std::vector<std::string>& files);

}  // namespace azlab::twins
