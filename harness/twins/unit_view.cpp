#include "harness/twins/unit_view.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <array>

#include "harness/lab/inline_signs.hpp"
#include "harness/lab/unicode.hpp"
#include "sim/core/text.hpp"

namespace azlab::twins {
namespace {

constexpr std::size_t kNameBytesMax = 120;

re2::StringPiece piece_of(std::string_view text) { return {text.data(), text.size()}; }

/// Names as a program takes them: no spaces, ASCII, a letter, and a sign that prose does not have inside words.
bool looks_like_name(std::string_view text) {
  static const RE2 kName(R"(^[A-Za-z0-9][\w.*-]*[\w*]$)");
  static const RE2 kSign(R"([A-Za-z][\d_]|\w[_.]\w|\d-?[A-Za-z])");
  static const RE2 kLetter(R"([A-Za-z]{2})");
  return text.size() < kNameBytesMax && RE2::FullMatch(piece_of(text), kName) && RE2::PartialMatch(piece_of(text), kSign) &&
         RE2::PartialMatch(piece_of(text), kLetter);
}

/// The words of a command as a shell splits them, quotes taken off.
void add_code_words(std::string_view code, std::set<std::string, std::less<>>& words) {
  static const RE2 kWord(R"(([^\s"'`=,;|&()<>{}\[\]]+))");
  re2::StringPiece rest = piece_of(code);
  std::string word;
  while (RE2::FindAndConsume(&rest, kWord, &word)) {
    if (word.size() > 2) words.insert(word);
  }
}

void add_address(std::string_view address, std::vector<std::string>& out) {
  std::string neutral = neutral_address(address);
  if (!neutral.empty() && std::find(out.begin(), out.end(), neutral) == out.end()) out.push_back(std::move(neutral));
}

/// What the text leads to: Markdown's links and images, HTML's, and addresses that stand there bare.
std::vector<std::string> addresses_of(const std::string& source) {
  static const RE2 kCode("`+[^`]*`+");
  static const RE2 kLink(R"(\]\(\s*<?([^)\s>]+))");
  static const RE2 kAttribute(R"((?i)(?:href|src)\s*=\s*["']([^"']+))");
  static const RE2 kBare(R"((https?://[\w.~:/?#@!$&*+;=%-]+))");
  std::string text = source;
  RE2::GlobalReplace(&text, kCode, " ");
  std::vector<std::string> out;
  std::string address;
  for (const RE2* const pattern : {&kLink, &kAttribute, &kBare}) {
    re2::StringPiece rest = piece_of(text);
    while (RE2::FindAndConsume(&rest, *pattern, &address)) {
      // "[label](its translation)" leads nowhere.
      if (pattern == &kLink && !lab::is_address(address)) continue;
      add_address(address, out);
    }
  }
  return out;
}

bool is_fixed(const lab::Mark& mark) {
  const std::string even = lab::even_out(mark.text);
  return lab::is_kernel(even) || lab::looks_like_path(even) || lab::is_resource_pattern(even) || looks_like_name(even);
}

/// The running text with its labels in it, without what is code, an address or a name.
std::string prose_of(const lab::InlineText& text) {
  std::string out;
  for (std::size_t at = 0; at < text.text.size();) {
    const int mark = lab::mark_at(text.text, at);
    if (mark < 0 || static_cast<std::size_t>(mark) >= text.marks.size()) {
      out.push_back(text.text[at++]);
      continue;
    }
    const lab::Mark& is = text.marks[static_cast<std::size_t>(mark)];
    const bool words = is.kind != lab::Mark::Kind::code && is.kind != lab::Mark::Kind::glyph && !is_fixed(is);
    out += words ? " " + lab::fold(is.text) + " " : " ";
    at += lab::kMarkBytes;
  }
  return out;
}

bool may_be_label(const lab::Mark& mark) {
  return mark.kind == lab::Mark::Kind::bold || mark.kind == lab::Mark::Kind::bracket || mark.kind == lab::Mark::Kind::quote;
}

void add_labels(UnitView& view) {
  bool field = view.has_op("form.field") || view.has_op("field.desc");
  for (const lab::Mark& mark : view.text.marks) {
    if (!may_be_label(mark)) continue;
    const lab::CanonicalLabel label = lab::canonical_label(mark.text, view.language, field);
    field = false;  // only the first names the field, what follows is its value
    if (label.known != nullptr) view.labels.push_back({.as_written = mark.text, .en = label.en});
  }
}

void add_anchors(UnitView& view) {
  const auto add = [&](std::string_view kind, std::string_view text) { view.anchors.push_back(std::string(kind) + std::string(text)); };
  for (const std::string& line : split(view.code, '\n')) {
    if (!trim(line).empty()) add("c:", trim(line));
  }
  for (const std::string& code : view.codes) add("i:", code);
  for (const std::string& address : view.addresses) add("u:", address);
  for (const LabelAt& label : view.labels) add("l:", label.en);
  for (const lab::Mark& mark : view.text.marks) {
    if (may_be_label(mark) && is_fixed(mark)) add("x:", lab::even_out(mark.text));
  }
  for (const Number& number : view.numbers) {
    for (const std::string& reading : number.readings) add("n:", reading);
  }
  static constexpr std::array<std::string_view, 4> kNothingSaid{"info", "unknown", "cond", "effect"};
  for (const lab::Op& op : view.unit->ops) {
    if (view.is_fence()) break;  // that it is a command says nothing of which
    if (std::find(kNothingSaid.begin(), kNothingSaid.end(), op.kind) != kNothingSaid.end()) continue;
    add("o:", op.kind);
    if (!op.entity.empty()) add("e:", op.entity);
  }
  if (view.language != nullptr) {
    for (const lab::Hit& hit : view.language->scan(view.text.text)) {
      if (hit.group == "entity") add("e:", hit.name);
    }
  }
  std::sort(view.anchors.begin(), view.anchors.end());
  view.anchors.erase(std::unique(view.anchors.begin(), view.anchors.end()), view.anchors.end());
}

UnitView view_of_unit(const lab::Unit& unit, const lab::Language* language) {
  UnitView view{.unit = &unit, .language = language};
  for (const lab::Op& op : unit.ops) {
    if (view.is_fence() && view.code.empty()) view.code = op.code;
  }
  if (!unit.text.empty()) {
    view.text = lab::scan_inline(unit.text);
    view.addresses = addresses_of(unit.text);
  }
  for (const lab::Mark& mark : view.text.marks) {
    if (mark.kind == lab::Mark::Kind::code) view.codes.push_back(mark.text);
  }
  view.numbers = numbers_of(prose_of(view.text));
  add_labels(view);
  add_anchors(view);
  return view;
}

}  // namespace

