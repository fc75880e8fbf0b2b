#pragma once

#include <string>

#include "sim/core/workloads.hpp"
#include "sim/ml/jobs/job.hpp"

namespace azlab::ml {

// Where a job's things lie below its root, as on a node of Azure ("/mnt/azureml/cr/j/<run>/…").
inline constexpr std::string_view kJobDirectory = "exe/wd";
inline constexpr std::string_view kJobData = "cap/data-capability/wd";
std::string output_folder(const std::string& name);

/// The process of a command job: its snapshot and inputs laid out, the command with its placeholders filled in, the
/// variables of wire.md 5.4. An error says which input or snapshot is not there.
Result<Workload> make_workload(Context& context, const JobState& state, const Json& body);

/// Fills `${{inputs.x}}`, `${{outputs.x}}` in and takes `$[[ ]]` off around what is given; values by "inputs.x".
std::string fill_command(std::string command, const Json& values);

}  // namespace azlab::ml
