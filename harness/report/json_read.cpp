#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/report/report.hpp"
#include "sim/core/json.hpp"

namespace azlab::report {
namespace {

const Json& list_at(const Json& object, const char* key) {
  static const Json kNone = Json::array();
  const auto found = object.find(key);
  return found != object.end() && found->is_array() ? *found : kNone;
}

std::vector<std::string> strings_at(const Json& object, const char* key) {
  std::vector<std::string> out;
  for (const auto& one : list_at(object, key)) out.push_back(one.get<std::string>());
  return out;
}

run::OpRecord read_op(const Json& from) {
  run::OpRecord op{.op = string_at(from, "op"), .line = from.value("line", 0), .verdict = string_at(from, "verdict"), .evidence = string_at(from, "evidence")};
  for (const auto& one : list_at(from, "commands")) {
    op.commands.push_back({.line = one.value("line", 0), .terminal = string_at(one, "terminal"), .command = string_at(one, "command"), .output = string_at(one, "output"),
                           .exit_status = one.value("exitStatus", 0), .simulated_s = one.value("simulatedSeconds", 0.0)});
  }
  return op;
}

run::StepRecord read_step(const Json& from) {
  run::StepRecord step{.line = from.value("line", 0), .section = string_at(from, "section"), .number = from.value("step", 0), .text = string_at(from, "text"), .verdict = string_at(from, "verdict"),
                       .evidence = string_at(from, "evidence"), .simulated_s = from.value("simulatedSeconds", 0.0), .doing_s = from.value("doingSeconds", 0.0),
                       .in_alternative = from.value("alternative", false), .owner = string_at(from, "owner"), .source_line = from.value("sourceLine", 0), .known = string_at(from, "known"), .changes = strings_at(from, "changes"), .screen = string_at(from, "screen")};
  for (const auto& one : list_at(from, "ops")) step.ops.push_back(read_op(one));
  return step;
}

run::LabRecord read_lab_record(const Json& from) {
  run::LabRecord lab{.file = string_at(from, "file"), .title = string_at(from, "title"), .language = string_at(from, "language"), .scenario = string_at(from, "scenario"), .position = from.value("position", std::size_t{0}), .fail_on = from.value("failOn", std::string("error")), .translation_of = string_at(from, "translationOf"), .verdict = string_at(from, "verdict"),
                     .silenced = from.value("silenced", 0), .simulated_s = from.value("simulatedSeconds", 0.0), .doing_s = from.value("doingSeconds", 0.0), .real_s = from.value("realSeconds", 0.0)};
  for (const auto& one : list_at(from, "readWithSource")) lab.read_with_source.push_back(one.get<int>());
  for (const auto& one : list_at(from, "steps")) lab.steps.push_back(read_step(one));
  for (const auto& one : list_at(from, "findings")) {
    lab.findings.push_back({.rule = string_at(one, "rule"), .severity = string_at(one, "severity"), .line = one.value("line", 0), .message = string_at(one, "message"),
                            .suggestion = string_at(one, "suggestion"), .owner = string_at(one, "owner"), .quote = string_at(one, "quote")});
  }
  return lab;
}

run::NotebookRecord read_notebook(const Json& from) {
  run::NotebookRecord out{.path = string_at(from, "notebook"), .line = from.value("line", 0), .kernel = string_at(from, "kernel"), .python = string_at(from, "python"),
                          .environment = string_at(from, "environment"), .packages = from.value("packages", std::map<std::string, std::string>{}), .code_cells = from.value("codeCells", 0),
                          .verdict = string_at(from, "verdict"), .evidence = string_at(from, "evidence"), .taken_over_from = string_at(from, "takenOverFrom")};
  for (const auto& one : list_at(from, "cells")) {
    out.cells.push_back({.number = one.value("cell", 0), .verdict = string_at(one, "verdict"), .first_line = string_at(one, "firstLine"), .output = string_at(one, "output"),
                         .error = string_at(one, "error"), .traceback = string_at(one, "traceback"), .jobs = strings_at(one, "jobs")});
  }
  return out;
}

/// Gives the entries of a list of the report to the labs that they name.
template <class Add>
void give_to_labs(const Json& report, const char* key, std::vector<run::LabRecord>& labs, const Add& add) {
  for (const auto& one : list_at(report, key)) {
    const auto lab = std::find_if(labs.begin(), labs.end(), [&](const run::LabRecord& l) { return l.file == string_at(one, "lab") && l.scenario == string_at(one, "scenario"); });
    if (lab != labs.end()) add(*lab, one);
  }
}

std::vector<run::LabRecord> read_report(const Json& report) {
  std::vector<run::LabRecord> labs;
  for (const auto& one : list_at(report, "labs")) labs.push_back(read_lab_record(one));
  using run::LabRecord;
  give_to_labs(report, "faults", labs, [](LabRecord& lab, const Json& one) { lab.faults.push_back({string_at(one, "fault"), string_at(one, "armed"), one.value("hits", 0)}); });
  give_to_labs(report, "standIns", labs, [](LabRecord& lab, const Json& one) { lab.stand_ins.push_back({string_at(one, "address"), string_at(one, "standsIn")}); });
  give_to_labs(report, "notebooks", labs, [](LabRecord& lab, const Json& one) { lab.notebooks.push_back(read_notebook(one)); });
  give_to_labs(report, "replaced", labs, [](LabRecord& lab, const Json& one) { lab.replaced.push_back(string_at(one, "what")); });
  give_to_labs(report, "notServed", labs, [](LabRecord& lab, const Json& one) { lab.unknown_routes.push_back(string_at(one, "route")); });
  give_to_labs(report, "unmodelled", labs, [](LabRecord& lab, const Json& one) { lab.unmodelled.push_back(string_at(one, "property")); });
  give_to_labs(report, "notReproducible", labs, [](LabRecord& lab, const Json& one) { lab.not_reproducible.push_back(string_at(one, "what")); });
  return labs;
}

}  // namespace

Result<std::vector<run::LabRecord>> from_json(std::string_view text) {
  const auto report = parse_json(text);
  if (!report) return fail(report.error());
  if (!report->is_object() || !report->contains("labs")) return fail(400, "", "not a JSON report of azlab validate");
  const auto version = report->find("version");
  if (version == report->end() || !version->is_number_integer() || *version != kJsonVersion) {
    return fail(400, "", "the report's version is " + (version == report->end() ? "missing" : dump(*version)) + "; this azlab reads version " + std::to_string(kJsonVersion));
  }
  try {
    return read_report(*report);
  } catch (const Json::exception& e) {
    return fail(400, "", std::string("the report is not as azlab writes it: ") + e.what());
  }
}

}  // namespace azlab::report
