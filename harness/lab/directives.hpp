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
  std::string kind{};      ///< one of served_directives(), or kSimilarityDirective
  std::string argument{};  ///< the rest, without spaces around it
};

inline constexpr std::string_view kSimilarityDirective = "expected_similarity";
/// The words that follow "azlab" (a row each in apply_directives.cpp), sorted.
std::vector<std::string> served_directives();

/// The directives of a page, in order; comments inside fences are code. What is no directive of azlab's is left alone; one
/// that begins as azlab's and is none becomes a finding with the nearest that there is.
std::vector<Directive> read_directives(std::string_view markdown, std::vector<rules::Finding>& problems);

/// Puts directives to work: those about fences into their ops' orders, those about steps onto them, `disable` and
/// `prerequisite` into the lab. Those that speak of nothing are findings.
void apply_directives(const std::vector<Directive>& directives, Lab& lab);

}  // namespace azlab::lab
