#include "harness/run/lab_run.hpp"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "harness/rules/catalogue.hpp"
#include "harness/run/kept_state.hpp"
#include "harness/run/lab_state.hpp"
#include "harness/run/silenced.hpp"
#include "sim/arm/unmodelled.hpp"
#include "sim/core/clock.hpp"
#include "sim/core/text.hpp"
#include "sim/core/world.hpp"
#include "sim/scenario/scenario.hpp"

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

/// Copies what machines and shares hold, but for what a session furnishes anew.
bool copy_files(const std::string& from, const std::string& to) {
  std::error_code why;
  for (const char* place : {"shares", "homes"}) {
    if (!copy_place(from, to, place)) return false;
  }
  const std::filesystem::path sessions = std::filesystem::path(from) / "sessions";
  if (!std::filesystem::exists(sessions, why)) return true;
  for (const auto& session : std::filesystem::directory_iterator(sessions, why)) {
    for (const char* part : {"run", "tmp", "counter", "status"}) {
      if (!copy_place(from, to, "sessions/" + session.path().filename().string() + "/" + part)) return false;
    }
  }
  return !why;
}

/// The day whose screens, kernels and images count: what is asked for, else the scenario's, else that on which the run begins.
std::string as_of_day(const RunOptions& options, const Simulator& simulator) {
  if (!options.as_of.empty()) return options.as_of;
  const auto scenario = load_scenario(options.scenario);
  return scenario && !scenario->as_of.empty() ? scenario->as_of : simulator.options().date.substr(0, 10);
}

}  // namespace

struct LabRun::Impl {
  double real_before = Clock::real_seconds();
  LabRecord record{};
  std::unique_ptr<Simulator> simulator{};
  std::unique_ptr<RunDirectory> directory{};
  std::shared_ptr<Machines> machines{};
  std::unique_ptr<walk::Walker> walker{};
  std::unique_ptr<LabState> state{};
  Time begin{};

  ~Impl() {
    if (simulator) simulator->set_workloads(nullptr);
  }

  static Result<std::unique_ptr<Impl>> make(const lab::Lab& lab, const RunOptions& options, const RunPoint* from);
};

Result<std::unique_ptr<LabRun::Impl>> LabRun::Impl::make(const lab::Lab& lab, const RunOptions& options, const RunPoint* from) {
  auto run = std::make_unique<Impl>();
  run->record = {.file = lab.file, .title = lab.title, .language = lab.language, .scenario = options.scenario, .findings = lab.findings};
  SimulatorOptions simulator_options{.seed = options.seed, .scenario = options.scenario, .extension_wheels = options.extension_wheels};
  if (!options.date.empty()) simulator_options.date = options.date;
  try {
    run->simulator = std::make_unique<Simulator>(simulator_options);
  } catch (const std::invalid_argument& e) {
    return fail(400, "WrongUse", e.what());
  }
  Simulator& simulator = *run->simulator;
  if (from != nullptr) simulator.restore(from->azure);
  auto directory = RunDirectory::make();
  if (!directory) return fail(directory.error());
  run->directory = std::move(*directory);
  const std::string& place = run->directory->path();
  if (from != nullptr && !from->folder.empty()) {
    // Most steps of portal and studio touch no file.
    run->directory->fill_with([folder = from->folder, place]() -> Result<void> {
      if (copy_files(folder, place)) return {};
      return fail(500, "FileError", "cannot copy the run's files to " + place);
    });
  }
  auto machines = Machines::make(simulator, *run->directory, {.azlab_binary = options.azlab_binary, .az = options.az, .clone_map = options.clone_map, .sandbox = options.sandbox, .python = options.python, .prepared = options.prepared, .say = options.say});
  if (!machines) return fail(machines.error());
  run->machines = std::move(*machines);
  auto files = std::make_shared<DirectoryFiles>(*run->directory);
  simulator.set_files(files);
  simulator.set_workloads(run->machines);
  const std::string as_of = as_of_day(options, simulator);
  const walk::Walker::Options reader{.language = lab.language, .as_of = as_of, .seed = options.seed};
  std::unique_ptr<walk::Pages> pages;
  if (options.open_pages) {
    auto opened = options.open_pages(simulator, *run->machines, reader);
    if (!opened) return fail(opened.error());
    pages = std::move(*opened);
  }
  run->walker = std::make_unique<walk::Walker>(simulator, reader, std::move(pages));
  run->state = std::make_unique<LabState>(lab, options, as_of, simulator, *run->machines, *run->walker, std::move(files), run->record);
  run->begin = simulator.now();
  if (from == nullptr) {
    run_prerequisites(*run->state);
  } else {
    run->walker->load(from->browser);
    static_cast<LabProgress&>(*run->state) = from->progress;
  }
  return run;
}

