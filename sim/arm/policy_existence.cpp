#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/arm/policy.hpp"
#include "sim/arm/policy_existence.hpp"
#include "sim/arm/resource.hpp"
#include "sim/arm/type.hpp"
#include "sim/core/text.hpp"
#include "sim/http/operation.hpp"

namespace azlab::arm {
namespace {

constexpr std::string_view kAuditIfMissing = "auditifnotexists";
constexpr std::string_view kDeployIfMissing = "deployifnotexists";
// What `evaluationDelay` is where a rule says nothing (documented).
constexpr auto kDelay = std::chrono::minutes(10);
// A resource that is still being made is looked at again.
constexpr auto kAgain = std::chrono::minutes(1);

Json details_of(const Json& definition) {
  const Json* details = find_path(definition, "properties.policyRule.then.details");
  return details != nullptr && details->is_object() ? *details : Json::object();
}

/// A text of the details, its expressions evaluated for the resource.
Result<std::string> detail(const Applied& applied, const Json& details, const char* key, const Json& subject) {
  const Json* value = find_key(details, key);
  if (value == nullptr) return std::string();
  const auto evaluated = policy::evaluate(*value, subject, {}, applied.surroundings);
  if (!evaluated) return fail(evaluated.error());
  return evaluated->is_string() ? evaluated->get<std::string>() : std::string();
}

/// What lies where related resources are looked for: within the resource for its own children, else in a group or the subscription.
Result<std::string> place_of_related(const Applied& applied, const Json& details, const ResourceId& id, const Json& subject, const std::string& type) {
  if (starts_with_ignore_case(type, string_at(subject, "type") + "/")) return id.key() + "/";
  const auto group = detail(applied, details, "resourceGroupName", subject);
  if (!group) return group;
  const auto scope = detail(applied, details, "existenceScope", subject);
  if (!scope) return scope;
  ResourceId place{.subscription = id.subscription, .resource_group = group->empty() ? id.resource_group : *group};
  if (equals_ignore_case(*scope, "Subscription")) place.resource_group.clear();
  return place.key() + "/";
}

std::string names_of(const ResourceId& id) {
  std::vector<std::string> names;
  for (const auto& part : id.parts) names.push_back(part.second);
  return join(names, "/");
}

/// Whether a resource that the rule asks for is there.
Result<bool> has_related(Context& context, const Applied& applied, const ResourceId& id, const Json& subject) {
  const Json details = details_of(applied.rule.definition);
  const auto wanted = detail(applied, details, "type", subject);
  if (!wanted) return fail(wanted.error());
  const auto name = detail(applied, details, "name", subject);
  if (!name) return fail(name.error());
  const auto place = place_of_related(applied, details, id, subject, *wanted);
  if (!place) return fail(place.error());
  const TypeDescriptor* known = find_type(*wanted);
  const std::string type = known != nullptr ? known->type : *wanted;
  const Json* condition = find_key(details, "existenceCondition");
  Result<bool> found = false;
  context.world().for_each_of_type(type, *place, [&](const std::string&, const RowPtr& row) {
    const auto body = parse_json(row->body);
    const auto related = body ? ResourceId::parse(string_at(*body, "id")) : std::nullopt;
    if (!related || (!name->empty() && !equals_ignore_case(*name, related->parts.empty() ? "" : related->name()) && !equals_ignore_case(*name, names_of(*related)))) return true;
    if (condition == nullptr) {
      found = true;
      return false;
    }
    const auto finding = policy::judge(*condition, subject_of(type, *related, *body), applied.surroundings);
    if (!finding) {
      found = fail(finding.error());
    } else if (finding->met) {
      found = true;
    }
    return found.has_value() && !*found;
  });
  return found;
}

/// The rules' template with its parameters, as a deployment to the group of the resource.
Result<Json> deployment_body(const Applied& applied, const Json& subject) {
  const Json details = details_of(applied.rule.definition);
  const Json* given = find_path(details, "deployment.properties");
  Json properties = given != nullptr ? *given : Json::object();
  // The template's own expressions are its deployment's to evaluate; those of the parameters are the policy's.
  if (properties.contains("parameters")) {
    auto evaluated = policy::evaluate(properties["parameters"], subject, {}, applied.surroundings);
    if (!evaluated) return evaluated;
    properties["parameters"] = std::move(*evaluated);
  }
  properties["mode"] = "Incremental";
  return Json{{"properties", std::move(properties)}};
}

}  // namespace

Result<void> check_existence_rule(const Json& assignment, const AssignedRule& rule, std::string_view effect) {
  const Json details = details_of(rule.definition);
  // Asked of what the definition can do, whatever its effect is here.
  const std::string identity = string_at(assignment, "identity.type", "None");
  if ((effect == kDeployIfMissing || find_key(details, "deployment") != nullptr) && equals_ignore_case(identity, "None")) {
    return fail(400, "ResourceIdentityRequired", "Policy assignments must include a 'managed identity' when assigning 'DeployIfNotExists' policy definitions or policy definitions that contain a deployment in the effect details.");
  }
  if (effect != kAuditIfMissing && effect != kDeployIfMissing) return {};
  const std::string name = string_at(rule.definition, "name");
  if (string_at(details, "type").empty()) return fail(400, "InvalidPolicyRule", fmt::format("Failed to parse policy rule: the 'then' of '{}' has no 'details' with a 'type'.", name));
  if (effect == kAuditIfMissing) return {};
  const Json* source = find_path(details, "deployment.properties.template");
  if (source == nullptr || !source->is_object()) return fail(400, "InvalidPolicyRule", fmt::format("Failed to parse policy rule: the 'details' of '{}' have no 'deployment' with a template.", name));
  if (equals_ignore_case(string_at(details, "deploymentScope"), "Subscription")) return fail(400, "AzlabNotSimulated", fmt::format("azlab does not simulate deployments to a subscription by a policy ('{}'); those to the resource's group are.", name));
  return {};
}

Result<std::optional<Json>> lacks_related(Context& context, const Applied& applied, const ResourceId& id, const Json& subject) {
  if (applied.effect != kAuditIfMissing && applied.effect != kDeployIfMissing) return std::nullopt;
  auto finding = policy::judge(applied.rule.definition["properties"]["policyRule"]["if"], subject, applied.surroundings);
  if (!finding) return fail(finding.error());
  if (!finding->met) return std::nullopt;
  const auto there = has_related(context, applied, id, subject);
  if (!there) return fail(there.error());
  return *there ? std::nullopt : std::optional(std::move(finding->expressions));
}

void schedule_policy_deployments(Context& context, std::string_view type, const ResourceId& id) {
  const auto all = rules_for(context, type, id.to_string(), true);
  if (!all || std::none_of(all->begin(), all->end(), [](const Applied& one) { return one.effect == kDeployIfMissing; })) return;
  context.timeline().schedule({.due = context.now() + kDelay, .kind = std::string(kPolicyDeploy), .subject = id.to_string()});
}

void on_policy_deploy(Context& context, const Event& event) {
  const auto body = read_resource(context.world(), event.subject);
  const auto id = body ? ResourceId::parse(event.subject) : std::nullopt;
  if (!id || id->resource_group.empty() || string_at(*body, "properties.provisioningState") == "Failed") return;
  if (running_operation(context.world(), event.subject)) {
    context.timeline().schedule({.due = context.now() + kAgain, .kind = std::string(kPolicyDeploy), .subject = event.subject});
    return;
  }
  const std::string type = type_for_rules(*id, string_at(*body, "type"));
  const auto all = rules_for(context, type, id->to_string(), true);
  if (!all) return;
  const Json subject = subject_of(type, *id, *body);
  const ResourceId group{.subscription = id->subscription, .resource_group = id->resource_group};
  for (const auto& applied : *all) {
    if (applied.effect != kDeployIfMissing) continue;
    const auto lacks = lacks_related(context, applied, *id, subject);
    const auto deployment = lacks && *lacks ? deployment_body(applied, subject) : fail(500, "", "");
    if (!deployment) continue;
    const std::string name = fmt::format("PolicyDeployment_{}", context.draw().bits("policy-deployment", id->key() + string_at(applied.assignment, "id") + applied.rule.reference));
    context.call(Request::make(Method::put, group.to_string() + "/providers/Microsoft.Resources/deployments/" + name + "?api-version=2021-04-01", dump(*deployment)));
  }
}

}  // namespace azlab::arm
