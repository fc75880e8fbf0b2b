#pragma once

#include "sim/mlflow/call.hpp"

namespace azlab::mlflow {

// The methods of MLflow's API by area, one file each; routes.cpp is the table that names their paths.

// experiments.cpp
Answer create_experiment(Call& call);
Answer get_experiment(Call& call);
Answer get_experiment_by_name(Call& call);
Answer search_experiments(Call& call);
Answer update_experiment(Call& call);
Answer delete_experiment(Call& call);
Answer restore_experiment(Call& call);
Answer set_experiment_tag(Call& call);
Answer delete_experiment_tag(Call& call);

// runs.cpp
Answer create_run(Call& call);
Answer get_run(Call& call);
Answer update_run(Call& call);
Answer delete_run(Call& call);
Answer restore_run(Call& call);
Answer search_runs(Call& call);

// run_data.cpp
Answer log_metric(Call& call);
Answer log_parameter(Call& call);
Answer set_run_tag(Call& call);
Answer delete_run_tag(Call& call);
Answer log_batch(Call& call);
Answer log_batch_async(Call& call);
Answer get_run_data_status(Call& call);

// run_inputs.cpp
Answer log_model(Call& call);
Answer log_inputs(Call& call);
Answer log_outputs(Call& call);

// metrics.cpp
Answer get_metric_history(Call& call);
Answer get_metric_history_bulk_interval(Call& call);

// artifacts.cpp
Answer list_artifacts(Call& call);
Answer list_logged_model_artifacts(Call& call);

// logged_models.cpp
Answer create_logged_model(Call& call);
Answer get_logged_model(Call& call);
Answer finalize_logged_model(Call& call);
Answer delete_logged_model(Call& call);
Answer search_logged_models(Call& call);
Answer set_logged_model_tags(Call& call);
Answer delete_logged_model_tag(Call& call);
Answer log_logged_model_params(Call& call);

// registered_models.cpp
Answer create_registered_model(Call& call);
Answer get_registered_model(Call& call);
Answer update_registered_model(Call& call);
Answer rename_registered_model(Call& call);
Answer delete_registered_model(Call& call);
Answer search_registered_models(Call& call);
Answer get_latest_versions(Call& call);
Answer set_registered_model_tag(Call& call);
Answer delete_registered_model_tag(Call& call);
Answer set_model_alias(Call& call);
Answer delete_model_alias(Call& call);
Answer get_model_version_by_alias(Call& call);

// model_versions.cpp
Answer create_model_version(Call& call);
Answer get_model_version(Call& call);
Answer update_model_version(Call& call);
Answer delete_model_version(Call& call);
Answer transition_model_version_stage(Call& call);
Answer search_model_versions(Call& call);
Answer get_model_version_download_uri(Call& call);
Answer set_model_version_tag(Call& call);
Answer delete_model_version_tag(Call& call);

}  // namespace azlab::mlflow
