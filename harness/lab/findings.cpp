#include <cmark-gfm.h>
#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <memory>
#include <set>

#include "harness/lab/document.hpp"
#include "harness/lab/labels.hpp"
#include "harness/lab/unicode.hpp"
#include "sim/core/text.hpp"

namespace azlab::lab {
namespace {

constexpr std::size_t kProseBytesMax = 8192;

struct NodeDeleter {
  void operator()(cmark_node* node) const { cmark_node_free(node); }
};

/// Letters and digits of a text: brackets, pictograms and entities do not matter when emphasis is compared.
std::string letters_of(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    if (is_letter_or_digit(point.value)) append_utf8(out, point.value);
    at += std::max<std::size_t>(point.length, 1);
  }
  return out;
}

/// Every text that CommonMark itself sees as strong: the judge of what a reader of the published page sees.
std::set<std::string> rendered_strong(const std::string& source) {
  std::set<std::string> out;
  const std::unique_ptr<cmark_node, NodeDeleter> root(cmark_parse_document(source.data(), source.size(), CMARK_OPT_DEFAULT));
  cmark_iter* iter = cmark_iter_new(root.get());
  std::string current;
  bool inside = false;
  for (cmark_event_type event = cmark_iter_next(iter); event != CMARK_EVENT_DONE; event = cmark_iter_next(iter)) {
    cmark_node* node = cmark_iter_get_node(iter);
    if (cmark_node_get_type(node) == CMARK_NODE_STRONG) {
      if (event == CMARK_EVENT_EXIT) out.insert(letters_of(current));
      inside = event == CMARK_EVENT_ENTER;
      current.clear();
    } else if (inside && event == CMARK_EVENT_ENTER) {
      const char* literal = cmark_node_get_literal(node);
      if (literal != nullptr) current += literal;
      if (cmark_node_get_type(node) == CMARK_NODE_SOFTBREAK) current += ' ';
    }
  }
  cmark_iter_free(iter);
  return out;
}

bool has_no_break_space(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    if (is_no_break_space(point.value)) return true;
    at += std::max<std::size_t>(point.length, 1);
  }
  return false;
}

/// Something that must be typed or matched to the letter, unlike a label of the user interface.
bool is_literal(const Mark& mark) {
  const std::string even = even_out(mark.text);
  return mark.kind == Mark::Kind::code || is_kernel(even) || looks_like_path(even) || is_resource_pattern(even);
}

/// A negation and the verb it negates inside one emphasis: the bold belongs on a label or on the "not".
bool emphasises_negation(const Mark& mark, const Language* language) {
  // Italics are prose: only bold says "this is a label".
  if (mark.kind != Mark::Kind::bold) return false;
  if (language == nullptr || canonical_label(mark.text, language).known != nullptr) return false;
  bool negation = false;
  bool verb = false;
  for (const Hit& hit : language->scan(fold(mark.text))) {
    negation = negation || (hit.group == "word" && hit.name == "negation");
    verb = verb || (hit.group == "verb" && hit.name != "neg" && hit.name != "neg_create");
  }
  return negation && (verb || std::count(mark.text.begin(), mark.text.end(), ' ') > 2);
}

void check_placeholder(std::string_view line, int number, std::vector<Finding>& out) {
  static const RE2 kAngle(R"((?:^|[^<\w])(<[A-Za-z][A-Za-z0-9_ -]*>))");
  static const RE2 kWord(R"((?:^|[^\w])((?:\w*XXX+\w*)|(?:[Yy]our[-_][\w-]+)|(?:YOUR_[A-Z_]+)|(?:\{your[^}]*\})))");
  const std::string text(line);
  std::string found;
  if (RE2::PartialMatch(text, kAngle, &found)) {
    // The shell reads "<name>" as a redirection, so the line cannot run as it stands.
    out.push_back(rules::finding("cmd/placeholder", number, fmt::format("the command still holds the placeholder {}, which the shell reads as a redirection", found),
                          "give a value, or say in the text what to put there"));
  } else if (RE2::PartialMatch(text, kWord, &found)) {
    out.push_back(rules::finding("cmd/placeholder-word", number, fmt::format("the command still holds the placeholder {}", found), "give a value, or say in the text what to put there"));
  }
}

template <class Visit>
void each_line(std::string_view text, int first, Visit visit) {
  for (int number = first; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    visit(text.substr(0, end), number);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void check_fence_language(const Block& fence, std::vector<Finding>& out) {
  const std::string language = to_lower(fence.info.substr(0, fence.info.find_first_of(" \t{")));
  static const RE2 kAz(R"((?m)(?:^|[\s;|&(=`"])az\s)");
  if (language.starts_with("azurecli") && !RE2::PartialMatch(fence.text, kAz)) {
    out.push_back(rules::finding("fence/language", fence.line, fmt::format("the fence is marked {} but holds no az command", language),
                          fence.text.starts_with("#!") ? "mark it bash" : "mark it bash, or leave the language out"));
    return;
  }
  static const RE2 kPowerShell(R"((?m)^\s*(?:\$\w+\s*=|(?:Get|New|Set|Remove|Connect)-Az\w+))");
  if ((language == "bash" || language == "sh") && RE2::PartialMatch(fence.text, kPowerShell)) {
    out.push_back(rules::finding("fence/language", fence.line, fmt::format("the fence is marked {} but holds PowerShell", language),
                          "mark it powershell"));
  }
}

}  // namespace

