#include "sim/mlflow/run_status.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "sim/core/text.hpp"

namespace azlab::mlflow {
namespace {

constexpr std::array<std::string_view, 5> kRunStatuses = {"RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"};
constexpr std::array<std::string_view, 5> kStateOfStatus = {"Running", "Queued", "Completed", "Failed", "Canceled"};
// States that are none of these are on the way to running: NotStarted, Queued, Preparing, Provisioning, Starting.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kStatusOfState = {{{"Running", "RUNNING"},
                                                                                          {"Finalizing", "RUNNING"},
                                                                                          {"CancelRequested", "RUNNING"},
                                                                                          {"Completed", "FINISHED"},
                                                                                          {"Failed", "FAILED"},
                                                                                          {"NotResponding", "FAILED"},
                                                                                          {"Canceled", "KILLED"},
                                                                                          {"Paused", "SCHEDULED"}}};

}  // namespace

std::optional<std::string> read_run_status(std::string_view text) {
  for (std::size_t i = 0; i < kRunStatuses.size(); ++i) {
    if (text == kRunStatuses[i] || text == std::to_string(i + 1)) return std::string(kRunStatuses[i]);
  }
  return std::nullopt;
}

std::string run_status_of_job(std::string_view state) {
  const auto* found = std::find_if(kStatusOfState.begin(), kStatusOfState.end(), [&](const auto& pair) { return equals_ignore_case(pair.first, state); });
  return std::string(found == kStatusOfState.end() ? "SCHEDULED" : found->second);
}

std::string job_state_of_run(std::string_view status) {
  const auto* found = std::find(kRunStatuses.begin(), kRunStatuses.end(), status);
  return std::string(found == kRunStatuses.end() ? "Running" : kStateOfStatus[static_cast<std::size_t>(found - kRunStatuses.begin())]);
}

bool is_final_job_state(std::string_view state) {
  const std::string status = run_status_of_job(state);
  return status == "FINISHED" || status == "FAILED" || status == "KILLED";
}

}  // namespace azlab::mlflow
