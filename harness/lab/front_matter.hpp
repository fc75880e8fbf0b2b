#pragma once

#include <vector>

#include "harness/lab/blocks.hpp"

namespace azlab::lab {

/// Reads the front matter at the head of a page and finds what makes it unreadable for those who publish the page:
/// a quotation or bracket that is not closed, a line that is neither `key: value` nor an item, tabs, no closing rule.
FrontMatter read_front_matter(const std::vector<Line>& lines);

}  // namespace azlab::lab
