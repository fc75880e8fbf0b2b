#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "sim/arm/template/expression.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/text.hpp"

// Functions on resources, scopes and the deployment itself.

namespace azlab::arm_template {
namespace {

bool all_text_values(const Call& call) {
  return std::all_of(call.arguments.begin(), call.arguments.end(), [](const Json& value) { return value.is_string(); });
}
tl::unexpected<Error> want_text_values(const Call& call) { return call_error(call, "all function arguments must be string literals."); }

std::string listed(const Call& call) {
  std::string text;
  for (const Json& value : call.arguments) text += (text.empty() ? "" : ",") + value.get<std::string>();
  return text;
}

/// `{base}/providers/{type and names}` from the arguments at `first` (the type) and after.
Result<Json> provider_id(const Call& call, const std::string& base, std::size_t first) {
  const std::string type = call.arguments[first].get<std::string>();
  std::vector<std::string> names;
  for (std::size_t i = first + 1; i < call.arguments.size(); ++i) names.push_back(call.arguments[i].get<std::string>());
  const auto segments = static_cast<std::size_t>(std::count(type.begin(), type.end(), '/'));
  const std::optional<std::string> path = provider_path(type, names);
  if (!path) {
    return call_error(call, fmt::format("the type '{}' requires '{}' resource name argument(s).", type, segments));
  }
  return Json(base + "/providers/" + *path);
}

/// resourceId([subscription], [resource group], type, name…): the type is the first argument with a '/'.
Result<Json> resource_id(const Call& call) {
  if (!all_text_values(call)) return want_text_values(call);
  std::size_t first = 0;
  while (first < call.arguments.size() && call.arguments[first].get_ref<const std::string&>().find('/') == std::string::npos) ++first;
  if (first >= call.arguments.size() || first > 2) {
    return call_error(call, fmt::format("function requires exactly one multi-segmented argument which must be resource type including resource provider namespace. "
                                        "Current function arguments '{}'.",
                                        listed(call)));
  }
  const Scope& scope = call.evaluator.state().scope;
  if (first == 0) return provider_id(call, scope.id(), first);
  const std::string subscription = first == 2 ? call.arguments[0].get<std::string>() : scope.subscription_id;
  const std::string group = call.arguments[first - 1].get<std::string>();
  return provider_id(call, "/subscriptions/" + subscription + "/resourceGroups/" + group, first);
}

Result<Json> subscription_resource_id(const Call& call) {
  if (!all_text_values(call)) return want_text_values(call);
  const bool given = call.arguments[0].get_ref<const std::string&>().find('/') == std::string::npos;
  if (given && call.arguments.size() < 2) return call_error(call, "the resource type is missing.");
  const std::string subscription = given ? call.arguments[0].get<std::string>() : call.evaluator.state().scope.subscription_id;
  return provider_id(call, "/subscriptions/" + subscription, given ? 1 : 0);
}

Result<Json> management_group_resource_id(const Call& call) {
  if (!all_text_values(call)) return want_text_values(call);
  const bool given = call.arguments[0].get_ref<const std::string&>().find('/') == std::string::npos;
  if (given && call.arguments.size() < 2) return call_error(call, "the resource type is missing.");
  const std::string group = given ? call.arguments[0].get<std::string>() : call.evaluator.state().scope.management_group;
  return provider_id(call, "/providers/Microsoft.Management/managementGroups/" + group, given ? 1 : 0);
}

Result<Json> extension_resource_id(const Call& call) {
  if (!all_text_values(call)) return want_text_values(call);
  return provider_id(call, call.arguments[0].get<std::string>(), 1);
}

bool runs(Place place) { return place == Place::kRun || place == Place::kTrial; }

Result<Json> resource_reference(const Call& call) {
  Evaluator& evaluator = call.evaluator;
  if (!runs(evaluator.place())) return not_expected(call.name);
  if (!all_text_values(call)) return want_text_values(call);
  const std::string& text = call.arguments[0].get_ref<const std::string&>();
  Target target = find_target(evaluator.state(), text);
  const bool versioned = call.arguments.size() > 1 && !call.arguments[1].get_ref<const std::string&>().empty();
  const bool full = call.arguments.size() > 2 && equals_ignore_case(call.arguments[2].get_ref<const std::string&>(), "Full");
  if (call.arguments.size() > 2 && !full) return call_error(call, "the third parameter can only be 'Full'.");
  if (target.id.empty() || (!versioned && target.api_version.empty())) {
    return template_error(fmt::format("The resource '{}' is not defined in the template. Please see https://aka.ms/arm-syntax for usage details.", text));
  }
  if (versioned) target.api_version = call.arguments[1].get<std::string>();
  // Azure waits for what is referred to by the template's own knowledge of it, not for an id with a version.
  if (!versioned && evaluator.referenced != nullptr) evaluator.referenced->push_back(target.id);
  if (evaluator.place() == Place::kTrial) return deferred();
  return evaluator.environment().reference(target.id, target.api_version, full);
}

/// references('symbol'[, 'Full']): all instances of a symbolic resource's loop, in order.
Result<Json> resource_references(const Call& call) {
  Evaluator& evaluator = call.evaluator;
  if (!runs(evaluator.place())) return not_expected(call.name);
  if (!all_text_values(call)) return want_text_values(call);
  const std::string symbol = to_lower(call.arguments[0].get_ref<const std::string&>()) + "[";
  const bool full = call.arguments.size() > 1 && equals_ignore_case(call.arguments[1].get_ref<const std::string&>(), "Full");
  if (call.arguments.size() > 1 && !full) return call_error(call, "the second parameter can only be 'Full'.");
  const State& state = evaluator.state();
  std::vector<Target> targets;
  for (const auto& [name, id] : state.symbols) {
    if (name.starts_with(symbol)) targets.push_back(find_target(state, id));
  }
  if (targets.empty()) return call_error(call, fmt::format("'{}' is not the symbolic name of a resource with a copy loop.", call.arguments[0].get<std::string>()));
  Json collected = Json::array();
  for (const Target& target : targets) {
    if (evaluator.referenced != nullptr) evaluator.referenced->push_back(target.id);
    if (evaluator.place() == Place::kTrial) continue;
    Result<Json> value = evaluator.environment().reference(target.id, target.api_version, full);
    if (!value) return value;
    collected.push_back(std::move(*value));
  }
  return evaluator.place() == Place::kTrial ? Result<Json>(deferred()) : Result<Json>(std::move(collected));
}

Result<Json> resource_list(const Call& call) {
  Evaluator& evaluator = call.evaluator;
  if (!runs(evaluator.place())) return not_expected(call.name);
  if (!call.arguments[0].is_string() || !call.arguments[1].is_string()) return want_text_values(call);
  const std::string& text = call.arguments[0].get_ref<const std::string&>();
  const Target target = find_target(evaluator.state(), text);
  if (target.id.empty()) {
    return template_error(fmt::format("The resource '{}' is not defined in the template. Please see https://aka.ms/arm-syntax for usage details.", text));
  }
  if (evaluator.place() == Place::kTrial) return deferred();
  return evaluator.environment().list(std::string(call.name), target.id, call.arguments[1].get<std::string>(),
                                      call.arguments.size() > 2 ? call.arguments[2] : Json::object());
}

Result<Json> scope_subscription(const Call& call) {
  const Scope& scope = call.evaluator.state().scope;
  if (scope.subscription) return *scope.subscription;
  if (scope.subscription_id.empty()) return not_expected(call.name);
  return Json{{"id", "/subscriptions/" + scope.subscription_id}, {"subscriptionId", scope.subscription_id}, {"tenantId", scope.tenant_id}};
}

Result<Json> scope_group(const Call& call) {
  const Scope& scope = call.evaluator.state().scope;
  if (scope.level != Scope::Level::kResourceGroup) return not_expected(call.name);
  if (scope.group) return *scope.group;
  return Json{{"id", scope.id()},
              {"name", scope.resource_group},
              {"type", "Microsoft.Resources/resourceGroups"},
              {"location", scope.location},
              {"properties", {{"provisioningState", "Succeeded"}}}};
}

Result<Json> scope_tenant(const Call& call) {
  const Scope& scope = call.evaluator.state().scope;
  if (scope.tenant) return *scope.tenant;
  return Json{{"id", "/tenants/" + scope.tenant_id}, {"tenantId", scope.tenant_id}};
}

/// The deployment's own description. Values of secure parameters are not in it.
Result<Json> scope_deployment(const Call& call) {
  const State& state = call.evaluator.state();
  Json parameters = state.supplied;
  for (const auto& item : parameters.items()) {
    if (is_secure(state, item.key()) && item.value().is_object()) item.value().erase("value");
  }
  Json properties = {{"template", *state.source.json}, {"templateHash", state.scope.template_hash}, {"parameters", parameters}, {"mode", state.scope.mode}, {"provisioningState", "Accepted"}};
  if (state.scope.template_link) properties["templateLink"] = *state.scope.template_link;
  Json deployment = {{"name", state.scope.deployment_name}, {"properties", properties}};
  if (state.scope.level != Scope::Level::kResourceGroup) deployment["location"] = state.scope.location;
  return deployment;
}

Result<Json> scope_management_group(const Call& call) {
  const Scope& scope = call.evaluator.state().scope;
  if (scope.level != Scope::Level::kManagementGroup) return not_expected(call.name);
  return Json{{"id", scope.id()}, {"name", scope.management_group}, {"type", "Microsoft.Management/managementGroups"}};
}

Result<Json> scope_environment(const Call&) { return parse_json(fixtures::get("fixtures/arm/template/environment.json")); }

Result<Json> fresh_guid(const Call& call) {
  if (call.evaluator.place() != Place::kParameter) return not_expected(call.name);
  return Json(call.evaluator.environment().new_guid());
}

}  // namespace

Target find_target(const State& state, const std::string& text) {
  for (const auto& [symbol, id] : state.symbols) {
    if (equals_ignore_case(symbol, text)) return find_target(state, id);
  }
  for (const State::Known& known : state.known) {
    const bool by_path = !text.starts_with('/') && text.find('/') != std::string::npos && to_lower(known.id).ends_with("/providers/" + to_lower(text));
    if (equals_ignore_case(known.id, text) || equals_ignore_case(known.name, text) || by_path) return Target{known.id, known.api_version};
  }
  return Target{.id = text.starts_with('/') ? text : "", .api_version = ""};
}

std::optional<std::string> provider_path(std::string_view type, const std::vector<std::string>& names) {
  const std::vector<std::string> segments = split(type, '/');
  if (segments.size() != names.size() + 1) return std::nullopt;
  std::string path = segments[0];
  for (std::size_t i = 0; i < names.size(); ++i) path += "/" + segments[i + 1] + "/" + names[i];
  return path;
}

std::string Scope::id() const {
  switch (level) {
    case Level::kResourceGroup: return "/subscriptions/" + subscription_id + "/resourceGroups/" + resource_group;
    case Level::kSubscription: return "/subscriptions/" + subscription_id;
    case Level::kManagementGroup: return "/providers/Microsoft.Management/managementGroups/" + management_group;
    case Level::kTenant: break;
  }
  return "";
}

const std::vector<FunctionEntry>& resource_functions() {
  static const std::vector<FunctionEntry> table = {
      {"resourceId", 2, kAnyCount, resource_id},
      {"subscriptionResourceId", 2, kAnyCount, subscription_resource_id},
      {"tenantResourceId", 2, kAnyCount, [](const Call& c) -> Result<Json> { return all_text_values(c) ? provider_id(c, "", 0) : want_text_values(c); }},
      {"extensionResourceId", 3, kAnyCount, extension_resource_id},
      {"managementGroupResourceId", 2, kAnyCount, management_group_resource_id},
      {"reference", 1, 3, resource_reference},
      {"references", 1, 2, resource_references},
      {"list*", 2, 3, resource_list},
      {"subscription", 0, 0, scope_subscription},
      {"resourceGroup", 0, 0, scope_group},
      {"tenant", 0, 0, scope_tenant},
      {"deployment", 0, 0, scope_deployment},
      {"managementGroup", 0, 0, scope_management_group},
      {"environment", 0, 0, scope_environment},
      {"newGuid", 0, 0, fresh_guid},
  };
  return table;
}

}  // namespace azlab::arm_template
