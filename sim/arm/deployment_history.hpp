#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/core/resource_id.hpp"
#include "sim/http/context.hpp"

/// The deployments of a scope: at most 800, of which Azure removes the oldest by itself
/// (learn.microsoft.com: deployment history deletions).
namespace azlab::arm {

inline constexpr std::size_t kHistoryMax = 800;
inline constexpr std::size_t kHistoryTrimmedAbove = 775;
inline constexpr std::size_t kHistoryTrimmedTo = 750;

/// Ids of a scope's deployments, the oldest first. `scope` is the deployment's group or subscription.
std::vector<std::string> deployments_of(Context& context, const ResourceId& deployment);
/// Has the automatic deletion begin where so many, with those to come, make it due. Validating and what-if do that, too.
void trim_history(Context& context, const ResourceId& deployment, std::size_t coming = 0);
/// DeploymentQuotaExceeded where one more does not fit; has the automatic deletion begin where it is due.
Result<void> make_room(Context& context, const ResourceId& deployment);
/// The handler of event kind "deployment.trim": deletes the oldest, unless a lock forbids it.
void on_deployment_trim(Context& context, const Event& event);
/// The id of the last deployment of the scope that succeeded, `but` that one.
std::optional<std::string> last_successful(Context& context, const ResourceId& but);

}  // namespace azlab::arm
