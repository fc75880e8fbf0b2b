#pragma once

#include "sim/simulator.hpp"

namespace azlab::host {

/// The admin interface of a run (`--admin-port`): what a test asks or tells the simulator beside its client.
///   GET  /clock                          {"now","nextDue"}
///   POST /clock/advance {"seconds":n}    the same, afterwards
///   GET  /journal[?after=n]              requests in order: number, at, operation, method, url, status, errorCode, fault
///   GET  /faults                         armed ones and how often they struck
///   POST /faults {"fault":"ID@operation:phase:times"}
///   GET  /unknown                        requests that nothing serves
/// Anything else is 404 with this list; only pages of this computer's own names are answered (DNS rebinding).
Response answer_admin(Simulator& simulator, const Request& request);

}  // namespace azlab::host
