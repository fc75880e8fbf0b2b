#pragma once

#include "sim/core/resource_id.hpp"
#include "sim/http/context.hpp"

namespace azlab::arm {

/// The group, or without `{rg}` the subscription, that a route addresses.
ResourceId deployment_scope(const Match& match);
/// Whether it is there: SubscriptionNotFound, ResourceGroupNotFound, ResourceGroupBeingDeleted.
Result<void> check_deployment_scope(Context& context, const ResourceId& id, bool for_write);
/// The id of the deployment that a route's `{rg}` and `{name}` mean; the group's name as it was created.
ResourceId deployment_id(Context& context, const Match& match);

/// What a deployment did to each resource: the list, and one of them.
Response list_deployment_operations(Context& context, const Request& request, const Match& match);
Response get_deployment_operation(Context& context, const Request& request, const Match& match);

}  // namespace azlab::arm
