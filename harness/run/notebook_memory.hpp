#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "harness/run/job_watch.hpp"
#include "harness/run/notebook_run.hpp"
#include "harness/run/run_directory.hpp"

namespace azlab::run {

/// A notebook that was carried out with the jobs it submitted: what came of it, and what it left behind.
struct NotebookOutcome {
  NotebookRecord record{};
  std::vector<JobFailure> failures{};  ///< of jobs that nobody awaited
  Snapshot after{};
  std::vector<std::string> replaced{};  ///< as Machines::replaced
};

/// What the notebooks of one `validate` came to. A lab in eleven languages carries its notebook out once: where the
/// notebook, the files beside it, the Python environment, the state of the simulated Azure, the scenario and the seed
/// are the same, what follows is the same, too, and is taken over instead of waited for. Labs may ask from several threads.
class NotebookMemory {
 public:
  /// Names the start of a run by its digest; empty when it cannot be told from another's: without a sandbox (paths
  /// of this computer lead into the results), without Python, or while processes still run.
  static std::string key_of(Simulator& simulator, Machines& machines, const NotebookTask& task);

  /// What a run from the start `key` comes to: taken over from one before, after which the simulator's state, the shares and
  /// the machine's files are what they were after that one, or by `carry_out`. While another thread carries out the same,
  /// this waits for it. `NotebookRecord::start` is set where the outcome can be taken over.
  NotebookOutcome outcome(const std::string& key, Simulator& simulator, Machines& machines, const NotebookTask& task,
                          const std::function<NotebookOutcome()>& carry_out);

 private:
  struct Kept {
    NotebookOutcome outcome;
    std::string folder;
  };
  /// Null when there is none, or its files cannot be put in place.
  const NotebookOutcome* take_over(const std::string& key, Simulator& simulator, Machines& machines, const NotebookTask& task);
  /// Whether the outcome was kept with the files as they lie now: not while processes run, nor without room.
  bool keep(const std::string& key, const NotebookOutcome& outcome, Machines& machines, const NotebookTask& task);

  std::mutex mutex_{};  ///< guards what follows; what is kept never changes
  std::condition_variable done_{};
  std::set<std::string> under_way_{};
  std::unique_ptr<RunDirectory> directory_{};  ///< made when something is kept
  std::map<std::string, Kept> kept_{};
};

/// Says of notebooks that began from the same start which instruction's run they were taken over from: the first one's in the
/// order in which the records are named, whichever thread was first.
class FirstRuns {
 public:
  void name(LabRecord& record);

 private:
  std::map<std::string, std::string> first_{};  ///< by start: "FILE:LINE"
};

}  // namespace azlab::run
