#pragma once

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "harness/run/result.hpp"
#include "sim/core/fault_plan.hpp"
#include "sim/simulator.hpp"

namespace azlab::host {

struct ClientRunOptions {
  std::vector<std::string> command{};     ///< program and arguments, found on PATH
  SimulatorOptions simulator{.date = {}};  ///< an empty date means the machine's now
  std::vector<ArmedFault> faults{};
  int port = 0;
  bool require_requests = false;          ///< no request at all is an error rather than a warning
  std::string azlab_binary{};             ///< starts the processes of simulated machines; empty: jobs are blocked
  run::PythonUse python = run::PythonUse::install;
  std::function<void(const std::string& line, bool is_progress)> say{};  ///< what preparing Python tells
};

/// Reads `ID[@operation[:phase[:times]]]`; `times` -1 is without end.
Result<ArmedFault> parse_armed_fault(std::string_view text);
/// Reads `real`, `leap` or `60x` into the options.
Result<void> parse_time_mode(std::string_view text, SimulatorOptions& options);

/// `azlab run -- CMD`: an unmodified client in front of a simulator of its own. Hands CMD's standard streams through,
/// passes SIGINT, SIGTERM and SIGHUP on, writes a summary to `out` at the end and returns CMD's exit status
/// (128 + signal when one ended it; 1 when require_requests is not met). Fails with one line when it cannot start.
Result<int> run_client(const ClientRunOptions& options, std::ostream& out);

}  // namespace azlab::host
