#pragma once

#include <string>
#include <vector>

#include "harness/run/machines.hpp"

namespace azlab::run {

/// A job of any workspace, as it stands.
struct JobSeen {
  std::string id;
  std::string name;
  std::string display;  ///< its display name, or its name
  std::string status;
  bool ended() const;
};
std::vector<JobSeen> all_jobs(Simulator& simulator);

/// A job that did not come to a good end.
struct JobFailure {
  JobSeen job;
  std::string why{};     ///< the end of its log, or the service's error
  bool blocked = false;  ///< its process could not run here, or asked for what azlab does not simulate
};

/// Why a job failed; looked for where its process and its run left it.
JobFailure explain_failure(Simulator& simulator, Machines& machines, const JobSeen& job);

/// What becomes of the jobs that are not awaited: lets everything run to its end on a branch of the World and goes
/// back to the present. Real processes run meanwhile.
std::vector<JobFailure> see_jobs_to_their_end(Simulator& simulator, Machines& machines);

/// What the simulator did not serve so far: when something fails, whatever is new may be why.
struct NotServed {
  std::map<std::string, std::string> routes{};  ///< with how often, as the World writes it
  std::map<std::string, int> hosts{};

  static NotServed now(Simulator& simulator, Machines& machines);
  /// What is here and was not there before, in words; empty when nothing is. Programs that measure their users do not
  /// count: nothing depends on them.
  std::string beyond(const NotServed& before) const;
};

}  // namespace azlab::run
