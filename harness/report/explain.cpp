#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "harness/report/plain.hpp"
#include "harness/report/remarks.hpp"
#include "harness/report/report.hpp"
#include "sim/core/text.hpp"
#include "sim/core/time.hpp"

namespace azlab::report {
namespace {

struct Place {
  std::string file;  ///< empty: the only lab
  int line = 0;
};

Result<Place> parse_place(std::string_view text) {
  const auto colon = text.rfind(':');
  const std::string_view digits = colon == std::string_view::npos ? text : text.substr(colon + 1);
  const bool number = !digits.empty() && digits.size() <= 7 && std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!number || (colon == 0)) return fail(400, "", "'" + std::string(text) + "' is no place; write LINE or FILE:LINE");
  return Place{.file = colon == std::string_view::npos ? std::string() : std::string(text.substr(0, colon)), .line = std::stoi(std::string(digits))};
}

bool is_called(const run::LabRecord& lab, const std::string& name) { return lab.file == name || lab.file.ends_with("/" + name); }

/// The labs that are meant: one, perhaps in several scenarios.
Result<std::vector<const run::LabRecord*>> find_labs(const std::vector<run::LabRecord>& labs, const Place& place) {
  std::vector<const run::LabRecord*> found;
  std::set<std::string> files;
  std::vector<std::string> names;
  for (const auto& lab : labs) {
    if (std::find(names.begin(), names.end(), lab.file) == names.end()) names.push_back(lab.file);
    if (!place.file.empty() && !is_called(lab, place.file)) continue;
    found.push_back(&lab);
    files.insert(lab.file);
  }
  if (files.size() == 1) return found;
  if (labs.empty()) return fail(400, "", "the report has no labs");
  const std::string choice = "write FILE:LINE with one of " + join(names, ", ");
  if (found.empty()) return fail(400, "", "the report has no lab '" + place.file + "'; " + choice);
  return fail(400, "", "the report has several labs" + (place.file.empty() ? std::string() : " called '" + place.file + "'") + "; " + choice);
}

/// The first line after a step that is not its own.
int end_of(const run::LabRecord& lab, const run::StepRecord& step) {
  int end = 0;
  for (const auto& other : lab.steps) {
    if (other.line > step.line && (end == 0 || other.line < end)) end = other.line;
  }
  return end;
}

const run::StepRecord* step_at(const run::LabRecord& lab, int line) {
  const run::StepRecord* best = nullptr;
  for (const auto& step : lab.steps) {
    if (step.line <= line && (best == nullptr || step.line >= best->line)) best = &step;
  }
  return best;
}

std::string indented(std::string_view text, std::string_view by) {
  std::string out;
  for (const auto& line : split(trim(plain_text(text)), '\n')) out += std::string(by) + line + "\n";
  return out;
}

std::string time_line(const run::StepRecord& step) {
  return "waiting " + to_words(seconds(step.simulated_s)) + ", reading and doing about " + to_words(seconds(step.doing_s));
}

std::string commands_text(const run::StepRecord& step) {
  std::string out;
  for (const auto& op : step.ops) {
    for (const auto& command : op.commands) {
      out += fmt::format("  line {}, in {}, {}, exit status {}\n", command.line, command.terminal, to_words(seconds(command.simulated_s)), command.exit_status);
      out += indented("$ " + command.command, "    ");
      if (!trim(command.output).empty()) out += indented(command.output, "    ");
    }
  }
  return out;
}

std::string step_text(const run::LabRecord& lab, const run::StepRecord& step) {
  std::string out = fmt::format("{}:{}  {}{}\n", name_of(lab), step.line, step.verdict, step.in_alternative ? "  (in an alternative)" : "");
  out += fmt::format("  section: {}\n  step {}: {}\n  {}\n", step.section, step.number, first_line(plain_text(step.text)), time_line(step));
  // What commands showed stands below, whole.
  const std::string commands = commands_text(step);
  if (!trim(step.evidence).empty() && commands.empty()) out += "\nEvidence\n" + indented(step.evidence, "  ");
  if (!step.ops.empty()) out += "\nOperations\n";
  for (const auto& op : step.ops) {
    const bool said = op.evidence.empty() || !op.commands.empty();
    out += fmt::format("  {} {}: {}{}\n", op.line, op.op, op.verdict, said ? "" : ": " + first_line(plain_text(op.evidence)));
  }
  if (!commands.empty()) out += "\nCommands\n" + commands;
  if (!step.changes.empty()) out += "\nWhat changed in Azure\n" + indented(join(step.changes, "\n"), "  ");
  if (!step.screen.empty()) out += "\nThe page\n" + indented(step.screen, "  ");
  return out;
}

std::string remark_text(const Remark& remark) {
  std::string out = fmt::format("\n{} {} at line {}, for {}\n{}", remark.severity, remark.rule, remark.line, remark.owner, indented(remark.message, "  "));
  if (!remark.quote.empty()) out += indented("line: " + remark.quote, "  ");
  if (!remark.suggestion.empty()) out += indented("suggestion: " + remark.suggestion, "  ");
  if (const rules::Rule* rule = rule_of(remark.rule)) out += indented("what: " + rule->what + "\nwhy: " + rule->why + "\nrepair: " + rule->repair, "  ");
  return out;
}

std::string cells_text(const run::NotebookRecord& notebook) {
  std::string out = fmt::format("\nNotebook {}: {}\n  kernel '{}', Python {}\n", notebook.path, notebook.verdict, notebook.kernel, notebook.python);
  for (const auto& cell : notebook.cells) {
    out += fmt::format("  cell {}: {}: {}\n", cell.number, cell.verdict, first_line(plain_text(cell.first_line)));
    if (!cell.error.empty()) out += indented(cell.error, "    ");
  }
  return out;
}

std::string explain_in(const run::LabRecord& lab, int line) {
  const run::StepRecord* step = step_at(lab, line);
  const int begin = step == nullptr ? 0 : step->line;
  const int end = step != nullptr ? end_of(lab, *step) : lab.steps.empty() ? 0 : lab.steps.front().line;
  const auto belongs = [&](int other) { return other == line || (other >= begin && (end == 0 || other < end)); };
  std::string out = step == nullptr ? fmt::format("{}:{}  no step: the first comes later\n", name_of(lab), line) : step_text(lab, *step);
  for (const auto& notebook : lab.notebooks) {
    if (belongs(notebook.line)) out += cells_text(notebook);
  }
  for (const auto& remark : remarks_of(lab)) {
    if (belongs(remark.line)) out += remark_text(remark);
  }
  return out;
}

}  // namespace

Result<std::string> explain(const std::vector<run::LabRecord>& labs, std::string_view place_text) {
  const auto place = parse_place(place_text);
  if (!place) return fail(place.error());
  const auto meant = find_labs(labs, *place);
  if (!meant) return fail(meant.error());
  std::string out;
  for (const auto* lab : *meant) out += (out.empty() ? "" : "\n") + explain_in(*lab, place->line);
  return out;
}

}  // namespace azlab::report
