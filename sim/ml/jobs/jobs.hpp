#pragma once

#include <vector>

#include "sim/http/context.hpp"

namespace azlab::ml {

/// Jobs of a workspace (wire.md 3.11): `{W}/jobs`, what their processes report, resolved addresses of outputs.
std::vector<Route> job_routes();
std::vector<EventHandler> job_event_handlers();
/// The phases of a job, where faults strike it.
PhaseNames job_phase_names();

// job_submit.cpp
Response put_job(Context& context, const Request& request, const Match& match);

// job_read.cpp
Response get_job(Context& context, const Request& request, const Match& match);
Response list_jobs(Context& context, const Request& request, const Match& match);
Response cancel_job_request(Context& context, const Request& request, const Match& match);
/// Where the data behind asset ids lies: what a client asks before it downloads a named output.
Response resolve_data_uris(Context& context, const Request& request, const Match& match);

}  // namespace azlab::ml
