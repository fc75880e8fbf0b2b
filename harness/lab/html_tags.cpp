#include "harness/lab/html_tags.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "harness/lab/inline_signs.hpp"
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

/// 1 to 6 for `h1` to `h6`, else 0.
int heading_of(std::string_view name) {
  const bool heading = name.size() == 2 && (name[0] == 'h' || name[0] == 'H') && name[1] >= '1' && name[1] <= '6';
  return heading ? name[1] - '0' : 0;
}

/// The language of `class="language-bash"` in the tags of a block of code.
std::string code_language(std::string_view tags) {
  constexpr std::string_view kPrefix = "language-";
  const std::size_t at = tags.find(kPrefix);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = tags.substr(at + kPrefix.size());
  return std::string(rest.substr(0, rest.find_first_of("\"' >")));
}

bool is_layout_tag(std::string_view name) {
  static constexpr std::array<std::string_view, 15> kNames{"ol", "ul", "li", "p", "details", "summary", "pre", "div",
                                                           "table", "tr", "td", "th", "thead", "tbody", "center"};
  return heading_of(name) > 0 || std::any_of(kNames.begin(), kNames.end(), [&](std::string_view n) { return equals_ignore_case(n, name); });
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
        if (in_code_) {
          const std::size_t close = to_lower(line.text).find("</pre", at);
          add_code(line.text.substr(from, close == std::string_view::npos ? close : close - from));
          from = at = std::min(close, line.text.size());
          if (close == std::string_view::npos) break;
          end_code();
        }
        const Tag tag = tag_at(line.text, at);
        if (tag.name.empty() || !is_layout_tag(tag.name)) {
          ++at;
          continue;
        }
        add_text(line.text.substr(from, at - from));
        on_tag(tag);
        from = at = tag.end;
      }
      if (in_code_) {
        add_code(line.text.substr(from));
        code_ += '\n';
        continue;
      }
      add_text(line.text.substr(from));
      add_text("\n");
    }
    end_text();
    if (in_code_) end_code();
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
    if (in_table_) {
      if (cell_open_ && !rows().empty()) rows().back().emplace_back(body);
      cell_open_ = false;
      text_.clear();
      return;
    }
    const bool only_break = equals_ignore_case(body, "<br>") || equals_ignore_case(body, "<br/>");
    if (!body.empty() && !only_break) {
      Block block;
      block.line = text_line_;
      block.html = true;
      block.text = std::string(body);
      if (heading_ > 0) block.kind = Block::Kind::heading;
      block.level = heading_;
      stack_.back()->children.push_back(std::move(block));
    }
    text_.clear();
  }

  void add_code(std::string_view text) {
    code_ += text;
  }

  /// What stood between `<pre>` and `</pre>` is a fence: tags gone, entities decoded.
  void end_code() {
    in_code_ = false;
    Block block;
    block.kind = Block::Kind::fence;
    block.line = code_line_;
    block.html = true;
    std::string tags = code_tags_;
    std::string text;
    for (std::size_t at = 0; at < code_.size();) {
      const Tag tag = code_[at] == '<' ? tag_at(code_, at) : Tag{};
      if (!tag.name.empty()) {
        tags += std::string_view(code_).substr(at, tag.end - at);
        at = tag.end;
      } else {
        text += code_[at++];
      }
    }
    block.info = code_language(tags);
    block.text = without_markup(text);
    while (block.text.ends_with('\n')) block.text.pop_back();
    while (block.text.starts_with('\n')) block.text.erase(0, 1);
    block.text += '\n';
    code_.clear();
    if (block.text != "\n") stack_.back()->children.push_back(std::move(block));
  }

  void on_tag(const Tag& tag) {
    end_text();
    heading_ = tag.closes ? 0 : heading_of(tag.name);
    if (equals_ignore_case(tag.name, "pre") && !tag.closes) {
      in_code_ = true;
      code_line_ = line_;
      return;
    }
    if (equals_ignore_case(tag.name, "table")) return on_table(tag.closes);
    if (in_table_) return on_cell(tag);
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

  std::vector<std::vector<std::string>>& rows() { return stack_.back()->children.back().rows; }

  void on_table(bool closes) {
    if (closes || in_table_) {
      in_table_ = false;
      return;
    }
    Block block;
    block.kind = Block::Kind::table;
    block.line = line_;
    block.html = true;
    stack_.back()->children.push_back(std::move(block));
    in_table_ = true;
    headed_ = false;
  }

  /// Rows and cells; a table whose first row is no header gets an empty one, as Markdown's have.
  void on_cell(const Tag& tag) {
    if (tag.closes) return;
    const bool head = equals_ignore_case(tag.name, "th");
    if (equals_ignore_case(tag.name, "tr")) {
      rows().emplace_back();
      stack_.back()->children.back().row_lines.push_back(line_);
    } else if ((head || equals_ignore_case(tag.name, "td")) && !rows().empty()) {
      if (!head && !headed_ && rows().size() == 1) {
        rows().insert(rows().begin(), {{}, {}});
        stack_.back()->children.back().row_lines.insert(stack_.back()->children.back().row_lines.begin(), line_);
      }
      headed_ = true;
      cell_open_ = true;
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
  bool in_table_ = false;
  bool cell_open_ = false;
  bool headed_ = false;   ///< the table has a header row
  int heading_ = 0;       ///< level of the heading that is open
  bool in_code_ = false;  ///< between `<pre>` and `</pre>`
  std::string code_;
  std::string code_tags_;
  int code_line_ = 0;
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
