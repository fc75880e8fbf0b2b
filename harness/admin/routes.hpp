#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/admin/admin.hpp"
#include "harness/admin/snapshots.hpp"
#include "sim/core/json.hpp"

namespace azlab::admin {

/// One request being answered: everything that a handler may use.
struct Asked {
  Simulator& simulator;
  const Surroundings& around;
  Snapshots& snapshots;
  const Request& request;
  std::vector<std::string> arguments{};  ///< what stands in the path's {places}, decoded
};

using Handler = Result<Response> (*)(const Asked&);

struct Route {
  Method method;
  std::string_view pattern;    ///< "/snapshots/{name}"
  std::string_view operation;  ///< operationId of the description
  Handler handle;
};

/// Everything that is served; the one place to add to.
const std::vector<Route>& routes();

/// The body as an object whose members are all among `known`; {} where there is none.
Result<Json> body_of(const Asked& asked, const std::vector<std::string>& known);
/// The query's parameters, decoded; each must be among `known`.
Result<std::vector<std::pair<std::string, std::string>>> query_of(const Asked& asked, const std::vector<std::string>& known);
/// A refusal of what was sent.
inline tl::unexpected<Error> invalid(std::string message) { return fail(400, "InvalidRequest", std::move(message)); }

// clock.cpp
Result<Response> read_clock(const Asked& asked);
Result<Response> set_clock(const Asked& asked);
Result<Response> advance_clock(const Asked& asked);
Json clock_json(Simulator& simulator);
// run_until.cpp
Result<Response> run_until(const Asked& asked);
// snapshots.cpp
Result<Response> list_snapshots(const Asked& asked);
Result<Response> take_snapshot(const Asked& asked);
Result<Response> restore_snapshot(const Asked& asked);
Result<Response> drop_snapshot(const Asked& asked);
/// Makes the files of the shares those of a copy, or none when it is empty.
Result<void> put_shares_back(const Surroundings& around, const std::string& copy);
// faults.cpp
Result<Response> list_faults(const Asked& asked);
Result<Response> arm_fault(const Asked& asked);
Result<Response> disarm_fault(const Asked& asked);
Result<Response> disarm_all_faults(const Asked& asked);
Result<Response> list_catalogue(const Asked& asked);
Result<Response> show_catalogue_entry(const Asked& asked);
// scenario.cpp
Result<Response> read_scenario(const Asked& asked);
Result<Response> change_scenario(const Asked& asked);
Result<Response> list_scenarios(const Asked& asked);
Result<Response> reset(const Asked& asked);
// journal.cpp
Result<Response> read_journal(const Asked& asked);
Result<Response> read_requests(const Asked& asked);
Result<Response> read_unknown(const Asked& asked);
// state.cpp
Result<Response> list_resources(const Asked& asked);
Result<Response> list_operations(const Asked& asked);
Result<Response> export_state(const Asked& asked);
Result<Response> import_state(const Asked& asked);
Result<Response> read_environment(const Asked& asked);
Result<Response> describe(const Asked& asked);

}  // namespace azlab::admin
