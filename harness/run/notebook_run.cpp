#include "harness/run/notebook_run.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <functional>
#include <nlohmann/json.hpp>

#include "harness/run/job_watch.hpp"
#include "harness/run/kernel.hpp"
#include "sim/core/text.hpp"

namespace azlab::run {
namespace {

constexpr double kCellLimitS = 600;       // real seconds
constexpr double kNotebookLimitS = 3600;
constexpr std::size_t kEventsBytesMax = 1;  // events are read as they come, not kept
constexpr std::size_t kErrorBytesMax = 4000;
constexpr std::size_t kLogBytesMax = 16 * 1024;
constexpr int kTracebackLines = 8;

std::string last_lines(const std::string& text, int count) {
  auto lines = split(std::string(trim(text)), '\n');
  if (static_cast<int>(lines.size()) > count) lines.erase(lines.begin(), lines.end() - count);
  return join(lines, "\n");
}

std::string first_line_of(const std::string& source) {
  for (const auto& line : split(source, '\n')) {
    if (!trim(line).empty()) return std::string(trim(line));
  }
  return {};
}

/// The name of a package that a failed import wanted; empty when this is no failed import.
std::string module_not_found(const std::string& name, const std::string& message) {
  if (name != "ModuleNotFoundError") return {};
  const auto begin = message.find('\'');
  const auto end = message.find('\'', begin + 1);
  if (begin == std::string::npos || end == std::string::npos) return {};
  return replace_all(message.substr(begin + 1, end - begin - 1), ".", "-");
}

/// The driver's standard input, from which it reads that it may go on.
class GoAhead {
 public:
  GoAhead() {
    // A socket, not a pipe: writing to a driver that has gone is then an error instead of a signal.
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends_.data()) != 0) ends_ = {-1, -1};
  }
  ~GoAhead() {
    for (const int end : ends_) {
      if (end >= 0) ::close(end);
    }
  }
  GoAhead(const GoAhead&) = delete;
  GoAhead& operator=(const GoAhead&) = delete;

  int input() const { return ends_[1]; }
  void give() const { static_cast<void>(::send(ends_[0], "\n", 1, MSG_NOSIGNAL)); }

 private:
  std::array<int, 2> ends_{-1, -1};
};

/// One run: reads the driver's events into the record. `go_ahead` lets a cell begin.
class NotebookReader {
 public:
  NotebookReader(Simulator& simulator, Machines& machines, NotebookRecord& record, std::vector<std::string> not_here, std::vector<std::string> removed, std::function<void()> go_ahead)
      : simulator_(simulator), machines_(machines), record_(record), not_here_(std::move(not_here)), removed_(std::move(removed)), go_ahead_(std::move(go_ahead)) {}

  void read(std::string_view piece) {
    rest_ += piece;
    for (std::size_t end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n')) {
      if (const auto event = parse_json(std::string_view(rest_).substr(0, end)); event && event->is_object()) take(*event);
      rest_.erase(0, end + 1);
    }
  }
  bool done() const { return done_; }

 private:
  void take(const Json& event) {
    const std::string kind = string_at(event, "event");
    done_ = done_ || kind == "done";
    if (kind == "start") record_.code_cells = event.value("cells", 0);
    if (kind == "unreadable") {
      record_.evidence = "It is no notebook that Jupyter can open: " + string_at(event, "message");
      done_ = true;
    }
    if (kind == "cell") {
      before_ = NotServed::now(simulator_, machines_);
      jobs_before_ = all_jobs(simulator_);
      record_.cells.push_back({.number = event.value("cell", 0), .verdict = std::string(verdict::kFailed), .first_line = first_line_of(string_at(event, "source"))});
      go_ahead_();
    }
    if (kind == "dead" && record_.cells.empty()) record_.evidence = "The kernel did not start: " + string_at(event, "output");
    if (!kind.starts_with("cell-") && kind != "dead") return;
    if (record_.cells.empty()) return;
    CellRecord& cell = record_.cells.back();
    cell.output = string_at(event, "output");
    const std::string unserved = NotServed::now(simulator_, machines_).beyond(before_);  // before we ask anything ourselves
    note_jobs(cell);
    if (kind == "cell-done") cell.verdict = verdict::kPassed;
    if (kind == "cell-late") cell.error = fmt::format("it did not come to an end within {} s of real time", kCellLimitS);
    if (kind == "dead") cell.error = "the kernel died" + (cell.output.empty() ? std::string() : ": " + cell.output);
    if (kind == "cell-error") read_error(cell, event, unserved);
  }

  /// Which jobs the cell submitted, and which ended badly while it ran.
  void note_jobs(CellRecord& cell) {
    for (const auto& job : all_jobs(simulator_)) {
      const auto was = std::find_if(jobs_before_.begin(), jobs_before_.end(), [&](const JobSeen& seen) { return seen.id == job.id; });
      if (was == jobs_before_.end()) cell.jobs.push_back(job.name);
      const bool ended_now = job.ended() && (was == jobs_before_.end() || !was->ended());
      if (!ended_now || job.status == "Completed") continue;
      const JobFailure failure = explain_failure(simulator_, machines_, job);
      job_blocked_ = job_blocked_ || failure.blocked;
      job_failures_ += "\nThe job '" + job.display + "' ended as " + job.status + ": " + failure.why;
    }
  }

