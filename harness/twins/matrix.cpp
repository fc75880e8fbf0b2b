#include "harness/twins/matrix.hpp"

#include <algorithm>
#include <utility>

#include "harness/twins/document_pair.hpp"

namespace azlab::twins {
namespace {

/// What a finding says of the place between units, not of the unit on its line.
bool is_about_a_gap(const lab::Finding& finding) { return finding.rule == "l10n/step-lost" || finding.rule == "l10n/text-lost" || finding.rule == "l10n/stale-twin"; }

std::string told(const UnitView& view) { return shown(view.is_fence() ? view.code : view.text.plain); }

void add_once(std::vector<std::string>& list, const std::string& text) {
  if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(text);
}

std::vector<std::vector<std::string>> rules_by_unit(const lab::Lab& twin, const std::vector<lab::Finding>& findings) {
  std::vector<std::vector<std::string>> out(twin.units.size());
  for (const lab::Finding& finding : findings) {
    const auto unit = unit_at(twin, finding.line);
    if (unit && !is_about_a_gap(finding)) add_once(out[*unit], finding.rule);
  }
  return out;
}

void add_labels(const UnitView& source, const UnitView& twin, std::size_t column, std::size_t columns, std::vector<Matrix::Label>& labels) {
  for (const LabelAt& label : source.labels) {
    auto row = std::find_if(labels.begin(), labels.end(), [&](const Matrix::Label& other) { return other.en == label.en; });
    if (row == labels.end()) row = labels.insert(labels.end(), {.en = label.en, .spellings = std::vector<std::vector<std::string>>(columns)});
    for (const LabelAt& other : twin.labels) {
      if (other.en == label.en) add_once(row->spellings[column], other.as_written);
    }
  }
}

}  // namespace

Matrix make_matrix(const lab::Lab& source, const std::vector<Compared>& twins) {
  const DocumentView page = view_of(source);
  Matrix out;
  for (const UnitView& view : page.units) {
    out.rows.push_back({.line = view.unit->line, .section = view.unit->section, .step = view.unit->step, .kind = view.unit->kind, .text = told(view),
                        .cells = std::vector<Matrix::Cell>(twins.size())});
  }
  for (std::size_t column = 0; column < twins.size(); ++column) {
    const lab::Lab& twin = *twins[column].twin;
    const DocumentView other = view_of(twin);
    const auto rules = rules_by_unit(twin, *twins[column].findings);
    Matrix::Column counts{.file = twin.file, .language = twin.language};
    for (std::size_t unit = 0; unit < out.rows.size(); ++unit) {
      const auto there = twins[column].alignment->twin_of(unit);
      if (!there) {
        ++counts.missing;
        continue;
      }
      Matrix::Cell& cell = out.rows[unit].cells[column];
      cell = {.state = rules[*there].empty() ? Matrix::State::same : Matrix::State::differs, .line = twin.units[*there].line, .rules = rules[*there]};
      ++(cell.rules.empty() ? counts.same : counts.differs);
      add_labels(page.units[unit], other.units[*there], column, twins.size(), out.labels);
    }
    for (const std::size_t unit : twins[column].alignment->only_twin) {
      ++counts.added;
      out.added.push_back({.column = column, .line = twin.units[unit].line, .text = told(other.units[unit])});
    }
    out.columns.push_back(std::move(counts));
  }
  return out;
}

}  // namespace azlab::twins
