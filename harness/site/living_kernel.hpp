#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "harness/run/machines.hpp"
#include "sim/core/json.hpp"

namespace azlab::site {

/// A kernel of an open notebook, in its compute instance's sandbox, from its start until this goes: fixtures/python/living_kernel.py
/// and the thread that hears it. Members may be called by any thread but that one.
class LivingKernel {
 public:
  struct Task {
    run::InstancePlace instance;
    std::string notebook;  ///< path in the share
    std::string display;   ///< of the kernel
    std::string name;      ///< unique among those that live
  };
  /// Called by the kernel's own thread, one at a time. After `ended` nothing more is heard.
  struct Listener {
    std::function<void()> ready;
    /// All outputs of the cell so far (nbformat 4), and its execution count or null.
    std::function<void(const std::string& cell, const Json& outputs, const Json& count)> wrote;
    std::function<void(const std::string& cell, bool ok, const Json& outputs, const Json& count)> done;
    /// `why`: one line; empty when it ended because it was asked to.
    std::function<void(const std::string& why)> ended;
  };

  /// Starts it; what goes wrong on the way is told by `ended`. `gate` guards what of Machines is made for one thread.
  LivingKernel(Simulator& simulator, run::Machines& machines, std::mutex& gate, Task task, Listener listener);
  ~LivingKernel();
  LivingKernel(const LivingKernel&) = delete;
  LivingKernel& operator=(const LivingKernel&) = delete;

  /// One cell at a time: not before `ready`, nor before the one before is `done`.
  void run(const std::string& cell, const std::string& source);
  void interrupt();

 private:
  void ask(const Json& what);
  void live();
  /// What ended it, when nobody asked for it.
  std::string carry_out();
  void take(const std::string& line);

  Simulator& simulator_;
  run::Machines& machines_;
  std::mutex& gate_;
  Task task_;
  Listener listener_;
  int here_ = -1;   ///< our end of the driver's standard input
  int there_ = -1;  ///< the driver's
  std::atomic<double> ended_at_ = -1;  ///< real seconds when it was asked to end; negative: it was not
  std::string rest_{};                 ///< of what the driver says: no whole line yet
  std::string died_of_{};
  std::thread thread_{};
};

}  // namespace azlab::site
