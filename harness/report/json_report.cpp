#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/report/report.hpp"
#include "sim/core/json.hpp"

namespace azlab::report {
namespace {

// The order that people read in: what and where first.
using Ordered = nlohmann::ordered_json;

double rounded(double value) { return std::round(value * 1000) / 1000; }

Ordered step_json(const run::StepRecord& step) {
  Ordered ops = Ordered::array();
  for (const auto& op : step.ops) ops.push_back({{"op", op.op}, {"line", op.line}, {"verdict", op.verdict}, {"evidence", op.evidence}});
  Ordered out = {{"line", step.line},
                 {"section", step.section},
                 {"step", step.number},
                 {"text", step.text},
                 {"verdict", step.verdict},
                 {"ops", ops},
                 {"evidence", step.evidence},
                 {"simulatedSeconds", rounded(step.simulated_s)}};
  if (step.in_alternative) out["alternative"] = true;
  return out;
}

Ordered lab_json(const run::LabRecord& lab) {
  Ordered steps = Ordered::array();
  for (const auto& step : lab.steps) steps.push_back(step_json(step));
  Ordered findings = Ordered::array();
  for (const auto& f : lab.findings) {
    findings.push_back({{"rule", f.rule}, {"severity", f.severity}, {"line", f.line}, {"message", f.message}, {"suggestion", f.suggestion}});
  }
  return {{"file", lab.file}, {"title", lab.title}, {"language", lab.language}, {"verdict", lab.verdict}, {"steps", steps}, {"findings", findings}};
}

Ordered notebook_json(const std::string& lab, const run::NotebookRecord& notebook) {
  Ordered cells = Ordered::array();
  for (const auto& cell : notebook.cells) {
    Ordered one = {{"cell", cell.number}, {"verdict", cell.verdict}, {"firstLine", cell.first_line}, {"output", cell.output}};
    if (!cell.error.empty()) one["error"] = cell.error;
    if (!cell.traceback.empty()) one["traceback"] = cell.traceback;
    if (!cell.jobs.empty()) one["jobs"] = cell.jobs;
    cells.push_back(std::move(one));
  }
  Ordered out = {{"lab", lab}, {"line", notebook.line}, {"notebook", notebook.path}, {"verdict", notebook.verdict}, {"kernel", notebook.kernel}, {"python", notebook.python},
          {"environment", notebook.environment}, {"packages", notebook.packages}, {"codeCells", notebook.code_cells}, {"cells", cells}};
  if (!notebook.taken_over_from.empty()) out["takenOverFrom"] = notebook.taken_over_from;
  return out;
}

}  // namespace

std::string to_json(const std::vector<run::LabRecord>& labs) {
  Ordered out = {{"labs", Ordered::array()}, {"faults", Ordered::array()}, {"standIns", Ordered::array()}, {"notebooks", Ordered::array()}, {"replaced", Ordered::array()}, {"notServed", Ordered::array()}, {"unmodelled", Ordered::array()}, {"notReproducible", Ordered::array()}};
  double simulated_s = 0;
  double real_s = 0;
  for (const auto& lab : labs) {
    out["labs"].push_back(lab_json(lab));
    for (const auto& fault : lab.faults) out["faults"].push_back({{"lab", lab.file}, {"fault", fault.fault}, {"armed", fault.armed}, {"hits", fault.hits}});
    for (const auto& stand_in : lab.stand_ins) out["standIns"].push_back({{"lab", lab.file}, {"address", stand_in.address}, {"standsIn", stand_in.stands_in}});
    for (const auto& notebook : lab.notebooks) out["notebooks"].push_back(notebook_json(lab.file, notebook));
    for (const auto& what : lab.replaced) out["replaced"].push_back({{"lab", lab.file}, {"what", what}});
    for (const auto& route : lab.unknown_routes) out["notServed"].push_back({{"lab", lab.file}, {"route", route}});
    for (const auto& property : lab.unmodelled) out["unmodelled"].push_back({{"lab", lab.file}, {"property", property}});
    for (const auto& what : lab.not_reproducible) out["notReproducible"].push_back({{"lab", lab.file}, {"what", what}});
    simulated_s += lab.simulated_s;
    real_s += lab.real_s;
  }
  out["time"] = {{"simulatedSeconds", rounded(simulated_s)}, {"realSeconds", rounded(real_s)}};
  return out.dump(2, ' ', false, Ordered::error_handler_t::replace) + "\n";
}

}  // namespace azlab::report
