// The console's closing words, and Markdown.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "harness/sweep/report.hpp"
#include "sim/core/text.hpp"

namespace azlab::sweep {
namespace {

constexpr std::size_t kShownSentences = 10;

std::string lines_text(const std::vector<int>& lines) {
  std::vector<std::string> out;
  for (const int line : lines) out.push_back(std::to_string(line));
  return join(out, ", ");
}

std::string counts_text(const LabSweep& lab) {
  std::string out = fmt::format("{} of {} branches: {} led out, {} left alone, {} hidden, {} absorbed, {} unclear", lab.cells.size(), lab.branches, count(lab, outcome::kLedOut), count(lab, outcome::kLeftAlone),
                                count(lab, outcome::kHidden), count(lab, outcome::kAbsorbed), count(lab, outcome::kUnclear));
  if (const auto none = count(lab, outcome::kNotStruck); none > 0) out += fmt::format(", {} armed and never hit", none);
  return out;
}

}  // namespace

char letter_of(std::string_view one) {
  if (one == outcome::kLedOut) return '+';
  if (one == outcome::kLeftAlone) return '!';
  if (one == outcome::kHidden) return 'H';
  if (one == outcome::kAbsorbed) return 'a';
  return one == outcome::kUnclear ? '?' : '-';
}

const Cell* Matrix::at(const LabSweep& lab, const std::string& fault, std::size_t step) const {
  const auto found = std::find_if(lab.cells.begin(), lab.cells.end(), [&](const Cell& cell) { return cell.step == step && cell.fault == fault; });
  return found == lab.cells.end() ? nullptr : &*found;
}

Matrix matrix_of(const LabSweep& lab) {
  std::set<std::size_t> steps;
  std::set<std::string> faults;
  for (const auto& cell : lab.cells) {
    steps.insert(cell.step);
    faults.insert(cell.fault);
  }
  return {.steps = {steps.begin(), steps.end()}, .faults = {faults.begin(), faults.end()}};
}

std::string as_text(const std::vector<LabSweep>& labs) {
  std::string out;
  for (const auto& lab : labs) {
    out += fmt::format("{}: {}\n", lab.file, counts_text(lab));
    const auto sentences = lacking_sentences(lab);
    if (!sentences.empty()) out += "  What its readers would need to be told, the most needed first:\n";
    for (std::size_t i = 0; i < std::min(kShownSentences, sentences.size()); ++i) {
      const auto& one = sentences[i];
      out += fmt::format("  {}. line{} {} ({}): {}\n", i + 1, one.lines.size() == 1 ? "" : "s", lines_text(one.lines), join(one.faults, ", "), one.cure);
    }
    if (sentences.size() > kShownSentences) out += fmt::format("  … and {} more (--report html=FILE)\n", sentences.size() - kShownSentences);
  }
  return out;
}

std::string as_markdown(const std::vector<LabSweep>& labs) {
  std::string out = "`+` the text leads the reader out, `!` leaves them alone, `H` hides it, `a` absorbed by client or Azure, `?` unclear.\n";
  for (const auto& lab : labs) {
    out += fmt::format("\n## {}\n\n{}.\n\n### Sentences that it lacks\n\n| weight | lines | faults | what would help |\n|---|---|---|---|\n", std::filesystem::path(lab.file).filename().string(), counts_text(lab));
    for (const auto& one : lacking_sentences(lab)) {
      out += fmt::format("| {} | {} | {} | {} |\n", one.weight, lines_text(one.lines), "`" + join(one.faults, "` `") + "`", replace_all(one.cure, "|", "\\|"));
    }
    const Matrix matrix = matrix_of(lab);
    out += "\n### Matrix\n\n| fault \\ line |";
    for (const auto step : matrix.steps) out += fmt::format(" {} |", lab.steps[step].line);
    out += "\n|---|";
    for (std::size_t i = 0; i < matrix.steps.size(); ++i) out += "---|";
    for (const auto& fault : matrix.faults) {
      out += "\n| " + fault + " |";
      for (const auto step : matrix.steps) {
        const Cell* cell = matrix.at(lab, fault, step);
        out += cell == nullptr ? " |" : fmt::format(" {} |", letter_of(cell->outcome));
      }
    }
    out += "\n";
  }
  return out;
}

}  // namespace azlab::sweep
