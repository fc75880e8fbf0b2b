#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "harness/lab/unicode.hpp"
#include "harness/twins/document_pair.hpp"
#include "sim/core/text.hpp"

namespace azlab::twins {
namespace {

/// The prose without known labels and names, which may hold a "no" of their own ("No storage account required").
std::string without_labels(const UnitView& view) {
  std::string out;
  for (std::size_t at = 0; at < view.text.text.size();) {
    const int mark = lab::mark_at(view.text.text, at);
    if (mark < 0 || static_cast<std::size_t>(mark) >= view.text.marks.size()) {
      out.push_back(view.text.text[at++]);
      continue;
    }
    const lab::Mark& is = view.text.marks[static_cast<std::size_t>(mark)];
    const bool known = std::any_of(view.labels.begin(), view.labels.end(), [&](const LabelAt& label) { return label.as_written == is.text; });
    out += is.kind == lab::Mark::Kind::code || known ? " " : " " + lab::fold(is.text) + " ";
    at += lab::kMarkBytes;
  }
  return out;
}

bool says_no(const UnitView& view) {
  const std::string prose = without_labels(view);
  const std::vector<lab::Hit> hits = view.language->scan(prose);
  return std::any_of(hits.begin(), hits.end(), [](const lab::Hit& hit) {
    return (hit.group == "word" && hit.name == "negation") || (hit.group == "verb" && (hit.name == "neg" || hit.name == "neg_create"));
  });
}

/// Operations of which one undoes the other.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kOpposites{
    {{"res.start", "res.stop"}, {"res.stop", "res.start"}, {"res.create", "res.delete"}, {"res.delete", "res.create"}}};

bool acts(const UnitView& view) {
  static constexpr std::array<std::string_view, 6> kRemarks{"info", "cond", "effect", "observe", "hint", "neg"};
  return std::any_of(view.unit->ops.begin(), view.unit->ops.end(), [](const lab::Op& op) { return std::find(kRemarks.begin(), kRemarks.end(), op.kind) == kRemarks.end(); });
}

/// What two units say of how long it takes: seconds, the least and the most; nothing where one does not say.
std::pair<double, double> duration_of(const UnitView& view) {
  for (const lab::Op& op : view.unit->ops) {
    if (op.wait_max_s > 0) return {op.wait_min_s, op.wait_max_s};
  }
  return {0, 0};
}

/// Small numbers and round ones are as often written in words.
bool is_often_a_word(const Number& number) {
  static constexpr std::array<std::string_view, 5> kRound{"24", "60", "100", "1000", "1000000"};
  return std::any_of(number.readings.begin(), number.readings.end(), [](const std::string& reading) {
    return reading.size() < 2 || (reading.size() == 2 && reading <= "20") || std::find(kRound.begin(), kRound.end(), reading) != kRound.end();
  });
}

}  // namespace

void check_polarity(const UnitPair& pair, Report& report) {
  if (pair.source.language == nullptr || pair.twin.language == nullptr) return;
  const bool source_forbids = pair.source.has_op("neg");
  const bool twin_forbids = pair.twin.has_op("neg");
  if (source_forbids && !twin_forbids && !says_no(pair.twin)) {
    report.finding(pair, "l10n/polarity-inverted", "the source forbids what is told to do here", fmt::format("the source says: {}", shown(pair.source.text.plain)));
    return;
  }
  if (twin_forbids && !source_forbids && acts(pair.source) && !says_no(pair.source)) {
    report.finding(pair, "l10n/polarity-inverted", "what the source tells to do is forbidden here", fmt::format("the source says: {}", shown(pair.source.text.plain)));
    return;
  }
  for (const auto& [does, undoes] : kOpposites) {
    const bool turned = pair.source.has_op(does) && pair.twin.has_op(undoes) && !pair.source.has_op(undoes) && !pair.twin.has_op(does);
    if (turned) report.finding(pair, "l10n/polarity-inverted", "the source tells to do the opposite", fmt::format("the source says: {}", shown(pair.source.text.plain)));
  }
}

void check_numbers(const UnitPair& pair, Report& report) {
  const auto source = duration_of(pair.source);
  const auto twin = duration_of(pair.twin);
  if (source.second > 0 && twin.second > 0) {
    if (source == twin) return;  // "90 seconds" is "1,5 minutes"
    const auto told = [](const std::pair<double, double>& span) {
      return span.first == span.second || span.first <= 0 ? fmt::format("{} s", span.second) : fmt::format("{} to {} s", span.first, span.second);
    };
    report.finding(pair, "l10n/number-differs", fmt::format("it takes {} here and {} in the source", told(twin), told(source)), "give the source's duration");
    return;
  }
  const std::vector<Number> missing = numbers_missing(pair.source.numbers, pair.twin.numbers);
  const std::vector<Number> extra = numbers_missing(pair.twin.numbers, pair.source.numbers);
  for (std::size_t i = 0; i < missing.size(); ++i) {
    if (i < extra.size()) {
      report.finding(pair, "l10n/number-differs", fmt::format("{} stands where the source has {}", extra[i].as_written, missing[i].as_written), missing[i].as_written, {.quote = extra[i].as_written});
    } else if (!is_often_a_word(missing[i])) {
      report.finding(pair, "l10n/number-differs", fmt::format("{} of the source is not here", missing[i].as_written), missing[i].as_written);
    }
  }
}

void check_language(const UnitPair& pair, Report& report) {
  constexpr std::size_t kWordsMin = 5;
  if (pair.source.is_fence() || pair.source.language == nullptr || pair.twin.language == nullptr || pair.source.language == pair.twin.language) return;
  const std::string source = without_labels(pair.source);
  const std::string twin = without_labels(pair.twin);
  if (trim(source) != trim(twin) || source.find(' ') == std::string::npos) return;
  const auto words = static_cast<std::size_t>(std::count(twin.begin(), twin.end(), ' ')) + 1;
  if (words < kWordsMin || pair.source.language->count_function_words(twin) <= pair.twin.language->count_function_words(twin)) return;
  report.finding(pair, "l10n/not-translated", "the text is still the source's, word for word", "translate it", {.quote = shown(pair.twin.text.plain)});
}

}  // namespace azlab::twins
