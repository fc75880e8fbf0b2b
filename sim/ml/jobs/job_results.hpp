#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/http/router.hpp"
#include "sim/ml/jobs/job.hpp"

namespace azlab::ml {

/// What a job's process came to; nothing while it runs.
struct JobResult {
  int exit_status = 0;
  std::string reason;  ///< "timeout", "stopped" or empty
  std::string log;
};
std::optional<JobResult> job_result(const World& world, const std::string& name);

/// Remembers that a process was started for a job.
void note_started(World& world, const JobState& state, const std::string& name);
/// Puts what the process wrote where the run's logs lie: `user_logs/std_log.txt`.
void store_log(Context& context, const JobState& state, const std::string& name, const std::string& text);
/// The outputs that a job made become versions of data assets; returns name -> {assetId, type}.
Json register_outputs(Context& context, const JobState& state, const Json& body);

/// Reports of the process while it runs and after (sim/core/workloads.hpp).
std::vector<Route> job_report_routes();

}  // namespace azlab::ml
