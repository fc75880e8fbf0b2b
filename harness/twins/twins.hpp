#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/lab/lab.hpp"

/// A lab and its translations. A *twin* is the same page in another language than its source; what a translation
/// keeps (blocks, code, addresses, numbers: labs.md 1.3) says which unit of one is which of the other.
namespace azlab::twins {

/// Two units that are one and the same, by their indices in `Lab::units`.
struct Pair {
  std::size_t source = 0;
  std::size_t twin = 0;
  bool sure = true;  ///< false: nothing in them says that they are the same, and another unit might as well be meant
};

/// Which unit of the twin is which of the source. Every unit stands in exactly one of the four lists.
struct Alignment {
  std::vector<Pair> pairs{};  ///< in the order of both documents
  std::vector<Pair> moved{};  ///< the same unit at another place
  std::vector<std::size_t> only_source{};
  std::vector<std::size_t> only_twin{};

  std::optional<std::size_t> source_of(std::size_t twin_unit) const;
  std::optional<std::size_t> twin_of(std::size_t source_unit) const;
};

/// Aligns by the longest common subsequence of the kinds of units, weighted by what both hold in code, addresses,
/// numbers, known labels and operations. Takes time in proportion to the product of both sizes, up to
/// `kBandUnits` units around the diagonal.
Alignment align(const lab::Lab& source, const lab::Lab& twin);

/// How far a unit may have moved away from its place, in units, to be found at all.
inline constexpr std::size_t kBandUnits = 1500;

/// The unit that a line belongs to: the last one that begins there or before.
std::optional<std::size_t> unit_at(const lab::Lab& lab, int line);

/// What is wrong with a translation, in the twin's lines, sorted by line: rules `l10n/*`.
std::vector<lab::Finding> compare(const lab::Lab& source, const lab::Lab& twin, const Alignment& alignment);
std::vector<lab::Finding> compare(const lab::Lab& source, const lab::Lab& twin);

/// Says of each of a twin's findings whose it is to mend: what the source has as well, at the same unit, is the
/// source's, what it has not is the translation's. Findings of the material or the platform stay what they are.
void mark_owners(const lab::Lab& source, const std::vector<lab::Finding>& of_source, const lab::Lab& twin, const Alignment& alignment,
                 std::vector<lab::Finding>& of_twin);

/// Everything about a twin, by line: the findings of its text (or of its run) with their owners, and those of
/// `compare`; where both say the same of a line, the latter alone.
std::vector<lab::Finding> join_findings(const lab::Lab& source, const std::vector<lab::Finding>& of_source, const lab::Lab& twin, const Alignment& alignment,
                                        std::vector<lab::Finding> of_twin, std::vector<lab::Finding> compared);

}  // namespace azlab::twins
