#pragma once

#include <memory>
#include <string>

#include "sim/arm/deployment_link.hpp"
#include "sim/arm/template/template.hpp"
#include "sim/core/resource_id.hpp"

namespace azlab::arm {

/// What a deployment is asked to do: its body, with linked template and parameters fetched.
struct DeploymentRequest {
  std::string stored{};       ///< a body that reads the same again, links resolved
  std::string location{};     ///< of the deployment itself; levels above the group have one
  std::string mode = "Incremental";  ///< or "Complete"
  std::shared_ptr<const Json> given_parameters{};
  std::shared_ptr<const Json> template_link{};   ///< as the reply shows it; null without
  std::shared_ptr<const Json> parameters_link{};
  std::shared_ptr<const Json> on_error{};        ///< `onErrorDeployment`; null without
  std::shared_ptr<const Json> what_if{};         ///< `whatIfSettings`
  LinkedContent link{};       ///< where the template came from
  arm_template::Template source{};
};

/// Reads the body of PUT, validate and whatIf. Codes InvalidRequestContent, InvalidContentLink, InvalidTemplate, LocationRequired.
Result<DeploymentRequest> read_deployment_request(Context& context, const ResourceId& deployment, const std::string& body);

/// What a nested deployment's link needs of its parent: `relativePath` becomes an address.
Result<void> resolve_relative_link(Json& deployment_body, const LinkedContent& parent);

}  // namespace azlab::arm
