#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/arm/type.hpp"
#include "sim/http/context.hpp"

/// What the files of this folder share; endpoints.hpp is what others include.
namespace azlab::ml {

inline constexpr std::string_view kOnlineEndpointType = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints";
inline constexpr std::string_view kOnlineDeploymentType = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments";

// endpoint.cpp
arm::TypeHooks online_endpoint_hooks();
OperationHooks online_endpoint_create_hooks();
/// Writes the address of the operation that runs on a resource into its `properties.properties`, as Azure does.
void tell_operation(Context& context, const ResourceId& id, std::string_view type);
/// The percentage that a map of an endpoint ("traffic", "mirrorTraffic") gives a deployment; 0 where it names none.
int percent_of(const Json& endpoint, std::string_view map, std::string_view deployment);

// endpoint_keys.cpp: keys and tokens by which scoring requests are let in
std::vector<Route> online_credential_routes();
OperationHooks online_regenerate_hooks();
/// "primary" or "secondary" key: 32 characters, other ones after the endpoint was made anew or the key regenerated.
std::string online_key(Context& context, const ResourceId& endpoint, std::string_view which);
/// Whether a token was given out for the endpoint (`…/token`) and has not expired.
bool is_online_token(Context& context, const ResourceId& endpoint, std::string_view token);
void forget_online_credentials(World& world, const ResourceId& endpoint);

// deployment.cpp
arm::TypeHooks online_deployment_hooks();
std::vector<OperationHooks> online_deployment_operation_hooks();
std::vector<PhaseNames> online_deployment_phases();
/// Takes away what is kept of a deployment beside its resource.
void forget_deployment(World& world, std::string_view deployment);

// deployment_log.cpp: what getLogs tells
std::vector<Route> online_log_routes();
/// Begins the log of a deployment that is made or changed.
void begin_online_log(Context& context, std::string_view deployment);
/// A line among the container's events: name ("Pulled"), type ("Normal", "Warning"), message.
void add_online_event(Context& context, std::string_view deployment, std::string_view name, std::string_view type, std::string_view message);
/// Text that the scoring container wrote.
void add_online_output(Context& context, std::string_view deployment, std::string_view text);
void forget_online_log(World& world, std::string_view deployment);

// score.cpp
std::vector<Route> online_score_routes();

}  // namespace azlab::ml
