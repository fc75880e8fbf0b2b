#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "harness/sweep/report.hpp"

namespace azlab::sweep {
namespace {

constexpr int kFormat = 1;
constexpr std::string_view kOutcomes[] = {outcome::kLedOut, outcome::kLeftAlone, outcome::kHidden, outcome::kAbsorbed, outcome::kUnclear, outcome::kNotStruck};

Json lab_json(const LabSweep& lab) {
  Json out = {{"file", lab.file},       {"title", lab.title},   {"language", lab.language}, {"scenario", lab.scenario}, {"position", lab.position},
              {"branches", lab.branches}, {"merged", lab.merged}, {"realSeconds", lab.real_s}, {"steps", Json::array()},   {"cells", Json::array()},
              {"sentences", Json::array()}};
  for (const auto& step : lab.steps) out["steps"].push_back({{"line", step.line}, {"section", step.section}, {"text", step.text}, {"verdict", step.verdict}});
  for (const auto& cell : lab.cells) out["cells"].push_back(cell_json(cell));
  for (const auto& name : kOutcomes) out["counts"][std::string(name)] = count(lab, name);
  for (const auto& one : lacking_sentences(lab)) {
    out["sentences"].push_back({{"cure", one.cure}, {"lines", one.lines}, {"faults", one.faults}, {"hidden", one.hidden}, {"weight", one.weight}});
  }
  return out;
}

LabSweep lab_from_json(const Json& value) {
  LabSweep lab{.file = string_at(value, "file"), .title = string_at(value, "title"), .language = string_at(value, "language"), .scenario = string_at(value, "scenario"),
               .position = value.value("position", std::size_t{0}), .branches = value.value("branches", std::size_t{0}), .merged = value.value("merged", std::size_t{0}), .real_s = value.value("realSeconds", 0.0)};
  for (const auto& step : value.at("steps")) lab.steps.push_back({.line = step.at("line"), .section = string_at(step, "section"), .text = string_at(step, "text"), .verdict = string_at(step, "verdict")});
  for (const auto& cell : value.at("cells")) lab.cells.push_back(cell_from_json(cell));
  return lab;
}

bool before(const Cell& a, const Cell& b) { return a.step != b.step ? a.step < b.step : a.fault < b.fault; }

}  // namespace

Json cell_json(const Cell& cell) {
  Json out = {{"step", cell.step}, {"line", cell.line}, {"fault", cell.fault}, {"place", cell.place}, {"outcome", cell.outcome}, {"helpedBy", cell.helped_by}, {"verdict", cell.verdict},
              {"evidence", cell.evidence}, {"later", Json::array()}, {"missing", cell.missing}};
  for (const auto& later : cell.later) out["later"].push_back({{"line", later.line}, {"verdict", later.verdict}, {"evidence", later.evidence}});
  return out;
}

Cell cell_from_json(const Json& value) {
  Cell cell{.step = value.at("step"), .line = value.at("line"), .fault = string_at(value, "fault"), .place = string_at(value, "place"), .outcome = string_at(value, "outcome"),
            .helped_by = value.value("helpedBy", 0), .verdict = string_at(value, "verdict"), .evidence = string_at(value, "evidence"), .missing = value.at("missing").get<std::vector<std::string>>()};
  for (const auto& later : value.at("later")) cell.later.push_back({.line = later.at("line"), .verdict = string_at(later, "verdict"), .evidence = string_at(later, "evidence")});
  return cell;
}

std::string as_json(const std::vector<LabSweep>& labs) {
  Json out = {{"sweep", kFormat}, {"labs", Json::array()}};
  for (const auto& lab : labs) out["labs"].push_back(lab_json(lab));
  return dump_pretty(out) + "\n";
}

bool is_sweep(std::string_view json_text) {
  const auto json = parse_json(json_text);
  return json && json->is_object() && json->contains("sweep");
}

Result<std::vector<LabSweep>> from_json(std::string_view text) {
  const auto json = parse_json(text);
  if (!json) return fail(400, "WrongUse", json.error().message);
  if (!json->is_object() || json->value("sweep", Json()) != Json(kFormat)) return fail(400, "WrongUse", "this is no report that azlab sweep of this version wrote");
  std::vector<LabSweep> out;
  try {
    for (const auto& lab : json->at("labs")) out.push_back(lab_from_json(lab));
  } catch (const nlohmann::json::exception& e) {
    return fail(400, "WrongUse", std::string("a report of azlab sweep that is not whole: ") + e.what());
  }
  return out;
}

Result<std::vector<LabSweep>> merge(std::vector<std::vector<LabSweep>> parts) {
  std::map<std::size_t, LabSweep> labs;
  for (auto& part : parts) {
    for (auto& lab : part) {
      const auto [place, is_new] = labs.try_emplace(lab.position, lab);
      if (is_new) continue;
      LabSweep& whole = place->second;
      if (whole.file != lab.file || whole.branches != lab.branches || whole.scenario != lab.scenario) return fail(400, "WrongUse", lab.file + " and " + whole.file + " are not of the same sweep");
      whole.cells.insert(whole.cells.end(), lab.cells.begin(), lab.cells.end());
      whole.merged += lab.merged;
      whole.real_s += lab.real_s;
    }
  }
  std::vector<LabSweep> out;
  for (auto& [position, lab] : labs) {
    std::sort(lab.cells.begin(), lab.cells.end(), before);
    const auto twice = std::adjacent_find(lab.cells.begin(), lab.cells.end(), [](const Cell& a, const Cell& b) { return a.step == b.step && a.fault == b.fault; });
    if (twice != lab.cells.end()) return fail(400, "WrongUse", lab.file + ":" + std::to_string(twice->line) + ": " + twice->fault + " stands in several of the reports");
    out.push_back(std::move(lab));
  }
  return out;
}

}  // namespace azlab::sweep
