#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "sim/simulator.hpp"

namespace azlab::site {

/// Something that a person waits for: an operation on a resource, or a job.
struct Awaited {
  std::string operation;  ///< "workspaces.create"; of a job "job"
  std::string resource;   ///< ARM id as Azure keeps it (lower case)
  bool operator==(const Awaited&) const = default;
};

/// What is under way in Azure now, in the order of its ids.
std::vector<Awaited> awaited_now(const Simulator& simulator);

/// Simulated time for a person: second by second while they work, and 60 times as fast while something they wait for is
/// under way, until it has ended. What is meant for a time of day (schedules of instances) does not come sooner for that: it
/// is put off by as much as the clock ran ahead. The simulator must run in TimeMode::scaled.
class Pace {
 public:
  static constexpr double kWaitingScale = 60;

  struct State {
    Time now{};
    double speed = 1;
    std::vector<Awaited> waiting{};
    std::optional<Time> next{};  ///< when the next thing is due
    bool operator==(const State&) const = default;
  };

  explicit Pace(Simulator& simulator);
  ~Pace() { stop(); }
  Pace(const Pace&) = delete;
  Pace& operator=(const Pace&) = delete;

  void start();
  void stop();
  State state() const;
  /// Goes on to when the first of what is awaited has changed. Nothing when nothing is awaited.
  void skip();
  /// One look at what is awaited; `start` has it done several times a second.
  void look();

 private:
  void run();

  Simulator& simulator_;
  mutable std::mutex mutex_{};
  std::condition_variable ending_{};
  bool ended_ = false;
  double speed_ = 1;
  Time looked_{};          ///< simulated, at the last look
  double looked_real_ = 0; ///< real seconds, then
  std::vector<Awaited> waiting_{};
  std::thread thread_{};
};

}  // namespace azlab::site
