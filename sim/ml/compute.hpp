#pragma once

#include "sim/ml/ml.hpp"

namespace azlab::ml {

arm::TypeHooks compute_type_hooks();
std::vector<OperationHooks> compute_operation_hooks();
std::vector<PhaseNames> compute_phase_names();
std::vector<Route> compute_routes();

/// Sets `properties.properties.state` of a compute instance ("Running") and its last operation.
void set_instance_state(Context& context, const std::string& compute, const std::string& state, const std::string& operation_name,
                        const std::string& operation_status, const std::string& trigger = "User");

// compute_schedule.cpp: start and stop schedules of instances
/// An error names what about the schedules is not simulated.
Result<void> check_schedules(const Json& inner);
/// Schedules the next due start or stop; replaces what was scheduled before.
void plan_schedules(Context& context, const std::string& compute, const Json& inner);
/// Event kind "compute.schedule".
void on_schedule(Context& context, const Event& event);

// compute_setup.cpp: creation scripts
/// Whether the body asks for a creation script.
bool has_setup_script(const Json& inner);
/// Starts the script through Workloads and holds the clock at the phase's modelled end.
void start_setup_script(Context& context, const Operation& operation, const OperationPhase& phase);
/// What the script came to; an error fails the creation.
Result<void> setup_script_result(Context& context, const Operation& operation);
std::vector<Route> workload_routes();

}  // namespace azlab::ml
