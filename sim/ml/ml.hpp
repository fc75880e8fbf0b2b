#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/arm/type.hpp"

namespace azlab::ml {

/// Azure Machine Learning on the control plane: workspaces, datastores, computes, sizes and quotas, notebook files.
std::vector<arm::TypeHooks> type_hooks();
std::vector<Route> routes();
std::vector<OperationHooks> operation_hooks();
std::vector<PhaseNames> phases();
std::vector<EventHandler> event_handlers();

/// UserError for a client outside of a workspace that is closed to the public network: at its data plane, and for what ARM
/// passes on to it (jobs, data, models, …). The workspace itself and its computes can be managed. For Machinery::admission.
std::optional<Response> check_network(Context& context, const Request& request, const Match& match);

/// Marks a workspace name as soft-deleted, as deletion does; for scenarios.
void put_deleted_workspace(World& world, const ResourceId& id, const Json& body, Time deleted_at);

}  // namespace azlab::ml
