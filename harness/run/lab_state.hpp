#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "harness/run/job_watch.hpp"
#include "harness/run/lab_run.hpp"
#include "harness/run/machines.hpp"
#include "sim/core/world.hpp"
#include "harness/walk/walker.hpp"

namespace azlab::run {

/// A lab while it is carried out.
struct LabState {
  const lab::Lab& lab;
  const RunOptions& options;
  std::string as_of;
  Simulator& simulator;
  Machines& machines;
  walk::Walker& walker;
  std::shared_ptr<FileStore> files;
  LabRecord& record;
  std::string terminal{};               ///< the one that was opened last
  /// Line of the first step that failed to make something; later failures follow from it.
  std::optional<int> broken_at{};
  /// Line of the first step of which something was not carried out (blocked, not understood): what later lines
  /// miss may be what it would have made.
  std::optional<int> gap_at{};
  /// The page may not be the one that the text speaks of, since the way to it was not carried out.
  bool lost = false;
  std::string previous{};  ///< verdict of the last op that asked for something
  std::string notebook{};  ///< path in the share of the one that is open
  std::map<std::string, std::string> opened{};  ///< notebooks by the path that the text gave, as they were when opened first
  std::string kernel{};    ///< display name of the one that the text chose; empty: the notebook's own
  std::vector<std::string> groups_deleted{};
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
/// The lab's own steps, in order, each recorded.
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
