// The matrix as one HTML file that needs nothing else: its style (fixtures/report/sweep.css) is in it, and a policy forbids it to
// load anything. All text of others goes through html_escape.
#include <fmt/format.h>

#include "harness/sweep/report.hpp"
#include "sim/core/digest.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/html.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/fault.hpp"

namespace azlab::sweep {
namespace {

std::string css_class(const Cell& cell) { return replace_all(cell.outcome, " ", "-"); }

std::string anchor(std::size_t lab, const Cell& cell) { return fmt::format("b{}-{}-{}", lab, cell.step, cell.fault); }

std::string head_html() {
  const auto style = fixtures::get("fixtures/report/sweep.css");
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>azlab sweep</title>\n<style>{}</style>\n</head>\n<body>\n<h1>Every fault at every step</h1>\n",
      sha256_base64(style), style);
}

std::string legend_html() {
  std::string out = "<ul class=\"legend\">";
  const std::pair<std::string_view, std::string_view> kMeanings[] = {{outcome::kLedOut, "the text leads the reader out of it"},
                                                                     {outcome::kLeftAlone, "the reader sees it, and no sentence helps"},
                                                                     {outcome::kHidden, "the step seems to go well; something is missing, or fails later"},
                                                                     {outcome::kAbsorbed, "the client or Azure gets over it"},
                                                                     {outcome::kUnclear, "the step does not go well without it either, or it needs what is not simulated"}};
  for (const auto& [name, meaning] : kMeanings) {
    out += fmt::format("<li><span class=\"{}\">{}</span> {}: {}</li>", replace_all(std::string(name), " ", "-"), html_escape(std::string(1, letter_of(name))), name, meaning);
  }
  return out + "</ul>\n";
}

std::string sentences_html(const LabSweep& lab) {
  const auto sentences = lacking_sentences(lab);
  if (sentences.empty()) return "<p>It lacks no sentence for what was tried.</p>\n";
  std::string out = "<table class=\"sentences\"><caption>What its readers would need to be told, the most needed first</caption><thead><tr><th scope=\"col\">weight</th><th scope=\"col\">lines</th><th scope=\"col\">what would help</th><th scope=\"col\">faults</th></tr></thead><tbody>\n";
  for (const auto& one : sentences) {
    std::vector<std::string> lines;
    for (const int line : one.lines) lines.push_back(std::to_string(line));
    out += fmt::format("<tr><td class=\"number\">{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n", one.weight, join(lines, ", "), html_escape(one.cure), html_escape(join(one.faults, ", ")));
  }
  return out + "</tbody></table>\n";
}

std::string matrix_html(std::size_t number, const LabSweep& lab) {
  const Matrix matrix = matrix_of(lab);
  std::string out = "<div class=\"wide\" tabindex=\"0\"><table class=\"matrix\"><thead><tr><th scope=\"col\">fault \\ line</th>";
  for (const auto step : matrix.steps) out += fmt::format("<th scope=\"col\" title=\"{}\">{}</th>", html_escape(lab.steps[step].text), lab.steps[step].line);
  out += "</tr></thead><tbody>\n";
  for (const auto& fault : matrix.faults) {
    out += fmt::format("<tr><th scope=\"row\">{}</th>", html_escape(fault));
    for (const auto step : matrix.steps) {
      const Cell* cell = matrix.at(lab, fault, step);
      out += cell == nullptr ? std::string("<td></td>")
                             : fmt::format("<td class=\"{}\"><a href=\"#{}\" title=\"{}\">{}</a></td>", css_class(*cell), html_escape(anchor(number, *cell)), html_escape(cell->outcome), letter_of(cell->outcome));
    }
    out += "</tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

std::string branch_html(std::size_t number, const LabSweep& lab, const Cell& cell) {
  const faults::Fault* fault = faults::find_fault(cell.fault);
  std::string out = fmt::format("<article id=\"{}\"><h3><span class=\"{}\">{}</span> {} at line {}</h3>\n", html_escape(anchor(number, cell)), css_class(cell), html_escape(cell.outcome), html_escape(cell.fault), cell.line);
  out += fmt::format("<p class=\"where\">{}</p>\n", html_escape(lab.steps[cell.step].text));
  if (!cell.place.empty()) out += fmt::format("<p>Struck {}; the step: {}.", html_escape(cell.place), html_escape(cell.verdict));
  if (cell.helped_by > 0) out += fmt::format(" Led out by line {}.", cell.helped_by);
  out += "</p>\n";
  if (!cell.evidence.empty()) out += "<pre>" + html_escape(cell.evidence) + "</pre>\n";
  if (!cell.later.empty()) {
    out += fmt::format("<p>Later: line {} {}: {}{}</p>\n", cell.later.front().line, html_escape(cell.later.front().verdict), html_escape(cell.later.front().evidence),
                       cell.later.size() > 1 ? fmt::format(" (and {} more)", cell.later.size() - 1) : "");
  }
  if (!cell.missing.empty()) out += "<p>At the end, beside the run without faults:</p><pre>" + html_escape(join(cell.missing, "\n")) + "</pre>\n";
  const bool to_mend = cell.outcome == outcome::kLeftAlone || cell.outcome == outcome::kHidden;
  if (fault != nullptr && to_mend) out += "<p>What would help: " + html_escape(fault->cure) + "</p>\n";
  return out + "</article>\n";
}

}  // namespace

std::string as_html(const std::vector<LabSweep>& labs) {
  std::string out = head_html() + legend_html();
  for (std::size_t i = 0; i < labs.size(); ++i) {
    const auto& lab = labs[i];
    out += fmt::format("<h2>{}</h2>\n<p>{} of {} branches: {} led out, {} left alone, {} hidden, {} absorbed.</p>\n", html_escape(lab.file), lab.cells.size(), lab.branches, count(lab, outcome::kLedOut), count(lab, outcome::kLeftAlone),
                       count(lab, outcome::kHidden), count(lab, outcome::kAbsorbed));
    out += sentences_html(lab) + matrix_html(i, lab) + "<details><summary>Each branch</summary>\n";
    for (const auto& cell : lab.cells) out += branch_html(i, lab, cell);
    out += "</details>\n";
  }
  return out + "</body>\n</html>\n";
}

}  // namespace azlab::sweep
