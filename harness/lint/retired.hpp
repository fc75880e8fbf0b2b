#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/lab/lab.hpp"

namespace azlab::lint {

/// Where a line stands, which decides what a name on it means (fixtures/retired/README.md).
enum class Place { shell, file, python, text };

/// Something that is, or will be, no longer offered or supported.
struct Retirement {
  std::string kind{};  ///< "image": its rule is retired/image
  std::string name{};
  std::string retired_on{};  ///< "2025-09-30": the first day without it
  std::string replaced_by{};
  std::string source{};
  std::string grade{};  ///< "A" its owner names the day, "B" inferred, "C" named by others
};

/// All of them: fixtures/retired, and the curated environments of fixtures/azure that have a day.
std::vector<Retirement> retirements();

/// What has been retired on `as_of` ("2026-11-23"), or will be within a year, and is named on a line of `text`. Lines count
/// from `first_line`; the finding quotes its line. What a comment or an uninstalling command names does not count.
std::vector<lab::Finding> find_retired(std::string_view text, Place place, int first_line, std::string_view as_of);

/// The same in a whole lab: its commands, the files that it has pasted, and its steps' words.
std::vector<lab::Finding> check_retired(const lab::Lab& lab, std::string_view as_of);

/// Whether words say themselves that what they name is over, in any of the languages.
bool says_retired(std::string_view text);
/// What a fence or a written file of this language or name holds.
Place place_of(std::string_view language_or_file);

}  // namespace azlab::lint
