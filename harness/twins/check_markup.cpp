#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>

#include "harness/lab/html_tags.hpp"
#include "harness/lab/inline_signs.hpp"
#include "harness/twins/document_pair.hpp"

namespace azlab::twins {
namespace {

/// A unit's text without its code spans, in which nothing is markup.
std::string markup_of(const UnitView& view) {
  static const RE2 kSpan("`+[^`]*`+");
  std::string text = view.unit->text;
  RE2::GlobalReplace(&text, kSpan, " ");
  return text;
}

bool has_finding(const DocumentView& page, const UnitView& view, std::string_view rule) {
  return std::any_of(page.lab->findings.begin(), page.lab->findings.end(), [&](const lab::Finding& f) { return f.rule == rule && f.line == view.unit->line; });
}

constexpr std::array<std::string_view, 9> kInline{"b", "i", "strong", "em", "code", "a", "u", "kbd", "summary"};

/// The first inline element whose tags do not pair; empty where all do.
std::string unpaired_tag(const std::string& text) {
  for (const std::string_view name : kInline) {
    if (lab::count_open(text, name) != lab::count_close(text, name)) return std::string(name);
  }
  return {};
}

std::string first_match(const std::string& text, const RE2& pattern) {
  std::string found;
  return RE2::PartialMatch(text, pattern, &found) ? found : std::string();
}

/// `<your-name>` is an element to a browser, and shows as nothing. A number in `<…>` or a word in other letters shows.
std::string swallowed_placeholder(const std::string& text) {
  static constexpr std::array<std::string_view, 34> kElements{"a", "abbr", "b", "blockquote", "br", "code", "details", "div", "em", "font", "h1", "h2", "h3", "h4", "hr", "i", "iframe",
                                                              "img", "kbd", "li", "ol", "p", "pre", "small", "span", "strong", "sub", "summary", "sup", "table", "td", "th", "tr", "u"};
  for (std::size_t at = text.find('<'); at != std::string::npos; at = text.find('<', at + 1)) {
    const std::size_t end = text.find('>', at);
    if (end == std::string::npos) return {};
    const std::string whole = text.substr(at, end - at + 1);
    static const RE2 kOpenTag(R"re(<([A-Za-z][A-Za-z0-9-]*)(?:\s+[A-Za-z_:][\w.:-]*(?:\s*=\s*(?:[^\s"'=<>`]+|'[^']*'|"[^"]*"))?)*\s*/?>)re");
    std::string name;
    if (!RE2::FullMatch(whole, kOpenTag, &name)) continue;
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    static constexpr std::array<std::string_view, 5> kMore{"ul", "tbody", "thead", "video", "center"};
    if (std::find(kElements.begin(), kElements.end(), name) != kElements.end() || std::find(kMore.begin(), kMore.end(), name) != kMore.end()) continue;
    return whole;
  }
  return {};
}

/// "[Create](Erstellen)": a label with its translation, which renders as a link to nowhere.
std::string label_as_link(const std::string& text) {
  static const RE2 kLinked(R"((?:^|[^\\])(\[[^\[\]]+\]\([^()\s][^()]*\)))");
  re2::StringPiece rest(text);
  for (std::string found; RE2::FindAndConsume(&rest, kLinked, &found);) {
    const std::size_t open = found.find("](");
    if (!lab::is_address(std::string_view(found).substr(open + 2, found.size() - open - 3))) return found;
  }
  return {};
}

}  // namespace

void check_markup(const UnitPair& pair, Report& report) {
  if (pair.twin.unit->text.empty()) return;
  const std::string source = markup_of(pair.source);
  const std::string twin = markup_of(pair.twin);
  const auto broken = [&](const std::string& message, std::string suggestion, std::string quote = {}) {
    report.finding(pair, "l10n/markup-broken", message, std::move(suggestion), {.quote = std::move(quote)});
  };
  if (has_finding(pair.twin_page, pair.twin, "md/broken-emphasis") && !has_finding(pair.source_page, pair.source, "md/broken-emphasis")) {
    broken("bold that renders in the source does not here: stars stay visible", "no space inside the stars, and one before and after them");
  }
  static const RE2 kEmptyBold(R"((?:^|[^*])(\*{4})(?:[^*]|$))");
  static const RE2 kEmptyElement(R"((?i)(<b>\s*</b>|<strong>\s*</strong>|<i>\s*</i>))");
  for (const RE2* const empty : {&kEmptyBold, &kEmptyElement}) {
    const std::string found = first_match(twin, *empty);
    if (!found.empty() && first_match(source, *empty).empty()) broken("the bold is empty: the label that it marks in the source stands beside it", "put the label inside", found);
  }
  if (const std::string tag = unpaired_tag(twin); !tag.empty() && unpaired_tag(source).empty()) {
    broken(fmt::format("<{}> and </{}> do not pair, as they do in the source", tag, tag), "close what is opened", fmt::format("<{}", tag));
  }
  if (const std::string tag = swallowed_placeholder(twin); !tag.empty() && swallowed_placeholder(source).empty()) {
    broken(fmt::format("{} is an element to a browser, and is not shown", tag), fmt::format("\\{}, or in italics", tag), tag);
  }
  if (const std::string link = label_as_link(twin); !link.empty() && label_as_link(source).empty()) {
    broken(fmt::format("{} renders as a link to nowhere", shown(link)), "put a space before the parenthesis", link);
  }
  const auto ticks = [](const UnitView& view) { return std::count(view.unit->text.begin(), view.unit->text.end(), '`'); };
  if (ticks(pair.twin) % 2 != 0 && ticks(pair.source) % 2 == 0) broken("a backtick is missing: the code of the source is not code here", "set both backticks", "`");
}

}  // namespace azlab::twins
