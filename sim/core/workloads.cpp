#include "sim/core/workloads.hpp"

#include <condition_variable>
#include <mutex>

namespace azlab {
namespace {

struct Reports {
  std::mutex mutex{};
  std::condition_variable more{};
  std::uint64_t count = 0;
};

Reports& reports() {
  static Reports kReports;
  return kReports;
}

}  // namespace

std::uint64_t reports_so_far() {
  const std::lock_guard lock(reports().mutex);
  return reports().count;
}

void wait_for_report(std::uint64_t seen, Duration at_most) {
  std::unique_lock lock(reports().mutex);
  reports().more.wait_for(lock, at_most, [&] { return reports().count > seen; });
}

void note_report() {
  const std::lock_guard lock(reports().mutex);
  ++reports().count;
  reports().more.notify_all();
}

}  // namespace azlab
