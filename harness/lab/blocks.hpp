#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace azlab::lab {

/// A block of a Markdown page with the line it starts on. A page is a tree of them; lists are not nodes of their
/// own: an item says whether it is numbered, and `depth` follows from where it stands.
struct Block {
  enum class Kind { heading, paragraph, fence, quote, item, details, table };
  Kind kind = Kind::paragraph;
  int line = 0;
  int level = 0;           ///< heading: 1..6
  bool ordered = false;    ///< item: `1.` or `<ol>`
  int list = 0;            ///< item: items with the same number stand in one list
  bool html = false;       ///< made from HTML
  std::string text{};      ///< heading, paragraph: inline text; fence: content; details: the summary
  std::string info{};      ///< fence: info string; quote: admonition kind ("NOTE")
  std::vector<std::vector<std::string>> rows{};  ///< table: cells, header row first
  std::vector<int> row_lines{};
  std::vector<Block> children{};
};

struct Line {
  int number = 0;
  std::string_view text{};
};

/// The lines between `---` and `---` at the head of a page (front_matter.cpp).
struct FrontMatter {
  std::string title{};       ///< `title:`
  std::size_t lines = 0;     ///< how many lines it takes, both rules included
  int broken_line = 0;       ///< the first line that is no YAML, 0 where all of it is
  std::string problem{};     ///< what is wrong there
};

/// Front matter and blocks of a page.
struct Page {
  std::string title{};  ///< `title:` of the front matter
  FrontMatter front_matter{};
  std::vector<Block> blocks{};
};

/// Splits a page into blocks. Never fails; takes time linear in the text (containers nest at most
/// `kBlockDepthMax` deep, deeper markers are text).
Page parse_page(std::string_view markdown);
std::vector<Block> parse_blocks(const std::vector<Line>& lines, int depth);
/// Blocks of an HTML fragment (`<ol>`, `<li>`, `<p>`, …), unclosed elements tolerated.
std::vector<Block> parse_html(const std::vector<Line>& lines, int depth);

inline constexpr int kBlockDepthMax = 12;

}  // namespace azlab::lab
