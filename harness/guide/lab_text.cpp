#include "harness/guide/lab_text.hpp"

#include <cmark-gfm.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "harness/lab/html_tags.hpp"
#include "sim/core/text.hpp"

namespace azlab::guide {
namespace {

constexpr std::string_view kKept[] = {"details", "summary", "b", "strong", "i", "em", "u", "s", "sub", "sup", "code", "pre", "kbd", "p", "br", "hr", "ul", "ol", "li", "dl", "dt", "dd",
                                      "blockquote", "table", "thead", "tbody", "tr", "th", "td", "h1", "h2", "h3", "h4", "h5", "h6", "span", "div"};

struct FreeNode {
  void operator()(cmark_node* node) const { cmark_node_free(node); }
};
struct FreeText {
  void operator()(char* text) const { std::free(text); }
};

bool is_azure(std::string_view address) { return address.starts_with("https://portal.azure.com") || address.starts_with("https://ml.azure.com"); }

/// Something of the document replaced by markup of ours.
void replace(cmark_node* node, bool inline_, const std::string& html) {
  cmark_node* own = cmark_node_new(inline_ ? CMARK_NODE_CUSTOM_INLINE : CMARK_NODE_CUSTOM_BLOCK);
  cmark_node_set_on_enter(own, html.c_str());
  if (cmark_node_replace(node, own) == 1) {
    cmark_node_free(node);
  } else {
    cmark_node_free(own);
  }
}

/// The lab's HTML made inert, and addresses of Azure that stand as code made links.
void tame(cmark_node* root) {
  std::vector<cmark_node*> found;
  cmark_iter* iter = cmark_iter_new(root);
  for (cmark_event_type event = cmark_iter_next(iter); event != CMARK_EVENT_DONE; event = cmark_iter_next(iter)) {
    cmark_node* node = cmark_iter_get_node(iter);
    const auto type = cmark_node_get_type(node);
    if (event == CMARK_EVENT_ENTER && (type == CMARK_NODE_HTML_BLOCK || type == CMARK_NODE_HTML_INLINE || type == CMARK_NODE_CODE)) found.push_back(node);
  }
  cmark_iter_free(iter);
  for (cmark_node* node : found) {
    const char* literal = cmark_node_get_literal(node);
    const std::string text = literal == nullptr ? "" : literal;
    const auto type = cmark_node_get_type(node);
    if (type == CMARK_NODE_CODE) {
      if (is_azure(text)) replace(node, true, "<a href=\"" + escaped(text) + "\"><code>" + escaped(text) + "</code></a>");
    } else {
      replace(node, type == CMARK_NODE_HTML_INLINE, inert(text));
    }
  }
}

std::string rendered(cmark_node* node) {
  const std::unique_ptr<char, FreeText> html(cmark_render_html(node, CMARK_OPT_DEFAULT, nullptr));
  return html ? html.get() : "";
}

/// The text of a heading.
std::string plain(cmark_node* node) {
  std::string out;
  cmark_iter* iter = cmark_iter_new(node);
  for (cmark_event_type event = cmark_iter_next(iter); event != CMARK_EVENT_DONE; event = cmark_iter_next(iter)) {
    const char* literal = event == CMARK_EVENT_ENTER ? cmark_node_get_literal(cmark_iter_get_node(iter)) : nullptr;
    if (literal != nullptr) out += literal;
  }
  cmark_iter_free(iter);
  return out;
}

/// The text with its front matter as empty lines, so that lines keep their numbers.
std::string without_front_matter(const std::string& source) {
  auto lines = split(source, '\n');
  if (lines.empty() || trim(lines[0]) != "---") return source;
  std::size_t end = 1;
  while (end < lines.size() && trim(lines[end]) != "---") ++end;
  if (end == lines.size()) return source;
  for (std::size_t i = 0; i <= end; ++i) lines[i].clear();
  return join(lines, "\n");
}

class Arranger {
 public:
  Arranger(const lab::Lab& lab, Plan& plan) : lab_(lab), plan_(plan) {}

