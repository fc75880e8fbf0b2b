#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/run/job_watch.hpp"
#include "harness/run/lab_run.hpp"
#include "harness/run/machines.hpp"
#include "sim/core/world.hpp"
#include "harness/walk/walker.hpp"

namespace azlab::run {

/// A lab while it is carried out.
struct LabState : LabProgress {
  LabState(const lab::Lab& of, const RunOptions& with, std::string day, Simulator& azure, Machines& on, walk::Walker& reader, std::shared_ptr<FileStore> shares, LabRecord& into)
      : lab(of), options(with), as_of(std::move(day)), simulator(azure), machines(on), walker(reader), files(std::move(shares)), record(into) {}

  const lab::Lab& lab;
  const RunOptions& options;
  std::string as_of;
  Simulator& simulator;
  Machines& machines;
  walk::Walker& walker;
  std::shared_ptr<FileStore> files;
  LabRecord& record;
  std::string picture{};  ///< the last one taken
};

/// What an executor is handed: one op with its place.
struct Task {
  LabState& state;
  const lab::Step& step;
  const lab::Unit& unit;
  const lab::Op& op;
};

/// Carries out a fence in the terminal that is open.
OpRecord run_shell_block(const Task& task);
/// Opening a notebook, its kernel, running its cells.
OpRecord run_notebook_op(const Task& task);
/// Follows jobs that an op submitted and that nobody awaits to their end, on a branch. Nothing without jobs.
std::vector<JobFailure> follow_jobs(LabState& state, const std::map<std::string, std::string>& submitted);
/// Those among them that the op submitted (name -> by what, in words) make it fail, each with a finding.
void judge_jobs(const Task& task, const std::map<std::string, std::string>& submitted, const std::vector<JobFailure>& failures, OpRecord& out);
/// One of the lab's own steps with its alternative, recorded.
void run_step(LabState& state, std::size_t index);
/// All of them, in order.
void run_steps(LabState& state);
/// The pages that the lab wants carried out before it (directive prerequisite), each once, those of these first. Their steps are
/// shown as progress and not recorded; what goes wrong in them is a finding at the directive, and later failures follow from it.
void run_prerequisites(LabState& state);
/// What is left when the lab has ended: findings from the state.
void check_clean_up(LabState& state);
/// What can be said without carrying anything out: notebooks and scripts by their text, and what has been retired on the run's
/// day.
void check_material(LabState& state);

}  // namespace azlab::run
