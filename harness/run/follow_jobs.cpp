#include "harness/run/job_watch.hpp"
#include "harness/run/lab_state.hpp"

namespace azlab::run {

std::vector<JobFailure> follow_jobs(LabState& state, const std::map<std::string, std::string>& submitted) {
  if (submitted.empty()) return {};
  return see_jobs_to_their_end(state.simulator, state.machines);
}

void judge_jobs(const Task& task, const std::map<std::string, std::string>& submitted, const std::vector<JobFailure>& failures, OpRecord& out) {
  for (const auto& failure : failures) {
    const auto by = submitted.find(failure.job.name);
    if (by == submitted.end()) continue;  // an earlier step's: it was said there
    const std::string message = "The job '" + failure.job.display + "' that " + by->second + " submits does not complete: " + failure.why;
    out.verdict = worse(out.verdict, failure.blocked ? verdict::kBlocked : verdict::kFailed);
    out.evidence += "\n" + message;
    if (!failure.blocked) task.state.record.findings.push_back(rules::finding("job/failed", task.unit.line, message, "Mend the job's files, command or environment."));
  }
}

}  // namespace azlab::run
