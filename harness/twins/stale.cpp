#include <fmt/format.h>

#include <algorithm>

#include "harness/twins/document_pair.hpp"
#include "harness/twins/history.hpp"

namespace azlab::twins {
namespace {

constexpr std::size_t kToldMax = 10;

bool same_text(const UnitView& one, const UnitView& other) { return one.unit->text == other.unit->text && one.code == other.code; }

/// A change of the source that a twin has not followed.
struct Change {
  int twin_line = 1;
  std::string what{};
};

/// The twin's line for a unit of the revision it translates, or of the unit before it.
int twin_line_of(const lab::Lab& twin, const Alignment& translated, std::size_t unit) {
  for (std::size_t at = unit + 1; at-- > 0;) {
    if (const auto there = translated.twin_of(at)) return twin.units[*there].line;
  }
  return 1;
}

std::vector<Change> changes_since(const lab::Lab& revision, const lab::Lab& source, const lab::Lab& twin) {
  const DocumentView then = view_of(revision);
  const DocumentView now = view_of(source);
  const Alignment moved_on = align(then, now);
  const Alignment translated = align(then, view_of(twin));
  std::vector<Change> out;
  const auto told = [](const UnitView& view) { return shown(view.is_fence() ? view.code : view.text.plain); };
  for (const Pair& pair : moved_on.pairs) {
    const UnitView& is = now.units[pair.twin];
    if (same_text(then.units[pair.source], is)) continue;
    out.push_back({twin_line_of(twin, translated, pair.source), fmt::format("its line {} reads: {}", is.unit->line, told(is))});
  }
  for (const Pair& pair : moved_on.moved) {
    const UnitView& is = now.units[pair.twin];
    out.push_back({twin_line_of(twin, translated, pair.source), fmt::format("this stands on its line {} now: {}", is.unit->line, told(is))});
  }
  for (const std::size_t gone : moved_on.only_source) {
    out.push_back({twin_line_of(twin, translated, gone), fmt::format("it does not have this any more: {}", told(then.units[gone]))});
  }
  for (const std::size_t made : moved_on.only_twin) {
    std::size_t before = made;
    while (before > 0 && !moved_on.source_of(before)) --before;
    const auto then_unit = moved_on.source_of(before);
    out.push_back({then_unit ? twin_line_of(twin, translated, *then_unit) : 1, fmt::format("its line {} is new: {}", now.units[made].unit->line, told(now.units[made]))});
  }
  std::stable_sort(out.begin(), out.end(), [](const Change& a, const Change& b) { return a.twin_line < b.twin_line; });
  return out;
}

}  // namespace

std::vector<lab::Finding> compare_with_history(const lab::Lab& source, const lab::Lab& twin, SourceHistory& history) {
  const std::vector<lab::Finding> against_now = compare(source, twin);
  if (against_now.empty()) return {};
  const std::optional<Fit> fit = history.find(twin);
  if (!fit || fit->revision == 0) return against_now;
  const lab::Lab& revision = *history.lab(fit->revision);
  std::vector<lab::Finding> against_then = compare(revision, twin);
  if (against_then.size() >= against_now.size()) return against_now;
  // Newest first: what the twin lacks first stands right before what it translates.
  const Revision& first = history.revisions()[fit->revision - 1];
  Report report;
  const std::vector<Change> changes = changes_since(revision, source, twin);
  for (std::size_t i = 0; i < std::min(changes.size(), kToldMax); ++i) {
    std::string message = fmt::format("the source has moved on since \"{}\" ({}): {}", shown(first.subject), first.date, changes[i].what);
    if (i + 1 == kToldMax && changes.size() > kToldMax) message += fmt::format(" - and {} changes more", changes.size() - kToldMax);
    report.finding(changes[i].twin_line, "l10n/stale-twin", std::move(message), "translate what changed");
  }
  for (lab::Finding& finding : report.take()) against_then.push_back(std::move(finding));
  std::stable_sort(against_then.begin(), against_then.end(), [](const auto& a, const auto& b) { return a.line < b.line; });
  return against_then;
}

}  // namespace azlab::twins
