#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "harness/run/machines.hpp"
#include "harness/run/result.hpp"

namespace azlab::run {

class NotebookMemory;

struct RunOptions {
  std::string scenario{};
  std::uint64_t seed = 1;
  std::string date{};   ///< first simulated instant; empty: the simulator's own
  std::string as_of{};  ///< day whose screens, kernels and images count; empty: that of `date`
  std::vector<std::pair<std::string, std::string>> clone_map{};
  bool sandbox = true;
  PythonUse python = PythonUse::install;
  AzUse az = AzUse::built_in;
  std::vector<ExtensionWheel> extension_wheels{};  ///< for the real az
  std::function<void(const std::string& line, bool is_progress)> say{};  ///< what preparing them tells
  std::string azlab_binary{};
  /// What other labs' notebooks came to, and where this one's are kept for the next; none: each is carried out.
  std::shared_ptr<NotebookMemory> notebooks{};
  /// Shared by the labs of a run: their Python environment is prepared once.
  std::shared_ptr<python::PreparedOnce> prepared = std::make_shared<python::PreparedOnce>();
  /// Reads another page of the course, by the file's name as Lab::file has it; empty: from the disk.
  std::function<Result<std::string>(const std::string& file)> read_page{};
  /// Called after each step: progress.
  std::function<void(const LabRecord&, const StepRecord&)> on_step{};
};

/// Carries out one lab from a World of its own. Fails (wrong use, exit 2) when the run cannot begin; anything
/// that goes wrong inside the lab is in the record.
Result<LabRecord> run_lab(const lab::Lab& lab, const RunOptions& options);

}  // namespace azlab::run
