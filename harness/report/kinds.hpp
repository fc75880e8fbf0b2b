#pragma once

#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/run/result.hpp"
#include "sim/core/result.hpp"

namespace azlab::report {

/// One kind of `--report KIND=FILE`. Adding a kind is a row in kinds.cpp.
struct Kind {
  std::string_view name;
  std::string_view what;
  std::string (*text)(const std::vector<run::LabRecord>& labs);
  bool to_standard_output = false;    ///< `--report KIND` alone prints it
  std::string_view appends_to = {};   ///< an environment variable that names a file; where it is set, `appended` goes there too
  std::string (*appended)(const std::vector<run::LabRecord>& labs) = nullptr;
};

std::span<const Kind> kinds();
/// What --report takes, in words.
std::string help_on_kinds();

/// What somebody asked for.
struct Target {
  const Kind* kind = nullptr;
  std::string file{};  ///< empty: standard output
};

/// Reads `KIND=FILE`, or `KIND` where that kind is printed. Fails with the list of kinds, or when FILE's directory is missing.
Result<std::vector<Target>> parse_targets(const std::vector<std::string>& texts);
/// Writes them all; a file that cannot be written is left as it was.
Result<void> write_reports(const std::vector<Target>& targets, const std::vector<run::LabRecord>& labs, std::ostream& standard_output);

}  // namespace azlab::report
