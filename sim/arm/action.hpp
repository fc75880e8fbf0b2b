#pragma once

#include <string>
#include <string_view>

#include "sim/http/message.hpp"

namespace azlab::arm {

/// What a request to ARM does and to what, in the words of role definitions.
struct ArmAction {
  std::string action;  ///< "Microsoft.MachineLearningServices/workspaces/write"
  std::string scope;   ///< id of what it concerns
};
/// Empty action: a request that every signed-in principal may make (lists of subscriptions and tenants, the status
/// of an operation).
ArmAction arm_action(Method method, std::string_view path);

}  // namespace azlab::arm
