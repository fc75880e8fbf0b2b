#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/rules/catalogue.hpp"

namespace azlab::lab {

struct Lab;

/// What a lab's author tells azlab in an HTML comment, which readers never see (docs/directives.md):
/// `<!-- azlab KIND ARGUMENT -->`, `<!-- azlab KIND: ARGUMENT -->`, and InnovationEngine's `<!-- expected_similarity=… -->`.
struct Directive {
  int line = 0;
  std::string kind{};      ///< "disable", "expect", "optional", "skip", "expected_similarity"
  std::string argument{};  ///< the rest, without spaces around it
};

/// The directives of a page, in order; comments inside fences are code. What is no directive of azlab's is left alone; one
/// that begins as azlab's and is none becomes a finding with the nearest that there is.
std::vector<Directive> read_directives(std::string_view markdown, std::vector<rules::Finding>& problems);

/// Puts directives to work: `expect` and `expected_similarity` onto the fences that they speak of, `optional` and `skip`
/// onto steps, `disable` into Lab::disabled. Those that speak of nothing are findings.
void apply_directives(const std::vector<Directive>& directives, Lab& lab);

}  // namespace azlab::lab
