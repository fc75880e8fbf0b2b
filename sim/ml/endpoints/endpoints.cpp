#include "sim/ml/endpoints/endpoints.hpp"

#include <iterator>

#include "sim/ml/endpoints/online.hpp"

namespace azlab::ml {

std::vector<arm::TypeHooks> online_type_hooks() { return {online_endpoint_hooks(), online_deployment_hooks()}; }

std::vector<Route> online_routes() {
  std::vector<Route> out;
  for (auto part : {online_credential_routes(), online_log_routes(), online_score_routes()}) std::move(part.begin(), part.end(), std::back_inserter(out));
  return out;
}

std::vector<OperationHooks> online_operation_hooks() {
  std::vector<OperationHooks> out = online_deployment_operation_hooks();
  out.push_back(online_endpoint_create_hooks());
  out.push_back(online_regenerate_hooks());
  return out;
}

std::vector<PhaseNames> online_phase_names() {
  std::vector<PhaseNames> out = online_deployment_phases();
  out.push_back({"onlineEndpoints.regenerateKeys", {"run"}});
  return out;
}

}  // namespace azlab::ml
