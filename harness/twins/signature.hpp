#pragma once

#include <string>
#include <vector>

#include "harness/lab/lab.hpp"

namespace azlab::twins {

/// What a page keeps in any language, in order: levels of headings, nesting of items, quotes, details, code and code
/// spans (labs.md 1.3: it tells one revision of a source from another).
std::vector<std::string> signature(const lab::Lab& lab);

/// How alike two signatures are: 1 for the same, 0 for nothing in common.
double likeness(const std::vector<std::string>& one, const std::vector<std::string>& other);

}  // namespace azlab::twins
