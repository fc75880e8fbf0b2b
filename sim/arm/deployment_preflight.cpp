#include "sim/arm/deployment_preflight.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/arm/access.hpp"
#include "sim/arm/linked_access.hpp"
#include "sim/arm/names.hpp"
#include "sim/arm/policy.hpp"
#include "sim/arm/provider.hpp"
#include "sim/arm/subscription.hpp"
#include "sim/arm/type.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"

namespace azlab::arm {
namespace {

/// Whether a value still has an expression of the template in it, because that needs something deployed.
bool has_expression(const Json& value) {
  if (value.is_string()) return value.get_ref<const std::string&>().starts_with("[");
  return value.is_structured() && std::any_of(value.begin(), value.end(), [](const Json& child) { return has_expression(child); });
}

class Forecast {
 public:
  explicit Forecast(Context& context) : context_(context) {}

  Result<void> look_at(const ResourceId& deployment, const DeploymentRequest& request, const arm_template::Plan& plan) {
    const ResourceId scope{.subscription = deployment.subscription, .resource_group = deployment.resource_group};
    if (std::find(found_.scopes.begin(), found_.scopes.end(), scope.to_string()) == found_.scopes.end()) found_.scopes.push_back(scope.to_string());
    const auto environment = make_environment(context_, deployment);
    for (const auto& resource : plan.resources) {
      if (equals_ignore_case(resource.type, "Microsoft.Resources/resourceGroups")) around_.groups_to_come[to_lower(resource.name)] = resource.location;
    }
    for (const auto& resource : plan.resources) {
      if (resource.existing) continue;
      const auto body = arm_template::foresee_body(plan, resource, *environment);
      if (!body) return fail(body.error());
      if (resource.is_deployment) {
        const auto ok = unfold(resource, *body, request);
        if (!ok && ok.error().code != "InvalidContentLink") return ok;
        if (!ok) problems_.push_back(ok.error());
        continue;
      }
      found_.resources.push_back({.id = resource.id,
                                  .type = resource.type,
                                  .name = resource.name,
                                  .api_version = resource.api_version,
                                  .location = resource.location,
                                  .path = resource.path,
                                  .deployment = deployment.to_string(),
                                  .body = body->body,
                                  .identified = resource.identified});
      if (request.source.positions) {
        const auto at = request.source.positions->find(resource.path);
        if (at != request.source.positions->end()) found_.resources.back().position = at->second;
      }
    }
    return {};
  }

  /// All that was seen; or the links that lead nowhere, together as Azure puts several errors.
  Result<Foresight> take() {
    if (problems_.empty()) return std::move(found_);
    if (problems_.size() == 1) return fail(problems_[0]);
    std::string kinds;
    for (std::size_t i = 0; i < problems_.size(); ++i) kinds += i == 0 ? "BadRequest" : ",BadRequest";
    Error all{.status = 400, .code = "MultipleErrorsOccurred", .message = "Multiple error occurred: " + kinds + ". Please see details."};
    all.details = problems_;
    return fail(all);
  }

 private:
  /// A nested deployment's own resources. One whose parameters are known only later is looked at as far as that goes.
  Result<void> unfold(const arm_template::PlannedResource& resource, const arm_template::ForeseenBody& foreseen, const DeploymentRequest& parent) {
    const auto id = ResourceId::parse(resource.id);
    if (!id || ++found_.nested > kNestedTemplatesMax) return {};
    Json body = *foreseen.body;
    const Json* mode = find_path(body, "properties.mode");
    if (mode != nullptr && mode->is_string() && equals_ignore_case(mode->get<std::string>(), "Complete")) {
      return fail(400, "InvalidTemplate", fmt::format("Deployment template validation failed: 'The nested deployment '{}' has the mode 'Complete'; nested and linked deployments must use 'Incremental'.'.", resource.name));
    }
    const Json* properties = find_path(body, "properties");
    if (const Json* link = properties == nullptr ? nullptr : find_key(*properties, "templateLink"); link != nullptr && has_expression(*link)) return {};
    if (const auto ok = resolve_relative_link(body, parent.link); !ok) return ok;
    const auto request = read_deployment_request(context_, *id, dump(body));
    if (!request) return fail(request.error());
    around_.foreseeing = true;
    const auto plan = make_plan(context_, *id, *request, around_);
    if (!plan) return foreseen.complete ? Result<void>(fail(plan.error())) : Result<void>();
    return look_at(*id, *request, **plan);
  }

