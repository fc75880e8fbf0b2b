#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/arm/deployment_state.hpp"

/// What a deployment would do, before it does anything: nested and linked templates unfolded, bodies evaluated as far
/// as that goes without what is deployed. Validation, the check before a start, and what-if are answers from this.
namespace azlab::arm {

/// What-if's documented limit on nested templates.
inline constexpr std::size_t kNestedTemplatesMax = 500;

struct ForeseenResource {
  std::string id{};
  std::string type{};
  std::string name{};
  std::string api_version{};
  std::string location{};
  std::string path{};                        ///< in its template
  arm_template::SourcePosition position{};   ///< of that, where known
  std::string deployment{};                  ///< id of the deployment that puts it
  std::shared_ptr<const Json> body{};        ///< expressions that need what is deployed are still texts
  bool identified = true;  ///< false: its id depends on what is deployed
};

struct Foresight {
  std::vector<ForeseenResource> resources{};
  std::vector<std::string> scopes{};  ///< ids of the group or subscription of each deployment, without repetition
  std::size_t nested = 0;
};

/// Errors are those of the templates (InvalidTemplate, InvalidContentLink, …), nested ones included.
Result<Foresight> foresee(Context& context, const ResourceId& deployment, const DeploymentRequest& request, const arm_template::Plan& plan);

/// What a deployment asks before it starts: types that are served, registered providers, policies.
Result<void> preflight(Context& context, const ResourceId& deployment, const Foresight& foresight);
/// What providers say of the names beforehand (TypeDescriptor::name_preflight): PreflightValidationCheckFailed. What-if does not ask.
Result<void> preflight_names(Context& context, const ResourceId& deployment, const Foresight& foresight);

}  // namespace azlab::arm
