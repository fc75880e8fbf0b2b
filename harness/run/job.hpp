#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "harness/run/machines.hpp"

namespace azlab::run {

/// A job's process while it runs: its directory laid out, its command in a sandbox of its own, what it writes handed on
/// as it comes, its files collected at the end (the requests of sim/core/workloads.hpp).
class Job {
 public:
  /// Who hears what becomes of it: Simulator::handle.
  using Report = std::function<void(const Request&)>;
  /// Everything that can be refused before it starts; the reason when it cannot run here.
  static Result<std::shared_ptr<Job>> make(Report report, Machines& machines, const RunDirectory& directory, Workload workload);

  /// Runs it to its end, on the caller's thread, and reports.
  void run();
  /// Ends it; any thread.
  void stop() { stopped_ = true; }
  /// "Python 3.11.2 instead of 3.10, …": what its environment asks for and this computer has otherwise; empty: nothing.
  const std::string& replaced() const { return replaced_; }
  /// Packages of its environment that this computer does not have.
  const std::vector<std::string>& without() const { return without_; }

 private:
  Job(Report report, Machines& machines, Workload workload) : report_(std::move(report)), machines_(machines), workload_(std::move(workload)) {}
  Result<void> choose_python();
  Result<void> lay_out() const;
  void carry_out();
  bool may_go_on(int process);
  void say(std::string_view piece, bool now);
  void collect();
  void post(const std::string& path, Body body, Method method = Method::post);

  Report report_;
  Machines& machines_;
  Workload workload_;
  std::string root_{};    ///< on this computer
  std::string inside_{};  ///< the same as the process sees it
  std::string replaced_{};
  std::vector<std::string> without_{};
  python::Site site_{};
  std::atomic<bool> stopped_ = false;
  std::string unsaid_{};    ///< output that waits to be handed on
  double said_at_ = 0;
  double measured_at_ = 0;
  std::string ended_for_{};  ///< the limit that it broke
  int exit_status_ = 0;
  std::string reason_{};
};

}  // namespace azlab::run
