#pragma once

#include <string_view>
#include <vector>

#include "harness/lab/blocks.hpp"

namespace azlab::lab {

/// Whether a line begins with `<name` (after white space).
bool starts_element(std::string_view line, std::string_view name);
int count_open(std::string_view line, std::string_view name);
int count_close(std::string_view line, std::string_view name);

/// A tag at `at` (which holds `<`): its lower-cased name, whether it closes, and where it ends. Empty name: none.
struct Tag {
  std::string_view name{};
  bool closes = false;
  std::size_t end = 0;
};
Tag tag_at(std::string_view text, std::size_t at);

/// Fills a details block from its lines: the summary as text, the rest as blocks, be it HTML or Markdown.
void read_details(const std::vector<Line>& lines, int depth, Block& details);

}  // namespace azlab::lab
