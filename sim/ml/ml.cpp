#include "sim/ml/ml.hpp"

#include <iterator>

#include "sim/ml/cluster.hpp"
#include "sim/ml/compute.hpp"
#include "sim/ml/jobs/jobs.hpp"
#include "sim/ml/notebook_files.hpp"
#include "sim/ml/size.hpp"
#include "sim/ml/workspace.hpp"

namespace azlab::ml {

std::vector<arm::TypeHooks> type_hooks() { return {workspace_type_hooks(), compute_type_hooks()}; }

std::vector<Route> routes() {
  std::vector<Route> out;
  for (auto part : {workspace_routes(), compute_routes(), size_routes(), notebook_file_routes(), workload_routes()}) {
    std::move(part.begin(), part.end(), std::back_inserter(out));
  }
  return out;
}

std::vector<PhaseNames> phases() {
  std::vector<PhaseNames> out = compute_phase_names();
  out.push_back(job_phase_names());
  return out;
}

std::vector<OperationHooks> operation_hooks() {
  std::vector<OperationHooks> out = compute_operation_hooks();
  out.push_back(workspace_create_hooks());
  return out;
}

std::vector<EventHandler> event_handlers() { return {{"compute.schedule", on_schedule}, {"cluster.node", on_cluster_node}, {"cluster.idle", on_cluster_node}}; }

}  // namespace azlab::ml
