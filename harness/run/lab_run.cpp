#include "harness/run/lab_run.hpp"

#include <algorithm>
#include <stdexcept>

#include "harness/run/lab_state.hpp"
#include "harness/run/silenced.hpp"
#include "sim/arm/unmodelled.hpp"
#include "sim/core/clock.hpp"
#include "sim/core/text.hpp"
#include "sim/core/world.hpp"

namespace azlab::run {
namespace {

std::string overall(const LabRecord& record) {
  std::string out(verdict::kPassed);
  for (const auto& step : record.steps) {
    if (!step.in_alternative) out = worse(out, step.verdict);
  }
  if (record.steps.empty()) out = verdict::kNotUnderstood;
  return out;
}

/// The counters below `prefix`, without it: what was counted at least once.
std::vector<std::string> counted(Simulator& simulator, std::string_view prefix) {
  std::vector<std::string> out;
  simulator.inspect([&](const World& world) {
    world.for_each(Table::counter, prefix, [&](const std::string& key, const RowPtr&) {
      out.push_back(key.substr(prefix.size()));
      return true;
    });
  });
  return out;
}

}  // namespace

Result<LabRecord> run_lab(const lab::Lab& lab, const RunOptions& options) {
  LabRecord record{.file = lab.file, .title = lab.title, .language = lab.language, .scenario = options.scenario, .findings = lab.findings};
  const double real_before = Clock::real_seconds();
  SimulatorOptions simulator_options{.seed = options.seed, .scenario = options.scenario, .extension_wheels = options.extension_wheels};
  if (!options.date.empty()) simulator_options.date = options.date;
  std::unique_ptr<Simulator> simulator;
  try {
    simulator = std::make_unique<Simulator>(simulator_options);
  } catch (const std::invalid_argument& e) {
    return fail(400, "WrongUse", e.what());
  }
  const auto directory = RunDirectory::make();
  if (!directory) return fail(directory.error());
  auto machines = Machines::make(*simulator, **directory, {.azlab_binary = options.azlab_binary, .az = options.az, .clone_map = options.clone_map, .sandbox = options.sandbox, .python = options.python, .prepared = options.prepared, .say = options.say});
  if (!machines) return fail(machines.error());
  const auto files = std::make_shared<DirectoryFiles>((*directory)->path() + "/shares");
  simulator->set_files(files);
  simulator->set_workloads(*machines);
  const std::string as_of = options.as_of.empty() ? simulator_options.date.substr(0, 10) : options.as_of;
  walk::Walker walker(*simulator, {.language = lab.language, .as_of = as_of, .seed = options.seed});
  LabState state{.lab = lab, .options = options, .as_of = as_of, .simulator = *simulator, .machines = **machines, .walker = walker, .files = files, .record = record};
  const Time begin = simulator->now();
  run_prerequisites(state);
  run_steps(state);
  record.simulated_s = to_seconds(simulator->now() - begin);
  check_clean_up(state);
  check_material(state);
  record.verdict = overall(record);
  record.faults = simulator->fault_hits();
  record.stand_ins = (*machines)->stand_ins();
  record.replaced = (*machines)->replaced();
  record.unknown_routes = counted(*simulator, "unknown-route/");
  record.unmodelled = counted(*simulator, arm::kUnmodelled);
  tidy_findings(record, lab.source);  // what another finding says is not there to be silenced
  silence(lab, record);
  for (const auto& step : record.steps) record.doing_s += step.doing_s;
  tidy_findings(record, lab.source);
  simulator->set_workloads(nullptr);
  machines->reset();
  record.real_s = Clock::real_seconds() - real_before;
  return record;
}

}  // namespace azlab::run