void check_prose(const Unit& unit, const InlineText& text, const Language* language, std::vector<Finding>& out) {
  if (unit.text.size() > kProseBytesMax || text.marks.empty()) return;
  const bool markdown_bold = unit.text.find("**") != std::string::npos && unit.text.find("<b>") == std::string::npos;
  const std::set<std::string> strong = markdown_bold ? rendered_strong(unit.text) : std::set<std::string>{};
  for (const Mark& mark : text.marks) {
    if (emphasises_negation(mark, language)) {
      out.push_back(rules::finding("text/emphasised-negation", unit.line, fmt::format("the emphasis on \"{}\" covers a negated verb, not a label", mark.text),
                          "emphasise the negation alone, or nothing"));
      continue;
    }
    if (markdown_bold && mark.kind == Mark::Kind::bold && !letters_of(mark.text).empty() && !strong.contains(letters_of(mark.text))) {
      out.push_back(rules::finding("md/broken-emphasis", unit.line, fmt::format("the emphasis around \"{}\" does not render: stars stay visible", mark.text),
                          "no space inside the stars, and a backslash before a star that is meant literally"));
    }
    if (is_literal(mark) && has_no_break_space(mark.as_written)) {
      out.push_back(rules::finding("text/no-break-space", unit.line, fmt::format("the literal \"{}\" holds a no-break space: pasted, it is another text", mark.text),
                          "use ordinary spaces inside literals"));
    }
  }
}

void check_fence(const Block& fence, const Op& op, std::vector<Finding>& out) {
  if (op.kind != "shell.block" && op.kind != "file.content") return;
  const int first = fence.info.empty() && fence.text.empty() ? fence.line : fence.line + 1;
  check_fence_language(fence, out);
  each_line(fence.text, first, [&](std::string_view line, int number) {
    if (trim(line).starts_with("#")) return;
    check_placeholder(line, number, out);
    if (has_no_break_space(line)) {
      out.push_back(rules::finding("text/no-break-space", number, "the command holds a no-break space: pasted, it is another text",
                          "use ordinary spaces"));
    }
  });
  if (fence.text.starts_with("#!")) {
    for (Finding& finding : check_script_text(fence.text, first)) out.push_back(std::move(finding));
  }
}

void check_tolerances(const Lab& lab, std::vector<Finding>& out) {
  for (const Step& step : lab.steps) {
    for (const int line : step.tolerance_lines) {
      const bool triggered = std::any_of(step.units.begin(), step.units.end(), [&](const Unit& unit) {
        return unit.line < line && std::any_of(unit.ops.begin(), unit.ops.end(), [](const Op& op) {
                 return op.kind == "shell.block" || op.kind == "ui.paste_cell" || op.kind == "nb.runall";
               });
      });
      if (triggered) continue;
      out.push_back(rules::finding("note/orphan-tolerance", line, "the text tells to ignore errors, but no command before it in this step could show any",
                          "move the remark to the step it speaks of, or drop it"));
    }
  }
}

std::vector<Finding> check_script_text(std::string_view text, int first_line) {
  std::vector<Finding> out;
  const std::string_view head = text.substr(0, text.find('\n'));
  static const RE2 kPlainShell(R"(^#! ?(?:/usr)?/bin/(?:env )?(?:sh|dash)\s*(?:-\w+)?\s*$)");
  static const RE2 kPython(R"(^#!.*python)");
  const re2::StringPiece piece(head.data(), head.size());
  if (RE2::PartialMatch(piece, kPython)) {
    static const RE2 kCommands(R"((?m)^\s*(?:az |git clone|pip install|export ))");
    if (RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), kCommands)) {
      out.push_back(rules::finding("sh/shebang", first_line, "the first line names Python but the script holds shell commands",
                          "#!/bin/bash"));
    }
    return out;
  }
  if (!RE2::PartialMatch(piece, kPlainShell)) return out;
  static const std::array<std::pair<const char*, const char*>, 8> kBashOnly{{
      {R"(^\s*(?:declare|local|readonly)?\s*\w+=\()", "an array"}, {R"(\$\{\w+//?)", "a pattern substitution"},
      {R"(\$\{\w+:\d)", "a substring"}, {R"(\$\{#?\w+\[)", "an array"}, {R"((?:^|\s)\[\[\s)", "[[ ]]"}, {R"(\$RANDOM\b|\$\{RANDOM\})", "$RANDOM"},
      {R"(<<<)", "a here-string"}, {R"((?:^|\s)[<>]\()", "a process substitution"}}};
  bool found = false;
  each_line(text, first_line, [&](std::string_view line, int number) {
    if (found || trim(line).starts_with("#")) return;
    for (const auto& [pattern, what] : kBashOnly) {
      if (!RE2::PartialMatch(re2::StringPiece(line.data(), line.size()), pattern)) continue;
      found = true;
      out.push_back(rules::finding("sh/shebang", number, fmt::format("the first line names sh, but this is bash: {}", what),
                          "#!/bin/bash"));
      return;
    }
  });
  return out;
}

}  // namespace azlab::lab