  void read_error(CellRecord& cell, const Json& event, const std::string& unserved) {
    const std::string name = string_at(event, "name");
    const std::string message = string_at(event, "message").substr(0, kErrorBytesMax);
    cell.error = name + (message.empty() ? "" : ": " + message);
    cell.traceback = last_lines(string_at(event, "traceback").substr(0, 4 * kErrorBytesMax), kTracebackLines);
    cell.error += job_failures_;
    const std::string module = module_not_found(name, message);
    if (!module.empty() && std::find(not_here_.begin(), not_here_.end(), to_lower(module)) != not_here_.end()) {
      cell.verdict = verdict::kBlocked;
      cell.error += " (the instance has that package, this computer's Python environment has not)";
    } else if (!module.empty() && !removed_.empty()) {
      cell.error += " (the instance's pip has taken away " + join(removed_, ", ") + ")";
    } else if (job_blocked_) {
      cell.verdict = verdict::kBlocked;
    } else if (!unserved.empty()) {
      cell.verdict = verdict::kBlocked;
      cell.error += "\n(not simulated, and asked for by this cell: " + unserved + ")";
    }
  }

  Simulator& simulator_;
  Machines& machines_;
  NotebookRecord& record_;
  std::vector<std::string> not_here_;
  std::vector<std::string> removed_;
  std::function<void()> go_ahead_;
  NotServed before_{};
  std::vector<JobSeen> jobs_before_{};
  std::string job_failures_{};  ///< of the whole notebook: a later cell may be the one that notices
  bool job_blocked_ = false;
  std::string rest_{};
  bool done_ = false;
};

void judge_notebook(NotebookRecord& record, const shell::ProcessResult& ran, bool done, const std::string& log) {
  record.verdict = verdict::kPassed;
  if (!ran.failure.empty()) {
    record.verdict = verdict::kBlocked;
    record.evidence = ran.failure;
    return;
  }
  if (!record.evidence.empty()) {
    record.verdict = verdict::kFailed;
    return;
  }
  for (const auto& cell : record.cells) record.verdict = worse(record.verdict, cell.verdict);
  if (!record.cells.empty() && record.cells.back().verdict != verdict::kPassed) {
    CellRecord& cell = record.cells.back();
    if (cell.error.empty()) cell.error = ran.timed_out ? "the notebook's time was over" : "the kernel's process ended: " + last_lines(log, kTracebackLines);
    record.evidence = fmt::format("Cell {} of {} ('{}'): {}{}", cell.number, record.code_cells, cell.first_line, cell.error, cell.traceback.empty() ? "" : "\n" + cell.traceback);
    return;
  }
  if (!done) {
    // Nothing of the notebook's own went wrong: it is ours that does not work here.
    record.verdict = verdict::kBlocked;
    record.evidence = ran.timed_out ? "The notebook's time was over." : "The notebook could not be run: " + last_lines(log, kTracebackLines);
  }
}

}  // namespace

std::string kernel_of_notebook(const std::string& text) {
  const auto notebook = parse_json(text);
  return notebook ? string_at(*notebook, "metadata.kernelspec.display_name") : std::string();
}

NotebookRecord run_notebook(Simulator& simulator, Machines& machines, const NotebookTask& task) {
  NotebookRecord record{.path = task.path, .kernel = task.kernel, .verdict = std::string(verdict::kBlocked)};
  auto kernel = prepare_kernel(simulator, machines, {.instance = task.instance, .notebook = task.path, .display = task.kernel, .driver = "run_notebook.py", .name = "notebook.json"},
                               {{"cellLimitSeconds", kCellLimitS}});
  if (!kernel) {
    record.evidence = kernel.error().message;
    return record;
  }
  record.python = kernel->python_version;
  record.environment = kernel->environment;
  record.packages = kernel->packages;

  const GoAhead go_ahead;
  NotebookReader reader(simulator, machines, record, kernel->missing, kernel->session->removed_packages(), [&] { go_ahead.give(); });
  std::string log;
  kernel->program.limits = {.time_limit_s = kNotebookLimitS,
                    .input = go_ahead.input(),
                    .output_bytes_max = kEventsBytesMax,
                    .on_output = [&](std::string_view piece) { reader.read(piece); },
                    .on_error = [&](std::string_view piece) { log = (log + std::string(piece)).substr(log.size() + piece.size() > kLogBytesMax ? log.size() + piece.size() - kLogBytesMax : 0); }};
  const auto ran = kernel->session->run_program(kernel->program);
  machines.room().poke();
  judge_notebook(record, ran, reader.done(), log);
  return record;
}

}  // namespace azlab::run
