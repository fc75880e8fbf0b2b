#pragma once

#include <map>
#include <memory>
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
  std::string where{};                  ///< "FILE:LINE" of the instruction that had it carried out
};

/// What the notebooks of one `validate` came to. A lab in eleven languages carries its notebook out once: where the
/// notebook, the files beside it, the Python environment, the state of the simulated Azure, the scenario and the seed
/// are the same, what follows is the same, too, and is taken over instead of waited for.
class NotebookMemory {
 public:
  /// Names the start of a run by its digest; empty when it cannot be told from another's: without a sandbox (paths
  /// of this computer lead into the results), without Python, or while processes still run.
  static std::string key_of(Simulator& simulator, Machines& machines, const NotebookTask& task);

  /// Takes over what a run with this key came to: the simulator's state, the shares and the machine's files become
  /// what they were after it. Null when there was none, or its files cannot be put in place.
  const NotebookOutcome* take_over(const std::string& key, Simulator& simulator, Machines& machines, const NotebookTask& task);

  /// Keeps an outcome with the files as they lie now. Nothing is kept while processes run, or without room.
  void keep(const std::string& key, NotebookOutcome outcome, Machines& machines, const NotebookTask& task);

 private:
  struct Kept {
    NotebookOutcome outcome;
    std::string folder;
  };
  std::unique_ptr<RunDirectory> directory_{};  ///< made when something is kept
  std::map<std::string, Kept> kept_{};
};

}  // namespace azlab::run
