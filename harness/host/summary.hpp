#pragma once

#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "harness/door/client_door.hpp"
#include "sim/core/time.hpp"
#include "sim/simulator.hpp"

namespace azlab::host {

/// What happened in a run, gathered once for both forms in which it is told.
struct Summary {
  struct Calls {
    int count = 0;
    int succeeded = 0;  ///< answered below 400
  };
  std::map<std::string, Calls> operations{};
  int requests = 0;
  Duration passed{};
  std::vector<std::string> not_served{};
  std::map<std::string, int> refused{};  ///< hosts, with how often
  std::vector<FaultHits> faults{};
  std::vector<std::string> unmet{};  ///< what the scenario expected in vain, a line each
};

Summary summarise(const Simulator& simulator, const door::ClientDoor& door, Time begin);
/// For people, as azlab run ends.
void write_summary(const Summary& summary, std::ostream& out);
/// For programs (`--summary FILE`).
std::string summary_json(const Summary& summary);

}  // namespace azlab::host
