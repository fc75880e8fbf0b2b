#pragma once

#include <map>
#include <memory>
#include <string>

#include "harness/run/machines.hpp"
#include "sim/core/json.hpp"

namespace azlab::run {

/// What the studio attaches where a notebook names no kernel.
constexpr const char* kDefaultKernel = "Python 3.10 - SDK v2";

/// A driver of a kernel that is to run on a compute instance: a script of fixtures/python, which starts the kernel.
struct KernelTask {
  InstancePlace instance;  ///< must be running
  std::string notebook;    ///< path in its share; the kernel starts in its folder
  std::string display;     ///< display name of the kernel
  std::string driver;      ///< "run_notebook.py"
  std::string name;        ///< of the driver's task file; unique on the instance among the kernels that live at a time
};

/// A driver that can be run, and what it stands on.
struct KernelProgram {
  shell::Session* session = nullptr;
  shell::Program program{};
  std::unique_ptr<net::Listener> network{};  ///< serves the program's way to Azure; must outlive it
  std::string python_version{};
  std::string environment{};
  std::map<std::string, std::string> packages{};  ///< of the instance's, those that are here, with their versions
  std::vector<std::string> missing{};             ///< of the instance's, those that this computer's environment lacks
};

/// Makes ready what a kernel needs on its instance: a site of the instance's packages, its variables and configuration, its way to
/// Azure. `more` is what the driver is told beside the kernel's command ("kernel", "display") and the notebook's path as it sees it.
/// Fails with one line where the instance does not run, or Python or a sandbox cannot be had.
Result<KernelProgram> prepare_kernel(Simulator& simulator, Machines& machines, const KernelTask& task, Json more);

}  // namespace azlab::run
