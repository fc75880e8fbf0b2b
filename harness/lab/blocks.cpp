#include "harness/lab/blocks.hpp"

#include <algorithm>
#include <cctype>

#include "harness/lab/front_matter.hpp"
#include "harness/lab/html_tags.hpp"
#include "sim/core/text.hpp"

namespace azlab::lab {
namespace {

constexpr std::size_t kTab = 4;

std::size_t indent_of(std::string_view text) {
  std::size_t columns = 0;
  for (const char c : text) {
    if (c == ' ') {
      ++columns;
    } else if (c == '\t') {
      columns += kTab - columns % kTab;
    } else {
      break;
    }
  }
  return columns;
}

bool is_blank(std::string_view text) { return trim(text).empty(); }

/// The text without its first `columns` columns of white space, or without what white space there is.
std::string_view strip_indent(std::string_view text, std::size_t columns) {
  std::size_t at = 0;
  std::size_t seen = 0;
  while (at < text.size() && seen < columns && (text[at] == ' ' || text[at] == '\t')) {
    seen += text[at] == ' ' ? 1 : kTab - seen % kTab;
    ++at;
  }
  return text.substr(at);
}

struct Marker {
  std::size_t indent = 0;
  std::size_t content = 0;  ///< columns to strip from the lines of the item
  bool ordered = false;
  char sign = 0;
  std::string_view rest{};
};

bool is_rule(std::string_view text) {
  const std::string_view body = trim(text);
  if (body.size() < 3 || (body[0] != '-' && body[0] != '*' && body[0] != '_')) return false;
  std::size_t count = 0;
  for (const char c : body) {
    if (c == body[0]) {
      ++count;
    } else if (c != ' ' && c != '\t') {
      return false;
    }
  }
  return count >= 3;
}

bool read_marker(std::string_view text, Marker& marker) {
  if (is_rule(text)) return false;
  marker.indent = indent_of(text);
  const std::string_view body = strip_indent(text, marker.indent);
  std::size_t width = 0;
  if (!body.empty() && (body[0] == '-' || body[0] == '*' || body[0] == '+')) {
    width = 1;
    marker.ordered = false;
  } else {
    while (width < body.size() && width < 9 && std::isdigit(static_cast<unsigned char>(body[width])) != 0) ++width;
    if (width == 0 || width >= body.size() || (body[width] != '.' && body[width] != ')')) return false;
    ++width;
    marker.ordered = true;
  }
  marker.sign = body[width - 1];
  const std::string_view after = body.substr(width);
  if (!after.empty() && after[0] != ' ' && after[0] != '\t') return false;
  std::size_t gap = indent_of(after);
  if (gap == 0 || gap > kTab || is_blank(after)) gap = 1;
  marker.content = marker.indent + width + gap;
  marker.rest = strip_indent(after, gap);
  return true;
}

struct Fence {
  char sign = 0;
  std::size_t length = 0;
  std::size_t indent = 0;
  std::string_view info{};
};

bool read_fence(std::string_view text, Fence& fence) {
  fence.indent = indent_of(text);
  const std::string_view body = trim(text);
  if (body.empty() || (body[0] != '`' && body[0] != '~')) return false;
  fence.sign = body[0];
  fence.length = std::min(body.find_first_not_of(fence.sign), body.size());
  if (fence.length < 3) return false;
  fence.info = trim(body.substr(fence.length));
  return fence.sign == '~' || fence.info.find('`') == std::string_view::npos;
}

int heading_level(std::string_view text) {
  const std::string_view body = trim(text);
  const std::size_t level = std::min(body.find_first_not_of('#'), body.size());
  if (level == 0 || level > 6 || indent_of(text) > 3) return 0;
  return level == body.size() || body[level] == ' ' || body[level] == '\t' ? static_cast<int>(level) : 0;
}

/// The HTML element that a line begins and that holds blocks; empty where there is none.
std::string_view html_block(std::string_view text) {
  for (const std::string_view name : {"ol", "ul", "pre", "table", "h1", "h2", "h3", "h4", "h5", "h6"}) {
    if (starts_element(text, name)) return name;
  }
  return {};
}

bool is_quote(std::string_view text) {
  const std::string_view body = trim(text);
  return !body.empty() && body[0] == '>';
}

bool is_table_rule(std::string_view text) {
  const std::string_view body = trim(text);
  if (body.find('-') == std::string_view::npos || body.find('|') == std::string_view::npos) return false;
  return body.find_first_not_of("|-: \t") == std::string_view::npos;
}

std::vector<std::string> table_cells(std::string_view text) {
  std::string_view body = trim(text);
  if (!body.empty() && body.front() == '|') body.remove_prefix(1);
  if (!body.empty() && body.back() == '|') body.remove_suffix(1);
  std::vector<std::string> cells;
  for (const std::string& cell : split(body, '|')) cells.emplace_back(trim(cell));
  return cells;
}

/// One pass over the lines of a container.
class BlockReader {
 public:
  BlockReader(const std::vector<Line>& lines, int depth) : lines_(lines), depth_(depth) {}

