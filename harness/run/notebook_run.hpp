#pragma once

#include <string>
#include <vector>

#include "harness/run/machines.hpp"
#include "harness/run/result.hpp"

namespace azlab::run {

/// A notebook that is to be carried out from its first cell to its last.
struct NotebookTask {
  InstancePlace instance;  ///< must be running
  std::string path;        ///< in its share
  std::string kernel;      ///< display name of an offered kernel
};

/// Carries it out on a real kernel in the instance's sandbox. Outputs are written back into the notebook. Whatever goes
/// wrong is in the record: a cell that failed, or why it could not be run here.
NotebookRecord run_notebook(Simulator& simulator, Machines& machines, const NotebookTask& task);

/// The kernel that a notebook's metadata names, by its display name; empty when it names none or is no notebook.
std::string kernel_of_notebook(const std::string& text);

}  // namespace azlab::run
