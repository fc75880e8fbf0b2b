#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/fault_plan.hpp"
#include "sim/simulator.hpp"

namespace azlab::admin {

/// What lies around a simulator and is asked about or put back together with it.
struct Surroundings {
  std::vector<ArmedFault> faults{};  ///< beside the scenario's, armed again when all begins anew
  std::string shares{};              ///< folder with the files of its shares, kept and put back with snapshots; empty: none
  std::string directory{};           ///< of the run, for files in passing
  std::vector<std::string> foreign{}; ///< patterns of variables that a client's environment must not have
  /// Settings of such an environment; null: there are none.
  std::function<std::vector<std::pair<std::string, std::string>>()> settings{};
  /// Hosts that clients asked for and nobody serves, with how often; null: unknown.
  std::function<std::map<std::string, int>()> refused{};
};

/// The admin interface of a run (`--admin-port`), as fixtures/admin/openapi.json describes it. Any thread may call `answer`.
/// Errors are {"error": {"code", "message"}}. It answers to this computer's own names only and to no page of another origin
/// (DNS rebinding), and refuses bodies that are too long.
class Admin {
 public:
  /// `simulator` must outlive it.
  Admin(Simulator& simulator, Surroundings around);
  ~Admin();
  Response answer(const Request& request);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The table of what is answered, "GET /clock" and so on, with the name of each operation.
std::vector<std::pair<std::string, std::string>> served();

}  // namespace azlab::admin
