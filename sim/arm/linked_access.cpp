#include "sim/arm/linked_access.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "sim/arm/access.hpp"
#include "sim/arm/error.hpp"
#include "sim/core/resource_id.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"

namespace azlab::arm {
namespace {

struct Link {
  std::string_view type;  ///< "*": of every resource
  const char* path;       ///< where a body names the other: an id, a list of ids, or an object whose keys are ids
  const char* action;     ///< what one needs there
};

// Identities and subnets: Azure/aad-pod-identity#613 and #339, reproduced recordings of virtualNetworks/subnets/join/action. Custom
// roles: learn.microsoft.com, role-based-access-control/troubleshooting ("Unable to create or update a custom role"). Log Analytics:
// Azure/secrets-store-csi-driver-provider-azure#727 names sharedKeys. Which action Machine Learning asks for at the resources of a
// workspace was found nowhere: their `write` is assumed (grade D).
constexpr Link kLinks[] = {
    {"*", "identity.userAssignedIdentities", "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action"},
    {"Microsoft.MachineLearningServices/workspaces/computes", "properties.properties.subnet.id", "Microsoft.Network/virtualNetworks/subnets/join/action"},
    {"Microsoft.MachineLearningServices/workspaces", "properties.storageAccount", "Microsoft.Storage/storageAccounts/write"},
    {"Microsoft.MachineLearningServices/workspaces", "properties.keyVault", "Microsoft.KeyVault/vaults/write"},
    {"Microsoft.MachineLearningServices/workspaces", "properties.applicationInsights", "Microsoft.Insights/components/write"},
    {"Microsoft.MachineLearningServices/workspaces", "properties.containerRegistry", "Microsoft.ContainerRegistry/registries/write"},
    {"Microsoft.Insights/components", "properties.WorkspaceResourceId", "Microsoft.OperationalInsights/workspaces/sharedKeys/action"},
    {"Microsoft.Authorization/roleDefinitions", "properties.assignableScopes", "Microsoft.Authorization/roleDefinitions/write"},
};

std::vector<std::string> linked_scopes(const Json& body, const char* path) {
  const Json* value = find_path(body, path);
  std::vector<std::string> out;
  if (value == nullptr) return out;
  if (value->is_string()) out.push_back(value->get<std::string>());
  if (value->is_object()) {
    for (const auto& [id, identity] : value->items()) out.push_back(id);
  }
  if (value->is_array()) {
    for (const auto& id : *value) out.push_back(id.is_string() ? id.get<std::string>() : std::string());
  }
  // A text that is no id is the service's to refuse; so is what a template has still to evaluate.
  std::erase_if(out, [](const std::string& id) { return !starts_with_ignore_case(id, "/subscriptions/"); });
  return out;
}

}  // namespace

Result<void> check_links(Context& context, std::string_view type, const std::string& action, const std::string& scope, const Json& body) {
  if (!roles_decide_about_arm(context)) return {};
  const Caller& caller = context.caller();
  for (const auto& link : kLinks) {
    if (link.type != "*" && !equals_ignore_case(link.type, type)) continue;
    std::vector<std::string> denied = linked_scopes(body, link.path);
    std::erase_if(denied, [&](const std::string& id) { return may(context, caller.principal_id, existing_scope(context, id), {link.action}); });
    if (denied.empty()) continue;
    return fail(faults::make_error("linked-authorization-failed", {{"clientIdOrUpn", caller.user_name}, {"objectId", caller.principal_id}, {"action", action}, {"scope", scope}, {"linkedAction", link.action}, {"linkedScope", join(denied, ",")}}));
  }
  return {};
}

std::optional<Response> check_linked_access(Context& context, const Request& request, const Match&) {
  if (request.host != kArmHost || (request.method != Method::put && request.method != Method::patch) || !roles_decide_about_arm(context)) return std::nullopt;
  const auto id = ResourceId::parse(percent_decode(request.path));
  const auto body = parse_json(request.body.text());
  if (!id || id->parts.empty() || !body) return std::nullopt;
  const std::string type = id->type();
  const auto ok = check_links(context, type, type + "/write", id->to_string(), *body);
  return ok ? std::nullopt : std::optional(error_response(ok.error()));
}

}  // namespace azlab::arm