  void arrange(cmark_node* root) {
    plan_.items.resize(lab_.steps.size());
    begin_section(lab_.title);
    for (cmark_node* node = cmark_node_first_child(root); node != nullptr; node = cmark_node_next(node)) block(node);
    place_the_rest();
    // The front of a lab is often nothing but its title.
    for (auto& section : plan_.sections) section.id = "s" + std::to_string(&section - plan_.sections.data() + 1);
  }

 private:
  void begin_section(const std::string& heading) {
    plan_.sections.push_back({.heading = heading});
    last_.reset();
  }

  /// Where what has no instruction of its own belongs: to the one before it, or to the section.
  std::string& place() { return last_ ? plan_.items[*last_].html : plan_.sections.back().html; }

  /// The step that begins between two lines, as it is numbered in the lab.
  std::optional<std::size_t> step_in(int first, int last) const {
    for (std::size_t i = 0; i < lab_.steps.size(); ++i) {
      if (lab_.steps[i].line >= first && lab_.steps[i].line <= last && !placed(i)) return i;
    }
    return std::nullopt;
  }
  bool placed(std::size_t step) const { return std::find(placed_.begin(), placed_.end(), step) != placed_.end(); }

  void begin_item(std::size_t step) {
    last_ = step;
    placed_.push_back(step);
    plan_.items[step].section = plan_.sections.size() - 1;
  }

  void block(cmark_node* node) {
    const auto type = cmark_node_get_type(node);
    if (type == CMARK_NODE_HEADING) {
      const std::string heading = plain(node);
      if (heading == lab_.title && plan_.sections.size() == 1 && placed_.empty()) return;
      begin_section(heading);
    } else if (type == CMARK_NODE_LIST) {
      list(node);
    } else {
      if (const auto step = step_in(cmark_node_get_start_line(node), cmark_node_get_end_line(node))) begin_item(*step);
      place() += rendered(node);
    }
  }

  void list(cmark_node* node) {
    const bool any = step_in(cmark_node_get_start_line(node), cmark_node_get_end_line(node)).has_value();
    if (!any) {
      place() += rendered(node);
      return;
    }
    for (cmark_node* item = cmark_node_first_child(node); item != nullptr; item = cmark_node_next(item)) {
      if (const auto step = step_in(cmark_node_get_start_line(item), cmark_node_get_end_line(item))) begin_item(*step);
      for (cmark_node* part = cmark_node_first_child(item); part != nullptr; part = cmark_node_next(part)) place() += rendered(part);
    }
  }

  /// An instruction that Markdown has inside of another's text still is one.
  void place_the_rest() {
    for (std::size_t i = 0; i < lab_.steps.size(); ++i) {
      if (placed(i)) continue;
      plan_.items[i].section = i == 0 ? 0 : plan_.items[i - 1].section;
      plan_.items[i].html = "<p>" + escaped(lab_.steps[i].text) + "</p>";
    }
  }

  const lab::Lab& lab_;
  Plan& plan_;
  std::optional<std::size_t> last_{};
  std::vector<std::size_t> placed_{};
};

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else {
      out += c;
    }
  }
  return out;
}

std::string inert(std::string_view html) {
  std::string out;
  for (std::size_t at = 0; at < html.size();) {
    if (html.substr(at).starts_with("<!--")) {
      const std::size_t end = html.find("-->", at);
      at = end == std::string_view::npos ? html.size() : end + 3;
      continue;
    }
    if (html[at] != '<') {
      // Entities stay what they are; a bare '>' is harmless but told.
      out += html[at] == '>' ? "&gt;" : std::string(1, html[at]);
      ++at;
      continue;
    }
    const lab::Tag tag = lab::tag_at(html, at);
    const std::string name = to_lower(tag.name);
    if (std::find(std::begin(kKept), std::end(kKept), name) == std::end(kKept)) {
      out += "&lt;";
      ++at;
      continue;
    }
    out += (tag.closes ? "</" : "<") + name + ">";
    at = tag.end;
  }
  return out;
}

void add_text(const lab::Lab& lab, Plan& plan) {
  const std::string source = without_front_matter(lab.source);
  const std::unique_ptr<cmark_node, FreeNode> root(cmark_parse_document(source.data(), source.size(), CMARK_OPT_VALIDATE_UTF8));
  tame(root.get());
  Arranger(lab, plan).arrange(root.get());
}

}  // namespace azlab::guide