  std::vector<Block> read() {
    while (at_ < lines_.size()) {
      if (is_blank(text())) {
        ++at_;
        continue;
      }
      read_one();
    }
    return std::move(blocks_);
  }

 private:
  std::string_view text() const { return lines_[at_].text; }
  std::string_view text(std::size_t at) const { return lines_[at].text; }

  void read_one() {
    Fence fence;
    Marker marker;
    if (read_fence(text(), fence)) return take_fence(fence);
    if (starts_element(text(), "details")) return take_details();
    if (const std::string_view name = html_block(text()); !name.empty()) return take_html(name);
    if (starts_with_comment()) return take_comment();
    if (const int level = heading_level(text()); level > 0) return take_heading(level);
    if (depth_ < kBlockDepthMax && is_quote(text())) return take_quote();
    if (depth_ < kBlockDepthMax && read_marker(text(), marker)) return take_item(marker);
    if (is_rule(text())) {
      ++at_;
      list_open_ = false;
      return;
    }
    if (at_ + 1 < lines_.size() && text().find('|') != std::string_view::npos && is_table_rule(text(at_ + 1))) {
      return take_table();
    }
    if (indent_of(text()) >= kTab) return take_indented_code();
    take_paragraph();
  }

  Block& add(Block::Kind kind) {
    blocks_.emplace_back();
    blocks_.back().kind = kind;
    blocks_.back().line = lines_[at_].number;
    if (kind != Block::Kind::item) list_open_ = false;
    return blocks_.back();
  }

  void take_heading(int level) {
    Block& block = add(Block::Kind::heading);
    block.level = level;
    std::string_view body = trim(text()).substr(static_cast<std::size_t>(level));
    body = trim(body);
    while (!body.empty() && body.back() == '#') body.remove_suffix(1);
    block.text = std::string(trim(body));
    ++at_;
  }

  void take_fence(const Fence& open) {
    Block& block = add(Block::Kind::fence);
    block.info = std::string(open.info);
    for (++at_; at_ < lines_.size(); ++at_) {
      Fence close;
      if (read_fence(text(), close) && close.sign == open.sign && close.length >= open.length && close.info.empty()) {
        ++at_;
        break;
      }
      block.text += strip_indent(text(), open.indent);
      block.text += '\n';
    }
  }

  void take_indented_code() {
    Block& block = add(Block::Kind::fence);
    for (; at_ < lines_.size() && (is_blank(text()) || indent_of(text()) >= kTab); ++at_) {
      block.text += strip_indent(text(), kTab);
      block.text += '\n';
    }
    while (block.text.ends_with("\n\n")) block.text.pop_back();
  }

  bool starts_with_comment() const { return trim(text()).starts_with("<!--"); }
  void take_comment() {
    while (at_ < lines_.size() && text().find("-->") == std::string_view::npos) ++at_;
    if (at_ < lines_.size()) ++at_;
  }

  /// Lines from here to the end of the element, which may hold others of its name; to the end where it is not closed.
  std::vector<Line> take_element(std::string_view name) {
    std::vector<Line> inside;
    int open = 0;
    for (; at_ < lines_.size(); ++at_) {
      inside.push_back(lines_[at_]);
      open += count_open(text(), name) - count_close(text(), name);
      if (open <= 0) {
        ++at_;
        break;
      }
    }
    return inside;
  }

  void take_details() {
    Block& block = add(Block::Kind::details);
    std::vector<Line> inside = take_element("details");
    read_details(inside, depth_, block);
  }

  void take_html(std::string_view name) {
    std::vector<Block> made = parse_html(take_element(name), depth_);
    for (Block& block : made) blocks_.push_back(std::move(block));
    list_open_ = false;
  }

  void take_quote() {
    Block& block = add(Block::Kind::quote);
    std::vector<Line> inside;
    for (; at_ < lines_.size() && !is_blank(text()); ++at_) {
      if (is_quote(text())) {
        std::string_view body = trim(text()).substr(1);
        if (!body.empty() && body[0] == ' ') body.remove_prefix(1);
        inside.push_back({lines_[at_].number, body});
      } else if (starts_block(text())) {
        break;
      } else {
        inside.push_back({lines_[at_].number, strip_indent(text(), indent_of(text()))});
      }
    }
    if (!inside.empty() && trim(inside[0].text).starts_with("[!")) {
      const std::string_view head = trim(inside[0].text);
      const std::size_t end = std::min(head.find(']'), head.size());
      block.info = std::string(head.substr(2, end - 2));
      inside[0].text = end + 1 < head.size() ? head.substr(end + 1) : std::string_view{};
    }
    block.children = parse_blocks(inside, depth_ + 1);
  }

