#include "harness/sweep/sweep.hpp"

#include <algorithm>
#include <set>

#include "harness/run/run_directory.hpp"
#include "harness/sweep/same_state.hpp"
#include "harness/run/kept_state.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"
#include "sim/faults/fault.hpp"

namespace azlab::sweep {
namespace {

/// A fault of the catalogue, and where the simulator lets it strike.
struct Armable {
  const faults::Fault* fault = nullptr;
  std::vector<std::pair<std::string, std::string>> places{};  ///< (glob over operations, phase)
};

/// The first of the places at which a fault can strike, or null.
const Place* place_of(const Armable& fault, const std::vector<Place>& places) {
  const auto found = std::find_if(places.begin(), places.end(), [&](const Place& place) {
    return std::any_of(fault.places.begin(), fault.places.end(), [&](const auto& its) { return place.phase == its.second && glob_match(its.first, place.operation); });
  });
  return found == places.end() ? nullptr : &*found;
}

/// Whether the reader writes something in this step: a command, code.
bool has_writing(const lab::Step& step) {
  for (const auto& unit : step.units) {
    for (const auto& op : unit.ops) {
      if (op.kind == "shell.block" || op.kind.starts_with("nb.")) return true;
    }
  }
  return false;
}

/// Those of the catalogue that this simulator can arm.
std::vector<Armable> armable(Simulator& simulator) {
  std::vector<Armable> out;
  for (const auto& fault : faults::all_faults()) {
    if (!fault.transport.empty()) continue;  // what a lab does here goes over no network that could break
    const auto armed = faults::parse_armed_fault(fault.id);
    if (armed && simulator.arm(*armed)) out.push_back({.fault = &fault, .places = simulator.fault_hits().back().places});
  }
  return out;
}

}  // namespace

LabSweeper::LabSweeper(const lab::Lab& lab, const run::RunOptions& options) : lab_(lab), options_(options) {}
LabSweeper::~LabSweeper() = default;

Result<std::unique_ptr<LabSweeper>> LabSweeper::prepare(const lab::Lab& lab, const run::RunOptions& options, const Filter& filter) {
  std::unique_ptr<LabSweeper> sweeper(new LabSweeper(lab, options));
  auto folders = run::RunDirectory::make();
  if (!folders) return fail(folders.error());
  sweeper->folders_ = std::move(*folders);
  auto run = run::LabRun::begin(lab, options);
  if (!run) return fail(run.error());
  sweeper->scenario_faults_ = (*run)->simulator().fault_hits().size();
  std::vector<std::vector<Place>> places;
  std::string files;
  std::string folder;
  while (true) {
    // A step without commands leaves the files alone: its point shares the copy of the one before.
    if (const std::string now = name_of_files((*run)->files().value_or("")); now != files || folder.empty()) {
      files = now;
      folder = sweeper->folders_->path() + "/" + std::to_string((*run)->next());
      auto copied = (*run)->point(folder);
      if (!copied) return fail(copied.error());
    }
    auto point = (*run)->point("");
    if (!point) return fail(point.error());
    point->folder = folder;
    sweeper->passages_.push_back({.before = std::move(*point), .files = files, .name = sweeper->name_of(**run, files)});
    if ((*run)->next() == lab.steps.size()) break;
    std::vector<Place> seen;  // in the order in which they were met
    std::set<std::string> known;
    (*run)->simulator().watch_strike_points([&](std::string_view operation, std::string_view resource, std::string_view phase) {
      if (known.insert(std::string(operation) + ":" + std::string(phase)).second) seen.push_back({std::string(operation), std::string(resource), std::string(phase)});
    });
    (*run)->step();
    (*run)->simulator().watch_strike_points({});
    places.push_back(std::move(seen));
    const auto* record = sweeper->record_of((*run)->record(), (*run)->next() - 1);
    sweeper->passages_.back().verdict = record == nullptr ? std::string() : record->verdict;
  }
  sweeper->choose(filter, places);
  return sweeper;
}

void LabSweeper::choose(const Filter& filter, const std::vector<std::vector<Place>>& places) {
  Simulator scratch({.seed = options_.seed, .scenario = options_.scenario});
  const auto faults = armable(scratch);  // the scenario's own are armed before them
  for (std::size_t step = 0; step < places.size(); ++step) {
    const int line = lab_.steps[step].line;
    if (!filter.lines.empty() && std::find(filter.lines.begin(), filter.lines.end(), line) == filter.lines.end()) continue;
    for (const auto& one : faults) {
      const faults::Fault* fault = one.fault;
      if (!filter.faults.empty() && !glob_match(filter.faults, fault->id)) continue;
      if (fault->typed && !has_writing(lab_.steps[step])) continue;
      const Place* place = place_of(one, places[step]);
      if (place != nullptr) targets_.push_back({.step = step, .fault = fault->id, .place = *place});
    }
  }
}

std::string LabSweeper::name_of(const run::LabRun& run, const std::string& files_before) const {
  run::Digest digest;
  run.simulator().inspect([&](const World& world) { digest.add(sweep::name_of(world, scenario_faults_)); });
  const auto files = run.files();
  digest.add(files ? name_of_files(*files) : files_before);
  digest.add(timeless(run.browser()));
  const run::LabProgress& kept = run.progress();
  const auto line = [](const std::optional<int>& at) { return at ? std::to_string(*at) : std::string("-"); };
  for (const std::string& part : {kept.terminal, line(kept.broken_at), line(kept.gap_at), std::string(kept.lost ? "lost" : ""), std::string(run::is_bad(kept.previous) ? "bad" : ""), kept.notebook, kept.kernel, join(kept.groups_deleted, "\n")}) digest.add(part);
  for (const auto& [path, text] : kept.opened) digest.add(path + "\n" + text);
  return digest.text();
}

const run::StepRecord* LabSweeper::record_of(const run::LabRecord& record, std::size_t step) const {
  const auto found = std::find_if(record.steps.rbegin(), record.steps.rend(), [&](const auto& one) { return !one.in_alternative && one.line == lab_.steps[step].line; });
  return found == record.steps.rend() ? nullptr : &*found;
}

LabSweep LabSweeper::frame() const {
  const std::lock_guard lock(mutex_);
  LabSweep out{.file = lab_.file, .title = lab_.title, .language = lab_.language, .scenario = options_.scenario, .branches = targets_.size(), .merged = merged_};
  for (std::size_t i = 0; i < lab_.steps.size(); ++i) {
    const lab::Step& step = lab_.steps[i];
    out.steps.push_back({.line = step.line, .section = step.section, .text = step.text, .verdict = passages_[i].verdict});
  }
  return out;
}

}  // namespace azlab::sweep
