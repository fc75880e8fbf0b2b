#include "harness/report/matrix.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace azlab::report {
namespace {

/// The line of the first step behind a step.
int end_of(const run::LabRecord& lab, const run::StepRecord& step) {
  int end = std::numeric_limits<int>::max();
  for (const auto& other : lab.steps) {
    if (other.line > step.line) end = std::min(end, other.line);
  }
  return end;
}

Matrix::Cell cell_of(const run::LabRecord& lab, const run::StepRecord& step) {
  Matrix::Cell out{.step = &step};
  const int end = end_of(lab, step);
  for (const auto& finding : lab.findings) {
    const bool new_here = finding.rule.starts_with("l10n/") && finding.line >= step.line && finding.line < end && std::find(out.rules.begin(), out.rules.end(), finding.rule) == out.rules.end();
    if (new_here) out.rules.push_back(finding.rule);
  }
  return out;
}

Matrix::Cell cell_for(const run::LabRecord& twin, const run::StepRecord& source) {
  const auto same = std::find_if(twin.steps.begin(), twin.steps.end(), [&](const run::StepRecord& step) { return step.source_line == source.line; });
  return same == twin.steps.end() ? Matrix::Cell{} : cell_of(twin, *same);
}

Matrix matrix_of(const run::LabRecord& source, const std::vector<const run::LabRecord*>& twins) {
  Matrix out{.columns = {{.lab = &source}}};
  for (const auto* twin : twins) {
    const auto added = std::count_if(twin->steps.begin(), twin->steps.end(), [](const run::StepRecord& step) { return step.source_line == 0; });
    out.columns.push_back({.lab = twin, .added = static_cast<std::size_t>(added)});
  }
  for (const auto& step : source.steps) {
    Matrix::Row row{.source = &step, .cells = {cell_of(source, step)}};
    for (std::size_t i = 1; i < out.columns.size(); ++i) {
      row.cells.push_back(cell_for(*out.columns[i].lab, step));
      if (row.cells.back().step == nullptr) ++out.columns[i].missing;
      if (!row.cells.back().rules.empty()) ++out.columns[i].differs;
    }
    out.rows.push_back(std::move(row));
  }
  return out;
}

}  // namespace

bool Matrix::is_even(const Row& row) {
  return std::all_of(row.cells.begin(), row.cells.end(), [&](const Cell& cell) { return cell.step != nullptr && cell.rules.empty() && cell.step->verdict == row.source->verdict; });
}

std::vector<Matrix> matrices_of(const std::vector<run::LabRecord>& labs) {
  std::vector<Matrix> out;
  for (const auto& source : labs) {
    std::vector<const run::LabRecord*> twins;
    for (const auto& lab : labs) {
      if (lab.translation_of == source.file && lab.scenario == source.scenario) twins.push_back(&lab);
    }
    if (!twins.empty()) out.push_back(matrix_of(source, twins));
  }
  return out;
}

std::string words_on(const Matrix& matrix, const Matrix::Column& column) {
  const auto number = [](std::size_t n) { return n == 0 ? std::string("none") : std::to_string(n); };
  return fmt::format("{} steps as in the source, {} differ, {} missing, {} added", number(matrix.rows.size() - column.missing - column.differs), number(column.differs), number(column.missing),
                     number(column.added));
}

}  // namespace azlab::report
