#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/run/result.hpp"
#include "sim/core/result.hpp"

namespace azlab::project {

/// A step that azlab is known not to simulate: it stays blocked, and does not make exit status 3.
struct NotSimulated {
  std::string file{};    ///< a pattern of files; empty: any
  std::string text{};    ///< words of the step
  std::string reason{};
};

/// What `azlab.json` says (docs/ci.md). Paths and patterns are relative to `root`.
struct Project {
  std::string root{};  ///< the directory of azlab.json, absolute
  std::vector<std::string> files{};    ///< patterns: "Instructions/*.md", "**/*.md"
  std::vector<std::string> exclude{};
  std::vector<std::string> languages{};  ///< only labs in these; empty: all
  std::vector<std::pair<std::string, std::string>> clones{};  ///< address -> directory, absolute
  std::string source_of_twins{};  ///< "Instructions/{name}.md"
  std::string twins{};            ///< "Instructions/{language}/{name}.md"
  std::vector<std::string> scenarios{};
  std::optional<std::uint64_t> seed{};
  std::string date{};
  std::string as_of{};
  std::string fail_on{};
  std::map<std::string, std::string> rules{};  ///< rule -> "off", "note", "warning" or "error"
  std::vector<NotSimulated> not_simulated{};
};

/// Reads the text of an azlab.json that lies in `root`. Comments are allowed. The error is one line with the file, the line
/// and what to write instead; unknown members are errors.
Result<Project> read_project(std::string_view text, const std::string& root);
/// The azlab.json of a directory or of the nearest one above it; empty where there is none.
std::string find_project_file(const std::string& directory);

/// The files below `root` that fit the patterns and not the exclusions, sorted, relative to `root`. `*` and `?` stay within
/// a folder, `**` goes through any number of them. Hidden folders are passed over.
std::vector<std::string> files_of(const Project& project);
/// Whether a relative path fits a pattern.
bool fits_pattern(std::string_view path, std::string_view pattern);

/// Sets findings to the severities that the project wants, takes those out that are off (counted as silenced), and marks
/// blocked steps that are known.
void apply(const Project& project, run::LabRecord& record);

}  // namespace azlab::project
