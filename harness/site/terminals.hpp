#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "harness/run/machines.hpp"

namespace azlab::site {

/// The terminals that a tab has open: each has a thread that reads it. Members may be called by any thread.
class Terminals {
 public:
  struct Listener {
    std::function<void(const std::string& terminal, const std::string& data)> wrote;
    std::function<void(const std::string& terminal)> ended;
    /// A command has ended on a machine, "cloud-shell" or "compute-instance:<name>".
    std::function<void(const std::string& machine, const shell::CommandResult& command)> ran;
  };
  /// `gate` guards what of Machines is not made for several threads; all tabs share it.
  Terminals(run::Machines& machines, std::mutex& gate, Listener listener) : machines_(machines), gate_(gate), listener_(std::move(listener)) {}
  ~Terminals();
  Terminals(const Terminals&) = delete;
  Terminals& operator=(const Terminals&) = delete;

  /// `machine`: empty for Cloud Shell, else the name of a compute instance. Returns the terminal's name.
  Result<std::string> open(const std::string& machine, int columns, int rows);
  /// Fails when there is no such terminal; so do the next two.
  Result<void> type(const std::string& terminal, const std::string& data);
  Result<void> resize(const std::string& terminal, int columns, int rows);
  Result<void> close(const std::string& terminal);

 private:
  struct Open {
    std::unique_ptr<shell::LiveTerminal> terminal{};
    std::atomic<bool> closing = false;
    std::thread reader{};
  };
  std::shared_ptr<Open> find(const std::string& terminal);

  run::Machines& machines_;
  std::mutex& gate_;
  Listener listener_;
  std::mutex mutex_{};
  std::map<std::string, std::shared_ptr<Open>> open_{};
  int opened_ = 0;
};

}  // namespace azlab::site
