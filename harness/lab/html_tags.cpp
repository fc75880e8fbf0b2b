#include "harness/lab/html_tags.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "sim/core/text.hpp"

namespace azlab::lab {
namespace {

constexpr std::size_t kTagBytesMax = 300;

bool is_name_char(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

int count_tags(std::string_view line, std::string_view name, bool closing) {
  int count = 0;
  for (std::size_t at = line.find('<'); at != std::string_view::npos; at = line.find('<', at + 1)) {
    const Tag tag = tag_at(line, at);
    if (tag.closes == closing && equals_ignore_case(tag.name, name)) ++count;
  }
  return count;
}

bool is_layout_tag(std::string_view name) {
  static constexpr std::array<std::string_view, 12> kNames{"ol", "ul", "li", "p", "details", "summary",
                                                           "div", "table", "tr", "td", "tbody", "center"};
  return std::any_of(kNames.begin(), kNames.end(), [&](std::string_view n) { return equals_ignore_case(n, name); });
}

/// Turns HTML into the same blocks that Markdown makes, as a state machine: an `<li>` closes the one before it, so
/// unclosed items (a common slip) cost nothing.
class HtmlReader {
 public:
  HtmlReader(const std::vector<Line>& lines, int depth) : lines_(lines), depth_(depth) { stack_.push_back(&root_); }

  std::vector<Block> read() {
    for (const Line& line : lines_) {
      line_ = line.number;
      std::size_t from = 0;
      for (std::size_t at = line.text.find('<'); at != std::string_view::npos; at = line.text.find('<', at)) {
        const Tag tag = tag_at(line.text, at);
        if (tag.name.empty() || !is_layout_tag(tag.name)) {
          ++at;
          continue;
        }
        add_text(line.text.substr(from, at - from));
        on_tag(tag);
        from = at = tag.end;
      }
      add_text(line.text.substr(from));
      add_text("\n");
    }
    end_text();
    return std::move(root_.children);
  }

 private:
  void add_text(std::string_view text) {
    if (text_.empty() && trim(text).empty()) return;
    if (text_.empty()) text_line_ = line_;
    text_ += text;
  }

  void end_text() {
    const std::string_view body = trim(text_);
    const bool only_break = equals_ignore_case(body, "<br>") || equals_ignore_case(body, "<br/>");
    if (!body.empty() && !only_break) {
      Block block;
      block.line = text_line_;
      block.html = true;
      block.text = std::string(body);
      stack_.back()->children.push_back(std::move(block));
    }
    text_.clear();
  }

  void on_tag(const Tag& tag) {
    end_text();
    if (equals_ignore_case(tag.name, "li")) {
      close_item();
      if (!tag.closes) open_item();
    } else if (equals_ignore_case(tag.name, "ol") || equals_ignore_case(tag.name, "ul")) {
      if (tag.closes) {
        close_list();
      } else {
        lists_.push_back({equals_ignore_case(tag.name, "ol"), stack_.size(), ++list_});
      }
    }
  }

  void open_item() {
    if (lists_.empty()) lists_.push_back({false, stack_.size(), ++list_});
    if (depth_ + static_cast<int>(stack_.size()) > kBlockDepthMax) return;
    Block block;
    block.kind = Block::Kind::item;
    block.line = line_;
    block.html = true;
    block.ordered = lists_.back().ordered;
    block.list = lists_.back().number;
    stack_.back()->children.push_back(std::move(block));
    stack_.push_back(&stack_.back()->children.back());
  }

  /// Leaves the item of the innermost list, if one is open.
  void close_item() {
    const std::size_t base = lists_.empty() ? 1 : lists_.back().base;
    while (stack_.size() > base) stack_.pop_back();
  }

  void close_list() {
    if (lists_.empty()) return;
    close_item();
    lists_.pop_back();
  }

  struct List {
    bool ordered = false;
    std::size_t base = 1;  ///< height of the stack outside of its items
    int number = 0;
  };
  const std::vector<Line>& lines_;
  int depth_;
  int line_ = 0;
  int list_ = 0;
  Block root_{};
  std::vector<Block*> stack_;  ///< a parent's last child only: pointers stay valid while it is open
  std::vector<List> lists_;
  std::string text_;
  int text_line_ = 0;
};

}  // namespace

bool starts_element(std::string_view line, std::string_view name) {
  const std::string_view body = trim(line);
  if (body.empty() || body[0] != '<') return false;
  const Tag tag = tag_at(body, 0);
  return !tag.closes && equals_ignore_case(tag.name, name);
}

int count_open(std::string_view line, std::string_view name) { return count_tags(line, name, false); }
int count_close(std::string_view line, std::string_view name) { return count_tags(line, name, true); }

Tag tag_at(std::string_view text, std::size_t at) {
  Tag tag;
  std::size_t i = at + 1;
  if (i < text.size() && text[i] == '/') {
    tag.closes = true;
    ++i;
  }
  const std::size_t begin = i;
  while (i < text.size() && is_name_char(text[i])) ++i;
  if (i == begin || i - begin > 10 || i >= text.size()) return {};
  if (text[i] != '>' && text[i] != '/' && text[i] != ' ' && text[i] != '\t' && text[i] != '\n') return {};
  const std::string_view window = text.substr(i, kTagBytesMax);
  const std::size_t close = window.find('>');
  if (close == std::string_view::npos || window.substr(0, close).find('<') != std::string_view::npos) return {};
  tag.name = text.substr(begin, i - begin);
  tag.end = i + close + 1;
  return tag;
}

std::vector<Block> parse_html(const std::vector<Line>& lines, int depth) { return HtmlReader(lines, depth).read(); }

void read_details(const std::vector<Line>& lines, int depth, Block& details) {
  std::vector<Line> rest;
  bool in_summary = false;
  bool has_list = false;
  bool outer_open = false;
  for (const Line& line : lines) {
    std::string_view text = line.text;
    if (!outer_open && starts_element(text, "details")) {
      outer_open = true;
      const std::size_t at = text.find('<');
      text = text.substr(tag_at(text, at).end);
    }
    const std::string lower = to_lower(text);
    std::size_t begin = 0;
    if (const std::size_t open = lower.find("<summary"); open != std::string::npos && details.text.empty()) {
      in_summary = true;
      details.level = line.number;
      begin = std::min(lower.find('>', open), lower.size() - 1) + 1;
    }
    if (in_summary) {
      const std::size_t close = lower.find("</summary", begin);
      details.text += text.substr(begin, close == std::string::npos ? std::string::npos : close - begin);
      if (close == std::string::npos) continue;
      in_summary = false;
      const std::size_t end = lower.find('>', close);
      text = end == std::string::npos ? std::string_view{} : text.substr(end + 1);
    }
    if (to_lower(trim(text)) == "</details>") continue;
    has_list = has_list || count_open(text, "li") > 0;
    rest.push_back({line.number, text});
  }
  details.text = std::string(trim(details.text));
  if (details.level == 0) details.level = details.line;
  if (depth >= kBlockDepthMax) return;
  details.children = has_list ? parse_html(rest, depth + 1) : parse_blocks(rest, depth + 1);
}

}  // namespace azlab::lab
