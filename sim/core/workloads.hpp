#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/time.hpp"

namespace azlab {

/// A file that lies there before a process starts.
struct WorkloadFile {
  std::string path;                          ///< relative to Workload's root; '/' between names, never ".."
  std::shared_ptr<const std::string> bytes;  ///< never null
};

/// What a job's environment asks for, as its image and conda file say it.
struct PythonNeeds {
  std::string name{};                      ///< "AzureML-sklearn-1.5", for messages
  std::string version{};                   ///< of Python: "3.10"; empty: any
  std::vector<std::string> requirements{}; ///< as pip writes them: "scikit-learn==1.5.2", "pandas"
};

/// A process that Azure would run: a compute instance's creation script, a job's command.
///
/// A job has a root directory of its own, laid out from `files` and `folders` before it starts. `{{root}}` in
/// `script`, `arguments` and the values of `variables` stands for its absolute path as the process sees it.
struct Workload {
  std::string id{};        ///< names it in the requests that report on it
  std::string kind{};      ///< "setup-script" or "job"
  std::string machine{};   ///< machine description in fixtures/machines: "compute-instance", "cluster-node"
  std::string share{};     ///< file share to mount as the machine's `cloudfiles/code`, or empty
  std::string directory{}; ///< working directory, relative to that share; of a job: to its root
  std::string script{};    ///< the text to run with bash, as written
  std::vector<std::string> arguments{};
  std::string user{};      ///< account in the machine: "root" for creation scripts, else "azureuser"
  std::map<std::string, std::string> variables{};
  std::vector<WorkloadFile> files{};
  std::vector<std::string> folders{};  ///< made empty, relative to the root
  std::vector<std::string> collect{};  ///< folders below the root whose files are reported once it has ended
  PythonNeeds python{};                ///< of a job
  double time_limit_s = 0;             ///< real seconds; 0: the implementation's own limit
};

/// Where processes are reported on.
inline constexpr std::string_view kWorkloadsHost = "workloads.azlab";
/// On an answer that waits for a process: its id. Clients of the local channel and of the listener are answered when the process has
/// ended, by what GET https://workloads.azlab/{id}/answer then says (sim/net/server.cpp); a caller in this process asks for that itself.
inline constexpr std::string_view kPendingHeader = "x-azlab-pending";

/// How many ends of processes were reported in this program. Whoever waits for one reads it, looks, and waits for the next: a report that
/// comes in between is not missed.
std::uint64_t reports_so_far();
/// Returns when there were more than `seen`, or after `at_most` of real time.
void wait_for_report(std::uint64_t seen, Duration at_most);
/// Wakes those who wait.
void note_report();

/// What became of a start. `blocked` says why a process cannot run here; it is reported, never invented.
struct WorkloadStart {
  bool started = false;
  std::string blocked{};
};

/// The only way in which the simulator has processes started (design 9). The implementation reports on them through
/// `Simulator::handle`, from any thread:
///   POST https://workloads.azlab/{id}/output        bytes that the process wrote (jobs only, while it runs)
///   PUT  https://workloads.azlab/{id}/files/{path*} a file of `collect`, path relative to the root (after its end)
///   POST https://workloads.azlab/{id}/exit          {"exitStatus":int,"output":string,"reason":""|"timeout"|"stopped"}
/// `start` is called under the simulator's lock and must not call back.
class Workloads {
 public:
  virtual ~Workloads() = default;
  virtual WorkloadStart start(const Workload& workload) = 0;
  /// Ends it if it still runs; its exit is reported like any other.
  virtual void stop(const std::string& id) = 0;
};

}  // namespace azlab
