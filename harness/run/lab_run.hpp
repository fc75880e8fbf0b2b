#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/run/machines.hpp"
#include "harness/run/result.hpp"
#include "harness/walk/walker.hpp"
#include "sim/portal/session.hpp"

namespace azlab::run {

class NotebookMemory;

/// What is kept in mind between the steps of a lab; plain data, so that a run can go on from a copy of it.
struct LabProgress {
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
  /// Opens what the lab's reader looks at and presses; empty: the pages without a browser (walk::session_pages).
  std::function<Result<std::unique_ptr<walk::Pages>>(Simulator&, Machines&, const walk::Walker::Options&)> open_pages{};
  /// Called after each step: progress.
  std::function<void(const LabRecord&, const StepRecord&)> on_step{};
  /// Called after each operation, with what the browser shows then.
  std::function<void(const portal::Session&, const OpRecord&)> on_op{};
};

/// Where a run of a lab stands before one of its steps: enough to go on from there as often as wanted, beside each other, in
/// another process's time or under other faults. Cheap to copy; the files lie in `folder`, which whoever took it keeps.
struct RunPoint {
  std::size_t next = 0;  ///< index of the step that comes next
  Snapshot azure{};
  std::string browser{};  ///< walk::Walker::save
  LabProgress progress{};
  std::string folder{};  ///< a copy of what the machines and shares hold
};

/// A lab that is carried out step by step, in a simulated Azure and on machines of its own.
class LabRun {
 public:
  /// Ready for the first step: prerequisites are done. Fails (wrong use, exit 2) when the run cannot begin. Lab and options
  /// must outlive it.
  static Result<std::unique_ptr<LabRun>> begin(const lab::Lab& lab, const RunOptions& options);
  /// Ready for the step that `point` names; what was recorded before it is not here.
  static Result<std::unique_ptr<LabRun>> go_on(const lab::Lab& lab, const RunOptions& options, const RunPoint& point);
  ~LabRun();
  LabRun(const LabRun&) = delete;
  LabRun& operator=(const LabRun&) = delete;

  /// Index of the step that comes next; the number of steps when there is none left.
  std::size_t next() const { return next_; }
  /// Carries it out with its alternative.
  void step();
  /// Where the run stands. Files are copied into `folder`, which is made; empty: no files are. Fails when they cannot be copied.
  Result<RunPoint> point(const std::string& folder) const;
  /// The directory in which the machines' files lie; none while they are still those of the point that this goes on from.
  std::optional<std::string> files() const;
  /// The browser's and the reader's state as text (walk::Walker::save).
  std::string browser() const;
  const LabProgress& progress() const;
  Simulator& simulator() const;
  const LabRecord& record() const;
  /// What is judged when all is done, and the record of the whole. Nothing can be asked of the run after that.
  LabRecord finish();

 private:
  struct Impl;
  LabRun(std::unique_ptr<Impl> impl, std::size_t next);
  std::unique_ptr<Impl> impl_;
  std::size_t next_ = 0;
};

/// Carries out one lab from a World of its own. Fails (wrong use, exit 2) when the run cannot begin; anything
/// that goes wrong inside the lab is in the record.
Result<LabRecord> run_lab(const lab::Lab& lab, const RunOptions& options);

}  // namespace azlab::run
