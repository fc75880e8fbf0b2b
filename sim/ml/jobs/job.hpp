#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/core/json.hpp"
#include "sim/core/resource_id.hpp"
#include "sim/http/context.hpp"

namespace azlab::ml {

/// What the engine knows of a job beside the body that clients see; a row of Table::setting.
struct JobState {
  std::string id;          ///< ARM id, as created
  std::uint64_t number = 0;  ///< among the jobs of its workspace, from 1
  std::uint64_t turn = 0;  ///< grows with every change that makes pending events of the job void
  std::string compute{};   ///< ARM id
  std::string node{};      ///< of the cluster it runs on; "instance" on a compute instance
  std::string image{};     ///< key of its environment's image
  bool built = true;       ///< whether that image exists before the job comes
  std::string python{};    ///< Python's version in it
  std::vector<std::string> requirements{};
  std::string environment{};  ///< its name, for messages
  std::string blocked{};      ///< why no process of this environment can run here; empty: it can
  std::string run_id{};       ///< of the MLflow run: the job's name
  std::string experiment_id{};
};

inline constexpr std::string_view kJobType = "Microsoft.MachineLearningServices/workspaces/jobs";

ResourceId job_id(const ResourceId& workspace, const std::string& name);
std::optional<JobState> find_job_state(const World& world, std::string_view id);
void write_job_state(World& world, const JobState& state);

/// Completed, Failed, Canceled, NotResponding.
bool is_terminal(std::string_view status);
/// Writes `properties.status` and tells the job's run, with its error or its output assets (name -> {assetId, type});
/// a terminal status ends waiting for it. Returns the id of the run's experiment.
std::string set_job_status(Context& context, const JobState& state, std::string_view status, const std::optional<Error>& error = std::nullopt, const Json* outputs = nullptr);

/// Takes a new job on: Starting, then all that follows by events.
void begin_job(Context& context, JobState state);
/// Asks a job to end; a process that runs is stopped.
void cancel_job(Context& context, JobState state);

/// Event kinds "job.step" and "jobs.queue".
void on_job_step(Context& context, const Event& event);
void on_jobs_queue(Context& context, const Event& event);

/// The workspace of a job's id.
ResourceId workspace_of_job(std::string_view id);
/// "eastus.api.azureml.ms": where a workspace's data plane answers.
std::string data_plane_host(const World& world, const ResourceId& workspace);

}  // namespace azlab::ml
