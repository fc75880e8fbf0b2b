#pragma once

#include <string>
#include <vector>

#include "sim/core/time.hpp"

namespace azlab {

/// A process that Azure would run: a compute instance's creation script, a job's command.
struct Workload {
  std::string id{};        ///< names it in the requests that report on it
  std::string kind{};      ///< "setup-script" or "job"
  std::string machine{};   ///< machine description in fixtures/machines: "compute-instance", "cluster-node"
  std::string share{};     ///< file share to mount as the machine's `cloudfiles/code`, or empty
  std::string directory{}; ///< working directory, relative to that share
  std::string script{};    ///< the text to run with bash, as written
  std::vector<std::string> arguments{};
  std::string user{};    ///< account in the machine: "root" for creation scripts, else "azureuser"
};

/// What became of a start. `blocked` says why a process cannot run here; it is reported, never invented.
struct WorkloadStart {
  bool started = false;
  std::string blocked{};
};

/// The only way in which the simulator has processes started (design 9). The implementation reports output and
/// exit with `POST https://workloads.azlab/{id}/exit` `{"exitStatus":int,"output":string}` through
/// `Simulator::handle`, from any thread. `start` is called under the simulator's lock and must not call back.
class Workloads {
 public:
  virtual ~Workloads() = default;
  virtual WorkloadStart start(const Workload& workload) = 0;
  /// Ends it if it still runs; its exit is reported like any other.
  virtual void stop(const std::string& id) = 0;
};

}  // namespace azlab
