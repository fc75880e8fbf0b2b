#include <re2/re2.h>

#include <algorithm>

#include "harness/lab/document.hpp"
#include "harness/lab/labels.hpp"
#include "harness/lab/unicode.hpp"
#include "sim/core/text.hpp"

namespace azlab::lab {
namespace {

bool has_word(const std::string& folded, const Language* language, std::string_view name) {
  if (language == nullptr) return false;
  const std::vector<Hit> hits = language->scan(folded);
  return std::any_of(hits.begin(), hits.end(), [&](const Hit& h) { return h.group == "word" && h.name == name; });
}

bool has_word_at_start(const std::string& folded, const Language* language, std::string_view name) {
  if (language == nullptr) return false;
  const std::vector<Hit> hits = language->scan(folded);
  return std::any_of(hits.begin(), hits.end(), [&](const Hit& h) { return h.group == "word" && h.name == name && h.begin == 0; });
}

std::size_t count_words(std::string_view text) {
  std::size_t words = 0;
  bool inside = false;
  for (const char c : text) {
    if (c == ' ') {
      inside = false;
    } else if (!inside) {
      inside = true;
      ++words;
    }
  }
  return words;
}

/// Prose rather than something to type: several words, or more than a dozen wide characters in a row.
bool is_prose(const std::string& value) {
  if (count_words(value) > 4) return true;
  std::size_t wide = 0;
  for (const char c : value) wide += static_cast<unsigned char>(c) >= 0xE3 ? 1 : 0;
  return wide > 10;
}

/// "None (*a registry is created …*)": the value stands before the remark.
std::string without_remark(std::string value) {
  static const RE2 kRemark(R"(^([^(（]+?) ?[(（].*[)）]\.?$)");
  std::string head;
  if (RE2::FullMatch(value, kRemark, &head) && count_words(value) > count_words(head) + 1) return head;
  return value;
}

/// A machine size, a path, a number: one word that nobody would write as prose.
bool is_token(const std::string& value) {
  return value.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./") == std::string::npos &&
         value.find_first_of("_0123456789") != std::string::npos;
}

/// Whether a value tells to do something: it begins with a verb.
bool is_instruction(const std::string& folded, const Language* language) {
  if (language == nullptr || language->verb_last()) return false;
  const std::vector<Hit> hits = language->scan(folded);
  return std::any_of(hits.begin(), hits.end(), [](const Hit& h) { return (h.group == "verb" || h.group == "infinitive") && h.name != "observe" && h.begin == 0; });
}

/// "Select **F0** (free) or **S** if that is not available": the first of the options that an instruction names.
const Mark* first_option(const InlineText& text, const std::string& folded, const Language* language) {
  if (text.marks.size() < 2 || !is_instruction(folded, language)) return nullptr;
  const auto option = std::find_if(text.marks.begin() + 1, text.marks.end(), [](const Mark& m) { return m.kind == Mark::Kind::bold && !m.in_parentheses; });
  if (option == text.marks.end()) return nullptr;
  // Beside the verb: what stands further on says more than which.
  constexpr std::size_t kBesideBytes = 24;
  const std::size_t at = folded.find(fold(option->text));
  return at != std::string::npos && at <= kBesideBytes ? &*option : nullptr;
}

/// "leave empty", "déjela en blanco".
bool keeps(const std::string& folded, const Language* language) {
  if (language == nullptr || count_words(folded) < (language->glued() ? 1U : 2U)) return false;
  const std::vector<Hit> hits = language->scan(folded);
  return std::any_of(hits.begin(), hits.end(), [&](const Hit& h) {
    const bool ends = h.end >= folded.size();
    return (h.group == "verb" || h.group == "infinitive") && h.name == "keep" && (h.begin == 0 || ends);
  });
}

/// "Select **Create new**, enter **rg-labs**, and select **OK**": what an instruction tells to type.
const Mark* typed_in(const InlineText& text, const Language* language) {
  if (language == nullptr || text.marks.size() < 3) return nullptr;
  for (const Hit& hit : language->scan(text.text)) {
    if (hit.group != "verb" || hit.name != "input" || hit.end + 1 >= text.text.size()) continue;
    const int index = mark_at(text.text, hit.end + 1);
    if (index > 0) return &text.marks[static_cast<std::size_t>(index)];
  }
  return nullptr;
}

ValueMode mode_of(const std::string& value, bool italic, const Language* language) {
  if (is_token(value)) return ValueMode::literal;
  const std::string folded = fold(value);
  if (keeps(folded, language)) return ValueMode::default_note;
  const bool free = has_word(folded, language, "free_choice") || has_word(folded, language, "free_value") || has_word(folded, language, "name_of");
  const bool note = has_word(folded, language, "default_note");
  bool instruction = false;
  if (language != nullptr) {
    for (const Hit& hit : language->scan(folded)) instruction = instruction || (hit.group == "verb" && hit.begin == 0 && (hit.name == "input" || hit.name == "select"));
  }
  if (italic && note && !free) return ValueMode::default_note;
  if (instruction && free) return ValueMode::free_choice;
  // "*Provide a secure password*": an instruction in italics is never what is typed.
  if (italic && count_words(value) > 2 && is_instruction(folded, language)) return ValueMode::free_choice;
  // "your subscription", "any region": a choice, unless it is the name of an option ("Select existing").
  const bool named = canonical_label(value, language).known != nullptr;
  const bool small = !value.empty() && !(value[0] >= 'A' && value[0] <= 'Z');
  const bool begins_free = language != nullptr && [&] {
    const std::vector<Hit> hits = language->scan(folded);
    return std::any_of(hits.begin(), hits.end(), [&](const Hit& h) { return h.group == "word" && (h.name == "free_choice" || h.name == "free_value" || h.name == "name_of") && (h.begin == 0 || language->glued()); });
  }();
  const bool own = !named && count_words(value) > 1 && has_word_at_start(folded, language, "possessive");
  if (own && count_words(value) <= 3) return ValueMode::free_choice;
  if (begins_free && small && !named && (count_words(value) > 1 || language->glued())) return ValueMode::free_choice;
  if (!italic && !is_prose(value)) return free && count_words(value) > 2 ? ValueMode::free_choice : ValueMode::literal;
  if (note) return ValueMode::default_note;
  if (free) return ValueMode::free_choice;
  // "Use header for column names" is an option's name: nobody is told anything in it.
  constexpr std::size_t kOptionWordsMax = 6;
  const bool option = !italic && !small && count_words(value) <= kOptionWordsMax && !is_instruction(folded, language) && static_cast<unsigned char>(value[0]) < 0x80;
  return is_prose(value) && !option ? ValueMode::free_choice : ValueMode::literal;
}

std::string canonical_value(const std::string& value, const Language* language) {
  const std::string folded = fold(value);
  if (language != nullptr) {
    for (const auto& [canonical, spellings] : language->values()) {
      if (std::find(spellings.begin(), spellings.end(), folded) != spellings.end()) return canonical;
    }
  }
  return canonical_label(value, language).en;
}

}  // namespace

std::optional<Op> read_field(const InlineText& text, const Language* language) {
  std::size_t start = text.text.find_first_not_of(' ');
  if (start == std::string::npos || text.marks.empty()) return std::nullopt;
  const int first = mark_at(text.text, start);
  if (first != 0) return std::nullopt;
  const Mark& label = text.marks[0];
  if (label.kind == Mark::Kind::code || label.kind == Mark::Kind::glyph || label.kind == Mark::Kind::link) return std::nullopt;
  const std::string plain = even_out(text.plain);
  const std::string label_text = even_out(label.text);
  const std::size_t at = plain.find(label_text);
  if (at == std::string::npos) return std::nullopt;
  std::string_view rest = plain;
  rest = trim(rest.substr(at + label_text.size()));
  if (!rest.empty() && rest.front() == '(') {  // a translation of the label in parentheses
    const std::size_t shut = rest.find(')');
    if (shut != std::string_view::npos && shut + 1 < rest.size()) rest = trim(rest.substr(shut + 1));
  }
  static constexpr std::string_view kWrapping = "]\"*";
  while (!rest.empty() && (kWrapping.find(rest.front()) != std::string_view::npos)) rest = trim(rest.substr(1));
  const bool colon_inside = label_text.ends_with(':');
  if (!rest.empty() && (rest.front() == ':' || rest.front() == '=')) {
    rest = trim(rest.substr(1));
  } else if (rest.starts_with("- ") || rest.starts_with("\xE2\x86\x92")) {
    rest = trim(rest.substr(rest.front() == '-' ? 1 : 3));
  } else if (!colon_inside) {
    return std::nullopt;
  }
  if (rest.empty()) return std::nullopt;
  const bool italic = text.marks.size() > 1 && text.marks[1].kind == Mark::Kind::italic && rest.starts_with(even_out(text.marks[1].text));
  Op op{.kind = "form.field", .label = label.text};
  if (colon_inside) op.label = std::string(trim(label_text.substr(0, label_text.size() - 1)));
  op.label_en = canonical_label(op.label, language, true).en;
  op.value = italic ? std::string(rest) : without_remark(std::string(rest));
  while (op.value.ends_with('.') && !op.value.ends_with("...")) op.value.pop_back();
  // "*Create a new group called* `rg-labs`": what is typed stands in the prose.
  const auto typed = std::find_if(text.marks.begin() + 1, text.marks.end(), [](const Mark& m) { return m.kind == Mark::Kind::code; });
  const bool inside_prose = typed != text.marks.end() && std::count_if(text.marks.begin(), text.marks.end(), [](const Mark& m) { return m.kind == Mark::Kind::code; }) == 1 &&
                            !typed->in_parentheses && !rest.starts_with(even_out(typed->text)) &&
                            (!has_word(fold(op.value), language, "default_note") || is_instruction(fold(op.value), language));
  if (inside_prose) {
    op.value = typed->text;
    op.value_mode = ValueMode::literal;
    op.value_en = canonical_value(op.value, language);
    return op;
  }
  // "*Premium* or *Trial*"
  const bool choice = text.marks.size() == 3 && text.marks[1].kind == text.marks[2].kind && text.marks[1].kind == Mark::Kind::italic && has_word(fold(op.value), language, "or");
  if (choice) {
    op.value_mode = ValueMode::free_choice;
    return op;
  }
  if (const Mark* word = italic ? nullptr : typed_in(text, language); word != nullptr && is_instruction(fold(op.value), language)) {
    op.value = word->text;
    op.value_mode = ValueMode::literal;
    op.value_en = canonical_value(op.value, language);
    return op;
  }
  if (const Mark* option = italic ? nullptr : first_option(text, fold(op.value), language); option != nullptr) {
    op.value = option->text;
    op.value_mode = ValueMode::literal;
    op.value_en = canonical_value(op.value, language);
    return op;
  }
  // What is all bold or all code is typed as it stands, however long.
  if (text.marks.size() == 2 && (text.marks[1].kind == Mark::Kind::bold || text.marks[1].kind == Mark::Kind::code) && rest == even_out(text.marks[1].text)) {
    op.value = text.marks[1].text;
    op.value_mode = ValueMode::literal;
    op.value_en = canonical_value(op.value, language);
    return op;
  }
  const std::string_view behind = text.marks.size() > 1 && rest.starts_with(even_out(text.marks[1].text)) ? trim(rest.substr(even_out(text.marks[1].text).size())) : std::string_view();
  const bool remark = text.marks.size() > 1 && behind.starts_with("(") && behind.ends_with(")");
  if (remark && text.marks[1].kind == Mark::Kind::bold) op.value = text.marks[1].text;
  const bool code = text.marks.size() > 1 && (text.marks[1].kind == Mark::Kind::code || text.marks[1].kind == Mark::Kind::bold);
  op.value_mode = code && rest.starts_with(even_out(text.marks[1].text)) && !is_prose(text.marks[1].text) ? ValueMode::literal
                                                                                                 : mode_of(op.value, italic, language);
  if (code && op.value_mode == ValueMode::literal) op.value = text.marks[1].text;
  if (op.value_mode == ValueMode::literal) op.value_en = canonical_value(op.value, language);
  return op;
}

std::optional<Op> read_plain_field(const InlineText& text, const Language* language) {
  constexpr std::size_t kLabelWordsMax = 6;
  const std::size_t colon = text.plain.find(": ");
  if (colon == std::string::npos || colon == 0 || mark_at(text.text, text.text.find_first_not_of(' ')) == 0) return std::nullopt;
  const std::string label(trim(std::string_view(text.plain).substr(0, colon)));
  if (count_words(label) > kLabelWordsMax || label.find('.') != std::string::npos) return std::nullopt;
  return read_field(scan_inline("**" + label + "**: " + std::string(trim(std::string_view(text.plain).substr(colon + 2)))), language);
}

}  // namespace azlab::lab
