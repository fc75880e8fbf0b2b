#include "harness/run/notebook_memory.hpp"

#include <algorithm>
#include <array>

#include "harness/run/kept_state.hpp"
#include "sim/core/journal.hpp"
#include "sim/core/text.hpp"
#include "sim/core/world.hpp"

namespace azlab::run {
namespace {

/// What a notebook reads and writes beside Azure, below the run's directory: the shares, and its instance's own files.
std::array<std::string, 4> places_of(const NotebookTask& task) {
  const std::string session = "ci-" + task.instance.name;
  return {"shares", "homes/" + session, "sessions/" + session + "/tmp", "sessions/" + session + "/counter"};
}

}  // namespace

std::string NotebookMemory::key_of(Simulator& simulator, Machines& machines, const NotebookTask& task) {
  const auto& prepared = machines.python();
  if (!machines.in_sandbox() || !prepared || machines.running() > 0) return {};
  Digest digest;
  const SimulatorOptions& options = simulator.options();
  for (const std::string& part : {std::to_string(options.seed), options.scenario, options.date, std::string(options.strict ? "strict" : ""), prepared->directory, prepared->python_version}) digest.add(part);
  for (const std::string& part : {task.instance.name, task.instance.workspace, task.path, task.kernel}) digest.add(part);
  for (const auto& place : places_of(task)) {
    if (!add_files(machines.host().directory, place, digest)) return {};
  }
  digest.add(std::to_string(simulator.now().time_since_epoch().count()));
  simulator.inspect([&](const World& world) { add_world(world, digest); });
  return digest.text();
}

NotebookOutcome NotebookMemory::outcome(const std::string& key, Simulator& simulator, Machines& machines, const NotebookTask& task,
                                        const std::function<NotebookOutcome()>& carry_out) {
  if (key.empty()) return carry_out();
  {
    std::unique_lock lock(mutex_);
    done_.wait(lock, [&] { return !under_way_.contains(key); });
    if (const NotebookOutcome* known = take_over(key, simulator, machines, task)) return *known;
    under_way_.insert(key);
  }
  // However it ends, who waits for it must hear of it.
  const std::shared_ptr<void> at_end(nullptr, [&](void*) {
    const std::lock_guard lock(mutex_);
    under_way_.erase(key);
    done_.notify_all();
  });
  NotebookOutcome out = carry_out();
  const std::lock_guard lock(mutex_);
  out.record.start = key;
  if (!keep(key, out, machines, task)) out.record.start.clear();
  return out;
}

const NotebookOutcome* NotebookMemory::take_over(const std::string& key, Simulator& simulator, Machines& machines, const NotebookTask& task) {
  const auto found = kept_.find(key);
  if (found == kept_.end()) return nullptr;
  const Kept& kept = found->second;
  for (const auto& place : places_of(task)) {
    if (!copy_place(kept.folder, machines.host().directory, place)) return nullptr;
  }
  Snapshot after = kept.outcome.after;
  after.journal = simulator.journal().next_number();  // what this simulator was asked stays
  simulator.restore(after);
  machines.note_replaced(kept.outcome.replaced);
  return &kept.outcome;
}

bool NotebookMemory::keep(const std::string& key, const NotebookOutcome& outcome, Machines& machines, const NotebookTask& task) {
  if (machines.running() > 0) return false;
  if (!directory_) {
    auto made = RunDirectory::make();
    if (!made) return false;
    directory_ = std::move(*made);
  }
  const std::string folder = directory_->path() + "/" + std::to_string(kept_.size());
  for (const auto& place : places_of(task)) {
    if (!copy_place(machines.host().directory, folder, place)) return false;
  }
  kept_[key] = {outcome, folder};
  return true;
}

void FirstRuns::name(LabRecord& record) {
  for (auto& notebook : record.notebooks) {
    if (notebook.start.empty()) continue;
    const std::string here = record.file + ":" + std::to_string(notebook.line);
    const auto [first, is_first] = first_.try_emplace(notebook.start, here);
    notebook.taken_over_from = is_first ? std::string() : first->second;
  }
}

}  // namespace azlab::run