LabRun::LabRun(std::unique_ptr<Impl> impl, std::size_t next) : impl_(std::move(impl)), next_(next) {}
LabRun::~LabRun() = default;

Result<std::unique_ptr<LabRun>> LabRun::begin(const lab::Lab& lab, const RunOptions& options) {
  auto impl = Impl::make(lab, options, nullptr);
  if (!impl) return fail(impl.error());
  return std::unique_ptr<LabRun>(new LabRun(std::move(*impl), 0));
}

Result<std::unique_ptr<LabRun>> LabRun::go_on(const lab::Lab& lab, const RunOptions& options, const RunPoint& point) {
  auto impl = Impl::make(lab, options, &point);
  if (!impl) return fail(impl.error());
  return std::unique_ptr<LabRun>(new LabRun(std::move(*impl), point.next));
}

void LabRun::step() {
  run_step(*impl_->state, next_);
  ++next_;
}

Result<RunPoint> LabRun::point(const std::string& folder) const {
  if (const auto filled = impl_->directory->filled(); !filled) return fail(filled.error());
  if (!folder.empty() && !copy_files(impl_->directory->path(), folder)) return fail(500, "FileError", "cannot copy the run's files to " + folder);
  return RunPoint{.next = next_, .azure = impl_->simulator->snapshot(), .browser = impl_->walker->save(), .progress = *impl_->state, .folder = folder};
}

std::optional<std::string> LabRun::files() const {
  if (impl_->directory->is_to_be_filled()) return std::nullopt;
  return impl_->directory->path();
}
std::string LabRun::browser() const { return impl_->walker->save(); }
const LabProgress& LabRun::progress() const { return *impl_->state; }
Simulator& LabRun::simulator() const { return *impl_->simulator; }
const LabRecord& LabRun::record() const { return impl_->record; }

LabRecord LabRun::finish() {
  static_cast<void>(impl_->directory->filled());
  LabState& state = *impl_->state;
  LabRecord& record = impl_->record;
  Simulator& simulator = *impl_->simulator;
  record.simulated_s = to_seconds(simulator.now() - impl_->begin);
  check_clean_up(state);
  check_material(state);
  record.verdict = overall(record);
  record.faults = simulator.fault_hits();
  for (const auto& unmet : simulator.unmet_expectations()) record.findings.push_back(rules::finding("scenario/expectation-not-met", 1, "The scenario expected something else: " + unmet + "."));
  record.stand_ins = impl_->machines->stand_ins();
  record.replaced = impl_->machines->replaced();
  record.unknown_routes = counted(simulator, "unknown-route/");
  record.unmodelled = counted(simulator, arm::kUnmodelled);
  tidy_findings(record, state.lab.source);  // what another finding says is not there to be silenced
  silence(state.lab, record);
  for (const auto& step : record.steps) record.doing_s += step.doing_s;
  tidy_findings(record, state.lab.source);
  simulator.set_workloads(nullptr);
  impl_->state.reset();
  impl_->walker.reset();
  impl_->machines.reset();
  record.real_s = Clock::real_seconds() - impl_->real_before;
  return std::move(record);
}

Result<LabRecord> run_lab(const lab::Lab& lab, const RunOptions& options) {
  const auto run = LabRun::begin(lab, options);
  if (!run) return fail(run.error());
  while ((*run)->next() < lab.steps.size()) (*run)->step();
  return (*run)->finish();
}

}  // namespace azlab::run
