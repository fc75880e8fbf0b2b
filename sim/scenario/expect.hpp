#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/scenario/scenario.hpp"

namespace azlab::scenario {

/// What came of a run, to hold a scenario's "expect" against.
struct Outcome {
  const Machinery& machinery;
  std::optional<int> exit_status{};  ///< of the client; none: nothing is said about it
};

/// What was expected and did not come to pass; each one line: "file:line:column: expect.requests.vaults.create: 1 or more expected, 0 found".
/// "errors" counts each answer to a request (of clients, and of services on their behalf) with that code, and each operation that failed
/// with it; "requests" counts both kinds, too.
std::vector<std::string> unmet_expectations(const Scenario& scenario, const Outcome& outcome);

/// An expectation that no run could meet: an operation that is not served, a fault that is not armed, bounds that exclude each other.
Result<void> check_expectations(const Scenario& scenario, const Machinery& machinery);

}  // namespace azlab::scenario
