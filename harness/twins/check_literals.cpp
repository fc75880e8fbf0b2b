#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "harness/lab/unicode.hpp"
#include "harness/twins/document_pair.hpp"
#include "sim/core/text.hpp"

namespace azlab::twins {
namespace {

/// A text without spaces and with one kind of dash: what is the same here differs in nothing that a translator
/// meant to change.
std::string squashed(std::string_view text) {
  std::string out;
  for (const char c : lab::even_out(text)) {
    if (c != ' ') out.push_back(c);
  }
  return out;
}

std::vector<std::string> segments(std::string_view path) {
  std::vector<std::string> out;
  for (const std::string& part : split(replace_all(std::string(path), "\\", "/"), '/')) {
    if (const std::string_view is = trim(part); !is.empty()) out.emplace_back(is);
  }
  return out;
}

bool is_placeholder(std::string_view segment) { return segment.starts_with('<') && segment.ends_with('>'); }

/// Whether two paths are one but for the names that the reader has to put in ("your-user-name", in any language).
bool same_path(const lab::Mark& source, const lab::Language* source_language, const lab::Mark& twin) {
  const std::vector<std::string> canonical = segments(lab::canonical_label(source.text, source_language).en);
  const std::vector<std::string> as_written = segments(lab::even_out(twin.text));
  if (canonical.size() < 2 || canonical.size() != as_written.size()) return false;
  return std::equal(canonical.begin(), canonical.end(), as_written.begin(), [](const std::string& want, const std::string& got) { return is_placeholder(want) || want == got; });
}

/// The source's own markup inside the mark: "**Run-on-*date***" has a place for the reader's word in it.
bool has_place_for_words(const UnitView& view, const lab::Mark& mark) {
  if (mark.kind == lab::Mark::Kind::code) return mark.text.find('<') != std::string::npos;
  return view.unit->text.find(mark.text) == std::string::npos && view.unit->text.find('*') != std::string::npos;
}

bool has_placeholder(const lab::Mark& mark, const lab::Language* language) { return lab::canonical_label(mark.text, language).en.find('<') != std::string::npos; }

/// The mark of the twin that stands where the source's mark `index` does: the same kind, as far along.
const lab::Mark* counterpart(const UnitPair& pair, std::size_t index) {
  const auto is_code = [](const lab::Mark& mark) { return mark.kind == lab::Mark::Kind::code; };
  const bool code = is_code(pair.source.text.marks[index]);
  std::size_t ordinal = 0;
  for (std::size_t i = 0; i < index; ++i) {
    if (is_code(pair.source.text.marks[i]) == code) ++ordinal;
  }
  for (const lab::Mark& mark : pair.twin.text.marks) {
    if (is_code(mark) != code) continue;
    if (ordinal == 0) return &mark;
    --ordinal;
  }
  return nullptr;
}

/// Whether the counterpart is a text of its own, not one that the source has as well.
bool stands_for_itself(const UnitPair& pair, const lab::Mark& mark) {
  return std::any_of(pair.source.text.marks.begin(), pair.source.text.marks.end(), [&](const lab::Mark& other) { return other.text == mark.text; });
}

void report_lost(const UnitPair& pair, std::size_t index, bool literal, Report& report) {
  const lab::Mark& mark = pair.source.text.marks[index];
  const lab::Mark* other = counterpart(pair, index);
  if (other != nullptr && stands_for_itself(pair, *other)) other = nullptr;
  const std::string_view what = literal ? "l10n/literal-translated" : "l10n/inline-code-differs";
  if (other == nullptr) {
    report.finding(pair, what, fmt::format("\"{}\" of the source is not here", shown(mark.text)), mark.text);
  } else {
    report.finding(pair, what, fmt::format("\"{}\" stands where the source has \"{}\"", shown(other->text), shown(mark.text)), mark.text, {.quote = other->text});
  }
}

void check_mark(const UnitPair& pair, std::size_t index, Report& report) {
  const lab::Mark& mark = pair.source.text.marks[index];
  const bool code = mark.kind == lab::Mark::Kind::code;
  const bool literal = is_literal(mark, pair.source_page, pair.source.language);
  if (!code && !literal) return;
  const std::string squash = squashed(mark.text);
  const lab::Mark* nearly = nullptr;
  bool as_code = false;
  bool as_text = false;
  for (const lab::Mark& other : pair.twin.text.marks) {
    if (other.text == mark.text || same_path(mark, pair.source.language, other)) {
      as_text = true;
      as_code = as_code || other.kind == lab::Mark::Kind::code;
    } else if (squashed(other.text) == squash) {
      nearly = &other;
    }
  }
  if (code ? as_code : as_text) return;
  if (nearly != nullptr) {
    report.finding(pair, "l10n/dash-changed", fmt::format("\"{}\" has other dashes or spaces than the source's \"{}\"", nearly->text, mark.text), mark.text, {.quote = nearly->text});
    return;
  }
  const std::string plain = lab::even_out(pair.twin.text.plain);
  if (as_text || plain.find(lab::even_out(mark.text)) != std::string::npos) {
    const bool odd_backtick = std::count(pair.twin.unit->text.begin(), pair.twin.unit->text.end(), '`') % 2 != 0;  // check_markup says so
    if (code && !odd_backtick) report.finding(pair, "l10n/inline-code-differs", fmt::format("\"{}\" is not marked as code any more", shown(mark.text)), fmt::format("`{}`", mark.text), {.quote = mark.text});
    return;
  }
  // What the reader has to put in is rightly translated; without a path around it, there is nothing to compare.
  if (has_place_for_words(pair.source, mark) && !lab::looks_like_path(lab::even_out(mark.text))) return;
  if (has_placeholder(mark, pair.source.language) && segments(mark.text).size() < 2) return;
  report_lost(pair, index, literal, report);
}

/// The values of forms are compared as such (check_values).
bool is_value(const UnitView& view, std::size_t mark) { return mark > 0 && (view.has_op("form.field") || view.has_op("field.desc")); }

const lab::Op* field_of(const UnitView& view) {
  const auto found = std::find_if(view.unit->ops.begin(), view.unit->ops.end(), [](const lab::Op& op) { return op.kind == "form.field" || op.kind == "field.desc"; });
  return found == view.unit->ops.end() ? nullptr : &*found;
}

}  // namespace

void check_literals(const UnitPair& pair, Report& report) {
  for (std::size_t i = 0; i < pair.source.text.marks.size(); ++i) {
    if (!is_value(pair.source, i)) check_mark(pair, i, report);
  }
  // A code span that only the twin has shows as a difference of the text that it replaces, or not at all.
}

void check_values(const UnitPair& pair, Report& report) {
  const lab::Op* const source = field_of(pair.source);
  const lab::Op* const twin = field_of(pair.twin);
  if (source == nullptr || source->value_mode != lab::ValueMode::literal || source->value.empty()) return;
  const lab::Mark value{.kind = lab::Mark::Kind::bold, .text = source->value};
  const bool in_code = std::find(pair.source.codes.begin(), pair.source.codes.end(), source->value) != pair.source.codes.end();
  if (!in_code && !is_literal(value, pair.source_page, pair.source.language)) return;
  const std::string plain = lab::even_out(pair.twin.text.plain);
  if (plain.find(lab::even_out(source->value)) != std::string::npos) return;
  const std::string instead = twin == nullptr ? pair.twin.text.plain : twin->value;
  if (squashed(plain).find(squashed(source->value)) != std::string::npos) {
    report.finding(pair, "l10n/dash-changed", fmt::format("\"{}\" has other dashes or spaces than the source's \"{}\"", shown(instead), source->value), source->value, {.quote = instead});
    return;
  }
  if (!pair.source.numbers.empty() && numbers_missing(numbers_of(lab::fold(source->value)), pair.twin.numbers).empty() && !numbers_of(lab::fold(source->value)).empty()) return;
  report.finding(pair, "l10n/value-translated", fmt::format("the value is \"{}\", in the source \"{}\"", shown(instead), shown(source->value)), source->value, {.quote = instead});
}

}  // namespace azlab::twins