bool UnitView::has_op(std::string_view kind) const {
  return std::any_of(unit->ops.begin(), unit->ops.end(), [&](const lab::Op& op) { return op.kind == kind; });
}

DocumentView view_of(const lab::Lab& lab) {
  DocumentView document{.lab = &lab};
  const lab::Language* const language = lab::find_language(lab.language);
  document.units.reserve(lab.units.size());
  for (const lab::Unit& unit : lab.units) {
    document.units.push_back(view_of_unit(unit, language));
    add_code_words(document.units.back().code, document.code_words);
    for (const std::string& code : document.units.back().codes) add_code_words(code, document.code_words);
  }
  return document;
}

bool is_literal(const lab::Mark& mark, const DocumentView& document, const lab::Language* language) {
  if (!may_be_label(mark) && mark.kind != lab::Mark::Kind::code) return false;
  const std::string even = lab::even_out(mark.text);
  if (lab::is_kernel(even) || lab::looks_like_path(even)) return true;
  // A size of a machine is a label that the dictionary knows, and the same in every language all the same.
  if (looks_like_name(even)) return true;
  if (mark.kind != lab::Mark::Kind::code && lab::canonical_label(mark.text, language).known != nullptr) return false;
  if (lab::is_resource_pattern(even)) return true;
  // "training-data" is a name where a command also says it, and an adjective elsewhere.
  return even.find('-') != std::string::npos && document.code_words.contains(even);
}

std::string neutral_address(std::string_view address) {
  static const RE2 kWay(R"(^(?:\.{1,2}/)+)");
  static const RE2 kLanguage(R"((?i)/(?:[a-z]{2}-(?:[a-z]{2}|han[st]))(/|$))");
  if (address.starts_with("#")) return "#";
  std::string out(address.substr(0, address.find('#')));
  RE2::Replace(&out, kWay, "");
  RE2::Replace(&out, kLanguage, "\\1");
  while (!out.empty() && (out.back() == '.' || out.back() == ',' || out.back() == ';' || out.back() == ':' || out.back() == '/')) {
    out.pop_back();
  }
  return out;
}

}  // namespace azlab::twins
