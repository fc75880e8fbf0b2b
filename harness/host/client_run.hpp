#pragma once

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "harness/run/result.hpp"
#include "harness/site/site_door.hpp"
#include "sim/core/fault_plan.hpp"
#include "sim/simulator.hpp"

namespace azlab::host {

struct ClientRunOptions {
  std::vector<std::string> command{};     ///< program and arguments, found on PATH
  SimulatorOptions simulator{.date = {}};  ///< an empty date means the machine's now
  std::vector<ArmedFault> faults{};
  int port = 0;
  int admin_port = -1;                    ///< of the admin interface; 0: any free one, negative: none
  std::optional<site::SiteDoor> site{};    ///< of `serve`: how browsers come to the learner's site; nothing: no site
  std::string lab_file{};                 ///< of `serve`: the lab beside the site's page; empty: none
  std::string score_file{};               ///< of `serve`: where its score is kept up to date; empty: nowhere
  std::string state{};                    ///< folder from which the run goes on and in which it leaves its state; empty: none
  std::vector<std::string> allow{};       ///< hosts outside that are reached through us instead of refused
  bool require_requests = false;          ///< no request at all is an error rather than a warning
  bool expectations = true;               ///< what the scenario expects and does not come to pass is an error
  std::string azlab_binary{};             ///< starts the processes of simulated machines; empty: jobs are blocked
  run::PythonUse python = run::PythonUse::install;
  std::function<void(const std::string& line, bool is_progress)> say{};  ///< what preparing Python tells
  std::string journal_file{};             ///< where the run is written down (harness/journal); empty: nowhere
  std::string ready_file{};               ///< of `serve`: where it tells programs that it is there ("-": standard output); empty: nowhere
  bool until_stdin_ends = false;          ///< of `serve`: it ends with whoever holds the other end of its standard input
  std::string summary_file{};             ///< the summary as JSON goes there, too; empty: nowhere
};

/// Reads `real`, `leap` or `60x` into the options.
Result<void> parse_time_mode(std::string_view text, SimulatorOptions& options);

/// `azlab run -- CMD`: an unmodified client in front of a simulator of its own. Hands CMD's standard streams through,
/// passes SIGINT, SIGTERM and SIGHUP on, writes a summary to `out` at the end (and, as JSON, into `summary_file`:
/// docs/run-a-client.md says what it holds) and returns CMD's exit status
/// (128 + signal when one ended it; 1 instead of 0 when require_requests or an expectation of the scenario is not met; 0 when the scenario
/// expects a status and all that it expects came to pass). Fails with one line when it cannot start.
Result<int> run_client(const ClientRunOptions& options, std::ostream& out);

/// `azlab serve`: a simulator that stays until SIGINT or SIGTERM, for clients of other terminals. Says where it is, and
/// leaves the settings of its clients in `env_file`, as lines for a shell; the file goes when it ends. Fails with one line.
Result<void> serve(const ClientRunOptions& options, const std::string& env_file, std::ostream& out);
/// Where `azlab serve` leaves its settings: below XDG_RUNTIME_DIR, or TMPDIR with the user's number in its name.
std::string env_file();

}  // namespace azlab::host
