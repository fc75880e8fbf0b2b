#include "sim/arm/access.hpp"

#include <nlohmann/json.hpp>

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

}  // namespace azlab::arm
