#include "sim/arm/deployment_history.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/arm/resource.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"

namespace azlab::arm {
namespace {

ResourceId scope_of(const ResourceId& deployment) { return {.subscription = deployment.subscription, .resource_group = deployment.resource_group}; }

std::string prefix_of(const ResourceId& deployment) { return scope_of(deployment).key() + "/providers/microsoft.resources/deployments/"; }

std::size_t count_deployments(Context& context, const ResourceId& deployment) {
  std::size_t count = 0;
  context.world().for_each(Table::resource, prefix_of(deployment), [&](const std::string&, const RowPtr&) {
    ++count;
    return true;
  });
  return count;
}

/// Whether a lock keeps what is in the scope from being deleted.
bool is_locked(Context& context, const ResourceId& deployment) {
  bool locked = false;
  for (const ResourceId& scope : {scope_of(deployment), ResourceId{.subscription = deployment.subscription}}) {
    context.world().for_each(Table::resource, scope.key() + "/providers/microsoft.authorization/locks/", [&](const std::string&, const RowPtr&) {
      locked = true;
      return false;
    });
  }
  return locked;
}

}  // namespace

std::vector<std::string> deployments_of(Context& context, const ResourceId& deployment) {
  std::vector<std::pair<std::string, std::string>> dated;
  context.world().for_each(Table::resource, prefix_of(deployment), [&](const std::string&, const RowPtr& row) {
    if (const auto body = parse_json(row->body)) dated.emplace_back(string_at(*body, "properties.timestamp"), string_at(*body, "id"));
    return true;
  });
  std::sort(dated.begin(), dated.end());
  std::vector<std::string> ids;
  for (auto& [when, id] : dated) ids.push_back(std::move(id));
  return ids;
}

void trim_history(Context& context, const ResourceId& deployment, std::size_t coming) {
  if (count_deployments(context, deployment) + coming <= kHistoryTrimmedAbove) return;
  context.timeline().schedule({.due = context.now() + std::chrono::seconds(30), .kind = "deployment.trim", .subject = deployment.to_string()});
}

Result<void> make_room(Context& context, const ResourceId& deployment) {
  const std::size_t coming = context.world().find(Table::resource, deployment.key()) ? 0 : 1;
  trim_history(context, deployment, coming);
  if (count_deployments(context, deployment) + coming <= kHistoryMax) return {};
  return fail(faults::make_error("deployment-quota-exceeded", {{"deploymentName", deployment.name()}}));
}

void on_deployment_trim(Context& context, const Event& event) {
  const auto deployment = ResourceId::parse(event.subject);
  if (!deployment || is_locked(context, *deployment)) return;
  const auto ids = deployments_of(context, *deployment);
  if (ids.size() <= kHistoryTrimmedAbove) return;
  std::size_t left = ids.size();
  for (const std::string& id : ids) {
    if (left <= kHistoryTrimmedTo) break;
    if (!context.call(Request::make(Method::del, id + "?api-version=2021-04-01")).ok()) return;  // tried again when next somebody deploys
    --left;
  }
}

std::optional<std::string> last_successful(Context& context, const ResourceId& but) {
  const auto ids = deployments_of(context, but);
  const auto found = std::find_if(ids.rbegin(), ids.rend(), [&](const std::string& id) {
    const auto body = read_resource(context.world(), id);
    return !equals_ignore_case(id, but.to_string()) && body && string_at(*body, "properties.provisioningState") == "Succeeded";
  });
  return found == ids.rend() ? std::nullopt : std::optional(*found);
}

}  // namespace azlab::arm
