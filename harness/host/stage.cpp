#include "harness/host/stage.hpp"

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "harness/host/admin.hpp"
#include "harness/host/summary.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/state/state_store.hpp"

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
  if (const auto ready = stage->prepare_state(); !ready) return fail(ready.error());
  for (const auto& fault : options.faults) {
    if (const auto ok = simulator.arm(fault); !ok) return fail(ok.error());
  }
  // What clients submit runs here as well: instances' scripts, jobs.
  auto machines = run::Machines::make(simulator, *stage->directory_, {.azlab_binary = options.azlab_binary, .python = options.python, .say = options.say});
  if (!machines) return fail(machines.error());
  stage->machines_ = std::move(*machines);
  simulator.set_files(std::make_shared<run::DirectoryFiles>(stage->directory_->path() + "/shares"));
  if (!options.azlab_binary.empty()) simulator.set_workloads(stage->machines_);
  auto door = door::ClientDoor::open(simulator, stage->machines_->room(), {.directory = stage->directory_->path(), .port = options.port, .allow = options.allow});
  if (!door) return fail(door.error());
  stage->door_ = std::move(*door);
  if (options.admin_port >= 0) {
    auto admin = net::PlainListener::open(options.admin_port, [&simulator](const Request& request) { return answer_admin(simulator, request); }, stage->directory_->path() + "/admin-body");
    if (!admin) return fail(admin.error());
    stage->admin_ = std::move(*admin);
  }
  stage->begin_ = simulator.now();
  return stage;
}

Stage::~Stage() {
  admin_.reset();
  door_.reset();
  if (simulator_) simulator_->set_workloads(nullptr);
}

/// The shares lie in the folder of the state, so that they stay; the World is what was saved.
Result<void> Stage::prepare_state() {
  if (options_.state.empty()) return {};
  namespace fs = std::filesystem;
  std::error_code why;
  const fs::path folder = fs::absolute(options_.state, why);
  fs::create_directories(folder / "shares", why);
  if (why) return fail(400, "State", "cannot make the folder '" + options_.state + "' for the state: " + why.message());
  fs::remove_all(directory_->path() + "/shares", why);
  fs::create_directory_symlink(folder / "shares", directory_->path() + "/shares", why);
  if (why) return fail(400, "State", "cannot use the folder '" + options_.state + "' for the state: " + why.message());
  const std::string file = (folder / "state.db").string();
  if (!fs::exists(file, why)) return {};
  const auto loaded = state::load(file);
  if (!loaded) return fail(loaded.error());
  simulator_->restore(*loaded);
  return {};
}

Result<void> Stage::close(std::ostream& out, std::optional<int> exit_status) {
  machines_->room().close();
  machines_->finish(true);
  simulator_->set_workloads(nullptr);
  if (!options_.state.empty()) {
    if (const auto saved = state::save(std::filesystem::absolute(options_.state).string() + "/state.db", simulator_->snapshot()); !saved) return saved;
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
