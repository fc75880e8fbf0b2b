#include "sim/arm/deployment_request.hpp"

#include <nlohmann/json.hpp>

#include "sim/arm/subscription.hpp"
#include "sim/core/text.hpp"

namespace azlab::arm {
namespace {

tl::unexpected<Error> invalid(std::string what) { return fail(400, "InvalidRequestContent", "The request content was invalid: " + std::move(what)); }

std::shared_ptr<const Json> member(const Json& properties, const char* name) {
  const Json* found = find_key(properties, name);
  return found != nullptr && found->is_object() ? std::make_shared<const Json>(*found) : nullptr;
}

/// `mode`: Complete empties the group of what the template lacks, so it exists for groups alone.
Result<std::string> mode_of(const ResourceId& deployment, const Json& properties) {
  const std::string mode = string_at(properties, "mode", "Incremental");
  if (equals_ignore_case(mode, "Incremental")) return std::string("Incremental");
  if (!equals_ignore_case(mode, "Complete")) return invalid("the deployment mode '" + mode + "' is none of 'Incremental' and 'Complete'.");
  if (!deployment.resource_group.empty()) return std::string("Complete");
  return fail(400, "InvalidDeploymentMode", "The deployment mode 'Complete' is for deployments to resource groups; deployments to a subscription are incremental.");
}

Result<std::string> location_of(const ResourceId& deployment, const Json& body) {
  if (!deployment.resource_group.empty()) return std::string();
  const std::string given = string_at(body, "location");
  if (given.empty()) return fail(400, "LocationRequired", "The location property is required for this definition.");
  const std::string location = normalise_location(given);
  if (location.empty()) return fail(400, "LocationNotAvailableForDeployment", "The provided location '" + given + "' is not available for deployment.");
  return location;
}

/// The values of a parameter file, which may itself be linked.
Result<std::shared_ptr<const Json>> parameters_of(Context& context, DeploymentRequest& request, const Json& properties) {
  const Json* given = find_key(properties, "parameters");
  request.parameters_link = member(properties, "parametersLink");
  if (!request.parameters_link) return std::make_shared<const Json>(given != nullptr ? *given : Json::object());
  if (given != nullptr) return invalid("a deployment takes 'parameters' or 'parametersLink', not both.");
  const auto content = download_link(context, *request.parameters_link, {});
  if (!content) return fail(content.error());
  const auto file = arm_template::parse_deployment_body(content->text);
  if (!file) return fail(file.error());
  const Json* values = find_key(*file, "parameters");
  return std::make_shared<const Json>(values != nullptr ? *values : *file);
}

/// The template itself: in the body, or where its link says.
Result<void> read_template(Context& context, DeploymentRequest& request, Json& properties, std::shared_ptr<const arm_template::SourceMap> positions) {
  request.template_link = member(properties, "templateLink");
  const Json* written = find_key(properties, "template");
  // A body that was stored has both: the link for its address alone.
  if (written != nullptr) {
    if (request.template_link) {
      auto address = address_of_link(*request.template_link, {});
      if (!address) return fail(address.error());
      request.link = *address;
    }
    auto checked = arm_template::check_template(*written, std::move(positions), "properties.template");
    if (!checked) return fail(checked.error());
    request.source = *checked;
    return {};
  }
  if (!request.template_link) return invalid("the deployment has no 'properties.template'.");
  auto content = download_link(context, *request.template_link, {});
  if (!content) return fail(content.error());
  auto checked = arm_template::parse_template(content->text);
  if (!checked) return fail(checked.error());
  request.source = *checked;
  request.link = *content;
  properties["template"] = *checked->json;
  return {};
}

}  // namespace

Result<DeploymentRequest> read_deployment_request(Context& context, const ResourceId& deployment, const std::string& body) {
  auto positions = std::make_shared<arm_template::SourceMap>();
  auto parsed = arm_template::parse_deployment_body(body, positions.get());
  if (!parsed) return fail(parsed.error());
  Json none = Json::object();
  Json& properties = parsed->is_object() && parsed->contains("properties") ? (*parsed)["properties"] : none;
  if (!properties.is_object()) return invalid("the deployment has no 'properties.template'.");
  DeploymentRequest request;
  const auto location = location_of(deployment, *parsed);
  if (!location) return fail(location.error());
  request.location = *location;
  const auto mode = mode_of(deployment, properties);
  if (!mode) return fail(mode.error());
  request.mode = *mode;
  if (const auto ok = read_template(context, request, properties, positions); !ok) return fail(ok.error());
  const auto parameters = parameters_of(context, request, properties);
  if (!parameters) return fail(parameters.error());
  request.given_parameters = *parameters;
  request.on_error = member(properties, "onErrorDeployment");
  request.what_if = member(properties, "whatIfSettings");
  // Lines and columns in messages are those of the body as sent; one with links is kept with their contents instead.
  if (!request.template_link && !request.parameters_link) {
    request.stored = body;
  } else {
    properties["parameters"] = **parameters;
    properties.erase("parametersLink");
    request.stored = dump(*parsed);
  }
  return request;
}

Result<void> resolve_relative_link(Json& deployment_body, const LinkedContent& parent) {
  Json* link = deployment_body.contains("properties") && deployment_body["properties"].contains("templateLink") ? &deployment_body["properties"]["templateLink"] : nullptr;
  if (link == nullptr || !link->is_object() || string_at(*link, "relativePath").empty() || !string_at(*link, "uri").empty()) return {};
  const auto address = address_of_link(*link, parent);
  if (!address) return fail(address.error());
  link->erase("relativePath");
  (*link)["uri"] = address->uri;
  if (!address->query.empty()) (*link)["queryString"] = address->query;
  return {};
}

}  // namespace azlab::arm
