#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace azlab::mlflow {

/// MLflow's status by name or by number: RUNNING, SCHEDULED, FINISHED, FAILED, KILLED.
std::optional<std::string> read_run_status(std::string_view text);
/// MLflow's status of a run whose job is in this state ("Preparing"); as Azure maps them.
std::string run_status_of_job(std::string_view state);
/// The job's state of a run that nothing but MLflow's client drives.
std::string job_state_of_run(std::string_view status);
/// Whether a job in this state goes on no further.
bool is_final_job_state(std::string_view state);

}  // namespace azlab::mlflow
