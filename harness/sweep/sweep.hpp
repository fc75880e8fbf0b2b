#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "harness/run/lab_run.hpp"
#include "harness/sweep/outcome.hpp"

namespace azlab::sweep {

/// Where a fault can strike.
struct Place {
  std::string operation{};
  std::string resource{};  ///< its name
  std::string phase{};     ///< or "request"
};

/// One branch that is to be carried out.
struct Target {
  std::size_t step = 0;
  std::string fault{};
  Place place{};  ///< the first of its step
};

/// Which branches of a lab are wanted; empty: all.
struct Filter {
  std::string faults{};      ///< a glob over ids of the catalogue
  std::vector<int> lines{};  ///< of steps
};

/// A lab that was carried out once without faults, and can be gone on with from before each of its steps. A fault is armed for one
/// step and its alternative and gone after that: what it means at a later step is another branch. It strikes as often as it is
/// met there, unless the catalogue says that Azure gets over it.
class LabSweeper {
 public:
  /// Carries the lab out; lab and options must outlive the sweeper. Fails when the run cannot begin.
  static Result<std::unique_ptr<LabSweeper>> prepare(const lab::Lab& lab, const run::RunOptions& options, const Filter& filter);
  ~LabSweeper();
  LabSweeper(const LabSweeper&) = delete;
  LabSweeper& operator=(const LabSweeper&) = delete;

  /// Every fault that can strike, at every step where it can, by step and then by fault.
  const std::vector<Target>& targets() const { return targets_; }
  /// Carries one out; from any thread. Fails when it cannot begin (no room on the disk).
  Result<Cell> carry_out(const Target& target);
  /// What there is to say of the lab itself: no cells yet.
  LabSweep frame() const;

 private:
  /// What follows from a state before some step, where it is another than in the run without faults.
  struct Rest {
    std::vector<LaterStep> later{};
    std::vector<std::string> missing{};
    int mended_at = 0;  ///< line of the step after which all is as without the fault; 0: never, or at once
  };
  /// A step of the run without faults.
  struct Passage {
    run::RunPoint before{};
    std::string files{};  ///< the name of its files
    std::string name{};   ///< of the state before it
    std::string verdict{};
  };

  LabSweeper(const lab::Lab& lab, const run::RunOptions& options);
  void choose(const Filter& filter, const std::vector<std::vector<Place>>& places);
  /// Of a run that went on from a point whose files have the name `files_before`.
  std::string name_of(const run::LabRun& run, const std::string& files_before) const;
  bool as_without(std::size_t step, const std::string& name) const { return passages_[step].name == name; }
  Rest follow(run::LabRun& run, const std::string& files_before);
  const run::StepRecord* record_of(const run::LabRecord& record, std::size_t step) const;
  Cell judge(const Target& target, const run::LabRecord& record, bool merged, const Rest& rest) const;

  const lab::Lab& lab_;
  const run::RunOptions& options_;
  std::unique_ptr<run::RunDirectory> folders_{};  ///< copies of the files before the steps
  std::vector<Passage> passages_{};               ///< one a step, and one for the end
  std::vector<Target> targets_{};
  std::size_t scenario_faults_ = 0;  ///< how many the scenario arms; how often they struck is part of a state
  mutable std::mutex mutex_{};  ///< guards what follows
  std::map<std::pair<std::size_t, std::string>, Rest> known_{};
  std::size_t merged_ = 0;
};

}  // namespace azlab::sweep
