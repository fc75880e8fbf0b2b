#include "sim/arm/policy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/arm/policy_applied.hpp"
#include "sim/arm/policy_compliance.hpp"
#include "sim/arm/policy_existence.hpp"
#include "sim/arm/policy_store.hpp"
#include "sim/arm/scope.hpp"
#include "sim/arm/subscription.hpp"
#include "sim/arm/type.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"
#include "sim/policy/change.hpp"

namespace azlab::arm {
namespace {

constexpr std::string_view kAssignments = "Microsoft.Authorization/policyAssignments";
constexpr std::string_view kGroupType = "Microsoft.Resources/subscriptions/resourceGroups";

bool is_excluded(const Json& assignment, const std::string& id) {
  const Json* scopes = find_path(assignment, "properties.notScopes");
  return scopes != nullptr && scopes->is_array() && std::any_of(scopes->begin(), scopes->end(), [&](const Json& scope) { return scope.is_string() && is_at_or_above(scope.get<std::string>(), id); });
}

/// Mode "Indexed" is for what has tags and a location; groups are left to mode "All" (documented).
bool has_mode_for(const Json& definition, std::string_view type) {
  if (!equals_ignore_case(string_at(definition, "properties.mode"), "Indexed")) return true;
  const TypeDescriptor* known = find_type(type);
  return known != nullptr && known->tracked;
}

/// The assignments at a resource's scope or above; those that enforce nothing only when compliance asks.
std::vector<Json> assignments_for(Context& context, const std::string& id, bool enforced_only) {
  std::vector<Json> out;
  context.world().for_each_of_type(kAssignments, "", [&](const std::string&, const RowPtr& row) {
    auto assignment = parse_json(row->body);
    if (!assignment || !is_at_or_above(string_at(*assignment, "properties.scope"), id) || is_excluded(*assignment, id)) return true;
    if (enforced_only && equals_ignore_case(string_at(*assignment, "properties.enforcementMode"), "DoNotEnforce")) return true;
    out.push_back(std::move(*assignment));
    return true;
  });
  return out;
}

/// What is only in the subject because its address says so goes again.
Json body_of(Json subject, const Json& original) {
  for (const char* key : {"type", "id", "name", "fullName"}) {
    if (original.contains(key)) {
      subject[key] = original[key];
    } else {
      subject.erase(key);
    }
  }
  return subject;
}

Violation violation_of(const Applied& applied, Json expressions) {
  return {.assignment = applied.assignment, .definition = applied.rule.definition, .set = applied.rule.set, .reference = applied.rule.reference, .effect = applied.effect, .expressions = std::move(expressions)};
}

std::string name_of(const Json& resource) { return string_at(resource, "properties.displayName", string_at(resource, "name")); }

/// {"name":…,"id":…[,"version":…]}: in Azure's order, which sorted keys would not keep.
std::string identifier(std::string_view key, const Json& resource) {
  const std::string version = string_at(resource, "properties.version");
  return fmt::format("{}:{{\"name\":{},\"id\":{}{}}}", dump(Json(key)), dump(Json(name_of(resource))), dump(Json(string_at(resource, "id"))), version.empty() ? "" : ",\"version\":" + dump(Json(version)));
}

std::string identifiers(const std::vector<Violation>& violations) {
  std::vector<std::string> out;
  for (const auto& one : violations) {
    std::string text = "{" + identifier("policyAssignment", one.assignment) + "," + identifier("policyDefinition", one.definition);
    if (!one.set.is_null()) text += "," + identifier("policySetDefinition", one.set);
    out.push_back(text + "}");
  }
  return "[" + join(out, ",") + "]";
}

/// The texts that assignments give for refusals; those for one definition of a set before the others.
std::vector<std::string> reasons(const std::vector<Violation>& violations) {
  std::vector<std::string> out;
  for (const auto& one : violations) {
    const Json* messages = find_path(one.assignment, "properties.nonComplianceMessages");
    std::string text;
    for (const auto& entry : messages != nullptr && messages->is_array() ? *messages : Json::array()) {
      const std::string of = string_at(entry, "policyDefinitionReferenceId");
      if (of == one.reference || (of.empty() && text.empty())) text = string_at(entry, "message");
    }
    if (!text.empty()) out.push_back(text);
  }
  return out;
}

/// One PolicyViolation, with the members that public answers of 2024 and later show.
Json violation_info(const Violation& one) {
  Json info = {{"evaluationDetails", {{"evaluatedExpressions", one.expressions}}},
               {"policyDefinitionId", one.definition["id"]},
               {"policyDefinitionName", one.definition["name"]},
               {"policyDefinitionDisplayName", name_of(one.definition)},
               {"policyDefinitionEffect", one.effect},
               {"policyAssignmentId", one.assignment["id"]},
               {"policyAssignmentName", one.assignment["name"]},
               {"policyAssignmentDisplayName", name_of(one.assignment)},
               {"policyAssignmentScope", string_at(one.assignment, "properties.scope")},
               {"policyAssignmentParameters", one.assignment["properties"].value("parameters", Json::object())},
               {"policyExemptionIds", Json::array()}};
  if (const std::string version = string_at(one.definition, "properties.version"); !version.empty()) info["policyDefinitionVersion"] = version;
  if (!one.set.is_null()) {
    info["policySetDefinitionId"] = one.set["id"];
    info["policySetDefinitionName"] = one.set["name"];
    info["policySetDefinitionDisplayName"] = name_of(one.set);
    info["policyDefinitionReferenceId"] = one.reference;
  }
  return {{"type", "PolicyViolation"}, {"info", info}};
}

Error disallowed(const std::string& name, const std::vector<Violation>& violations) {
  Error error = faults::make_error("request-disallowed-by-policy", {{"name", name}});
  const auto why = reasons(violations);
  error.message = why.empty() ? fmt::format("Resource '{}' was disallowed by policy. Policy identifiers: '{}'.", name, identifiers(violations))
                              : fmt::format("Resource '{}' was disallowed by policy. Reasons: '{}'. See error details for policy resource IDs.", name, join(why, "; "));
  Json info = Json::array();
  for (const auto& one : violations) info.push_back(violation_info(one));
  error.additional_info = dump(info);
  return error;
}

/// append and modify; an append that would overwrite denies.
Result<std::optional<Violation>> change(const Applied& applied, Json& subject) {
  const Json& rule = applied.rule.definition["properties"]["policyRule"];
  if (applied.effect != "append" && applied.effect != "modify") return std::nullopt;
  const auto finding = policy::judge(rule["if"], subject, applied.surroundings);
  if (!finding) return fail(finding.error());
  if (!finding->met) return std::nullopt;
  const Json details = rule["then"].value("details", Json::object());
  if (applied.effect == "modify") {
    if (const auto ok = policy::modify(subject, details, applied.surroundings); !ok) return fail(ok.error());
    return std::nullopt;
  }
  const auto appended = policy::append(subject, details, applied.surroundings);
  if (!appended) return fail(appended.error());
  return *appended ? std::nullopt : std::optional(violation_of(applied, finding->expressions));
}

Result<std::vector<Violation>> judge_all(const std::vector<Applied>& all, const Json& subject, const std::vector<std::string_view>& effects) {
  std::vector<Violation> out;
  for (const auto& applied : all) {
    if (std::find(effects.begin(), effects.end(), applied.effect) == effects.end()) continue;
    auto finding = policy::judge(applied.rule.definition["properties"]["policyRule"]["if"], subject, applied.surroundings);
    if (!finding) return fail(finding.error());
    if (finding->met) out.push_back(violation_of(applied, std::move(finding->expressions)));
  }
  return out;
}

Json like_any(const char* field, const Json& globs) {
  Json out = Json::array();
  for (const auto& glob : globs) out.push_back({{"field", field}, {"like", glob}});
  return {{"anyOf", out}};
}

}  // namespace

Result<std::vector<Applied>> rules_for(Context& context, std::string_view type, const std::string& id, bool enforced_only) {
  std::vector<Applied> out;
  for (auto& assignment : assignments_for(context, id, enforced_only)) {
    auto rules = rules_of(context, assignment);
    if (!rules) return fail(rules.error());
    for (auto& rule : *rules) {
      if (!has_mode_for(rule.definition, type)) continue;
      Applied applied{.assignment = assignment, .rule = std::move(rule), .surroundings = {}, .effect = {}};
      applied.surroundings = surroundings_of(context, id, assignment, applied.rule);
      const auto effect = policy::evaluate(applied.rule.definition["properties"]["policyRule"]["then"]["effect"], Json::object(), {}, applied.surroundings);
      if (!effect) return fail(effect.error());
      applied.effect = effect->is_string() ? to_lower(effect->get<std::string>()) : std::string();
      out.push_back(std::move(applied));
    }
  }
  return out;
}

Json subject_of(std::string_view type, const ResourceId& id, const Json& body) {
  Json out = body;
  std::vector<std::string> names;
  for (const auto& part : id.parts) names.push_back(part.second);
  out["type"] = type;
  out["id"] = id.to_string();
  out["name"] = id.parts.empty() ? id.resource_group : id.name();
  out["fullName"] = names.empty() ? id.resource_group : join(names, "/");
  return out;
}

std::string type_for_rules(const ResourceId& id, const std::string& type) { return id.parts.empty() ? std::string(kGroupType) : type; }

Result<void> apply_policies(Context& context, std::string_view type, const ResourceId& id, Json& body) {
  const auto all = rules_for(context, type, id.to_string(), true);
  if (!all) return fail(all.error());
  if (all->empty()) return {};
  Json subject = subject_of(type, id, body);
  std::vector<Violation> refusals;
  for (const auto& applied : *all) {
    auto refused = change(applied, subject);
    if (!refused) return fail(refused.error());
    if (*refused) refusals.push_back(std::move(**refused));
  }
  auto denied = judge_all(*all, subject, {"deny"});
  if (!denied) return fail(denied.error());
  std::move(denied->begin(), denied->end(), std::back_inserter(refusals));
  if (!refusals.empty()) return fail(disallowed(string_at(subject, "name"), refusals));
  body = body_of(std::move(subject), body);
  return {};
}

Result<void> check_policies(Context& context, std::string_view type, const ResourceId& id, const Json& body) {
  Json copy = body;
  return apply_policies(context, type, id, copy);
}

Result<std::vector<Violation>> violations_of(Context& context, const Json& resource) {
  const auto id = ResourceId::parse(string_at(resource, "id"));
  if (!id) return std::vector<Violation>{};
  const std::string type = type_for_rules(*id, string_at(resource, "type"));
  const auto all = rules_for(context, type, id->to_string(), false);
  if (!all) return fail(all.error());
  const Json subject = subject_of(type, *id, resource);
  auto out = judge_all(*all, subject, {"audit", "deny", "append", "modify"});
  if (!out) return out;
  for (const auto& applied : *all) {
    auto lacks = lacks_related(context, applied, *id, subject);
    if (!lacks) return fail(lacks.error());
    if (*lacks) out->push_back(violation_of(applied, std::move(**lacks)));
  }
  return out;
}

Result<void> put_scenario_policy(Context& context, const Json& policy) {
  Json any = Json::array();
  if (policy.contains("denyTypes")) any.push_back(like_any("type", policy["denyTypes"]));
  if (policy.contains("allowTypes")) any.push_back({{"not", like_any("type", policy["allowTypes"])}});
  if (policy.contains("allowLocations")) any.push_back({{"allOf", {{{"field", "location"}, {"exists", true}}, {{"not", like_any("location", policy["allowLocations"])}}}}});
  const std::string name = string_at(policy, "name");
  const std::string base = "/subscriptions/" + default_subscription().id + "/providers/Microsoft.Authorization/";
  const Json definition = {{"properties", {{"displayName", string_at(policy, "displayName", name)}, {"mode", "All"}, {"policyRule", {{"if", {{"anyOf", any}}}, {"then", {{"effect", "deny"}}}}}}}};
  Json assignment = {{"properties", {{"displayName", string_at(policy, "displayName", name)}, {"policyDefinitionId", base + "policyDefinitions/" + name}}}};
  if (const std::string reason = string_at(policy, "reason"); !reason.empty()) assignment["properties"]["nonComplianceMessages"] = Json::array({{{"message", reason}}});
  for (const auto& [kind, body] : {std::pair<std::string, const Json*>{"policyDefinitions/", &definition}, {"policyAssignments/", &assignment}}) {
    const Response response = context.call(Request::make(Method::put, base + kind + name + "?api-version=2023-04-01", dump(*body)));
    const auto answer = parse_json(response.body.text());
    if (!response.ok()) return fail(response.status, answer ? string_at(*answer, "error.code") : "", answer ? string_at(*answer, "error.message") : response.body.text());
  }
  return {};
}

}  // namespace azlab::arm
