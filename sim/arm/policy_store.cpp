#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/arm/policy_store.hpp"
#include "sim/arm/resource.hpp"
#include "sim/arm/subscription.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"

namespace azlab::arm {
namespace {

Json built_in(const Json& entry) {
  const std::string kind(entry.contains("policyDefinitions") ? kPolicySetDefinitions : kPolicyDefinitions);
  Json properties = {{"displayName", entry.at("displayName")},
                     {"description", string_at(entry, "description")},
                     {"policyType", "BuiltIn"},
                     {"metadata", {{"version", "1.0.0"}, {"category", entry.at("category")}}},
                     {"version", "1.0.0"},
                     {"parameters", entry.value("parameters", Json::object())}};
  for (const char* key : {"mode", "policyRule", "policyDefinitions"}) {
    if (entry.contains(key)) properties[key] = entry[key];
  }
  const std::string name = entry.at("name");
  return {{"id", "/providers/Microsoft.Authorization/" + kind + "/" + name}, {"type", "Microsoft.Authorization/" + kind}, {"name", name}, {"properties", properties}};
}

/// The parameters of a definition with an assignment's values, defaults filled in. `given` is {"x": {"value": …}}.
Result<Json> resolve(const Json& declared, const Json& given, const std::string& assignment, const std::string& definition) {
  Json out = Json::object();
  for (const auto& [name, value] : given.items()) {
    if (find_key(declared, name) != nullptr) continue;
    return fail(faults::make_error("policy-parameter-undefined", {{"assignment", assignment}, {"parameters", name}}));
  }
  std::vector<std::string> missing;
  for (const auto& [name, declaration] : declared.items()) {
    const Json* entry = find_key(given, name);
    const Json* value = entry != nullptr ? find_key(*entry, "value") : find_key(declaration, "defaultValue");
    if (value == nullptr) {
      missing.push_back(name);
      continue;
    }
    const Json* allowed = find_key(declaration, "allowedValues");
    const auto listed = [&](const Json& one) { return std::any_of(allowed->begin(), allowed->end(), [&](const Json& known) { return one.is_string() && known.is_string() ? equals_ignore_case(one.get<std::string>(), known.get<std::string>()) : one == known; }); };
    if (allowed != nullptr && allowed->is_array() && !(value->is_array() ? std::all_of(value->begin(), value->end(), listed) : listed(*value))) {
      return fail(faults::make_error("policy-parameter-not-allowed", {{"assignment", assignment}, {"parameters", name}, {"value", dump(*value)}}));
    }
    out[name] = *value;
  }
  if (missing.empty()) return out;
  return fail(faults::make_error("policy-parameter-missing", {{"assignment", assignment}, {"parameters", join(missing, ",")}, {"definition", definition}}));
}

Json given_parameters(const Json& holder) {
  const Json* parameters = find_key(holder, "parameters");
  return parameters != nullptr && parameters->is_object() ? *parameters : Json::object();
}

Error not_found(std::string_view id) {
  const bool set = to_lower(id).find("/policysetdefinitions/") != std::string::npos;
  return {404, set ? "PolicySetDefinitionNotFound" : "PolicyDefinitionNotFound", fmt::format("The policy {}definition '{}' could not be found.", set ? "set " : "", id.substr(id.rfind('/') + 1))};
}

/// The definitions of a set, each with its parameters: those of the set put into its own.
Result<std::vector<AssignedRule>> rules_of_set(Context& context, const Json& set, const Json& parameters, const std::string& assignment) {
  std::vector<AssignedRule> out;
  for (const auto& member : set["properties"].value("policyDefinitions", Json::array())) {
    auto definition = find_policy(context.world(), string_at(member, "policyDefinitionId"));
    if (!definition) return fail(not_found(string_at(member, "policyDefinitionId")));
    const policy::Surroundings surroundings{.parameters = parameters, .scope = {.subscription_id = default_subscription().id}, .now = context.now()};
    const auto given = policy::evaluate(given_parameters(member), Json::object(), {}, surroundings);
    if (!given) return fail(given.error());
    auto resolved = resolve(given_parameters((*definition)["properties"]), *given, assignment, string_at(*definition, "name"));
    if (!resolved) return fail(resolved.error());
    out.push_back({.definition = std::move(*definition), .set = set, .reference = string_at(member, "policyDefinitionReferenceId"), .parameters = std::move(*resolved)});
  }
  return out;
}

}  // namespace

const std::vector<Json>& built_in_policies() {
  static const std::vector<Json> kPolicies = [] {
    std::vector<Json> out;
    const Json fixture = *parse_jsonc(fixtures::get("fixtures/azure/policy/built-in.json"));
    for (const auto& entry : fixture) out.push_back(built_in(entry));
    return out;
  }();
  return kPolicies;
}

std::optional<Json> find_policy(const World& world, std::string_view id) {
  for (const auto& known : built_in_policies()) {
    if (equals_ignore_case(string_at(known, "id"), id)) return known;
  }
  return read_resource(world, id);
}

Result<std::vector<AssignedRule>> rules_of(Context& context, const Json& assignment) {
  const std::string id = string_at(assignment, "properties.policyDefinitionId");
  const std::string name = string_at(assignment, "name");
  auto found = find_policy(context.world(), id);
  if (!found) return fail(not_found(id));
  auto parameters = resolve(given_parameters((*found)["properties"]), given_parameters(assignment["properties"]), name, string_at(*found, "name"));
  if (!parameters) return fail(parameters.error());
  if (find_path(*found, "properties.policyDefinitions") != nullptr) return rules_of_set(context, *found, *parameters, name);
  return std::vector<AssignedRule>{{.definition = std::move(*found), .parameters = std::move(*parameters)}};
}

policy::Surroundings surroundings_of(Context& context, std::string_view resource_id, const Json& assignment, const AssignedRule& rule) {
  const auto id = ResourceId::parse(resource_id);
  const Subscription& subscription = default_subscription();
  policy::Surroundings out{.parameters = rule.parameters,
                           .scope = {.subscription_id = subscription.id, .tenant_id = subscription.tenant, .resource_group = id ? id->resource_group : ""},
                           .policy = {{"assignmentId", string_at(assignment, "id")}, {"definitionId", string_at(rule.definition, "id")}, {"setDefinitionId", string_at(rule.set, "id")}, {"definitionReferenceId", rule.reference}},
                           .now = context.now()};
  if (!id || id->resource_group.empty()) return out;
  const ResourceId group{.subscription = id->subscription, .resource_group = id->resource_group};
  if (const auto body = read_resource(context.world(), group.to_string())) {
    out.scope.location = string_at(*body, "location");
    out.scope.group = std::make_shared<const Json>(*body);
  }
  return out;
}

}  // namespace azlab::arm
