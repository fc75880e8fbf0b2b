#include "harness/site/pace.hpp"

#include <algorithm>

#include "sim/core/clock.hpp"
#include "sim/core/text.hpp"
#include "sim/core/world.hpp"
#include "sim/http/operation.hpp"

namespace azlab::site {
namespace {

constexpr std::chrono::milliseconds kLook{200};
/// What must not strike because the clock ran ahead: what is meant for a time of day, idle limits, ends of sign-ins.
constexpr std::string_view kOfPeople[] = {"compute.schedule", "cluster.idle", Simulator::kSignIns};

}  // namespace

std::vector<Awaited> awaited_now(const Simulator& simulator) {
  std::vector<Awaited> out;
  simulator.inspect([&](const World& world) {
    // Each running operation has a row that names it, each job one that names what its end depends on.
    world.for_each(Table::setting, "running/", [&](const std::string&, const RowPtr& row) {
      if (const auto operation = find_operation(world, row->body)) out.push_back({.operation = operation->name, .resource = to_lower(operation->resource)});
      return true;
    });
    world.for_each(Table::setting, "waits-for/", [&](const std::string&, const RowPtr& row) {
      Awaited job{.operation = "job", .resource = to_lower(split(row->body, '\n').front())};
      if (std::find(out.begin(), out.end(), job) == out.end()) out.push_back(std::move(job));
      return true;
    });
  });
  return out;
}

Pace::Pace(Simulator& simulator) : simulator_(simulator), looked_(simulator.now()), looked_real_(Clock::real_seconds()) {}

void Pace::start() {
  thread_ = std::thread([this] { run(); });
}

void Pace::stop() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  ending_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Pace::run() {
  std::unique_lock lock(mutex_);
  while (!ended_) {
    lock.unlock();
    look();
    lock.lock();
    ending_.wait_for(lock, kLook, [this] { return ended_; });
  }
}

void Pace::look() {
  simulator_.advance(Duration(0));  // what has become due happens now, though nobody asks
  auto waiting = awaited_now(simulator_);
  const double speed = waiting.empty() ? 1 : kWaitingScale;
  const std::lock_guard lock(mutex_);
  const Time now = simulator_.now();
  const double real = Clock::real_seconds();
  const Duration ahead = std::max(Duration(0), now - looked_ - seconds(real - looked_real_));
  // Within a look's own length nobody could tell.
  if (ahead > std::chrono::seconds(1)) {
    for (const auto& kind : kOfPeople) simulator_.postpone(kind, ahead);
    looked_ = now;
    looked_real_ = real;
  }
  if (speed != speed_) simulator_.set_time_scale(speed);
  speed_ = speed;
  waiting_ = std::move(waiting);
}

Pace::State Pace::state() const {
  const Time now = simulator_.now();
  const auto next = simulator_.next_due();
  const std::lock_guard lock(mutex_);
  return {.now = now, .speed = speed_, .waiting = waiting_, .next = next};
}

void Pace::skip() {
  const auto before = awaited_now(simulator_);
  if (before.empty()) return;
  for (int i = 0; i < 1000; ++i) {
    const auto due = simulator_.next_due();
    if (!due || simulator_.advance_to(*due) < *due) break;  // nothing more, or a running process holds the clock
    if (awaited_now(simulator_) != before) break;
  }
  look();
}

}  // namespace azlab::site
