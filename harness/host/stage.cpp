#include "harness/host/stage.hpp"

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "harness/host/summary.hpp"
#include "sim/scenario/scenario.hpp"

namespace azlab::host {
Result<std::unique_ptr<Stage>> Stage::open(const ClientRunOptions& options) {
  std::unique_ptr<Stage> stage(new Stage(options));
  SimulatorOptions simulator_options = options.simulator;
  // Clients compare our times with their own clock (tokens, signatures), so the simulated day is today.
  const auto scenario = load_scenario(simulator_options.scenario);
  if (!scenario) return fail(scenario.error());
  stage->exit_status_expected_ = options.expectations && find_path(scenario->document.value(), "expect.exitStatus") != nullptr;
  if (simulator_options.date.empty() && scenario->date.empty()) simulator_options.date = to_iso8601_seconds(Clock::machine_time());
  try {
    stage->simulator_ = std::make_unique<Simulator>(simulator_options);
  } catch (const std::invalid_argument& e) {
    return fail(400, "WrongUse", e.what());
  }
  Simulator& simulator = *stage->simulator_;
  auto directory = run::RunDirectory::make();
  if (!directory) return fail(directory.error());
  stage->directory_ = std::move(*directory);
  if (const auto ready = stage->open_state(); !ready) return fail(ready.error());
  for (const auto& fault : options.faults) {
    if (const auto ok = simulator.arm(fault); !ok) return fail(ok.error());
  }
  if (const auto ready = stage->open_journal(); !ready) return fail(ready.error());
  // What clients submit runs here as well: instances' scripts, jobs.
  auto machines = run::Machines::make(simulator, *stage->directory_, {.azlab_binary = options.azlab_binary, .python = options.python, .say = options.say, .begun_before = stage->state_ ? stage->state_->begun_before() : 0});
  if (!machines) return fail(machines.error());
  stage->machines_ = std::move(*machines);
  stage->files_ = std::make_shared<run::DirectoryFiles>(stage->directory_->path() + "/shares");
  simulator.set_files(stage->files_);
  if (!options.azlab_binary.empty()) simulator.set_workloads(stage->machines_);
  if (stage->state_) report_lost(simulator);
  auto door = door::ClientDoor::open(simulator, stage->machines_->room(), {.directory = stage->directory_->path(), .port = options.port, .allow = options.allow});
  if (!door) return fail(door.error());
  stage->door_ = std::move(*door);
  if (const auto ready = stage->open_admin(); !ready) return fail(ready.error());
  stage->begin_ = simulator.now();
  return stage;
}

/// What went before (a state that is taken up, faults of the command line) is told in its first line.
Result<void> Stage::open_journal() {
  if (options_.journal_file.empty()) return {};
  const bool goes_on = state_ && state_->begun_before() > 0;
  auto writer = journal::Writer::open(options_.journal_file, {.options = simulator_->options(), .faults = options_.faults, .goes_on = goes_on});
  if (!writer) return fail(writer.error());
  journal_ = std::move(*writer);
  simulator_->set_recorder(journal_);
  return {};
}

Result<void> Stage::open_admin() {
  if (options_.admin_port < 0) return {};
  answers_ = std::make_unique<admin::Admin>(*simulator_, admin::Surroundings{.faults = options_.faults,
                                                                             .shares = directory_->path() + "/shares",
                                                                             .directory = directory_->path(),
                                                                             .foreign = door::foreign_variables(),
                                                                             .settings = [this] { return door_->settings(); },
                                                                             .refused = [this] { return door_->refused(); }});
  auto listener = net::PlainListener::open(options_.admin_port, [this](const Request& request) { return answers_->answer(request); }, directory_->path() + "/admin-body");
  if (!listener) return fail(listener.error());
  admin_ = std::move(*listener);
  return {};
}

Stage::~Stage() {
  admin_.reset();
  door_.reset();
  if (simulator_) simulator_->set_workloads(nullptr);
}

Result<void> Stage::open_state() {
  if (options_.state.empty()) return {};
  auto folder = StateFolder::open(options_.state, *directory_);
  if (!folder) return fail(folder.error());
  state_ = std::move(*folder);
  return state_->attach(*simulator_);
}

Result<void> Stage::close(std::ostream& out, std::optional<int> exit_status) {
  machines_->room().close();
  machines_->finish(true);
  simulator_->set_workloads(nullptr);
  // What clients still ask is refused from here on, unless it changes nothing.
  if (state_) state_->close();
  if (journal_) {
    simulator_->set_recorder(nullptr);
    if (const auto closed = journal_->close(*simulator_); !closed) return closed;
  }
  Summary summary = summarise(*simulator_, *door_, begin_);
  if (options_.expectations) summary.unmet = simulator_->unmet_expectations(exit_status);
  all_met_ = summary.unmet.empty();
  write_summary(summary, out);
  for (const auto& what : machines_->replaced()) out << "  replaced: " << what << "\n";
  if (options_.summary_file.empty()) return {};
  std::ofstream file(options_.summary_file, std::ios::binary);
  file << summary_json(summary) << std::flush;
  if (!file) return fail(500, "FileError", "--summary: cannot write " + options_.summary_file);
  return {};
}

}  // namespace azlab::host