  Context& context_;
  Foresight found_;
  PlanSurroundings around_;
  std::vector<Error> problems_;
};

/// What a policy sees of a resource before it is made: the body as far as it is known.
Json known_body(const ForeseenResource& resource) {
  Json body = resource.body ? *resource.body : Json::object();
  if (!resource.location.empty()) body["location"] = resource.location;
  return body;
}

/// Resources that others of the template name, which whoever deploys may not use: refused before anything is made.
Result<void> check_may_use(Context& context, const Foresight& foresight) {
  for (const auto& resource : foresight.resources) {
    if (!resource.identified || !resource.body) continue;
    if (const auto ok = check_links(context, resource.type, resource.type + "/write", resource.id, *resource.body); !ok) return ok;
  }
  return {};
}

/// Resources that whoever deploys may not write, each in Azure's words.
Result<void> check_may_write(Context& context, const Foresight& foresight) {
  if (!roles_decide_about_arm(context)) return {};
  std::vector<std::string> denied;
  for (const auto& resource : foresight.resources) {
    const std::string action = resource.type + "/write";
    if (!resource.identified || may(context, context.caller().principal_id, existing_scope(context, resource.id), {action})) continue;
    denied.push_back(faults::make_error("template-resource-not-authorized", {{"name", resource.name}, {"resourceType", resource.type}, {"clientIdOrUpn", context.caller().user_name}, {"objectId", context.caller().principal_id}, {"action", action}, {"scope", resource.id}}).message);
  }
  if (denied.empty()) return check_may_use(context, foresight);
  return fail(403, "InvalidTemplateDeployment", denied.size() == 1 ? denied.front() : "Deployment failed with multiple errors: '" + join(denied, ":") + "'");
}

/// What a provider that is asked beforehand says of a name; those that exist may be deployed again.
std::optional<Error> refused_name(const World& world, const TypeDescriptor& type, const ForeseenResource& resource, const ResourceId& id) {
  if (!type.name_preflight || world.find(Table::resource, id.key())) return std::nullopt;
  auto wrong = name_error(world, type, id.name(), normalise_location(resource.location));
  if (wrong) wrong->target = id.name();
  return wrong;
}

/// Names in the nesting that providers' own checks come in (OfficeDev/microsoft-teams-apps-timetally#50, Azure/azure-xplat-cli#2791).
Error not_valid(Context& context, const ResourceId& deployment, std::vector<Error> wrong) {
  Error inner{400, "PreflightValidationCheckFailed", "Preflight validation failed. Please refer to the details for the specific errors."};
  inner.details = std::move(wrong);
  const std::string tracking = context.draw().guid("preflight", deployment.key());
  Error error = faults::make_error("invalid-template-deployment", {{"deploymentName", deployment.name()}, {"guid", tracking}});
  error.details = {std::move(inner)};
  return error;
}

bool is_served(Context& context, const ForeseenResource& resource) {
  const Match match = context.machinery().router.find(Method::put, kArmHost, resource.id);
  return match.route != nullptr;
}

}  // namespace

Result<Foresight> foresee(Context& context, const ResourceId& deployment, const DeploymentRequest& request, const arm_template::Plan& plan) {
  Forecast forecast(context);
  if (const auto ok = forecast.look_at(deployment, request, plan); !ok) return fail(ok.error());
  return forecast.take();
}

Result<void> preflight(Context& context, const ResourceId& deployment, const Foresight& foresight) {
  if (const auto ok = check_may_write(context, foresight); !ok) return ok;
  std::vector<Error> violations;
  for (const auto& resource : foresight.resources) {
    if (!resource.identified) continue;
    const TypeDescriptor* type = find_type(resource.type);
    if (!is_served(context, resource)) {
      const std::string_view why = type == nullptr ? "azlab does not simulate the resource type" : "At this level there is no resource type";
      return fail(400, "InvalidTemplateDeployment", fmt::format("{} '{}' (resource '{}'), so this deployment cannot succeed.", why, resource.type, resource.name));
    }
    if (type == nullptr || !type->preflight) continue;
    if (const auto ok = check_registered(context, type->provider()); !ok) return ok;
    const auto id = ResourceId::parse(resource.id);
    if (!id) continue;
    if (const auto ok = check_policies(context, type->type, *id, known_body(resource)); !ok) violations.push_back(ok.error());
  }
  if (violations.empty()) return {};
  Error error{400, "InvalidTemplateDeployment", "The template deployment failed because of policy violation. Please see details for more information."};
  error.target = deployment.name();
  error.details = std::move(violations);
  return fail(error);
}

Result<void> preflight_names(Context& context, const ResourceId& deployment, const Foresight& foresight) {
  std::vector<Error> wrong;
  for (const auto& resource : foresight.resources) {
    const TypeDescriptor* type = resource.identified ? find_type(resource.type) : nullptr;
    const auto id = type != nullptr ? ResourceId::parse(resource.id) : std::nullopt;
    if (!id) continue;
    if (auto refused = refused_name(context.world(), *type, resource, *id)) wrong.push_back(std::move(*refused));
  }
  return wrong.empty() ? Result<void>() : fail(not_valid(context, deployment, std::move(wrong)));
}

}  // namespace azlab::arm
