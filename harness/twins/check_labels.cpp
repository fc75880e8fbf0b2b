#include <fmt/format.h>

#include <algorithm>

#include "harness/lab/labels.hpp"
#include "harness/lab/unicode.hpp"
#include "harness/twins/document_pair.hpp"

namespace azlab::twins {
namespace {

/// "+ New" and "New" are one thing to press.
std::string bare(std::string_view en) {
  std::string out;
  for (const char c : lab::fold(en)) {
    if (c != '+' && c != ' ') out.push_back(c);
  }
  return out;
}

bool same_label(const LabelAt& source, const lab::Language* source_language, const LabelAt& twin, const lab::Language* twin_language) {
  return bare(source.en) == bare(twin.en) || lab::may_name_label(twin.as_written, twin_language, source.en) || lab::may_name_label(source.as_written, source_language, twin.en);
}

std::size_t marks_like_labels(const UnitView& view) {
  return static_cast<std::size_t>(std::count_if(view.text.marks.begin(), view.text.marks.end(), [](const lab::Mark& mark) {
    return mark.kind != lab::Mark::Kind::italic && mark.kind != lab::Mark::Kind::glyph && mark.kind != lab::Mark::Kind::code;
  }));
}

}  // namespace

void check_labels(const UnitPair& pair, Report& report) {
  std::vector<LabelAt> source = pair.source.labels;
  std::vector<LabelAt> twin = pair.twin.labels;
  // Other languages name labels in another order: each takes what is the same, wherever it stands.
  std::erase_if(source, [&](const LabelAt& label) {
    const auto found = std::find_if(twin.begin(), twin.end(), [&](const LabelAt& other) { return same_label(label, pair.source.language, other, pair.twin.language); });
    if (found == twin.end()) return false;
    twin.erase(found);
    return true;
  });
  // What the source says twice, a translation may say once.
  std::erase_if(source, [&](const LabelAt& label) {
    return std::any_of(pair.twin.labels.begin(), pair.twin.labels.end(), [&](const LabelAt& other) { return same_label(label, pair.source.language, other, pair.twin.language); });
  });
  std::erase_if(twin, [&](const LabelAt& label) {
    return std::any_of(pair.source.labels.begin(), pair.source.labels.end(), [&](const LabelAt& other) { return same_label(other, pair.source.language, label, pair.twin.language); });
  });
  for (std::size_t i = 0; i < source.size(); ++i) {
    if (i < twin.size()) {
      report.finding(pair, "l10n/label-mistranslated", fmt::format("\"{}\" is the label \"{}\", but the source names \"{}\"", shown(twin[i].as_written), twin[i].en, source[i].en),
                     fmt::format("the translation of \"{}\"", source[i].en), {.quote = twin[i].as_written});
    } else if (marks_like_labels(pair.twin) < marks_like_labels(pair.source)) {
      const bool there = lab::mentions_label(lab::fold(pair.twin.text.plain), pair.twin.language, source[i].en);
      report.finding(pair, "l10n/label-lost", fmt::format("the label \"{}\" of the source is {}", source[i].en, there ? "not marked up as one any more" : "not here"),
                     fmt::format("**the label \"{}\" in this language**", source[i].en));
    }
  }
}

}  // namespace azlab::twins
