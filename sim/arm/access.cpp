#include "sim/arm/access.hpp"

#include <nlohmann/json.hpp>

#include "sim/core/resource_id.hpp"

namespace azlab::arm {

bool roles_decide(Context& context) { return context.caller().origin == "network" && context.world().find(Table::setting, "entra/strict") != nullptr; }

bool roles_decide_about_arm(Context& context) {
  const std::string& origin = context.caller().origin;
  if (origin == "azure" || origin == "scenario") return false;
  return roles_decide(context) || context.world().find(Table::setting, "signInRoles") != nullptr;
}

bool may(Context& context, std::string_view principal, const std::string& scope, const WantedAction& wanted) {
  const Json question = {{"Subject", {{"Attributes", {{"ObjectId", principal}}}}},
                         {"Actions", Json::array({{{"Id", wanted.action}, {"IsDataAction", wanted.is_data}}})},
                         {"Resource", {{"Id", scope}}}};
  const Response answer = context.call(Request::make(Method::post, scope + "/providers/Microsoft.Authorization/checkAccess?api-version=2018-09-01-preview", dump(question)));
  const auto decisions = parse_json(answer.body.text());
  return answer.ok() && decisions && decisions->is_array() && !decisions->empty() && string_at(decisions->front(), "accessDecision") == "Allowed";
}

std::string existing_scope(Context& context, const std::string& resource) {
  const auto id = ResourceId::parse(resource);
  if (!id || (id->parts.empty() && id->resource_group.empty()) || context.world().find(Table::resource, id->key())) return resource;
  const ResourceId group{.subscription = id->subscription, .resource_group = id->resource_group};
  return context.world().find(Table::resource, group.key()) ? group.to_string() : "/subscriptions/" + id->subscription;
}

}  // namespace azlab::arm
