#include "harness/twins/read_with_twin.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "harness/twins/document_pair.hpp"

namespace azlab::twins {
namespace {

bool is_done(const lab::Op& op) {
  static constexpr std::array<std::string_view, 8> kPassive{"info", "cond", "effect", "hint", "observe", "alt.begin", "unknown", "neg"};
  return std::find(kPassive.begin(), kPassive.end(), op.kind) == kPassive.end();
}

std::ptrdiff_t things_to_do(const lab::Unit& unit) { return std::count_if(unit.ops.begin(), unit.ops.end(), is_done); }

bool has_unknown(const lab::Unit& unit) {
  return std::any_of(unit.ops.begin(), unit.ops.end(), [](const lab::Op& op) { return op.kind == "unknown"; });
}

/// Whether the reader understood less of a twin's unit than of the source's.
bool understood_less(const lab::Unit& source, const lab::Unit& twin) {
  if (source.kind != twin.kind || has_unknown(source)) return false;
  return has_unknown(twin) || things_to_do(twin) < things_to_do(source);
}

/// The twin's own words for canonical labels, where it has them marked up.
void use_own_words(const UnitView& twin, const std::vector<std::string>& en, std::vector<std::string>& words) {
  for (std::size_t i = 0; i < en.size() && i < words.size(); ++i) {
    const auto found = std::find_if(twin.labels.begin(), twin.labels.end(), [&](const LabelAt& label) { return label.en == en[i]; });
    if (found != twin.labels.end()) words[i] = found->as_written;
  }
}

std::vector<lab::Op> ops_for(const lab::Unit& source, const UnitView& twin) {
  std::vector<lab::Op> out = source.ops;
  for (lab::Op& op : out) {
    use_own_words(twin, op.en, op.args);
    use_own_words(twin, op.context, op.ctx);
    if (const auto own = std::find_if(twin.labels.begin(), twin.labels.end(), [&](const LabelAt& label) { return label.en == op.label_en; }); own != twin.labels.end()) {
      if (!op.label.empty()) op.label = own->as_written;
    }
    // What is pasted is what this page shows.
    if (!op.code.empty() && !twin.code.empty()) op.code = twin.code;
  }
  return out;
}

/// Copies of a unit in steps and alternatives follow the one in Lab::units.
class Copies {
 public:
  explicit Copies(const lab::Lab& lab) : lab_(lab) {}

  void refresh(std::vector<lab::Step>& steps) const {
    for (lab::Step& step : steps) {
      for (lab::Unit& unit : step.units) refresh(unit);
      for (const lab::Unit& unit : step.units) {
        const bool tolerates = std::any_of(unit.ops.begin(), unit.ops.end(), [](const lab::Op& op) { return op.kind == "tolerate"; });
        const bool listed = std::find(step.tolerance_lines.begin(), step.tolerance_lines.end(), unit.line) != step.tolerance_lines.end();
        if (tolerates && !listed) step.tolerance_lines.push_back(unit.line);
      }
      if (step.alternative) refresh(step.alternative->steps);
    }
  }

 private:
  void refresh(lab::Unit& copy) const {
    const auto original = std::find_if(lab_.units.begin(), lab_.units.end(), [&](const lab::Unit& unit) {
      return unit.source_line != 0 && unit.line == copy.line && unit.kind == copy.kind && unit.text == copy.text;
    });
    if (original != lab_.units.end()) copy = *original;
  }

  const lab::Lab& lab_;
};

bool is_in_steps(const std::vector<lab::Step>& steps, const lab::Unit& unit) {
  return std::any_of(steps.begin(), steps.end(), [&](const lab::Step& step) {
    const bool own = std::any_of(step.units.begin(), step.units.end(), [&](const lab::Unit& other) { return other.line == unit.line && other.kind == unit.kind; });
    return own || (step.alternative && is_in_steps(step.alternative->steps, unit));
  });
}

/// Prose that the reader took for a remark is a step where the source's is one.
void add_steps(const lab::Lab& source, const Alignment& alignment, lab::Lab& twin) {
  for (const lab::Step& step : source.steps) {
    if (step.units.empty()) continue;
    const lab::Unit& head = step.units.front();
    const auto at = std::find_if(twin.units.begin(), twin.units.end(), [&](const lab::Unit& unit) { return unit.source_line == head.line && unit.kind == head.kind; });
    if (at == twin.units.end() || is_in_steps(twin.steps, *at)) continue;
    lab::Step made{.line = at->line, .section = at->section, .number = step.number, .text = lab::scan_inline(at->text).plain, .optional = step.optional};
    for (const lab::Unit& unit : step.units) {
      const auto index = unit_at(source, unit.line);
      const auto there = index ? alignment.twin_of(*index) : std::nullopt;
      if (there && !is_in_steps(twin.steps, twin.units[*there])) made.units.push_back(twin.units[*there]);
    }
    if (made.units.empty()) continue;
    const auto after = std::find_if(twin.steps.begin(), twin.steps.end(), [&](const lab::Step& other) { return other.line > made.line; });
    twin.steps.insert(after, std::move(made));
  }
}

}  // namespace

lab::Lab read_with_twin(const lab::Lab& source, lab::Lab twin, const Alignment& alignment, const std::vector<lab::Finding>& compared) {
  const DocumentView view = view_of(twin);
  std::set<std::size_t> differ;
  for (const lab::Finding& finding : compared) {
    if (const auto unit = unit_at(twin, finding.line)) differ.insert(*unit);
  }
  std::vector<std::pair<std::size_t, std::vector<lab::Op>>> taken;
  for (const Pair& pair : alignment.pairs) {
    const lab::Unit& from = source.units[pair.source];
    if (pair.sure && !differ.contains(pair.twin) && understood_less(from, twin.units[pair.twin])) taken.emplace_back(pair.twin, ops_for(from, view.units[pair.twin]));
  }
  for (auto& [unit, ops] : taken) {
    twin.units[unit].ops = std::move(ops);
    twin.units[unit].source_line = source.units[*alignment.source_of(unit)].line;
  }
  Copies(twin).refresh(twin.steps);
  add_steps(source, alignment, twin);
  return twin;
}

lab::Lab read_with_twin(const lab::Lab& source, lab::Lab twin) {
  const Alignment alignment = align(source, twin);
  const auto compared = compare(source, twin, alignment);
  return read_with_twin(source, std::move(twin), alignment, compared);
}

}  // namespace azlab::twins
