#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/twins/document_pair.hpp"
#include "harness/twins/twins.hpp"

namespace azlab::twins {
namespace {

/// Something that the reader is told to do, to enter or to type, as opposed to a remark.
bool is_step(const UnitView& view) {
  static constexpr std::array<std::string_view, 6> kRemarks{"info", "cond", "effect", "hint", "observe", "tolerate"};
  const std::string& kind = view.unit->kind;
  if (view.is_fence() || kind == "P:o" || kind == "Dol1") return true;
  return !kind.starts_with('H') && kind != "DS" && kind != "DP" && std::any_of(view.unit->ops.begin(), view.unit->ops.end(), [](const lab::Op& op) {
    return std::find(kRemarks.begin(), kRemarks.end(), op.kind) == kRemarks.end();
  });
}

std::string told(const UnitView& view) { return shown(view.is_fence() ? view.code : view.text.plain); }

/// Where in the twin a unit of the source would stand: after what precedes it there.
int line_for(const DocumentView& twin, const Alignment& alignment, std::size_t source_unit) {
  int line = 1;
  for (const Pair& pair : alignment.pairs) {
    if (pair.source > source_unit) break;
    line = twin.units[pair.twin].unit->line;
  }
  return line;
}

}  // namespace

void check_structure(const DocumentView& source, const DocumentView& twin, const Alignment& alignment, Report& report) {
  for (const std::size_t at : alignment.only_source) {
    const UnitView& view = source.units[at];
    const int line = line_for(twin, alignment, at);
    if (is_step(view)) {
      report.finding(line, "l10n/step-lost", fmt::format("after this, the source's line {} is missing: {}", view.unit->line, told(view)), "translate it here");
    } else {
      report.finding(line, "l10n/text-lost", fmt::format("after this, the source's line {} is missing: {}", view.unit->line, told(view)), "translate it here");
    }
  }
  for (const std::size_t at : alignment.only_twin) {
    const UnitView& view = twin.units[at];
    if (is_step(view)) {
      report.finding(view.unit->line, "l10n/step-added", fmt::format("the source has no such step: {}", told(view)), "take it out, or add it to the source");
    } else {
      report.finding(view.unit->line, "l10n/text-added", fmt::format("the source has no such text: {}", told(view)), "take it out, or add it to the source");
    }
  }
  for (const Pair& pair : alignment.moved) {
    const UnitView& view = twin.units[pair.twin];
    report.finding(view.unit->line, "l10n/order-changed",
                   fmt::format("this stands elsewhere in the source, on line {}: {}", source.units[pair.source].unit->line, told(view)), "keep the source's order");
  }
  for (const Pair& pair : alignment.pairs) {
    const lab::Unit& one = *source.units[pair.source].unit;
    const lab::Unit& other = *twin.units[pair.twin].unit;
    if (one.kind == other.kind) continue;
    report.finding(other.line, "l10n/nesting-changed", "this is indented, numbered or quoted in another way than in the source, and belongs to another step or to none",
                   "indent it as in the source");
  }
}

}  // namespace azlab::twins
