// One HTML file that needs nothing else: style and script (fixtures/report) are in it, and a policy forbids it to load
// anything. All text of others goes through html_text.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "harness/report/matrix.hpp"
#include "harness/report/plain.hpp"
#include "harness/report/remarks.hpp"
#include "harness/report/report.hpp"
#include "sim/core/digest.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/text.hpp"
#include "sim/core/time.hpp"

namespace azlab::report {
namespace {

/// What a policy calls an inline script or style that it allows (Content Security Policy, hash-source).
std::string hash_source(std::string_view text) { return "'sha256-" + sha256_base64(text) + "'"; }

std::string head_html(std::string_view title) {
  const auto style = fixtures::get("fixtures/report/report.css");
  const auto script = fixtures::get("fixtures/report/report.js");
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src {}; script-src {}; base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n",
      hash_source(style), hash_source(script), html_text(title), style);
}

std::string select_html(std::string_view id, std::string_view label, const std::vector<std::string>& values) {
  std::string out = fmt::format("<label>{}<select id=\"{}\"><option value=\"\">all</option>", label, id);
  for (const auto& value : values) out += fmt::format("<option value=\"{0}\">{0}</option>", html_text(value));
  return out + "</select></label>\n";
}

/// What can be chosen: what occurs, so that nothing can be chosen in vain.
std::string filters_html(const std::vector<run::LabRecord>& labs) {
  std::set<std::string> verdicts;
  std::set<std::string> severities;
  std::set<std::string> owners;
  std::set<std::string> languages;
  for (const auto& lab : labs) {
    languages.insert(lab.language);
    for (const auto& step : lab.steps) verdicts.insert(step.verdict);
  }
  for (const auto& remark : remarks_of(labs)) {
    severities.insert(remark.severity);
    owners.insert(remark.owner);
  }
  const auto listed = [](const std::set<std::string>& values) { return std::vector<std::string>(values.begin(), values.end()); };
  return "<div class=\"filters\" id=\"filters\" role=\"search\" hidden>\n" + select_html("verdict", "Verdict", listed(verdicts)) + select_html("severity", "Severity", listed(severities)) +
         select_html("owner", "Whose to mend", listed(owners)) + select_html("language", "Language", listed(languages)) +
         "<label>Text (press /)<input id=\"text\" type=\"search\" autocomplete=\"off\"></label>\n<button id=\"clear\" type=\"button\">Show all</button>\n"
         "<output id=\"shown\" aria-live=\"polite\"></output>\n</div>\n";
}

std::string labs_html(const std::vector<run::LabRecord>& labs) {
  std::string out =
      "<table>\n<thead><tr><th>Lab</th><th>Language</th><th>Verdict</th><th class=\"number\">Steps</th><th class=\"number\">Errors</th><th class=\"number\">Warnings</th>"
      "<th class=\"number\">Notes</th><th>Waiting</th><th>Reading and doing, about</th></tr></thead>\n<tbody>\n";
  for (std::size_t i = 0; i < labs.size(); ++i) {
    const auto& lab = labs[i];
    const auto remarks = remarks_of(lab);
    out += fmt::format(
        "<tr data-verdict=\"{3}\"><td><a href=\"#lab-{0}\">{1}</a></td><td>{2}</td><td><span class=\"verdict\">{3}</span></td><td class=\"number\">{4}</td><td class=\"number\">{5}</td>"
        "<td class=\"number\">{6}</td><td class=\"number\">{7}</td><td>{8}</td><td>{9}</td></tr>\n",
        i + 1, html_text(name_of(lab)), html_text(lab.language), html_text(lab.verdict), lab.steps.size(), count_of(remarks, "error"), count_of(remarks, "warning"), count_of(remarks, "note"),
        to_words(seconds(lab.simulated_s)), to_words(seconds(lab.doing_s)));
  }
  return out + "</tbody>\n</table>\n";
}

std::string cell_html(const Matrix::Cell& cell, std::size_t lab_number) {
  if (cell.step == nullptr) return "<td class=\"missing\">missing</td>";
  std::string rules;
  for (const auto& rule : cell.rules) rules += "<br><code>" + html_text(rule) + "</code>";
  return fmt::format("<td data-verdict=\"{0}\"{4}><a href=\"#lab-{1}-line-{2}\">{2}</a> <span class=\"verdict\">{0}</span>{3}</td>", html_text(cell.step->verdict), lab_number, cell.step->line, rules,
                     cell.rules.empty() ? "" : " class=\"differs\"");
}

/// A lab in its languages: a row a step of the source, a column a language. Rows in which all are alike are folded away.
std::string matrix_html(const Matrix& matrix, const std::vector<run::LabRecord>& labs) {
  std::string head = "<tr><th>Step</th>";
  std::string sums;
  std::vector<std::size_t> numbers;
  for (const auto& column : matrix.columns) {
    numbers.push_back(static_cast<std::size_t>(column.lab - labs.data()) + 1);
    head += "<th>" + html_text(column.lab->language) + "</th>";
    if (numbers.size() > 1) sums += fmt::format("<li><a href=\"#lab-{}\">{}</a>: {}</li>\n", numbers.back(), html_text(column.lab->language), words_on(matrix, column));
  }
  std::string uneven;
  std::string even;
  for (const auto& row : matrix.rows) {
    std::string line = "<tr><td>" + html_text(cut_text(first_line(row.source->text), 80)) + "</td>";
    for (std::size_t i = 0; i < row.cells.size(); ++i) line += cell_html(row.cells[i], numbers[i]);
    (Matrix::is_even(row) ? even : uneven) += line + "</tr>\n";
  }
  const auto table = [&](const std::string& rows) { return "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Languages\"><table class=\"languages\">\n<thead>" + head + "</tr></thead>\n<tbody>\n" + rows + "</tbody>\n</table></div>\n"; };
  std::string out = "<div class=\"matrix\">\n<h2>Languages of " + html_text(name_of(*matrix.columns.front().lab)) + "</h2>\n<ul>\n" + sums + "</ul>\n";
  if (!uneven.empty()) out += table(uneven);
  if (!even.empty()) out += "<details><summary>Steps that are alike in every language</summary>" + table(even) + "</details>\n";
  return out + "</div>\n";
}

std::string folded_html(std::string_view title, const std::string& text, bool open) {
  if (trim(text).empty()) return {};
  return fmt::format("<details{}><summary>{}</summary><pre>{}</pre></details>\n", open ? " open" : "", title, html_text(text));
}

/// What the browser showed after the step.
std::string picture_html(const run::StepRecord& step) {
  if (step.picture.empty()) return {};
  return fmt::format("<details class=\"picture\"><summary>What the browser showed</summary><img loading=\"lazy\" alt=\"The page after line {}: {}\" src=\"data:image/png;base64,{}\"></details>\n", step.line,
                     html_text(first_line(step.text)), base64_encode(step.picture));
}

std::string findings_html(const std::vector<Remark>& remarks) {
  std::string out;
  for (const auto& remark : remarks) {
    const rules::Rule* rule = rule_of(remark.rule);
    out += fmt::format("<li data-severity=\"{0}\" data-owner=\"{1}\"><span class=\"severity {0}\">{0}</span> <code>{2}</code> <span class=\"place\">line {3}, {1}</span> {4}", html_text(remark.severity),
                       html_text(remark.owner), html_text(remark.rule), remark.line, html_text(remark.message));
    if (!remark.quote.empty()) out += "<blockquote>" + html_text(remark.quote) + "</blockquote>";
    if (!remark.suggestion.empty()) out += "<div>" + html_text(remark.suggestion) + "</div>";
    if (rule != nullptr) out += "<div class=\"where\">" + html_text(rule->what + " " + rule->why) + "</div>";
    out += "</li>\n";
  }
  return out.empty() ? out : "<ul class=\"findings\">\n" + out + "</ul>\n";
}

std::string step_html(const run::StepRecord& step, const std::vector<Remark>& remarks, std::size_t lab_number) {
  std::string out = fmt::format("<article id=\"lab-{}-line-{}\" data-verdict=\"{}\">\n<h3><span class=\"verdict\">{}</span> <span class=\"place\">line {}</span> {}</h3>\n", lab_number, step.line,
                                html_text(step.verdict), html_text(step.verdict), step.line, html_text(first_line(step.text)));
  out += fmt::format("<p class=\"where\">{}{}; waiting {}, reading and doing about {}</p>\n", html_text(step.section), step.in_alternative ? ", in an alternative" : "",
                     to_words(seconds(step.simulated_s)), to_words(seconds(step.doing_s)));
  out += findings_html(remarks);
  const bool bad = did_not_go_well(step);
  const bool said = std::any_of(remarks.begin(), remarks.end(), [&](const Remark& r) { return r.message == step.evidence; });
  const std::string commands = transcript_of(step);
  // Of commands the evidence is a part of what they showed.
  const bool shown_below = !commands.empty() && step.evidence.starts_with("$ ");
  if (!said && !shown_below) out += folded_html("Evidence", step.evidence, bad);
  out += folded_html("Commands", commands, bad);
  out += folded_html("What changed in Azure", join(step.changes, "\n"), false);
  out += folded_html("The page", step.screen, bad);
  out += picture_html(step);
  return out + "</article>\n";
}

std::string notebooks_html(const run::LabRecord& lab) {
  std::string out;
  for (const auto& notebook : lab.notebooks) {
    std::string text = fmt::format("line {}: {}, kernel '{}', Python {}\n", notebook.line, notebook.verdict, notebook.kernel, notebook.python);
    for (const auto& cell : notebook.cells) text += fmt::format("\n[{}] {}: {}\n{}{}{}", cell.number, cell.verdict, cell.first_line, cell.output, cell.traceback.empty() ? cell.error : cell.traceback, cell.output.ends_with('\n') ? "" : "\n");
    out += folded_html("Notebook " + html_text(notebook.path), text, false);
  }
  return out;
}

/// The steps of a lab in the text's order, each with the remarks between its line and the next one's.
std::string lab_html(const run::LabRecord& lab, std::size_t number) {
  std::vector<const run::StepRecord*> steps;
  for (const auto& step : lab.steps) steps.push_back(&step);
  std::stable_sort(steps.begin(), steps.end(), [](const auto* a, const auto* b) { return a->line < b->line; });
  const auto remarks = remarks_of(lab);
  const auto between = [&](int from, int to) {
    std::vector<Remark> out;
    std::copy_if(remarks.begin(), remarks.end(), std::back_inserter(out), [&](const Remark& r) { return r.line >= from && (to == 0 || r.line < to); });
    return out;
  };
  std::string out = fmt::format("<section id=\"lab-{}\" data-language=\"{}\">\n<h2>{}</h2>\n<p class=\"where\">{}{}{}{}</p>\n", number, html_text(lab.language), html_text(name_of(lab)), html_text(lab.title),
                                lab.silenced == 0 ? "" : fmt::format("; {} findings silenced by the text", lab.silenced),
                                lab.translation_of.empty() ? "" : "; a translation of " + html_text(lab.translation_of),
                                lab.read_with_source.empty() ? "" : fmt::format("; understood by the source's words, not by their own: lines {}", fmt::join(lab.read_with_source, ", ")));
  const auto before = between(0, steps.empty() ? 0 : steps.front()->line);
  if (!before.empty()) out += "<article data-verdict=\"\">\n<h3>Before the first step</h3>\n" + findings_html(before) + "</article>\n";
  for (std::size_t i = 0; i < steps.size(); ++i) {
    // Two steps of one line share its remarks; the first of them shows them.
    const bool shown = i > 0 && steps[i - 1]->line == steps[i]->line;
    const auto next = std::find_if(steps.begin() + static_cast<std::ptrdiff_t>(i), steps.end(), [&](const auto* s) { return s->line > steps[i]->line; });
    out += step_html(*steps[i], shown ? std::vector<Remark>{} : between(steps[i]->line, next == steps.end() ? 0 : (*next)->line), number);
  }
  return out + notebooks_html(lab) + "</section>\n";
}

}  // namespace

std::string to_html(const std::vector<run::LabRecord>& labs) {
  const auto failed = std::count_if(labs.begin(), labs.end(), [](const auto& lab) { return lab.verdict == run::verdict::kFailed; });
  const std::string title = fmt::format("azlab: {} lab{}, {} failed", labs.size(), labs.size() == 1 ? "" : "s", failed);
  std::string out = head_html(title);
  out += "<a class=\"skip\" href=\"#results\">To the results</a>\n<header><h1>" + html_text(title) + "</h1></header>\n" + labs_html(labs);
  for (const auto& matrix : matrices_of(labs)) out += matrix_html(matrix, labs);
  out += filters_html(labs) + "<main id=\"results\" tabindex=\"-1\">\n";
  for (std::size_t i = 0; i < labs.size(); ++i) out += lab_html(labs[i], i + 1);
  return out + "</main>\n<script>" + std::string(fixtures::get("fixtures/report/report.js")) + "</script>\n</body>\n</html>\n";
}

}  // namespace azlab::report