  /// Whether a line begins a block that may interrupt a paragraph.
  static bool starts_block(std::string_view text) {
    Fence fence;
    Marker marker;
    return read_fence(text, fence) || heading_level(text) > 0 || is_quote(text) || starts_element(text, "details") ||
           !html_block(text).empty() || read_marker(text, marker);
  }

  void take_item(const Marker& marker) {
    const bool same_list = list_open_ && list_ordered_ == marker.ordered;
    if (!same_list) ++list_;
    Block& block = add(Block::Kind::item);
    block.ordered = marker.ordered;
    block.list = list_;
    list_open_ = true;
    list_ordered_ = marker.ordered;
    std::vector<Line> inside{{lines_[at_].number, marker.rest}};
    bool after_blank = false;
    Fence open;
    bool in_fence = read_fence(marker.rest, open);
    for (++at_; at_ < lines_.size(); ++at_) {
      const std::string_view line = text();
      if (is_blank(line)) {
        inside.push_back({lines_[at_].number, {}});
        after_blank = true;
        continue;
      }
      if (!belongs(line, marker, after_blank, in_fence)) break;
      after_blank = false;
      inside.push_back({lines_[at_].number, strip_indent(line, marker.content)});
      Fence fence;
      if (read_fence(line, fence) && (!in_fence || fence.info.empty())) in_fence = !in_fence;
    }
    block.children = parse_blocks(inside, depth_ + 1);
  }

  /// Whether a line belongs to the item before it. Authors indent by two or three columns where CommonMark wants
  /// the width of the marker; a reader sees what is meant.
  static bool belongs(std::string_view line, const Marker& marker, bool after_blank, bool in_fence) {
    const std::size_t indent = indent_of(line);
    if (indent >= marker.content) return true;
    Marker inner;
    if (read_marker(line, inner)) {
      return indent >= marker.indent + 2 && (inner.ordered != marker.ordered || indent >= marker.indent + 3);
    }
    if (indent >= marker.indent + 2) return true;
    if (in_fence) return indent > marker.indent;
    return !after_blank && !starts_block(line);
  }

  void take_table() {
    Block& block = add(Block::Kind::table);
    block.rows.push_back(table_cells(text()));
    block.row_lines.push_back(lines_[at_].number);
    for (at_ += 2; at_ < lines_.size() && !is_blank(text()) && text().find('|') != std::string_view::npos; ++at_) {
      block.rows.push_back(table_cells(text()));
      block.row_lines.push_back(lines_[at_].number);
    }
  }

  void take_paragraph() {
    const std::size_t first = at_;
    Block& block = add(Block::Kind::paragraph);
    for (; at_ < lines_.size() && !is_blank(text()); ++at_) {
      if (at_ > first) {
        const std::string_view body = trim(text());
        const bool underline = body.find_first_not_of(body[0]) == std::string_view::npos;
        if (underline && (body[0] == '=' || (body[0] == '-' && body.size() > 1))) {
          block.kind = Block::Kind::heading;
          block.level = body[0] == '=' ? 1 : 2;
          ++at_;
          return;
        }
        if (starts_block(text()) || is_rule(text())) return;
        block.text += '\n';
      }
      block.text += strip_indent(text(), indent_of(text()));
    }
  }

  const std::vector<Line>& lines_;
  int depth_;
  std::size_t at_ = 0;
  int list_ = 0;
  bool list_open_ = false;
  bool list_ordered_ = false;
  std::vector<Block> blocks_;
};

}  // namespace

std::vector<Block> parse_blocks(const std::vector<Line>& lines, int depth) {
  return BlockReader(lines, depth).read();
}

Page parse_page(std::string_view markdown) {
  if (markdown.starts_with("\xEF\xBB\xBF")) markdown.remove_prefix(3);
  std::vector<Line> lines;
  for (int number = 1; !markdown.empty(); ++number) {
    const std::size_t end = std::min(markdown.find('\n'), markdown.size());
    std::string_view text = markdown.substr(0, end);
    if (text.ends_with('\r')) text.remove_suffix(1);
    lines.push_back({number, text});
    markdown.remove_prefix(std::min(end + 1, markdown.size()));
  }
  Page page;
  page.front_matter = read_front_matter(lines);
  page.title = page.front_matter.title;
  lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(page.front_matter.lines));
  page.blocks = parse_blocks(lines, 0);
  return page;
}

}  // namespace azlab::lab
