#include "sim/services.hpp"

#include <iterator>

#include "sim/arm/deployment.hpp"
#include "sim/arm/deployment_history.hpp"
#include "sim/arm/export.hpp"
#include "sim/arm/linked_access.hpp"
#include "sim/arm/lock.hpp"
#include "sim/arm/operation_status.hpp"
#include "sim/arm/policy.hpp"
#include "sim/arm/provider.hpp"
#include "sim/arm/quota.hpp"
#include "sim/arm/resource.hpp"
#include "sim/arm/resource_group.hpp"
#include "sim/arm/subscription.hpp"
#include "sim/arm/subscription_state.hpp"
#include "sim/arm/tags.hpp"
#include "sim/arm/throttling.hpp"
#include "sim/arm/what_if.hpp"
#include "sim/cli/extension_index.hpp"
#include "sim/compute/compute.hpp"
#include "sim/containerregistry/registry.hpp"
#include "sim/entra/entra.hpp"
#include "sim/entra/roles.hpp"
#include "sim/insights/activity_record.hpp"
#include "sim/insights/insights.hpp"
#include "sim/keyvault/keyvault.hpp"
#include "sim/ml/assets/asset_routes.hpp"
#include "sim/ml/endpoints/endpoints.hpp"
#include "sim/ml/jobs/jobs.hpp"
#include "sim/ml/ml.hpp"
#include "sim/mlflow/budget.hpp"
#include "sim/mlflow/mlflow.hpp"
#include "sim/storage/blob/routes.hpp"
#include "sim/storage/share/share_routes.hpp"
#include "sim/storage/storage.hpp"

namespace azlab {
namespace {

template <class T>
void append(std::vector<T>& to, std::vector<T> from) {
  std::move(from.begin(), from.end(), std::back_inserter(to));
}

std::vector<arm::TypeHooks> all_type_hooks() {
  std::vector<arm::TypeHooks> out;
  append(out, storage::type_hooks());
  append(out, storage::blob_type_hooks());
  append(out, keyvault::type_hooks());
  append(out, insights::type_hooks());
  append(out, containerregistry::type_hooks());
  append(out, ml::type_hooks());
  append(out, ml::online_type_hooks());
  return out;
}

std::vector<Route> all_routes() {
  std::vector<Route> out;
  append(out, arm::subscription_routes());
  append(out, arm::cloud_metadata_routes());
  append(out, arm::resource_group_routes());
  append(out, arm::provider_routes());
  append(out, arm::operation_status_routes());
  append(out, arm::deployment_routes());
  append(out, arm::export_routes());
  append(out, arm::tag_routes());
  append(out, arm::policy_routes());
  append(out, arm::lock_routes());
  append(out, arm::subscription_state_routes());
  append(out, storage::routes());
  append(out, storage::blob_routes());
  append(out, storage::share_routes());
  append(out, keyvault::routes());
  append(out, keyvault::secret_routes());
  append(out, insights::routes());
  append(out, containerregistry::routes());
  append(out, ml::routes());
  append(out, ml::asset_routes());
  append(out, ml::job_routes());
  append(out, ml::online_routes());
  append(out, mlflow::routes());
  append(out, compute::routes());
  append(out, entra::routes());
  append(out, cli::routes());
  return out;
}

}  // namespace

std::vector<std::unique_ptr<arm::TypeEntry>> install_services(Machinery& machinery) {
  auto types = arm::make_type_entries(all_type_hooks());
  for (auto& route : all_routes()) machinery.router.add(std::move(route));
  for (auto& route : arm::type_routes(types)) machinery.router.add(std::move(route));
  machinery.events = {{"operation.phase", on_operation_phase},
                      {"resource.delete", arm::on_resource_delete},
                      {"resourceGroup.deleted", arm::on_resource_group_deleted},
                      {"provider.registered", arm::on_provider_registered},
                      {"subscription.spent", arm::on_subscription_spent},
                      {arm::kPolicyDeploy, arm::on_policy_deploy},
                      {arm::kCapacityBack, arm::on_capacity_back},
                      {"deployment.step", arm::on_deployment_step},
                      {"deployment.trim", arm::on_deployment_trim}};
  append(machinery.events, ml::event_handlers());
  append(machinery.events, ml::job_event_handlers());
  append(machinery.operations, arm::deployment_operation_hooks());
  append(machinery.operations, ml::operation_hooks());
  append(machinery.operations, ml::online_operation_hooks());
  for (const auto& names : {arm::type_phases(types), arm::resource_group_phase_names(), arm::deployment_phase_names(), ml::phases(), ml::online_phase_names()}) {
    for (const auto& [operation, phases] : names) append(machinery.phases[std::string(operation)], phases);
  }
  machinery.phases["providers.register"] = {"registering"};
  machinery.phases["deployments.create"] = {"run"};
  machinery.admission = {{arm::check_budget, false}, {mlflow::check_budget, false}, {entra::check_sign_in_roles, false}, {arm::check_linked_access, false}, {arm::check_subscription_state, true}, {arm::check_locks, true},
                         {storage::check_network, false}, {keyvault::check_network, false}, {ml::check_network, false}};
  machinery.add_headers = arm::add_budget_headers;
  machinery.answered = insights::remember;
  return types;
}

}  // namespace azlab
