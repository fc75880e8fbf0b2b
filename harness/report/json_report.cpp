#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/report/report.hpp"
#include "harness/rules/catalogue.hpp"
#include "sim/core/json.hpp"

namespace azlab::report {
namespace {

// The order that people read in: what and where first.
using Ordered = nlohmann::ordered_json;

double rounded(double value) { return std::round(value * 1000) / 1000; }

Ordered op_json(const run::OpRecord& op) {
  Ordered out = {{"op", op.op}, {"line", op.line}, {"verdict", op.verdict}, {"evidence", op.evidence}};
  for (const auto& command : op.commands) {
    out["commands"].push_back({{"line", command.line}, {"terminal", command.terminal}, {"command", command.command}, {"output", command.output}, {"exitStatus", command.exit_status},
                               {"simulatedSeconds", rounded(command.simulated_s)}});
  }
  return out;
}

Ordered step_json(const run::StepRecord& step) {
  Ordered ops = Ordered::array();
  for (const auto& op : step.ops) ops.push_back(op_json(op));
  Ordered out = {{"line", step.line},
                 {"section", step.section},
                 {"step", step.number},
                 {"text", step.text},
                 {"verdict", step.verdict},
                 {"ops", ops},
                 {"evidence", step.evidence},
                 {"simulatedSeconds", rounded(step.simulated_s)},
                 {"doingSeconds", rounded(step.doing_s)}};
  if (!step.changes.empty()) out["changes"] = step.changes;
  if (!step.screen.empty()) out["screen"] = step.screen;
  if (!step.known.empty()) out["known"] = step.known;
  if (step.in_alternative) out["alternative"] = true;
  if (step.source_line != 0) out["sourceLine"] = step.source_line;
  if (!step.owner.empty()) out["owner"] = step.owner;
  return out;
}

Ordered lab_json(const run::LabRecord& lab) {
  Ordered steps = Ordered::array();
  for (const auto& step : lab.steps) steps.push_back(step_json(step));
  Ordered findings = Ordered::array();
  for (const auto& f : lab.findings) {
    const auto* rule = rules::find_rule(f.rule);
    findings.push_back({{"rule", f.rule}, {"severity", f.severity}, {"owner", rules::owner_of(f)}, {"line", f.line}, {"message", f.message}, {"suggestion", f.suggestion},
                        {"repair", rule == nullptr ? "" : rule->repair}, {"quote", f.quote}});
  }
  Ordered out = {{"file", lab.file}, {"title", lab.title}, {"language", lab.language}, {"scenario", lab.scenario}, {"position", lab.position}, {"failOn", lab.fail_on}, {"verdict", lab.verdict}, {"silenced", lab.silenced}, {"simulatedSeconds", rounded(lab.simulated_s)}, {"doingSeconds", rounded(lab.doing_s)}};
  if (!lab.translation_of.empty()) out["translationOf"] = lab.translation_of;
  if (!lab.read_with_source.empty()) out["readWithSource"] = lab.read_with_source;
  out["steps"] = std::move(steps);
  out["findings"] = std::move(findings);
  return out;
}

/// An entry of a list about all labs: whose it is comes first. A lab may be there once a scenario.
Ordered of_lab(const run::LabRecord& lab, const Ordered& entry) {
  Ordered out = {{"lab", lab.file}};
  if (!lab.scenario.empty()) out["scenario"] = lab.scenario;
  out.update(entry);
  return out;
}

Ordered notebook_json(const run::NotebookRecord& notebook) {
  Ordered cells = Ordered::array();
  for (const auto& cell : notebook.cells) {
    Ordered one = {{"cell", cell.number}, {"verdict", cell.verdict}, {"firstLine", cell.first_line}, {"output", cell.output}};
    if (!cell.error.empty()) one["error"] = cell.error;
    if (!cell.traceback.empty()) one["traceback"] = cell.traceback;
    if (!cell.jobs.empty()) one["jobs"] = cell.jobs;
    cells.push_back(std::move(one));
  }
  Ordered out = {{"line", notebook.line}, {"notebook", notebook.path}, {"verdict", notebook.verdict}, {"kernel", notebook.kernel}, {"python", notebook.python},
          {"environment", notebook.environment}, {"packages", notebook.packages}, {"codeCells", notebook.code_cells}, {"cells", cells}};
  if (!notebook.taken_over_from.empty()) out["takenOverFrom"] = notebook.taken_over_from;
  return out;
}

}  // namespace

std::string to_json(const std::vector<run::LabRecord>& labs) {
  Ordered out = {{"version", kJsonVersion}, {"labs", Ordered::array()}, {"faults", Ordered::array()}, {"standIns", Ordered::array()}, {"notebooks", Ordered::array()}, {"replaced", Ordered::array()}, {"notServed", Ordered::array()}, {"unmodelled", Ordered::array()}, {"notReproducible", Ordered::array()}};
  double simulated_s = 0;
  double real_s = 0;
  for (const auto& lab : labs) {
    out["labs"].push_back(lab_json(lab));
    for (const auto& fault : lab.faults) out["faults"].push_back(of_lab(lab, {{"fault", fault.fault}, {"armed", fault.armed}, {"hits", fault.hits}}));
    for (const auto& stand_in : lab.stand_ins) out["standIns"].push_back(of_lab(lab, {{"address", stand_in.address}, {"standsIn", stand_in.stands_in}}));
    for (const auto& notebook : lab.notebooks) out["notebooks"].push_back(of_lab(lab, notebook_json(notebook)));
    for (const auto& what : lab.replaced) out["replaced"].push_back(of_lab(lab, {{"what", what}}));
    for (const auto& route : lab.unknown_routes) out["notServed"].push_back(of_lab(lab, {{"route", route}}));
    for (const auto& property : lab.unmodelled) out["unmodelled"].push_back(of_lab(lab, {{"property", property}}));
    for (const auto& what : lab.not_reproducible) out["notReproducible"].push_back(of_lab(lab, {{"what", what}}));
    simulated_s += lab.simulated_s;
    real_s += lab.real_s;
  }
  out["time"] = {{"simulatedSeconds", rounded(simulated_s)}, {"realSeconds", rounded(real_s)}};
  return out.dump(2, ' ', false, Ordered::error_handler_t::replace) + "\n";
}

}  // namespace azlab::report
