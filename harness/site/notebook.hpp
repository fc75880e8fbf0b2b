#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "harness/site/living_kernel.hpp"
#include "harness/site/notebook_document.hpp"
#include "harness/site/share.hpp"
#include "sim/net/site_server.hpp"

namespace azlab::site {

/// What a person chose on a notebook's page; empty: nothing.
struct KernelChoice {
  std::string compute{};  ///< name of an instance
  std::string kernel{};   ///< display name
};

/// What notebooks share of the site.
struct NotebookRoom {
  static constexpr int kKernelsMax = 8;
  Simulator& simulator;
  run::Machines& machines;
  std::mutex& machines_gate;
  std::shared_ptr<std::atomic<int>> kernels = std::make_shared<std::atomic<int>>(0);  ///< how many live
};

/// One notebook that somebody has opened, with its kernel, which lives until its instance stops, whatever the pages do. All tabs
/// that have it open hear of it (pushes `notebook` and `notebook.kernel` of sim/portal/web/src/protocol.ts). Any thread may
/// call any member. Errors are lines for the person.
class Notebook {
 public:
  /// `number` is unique among the notebooks of the site.
  Notebook(const NotebookRoom& room, std::string workspace, std::string path, int number);
  ~Notebook();
  Notebook(const Notebook&) = delete;
  Notebook& operator=(const Notebook&) = delete;

  /// The answer of `notebook.open`. The viewer hears what happens from now on, until it has gone.
  Result<Json> open(const std::shared_ptr<net::SiteTab>& viewer);
  /// Queues a cell, or all cells that hold code; starts a kernel where none lives or another was chosen.
  Result<void> run(const std::string& cell, const std::string& source, const KernelChoice& choice);
  Result<void> run_all(const KernelChoice& choice);
  /// Ends the cell that runs as Ctrl+C does, and forgets those that wait.
  Result<void> interrupt();
  /// A kernel that knows nothing of what ran before.
  Result<void> restart(const KernelChoice& choice);
  /// Cells and their order are the page's; outputs are ours. Fails when the file was changed by somebody else since.
  /// Other viewers than `writer` are told.
  Result<void> save(const Json& cells, const net::SiteTab* writer = nullptr);
  /// Ends the kernel when its compute instance has stopped, started anew or gone.
  void look();

 private:
  using Lock = std::unique_lock<std::mutex>;

  /// All below: with the lock held.
  bool lives() const { return kernel_ != nullptr && !over_; }
  Result<run::InstancePlace> choose_instance(const std::string& wanted) const;
  std::string choose_kernel(const std::string& wanted) const;
  /// Makes sure of a kernel as chosen. One that it replaces goes into `old`, to be ended without the lock.
  Result<void> need_kernel(const KernelChoice& choice, std::unique_ptr<LivingKernel>& old);
  void start_kernel(const run::InstancePlace& instance, const std::string& display);
  std::unique_ptr<LivingKernel> drop_kernel();
  void queue(const std::string& cell);
  void forget_queue();
  void go_on();
  void end_running(const std::string& why);
  Result<void> write();
  void keep();
  void set_state(const std::string& cell, const char* state);
  void tell_cell(const std::string& cell, const Json& outputs, const Json& count);
  void tell_kernel(const std::string& problem = "");
  Json cells() const;
  void say(Json message, const net::SiteTab* but = nullptr);

  LivingKernel::Listener listener();
  void on_done(const std::string& cell, bool ok, const Json& outputs, const Json& count);
  void on_ended(const std::string& why);

  NotebookRoom room_;
  std::string workspace_;
  std::string path_;
  int number_;
  Share share_;

  mutable std::mutex mutex_{};  ///< guards what follows
  std::vector<std::weak_ptr<net::SiteTab>> viewers_{};
  std::optional<NotebookDocument> document_{};
  std::string text_{};                         ///< of the file, as we last read or wrote it
  std::map<std::string, std::string> states_{};  ///< "queued", "running", "done", "failed", by cell
  std::deque<std::string> queue_{};
  std::string running_{};      ///< cell; empty: none
  int generation_ = 0;         ///< of kernels: what an earlier one still says is not heard
  bool ready_ = false;
  bool over_ = false;  ///< the kernel has ended by itself
  run::InstancePlace instance_{};
  std::string instance_since_{};  ///< what it did last when the kernel started
  std::string display_{};
  std::unique_ptr<LivingKernel> kernel_{};
};

}  // namespace azlab::site
