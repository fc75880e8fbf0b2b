// Markdown for people: a pull request's comment, and the summary of a job.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "harness/report/matrix.hpp"
#include "harness/report/plain.hpp"
#include "harness/report/remarks.hpp"
#include "harness/report/report.hpp"
#include "sim/core/text.hpp"
#include "sim/core/time.hpp"

namespace azlab::report {
namespace {

// GitHub refuses comments above 65,536 characters.
constexpr std::size_t kBytesMax = 60'000;
constexpr std::size_t kCellBytesMax = 400;
constexpr std::size_t kTranscriptBytesMax = 4'000;
constexpr std::size_t kRoomForLastLine = 200;

struct Owner {
  std::string_view name;
  std::string_view title;
};
constexpr Owner kOwners[] = {{"source", "For the author of the text"},
                             {"translation", "For the translator"},
                             {"material", "In the lab's material (notebooks, scripts, data)"},
                             {"platform", "Because Azure has moved on"}};

/// Text of others as text: no markup, no mention of anybody, one line.
std::string inline_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '@': out += "&#64;"; break;
      case '\n':
      case '\r': out += ' '; break;
      case '\\': case '`': case '*': case '_': case '[': case ']': case '|': case '~': case '#': case '!':
        out += '\\';
        out += c;
        break;
      default: out += c;
    }
  }
  return out;
}

/// A fence that the text cannot close.
std::string fenced_text(const std::string& text) {
  std::size_t longest = 2;
  std::size_t run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  return fence + "text\n" + text + (text.ends_with('\n') ? "" : "\n") + fence + "\n";
}

std::string table_of_labs(const std::vector<run::LabRecord>& labs) {
  std::string out = "| lab | language | verdict | steps passed | errors | warnings | notes | waiting | reading and doing, about |\n|---|---|---|---|---|---|---|---|---|\n";
  for (const auto& lab : labs) {
    const auto passed = std::count_if(lab.steps.begin(), lab.steps.end(), [](const auto& s) {
      return s.verdict == run::verdict::kPassed || s.verdict == run::verdict::kPassedByAlternative || s.verdict == run::verdict::kTolerated;
    });
    const auto remarks = remarks_of(lab);
    out += fmt::format("| {} | {} | **{}** | {} of {} | {} | {} | {} | {} | {} |\n", inline_text(name_of(lab)), lab.language, lab.verdict, passed, lab.steps.size(), count_of(remarks, "error"),
                       count_of(remarks, "warning"), count_of(remarks, "note"), to_words(seconds(lab.simulated_s)), to_words(seconds(lab.doing_s)));
  }
  return out;
}

/// How the languages of a lab fare, and the steps at which they are not alike.
std::string table_of_languages(const Matrix& matrix) {
  std::string out = fmt::format("### Languages of {}\n\n", inline_text(name_of(*matrix.columns.front().lab)));
  for (const auto& column : matrix.columns) {
    if (column.lab != matrix.columns.front().lab) out += fmt::format("- {}: {}\n", column.lab->language, words_on(matrix, column));
  }
  std::string rows;
  for (const auto& row : matrix.rows) {
    if (Matrix::is_even(row)) continue;
    rows += fmt::format("| {} {} |", row.source->line, inline_text(cut_text(first_line(row.source->text), 60)));
    for (const auto& cell : row.cells) {
      const std::string rules = cell.rules.empty() ? "" : " `" + join(cell.rules, "` `") + "`";
      rows += cell.step == nullptr ? " missing |" : fmt::format(" {} {}{} |", cell.step->line, cell.step->verdict, rules);
    }
    rows += "\n";
  }
  if (rows.empty()) return out + "\n";
  out += "\n| step |";
  std::string under = "|---|";
  for (const auto& column : matrix.columns) {
    out += " " + column.lab->language + " |";
    under += "---|";
  }
  return out + "\n" + under + "\n" + rows + "\n";
}

std::string remark_item(const Remark& remark) {
  std::string out = fmt::format("- **{}** {}:{} `{}`: {}", remark.severity, inline_text(remark.file), remark.line, remark.rule, inline_text(cut_text(remark.message, kCellBytesMax)));
  if (!remark.suggestion.empty()) out += " *" + inline_text(cut_text(remark.suggestion, kCellBytesMax)) + "*";
  return out + "\n";
}

std::string step_details(const run::LabRecord& lab, const run::StepRecord& step) {
  std::string text = plain_text(transcript_of(step));
  if (text.empty()) text = step.evidence;
  if (!step.screen.empty()) text += (text.empty() ? "" : "\n\n") + step.screen;
  if (text.empty()) return {};
  return fmt::format("<details><summary>{}:{} {} ({})</summary>\n\n{}\n</details>\n\n", inline_text(name_of(lab)), step.line, inline_text(cut_text(first_line(step.text), 120)), step.verdict,
                     fenced_text(cut_text(text, kTranscriptBytesMax)));
}

/// The parts of a report in the order in which they matter; whole parts are left out, never the middle of one.
std::vector<std::string> parts_of(const std::vector<run::LabRecord>& labs) {
  std::vector<std::string> parts{"## azlab\n\n"};
  parts.push_back(table_of_labs(labs) + "\n");
  for (const auto& matrix : matrices_of(labs)) parts.push_back(table_of_languages(matrix));
  const auto remarks = remarks_of(labs);
  for (const auto& owner : kOwners) {
    std::string heading = "### " + std::string(owner.title) + "\n\n";
    for (const auto& remark : remarks) {
      if (remark.owner != owner.name) continue;
      parts.push_back(heading + remark_item(remark));
      heading.clear();
    }
    if (heading.empty()) parts.back() += "\n";
  }
  std::string heading = "### What happened\n\n";
  for (const auto& lab : labs) {
    for (const auto& step : lab.steps) {
      const std::string details = did_not_go_well(step) ? step_details(lab, step) : std::string();
      if (details.empty()) continue;
      parts.push_back(heading + details);
      heading.clear();
    }
  }
  return parts;
}

}  // namespace

std::string to_markdown(const std::vector<run::LabRecord>& labs) {
  std::string out;
  std::size_t left_out = 0;
  for (const auto& part : parts_of(labs)) {
    if (left_out > 0 || out.size() + part.size() + kRoomForLastLine > kBytesMax) {
      ++left_out;
    } else {
      out += part;
    }
  }
  if (left_out > 0) out += fmt::format("\n*Cut at 60,000 bytes: {} entries are left out; the HTML and JSON reports have them all.*\n", left_out);
  return out;
}

}  // namespace azlab::report
