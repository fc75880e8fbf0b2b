#include "sim/scenario.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/arm/provider.hpp"
#include "sim/arm/subscription.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/text.hpp"
#include "sim/entra/device_code.hpp"
#include "sim/faults/catalogue.hpp"
#include "sim/keyvault/keyvault.hpp"
#include "sim/ml/ml.hpp"

namespace azlab {
namespace {

constexpr std::string_view kFolder = "scenarios/";

tl::unexpected<Error> wrong(std::string_view scenario, const std::string& what) {
  return fail(400, "InvalidScenario", fmt::format("scenario {}: {}", scenario, what));
}

/// Unknown keys are typing errors: named, with the nearest known one.
Result<void> check_keys(std::string_view scenario, const Json& object, const std::string& where, const std::vector<std::string>& known) {
  if (!object.is_object()) return wrong(scenario, where + " must be an object");
  for (const auto& [key, value] : object.items()) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    const auto near = nearest(key, known, 1);
    return wrong(scenario, fmt::format("unknown key '{}' in {}{}", key, where, near.empty() ? "; known: " + join(known, ", ") : "; did you mean '" + near[0] + "'?"));
  }
  return {};
}

Result<ArmedFault> parse_fault(std::string_view scenario, const Json& json) {
  if (const auto ok = check_keys(scenario, json, "\"faults\"", {"fault", "operation", "resource", "phase", "times", "values"}); !ok) return fail(ok.error());
  ArmedFault out{.fault = string_at(json, "fault"),
                 .operation = string_at(json, "operation", json.contains("phase") ? "*" : ""),  // without a place: where the catalogue says
                 .resource = string_at(json, "resource", "*"),
                 .phase = string_at(json, "phase", "request")};
  if (json.contains("times")) {
    if (!json["times"].is_number_integer()) return wrong(scenario, "\"times\" must be a whole number");
    out.times = json["times"];
  }
  if (json.contains("values")) {
    for (const auto& [key, value] : json["values"].items()) out.values[key] = value.is_string() ? value.get<std::string>() : dump(value);
  }
  return out;
}

Result<void> check_start(std::string_view scenario, const Json& start) {
  if (const auto ok = check_keys(scenario, start, "\"start\"", {"providers", "policies", "quotas", "deletedVaults", "deletedWorkspaces", "groups", "takenComputes", "signIn"}); !ok) return ok;
  for (const char* list : {"policies", "deletedVaults", "deletedWorkspaces", "groups", "takenComputes"}) {
    if (start.contains(list) && !start[list].is_array()) return wrong(scenario, fmt::format("\"{}\" must be a list", list));
  }
  for (const char* object : {"providers", "quotas", "signIn"}) {
    if (start.contains(object) && !start[object].is_object()) return wrong(scenario, fmt::format("\"{}\" must be an object", object));
  }
  if (start.contains("signIn")) {
    if (const auto ok = check_keys(scenario, start["signIn"], "\"signIn\"", {"device"}); !ok) return ok;
    const std::string device = string_at(start["signIn"], "device");
    if (device != "page" && device != "automatic") return wrong(scenario, "\"signIn\": \"device\" is \"page\" or \"automatic\"");
  }
  if (start.contains("policies")) {
    for (const auto& policy : start["policies"]) {
      if (const auto ok = check_keys(scenario, policy, "\"policies\"", {"name", "displayName", "reason", "denyTypes", "allowTypes", "allowLocations"}); !ok) return ok;
      if (string_at(policy, "name").empty()) return wrong(scenario, "a policy needs a \"name\"");
    }
  }
  return {};
}

void start_state(Context& context, const Json& start) {
  World& world = context.world();
  const std::string sub = arm::default_subscription().id;
  const Json none = Json::object();
  for (const auto& [provider, state] : (start.contains("providers") ? start["providers"] : none).items()) {
    arm::set_registration(world, provider, state.get<std::string>());
  }
  for (const auto& [name, limit] : (start.contains("quotas") ? start["quotas"] : none).items()) {
    world.put(Table::setting, "quota/" + name, Row{.body = dump(limit)});
  }
  for (const auto& policy : start.value("policies", Json::array())) {
    world.put(Table::setting, "policy/" + string_at(policy, "name"), Row{.body = dump(policy)});
  }
  if (start.contains("signIn")) {
    entra::set_device_confirmation(world, string_at(start["signIn"], "device") == "page" ? entra::DeviceConfirmation::page : entra::DeviceConfirmation::automatic);
  }
  for (const auto& vault : start.value("deletedVaults", Json::array())) {
    const std::string name = string_at(vault, "name");
    const std::string location = string_at(vault, "location", "eastus");
    const Json body = {{"id", "/subscriptions/" + sub + "/resourceGroups/" + string_at(vault, "group", "rg-earlier") + "/providers/Microsoft.KeyVault/vaults/" + name},
                       {"location", location},
                       {"properties", {{"enablePurgeProtection", vault.value("purgeProtection", false)}}}};
    keyvault::put_deleted_vault(world, name, body, context.now() - std::chrono::hours(24));
  }
  for (const auto& workspace : start.value("deletedWorkspaces", Json::array())) {
    const ResourceId id{.subscription = sub, .resource_group = string_at(workspace, "group"), .provider = "Microsoft.MachineLearningServices",
                        .parts = {{"workspaces", string_at(workspace, "name")}}};
    ml::put_deleted_workspace(world, id, {{"id", id.to_string()}, {"name", id.name()}, {"location", string_at(workspace, "location", "eastus")}},
                              context.now() - std::chrono::hours(24));
  }
  for (const auto& compute : start.value("takenComputes", Json::array())) {
    world.put(Table::setting, "taken-compute/" + string_at(compute, "location", "eastus") + "/" + to_lower(string_at(compute, "name")), Row{.body = "true"});
  }
  for (const auto& group : start.value("groups", Json::array())) {
    const Json body = {{"location", string_at(group, "location", "eastus")}};
    context.call(Request::make(Method::put, "/subscriptions/" + sub + "/resourcegroups/" + string_at(group, "name") + "?api-version=2021-04-01", dump(body)));
  }
}

}  // namespace

std::vector<std::string> scenario_names() {
  std::vector<std::string> out;
  for (const auto& path : fixtures::list(kFolder)) {
    if (path.ends_with(".json")) out.push_back(path.substr(kFolder.size(), path.size() - kFolder.size() - 5));
  }
  return out;
}

Result<Scenario> load_scenario(std::string_view name_or_text) {
  if (trim(name_or_text).starts_with("{")) return parse_scenario(name_or_text, "(given text)");
  const std::string name = name_or_text.empty() ? "typical" : std::string(name_or_text);
  if (const auto text = fixtures::find(std::string(kFolder) + name + ".json")) return parse_scenario(*text, name);
  const auto names = scenario_names();
  std::vector<std::string> family;
  for (const auto& known : names) {
    if (known.starts_with(name + "/")) family.push_back(known);
  }
  if (!family.empty()) return fail(404, "UnknownScenario", fmt::format("scenario '{}' has variants; choose one: {}", name, join(family, ", ")));
  const auto near = nearest(name, names, 2);
  return fail(404, "UnknownScenario", fmt::format("unknown scenario '{}'{}", name, near.empty() ? "; known: " + join(names, ", ") : "; did you mean " + join(near, " or ") + "?"));
}

Result<Scenario> parse_scenario(std::string_view text, std::string_view name) {
  const auto json = parse_jsonc(text);
  if (!json) return wrong(name, json.error().message);
  if (const auto ok = check_keys(name, *json, "the scenario", {"description", "source", "profile", "start", "faults"}); !ok) return fail(ok.error());
  Scenario out{.name = std::string(name), .description = string_at(*json, "description"), .source = string_at(*json, "source")};
  const std::string profile = string_at(*json, "profile", "typical");
  if (profile != "typical" && profile != "slow" && profile != "quick") return wrong(name, "unknown profile '" + profile + "'; known: typical, slow, quick");
  out.profile = profile == "slow" ? Profile::slow : profile == "quick" ? Profile::quick : Profile::typical;
  if (json->contains("faults")) {
    if (!(*json)["faults"].is_array()) return wrong(name, "\"faults\" must be a list");
    for (const auto& item : (*json)["faults"]) {
      auto fault = parse_fault(name, item);
      if (!fault) return fail(fault.error());
      out.faults.push_back(std::move(*fault));
    }
  }
  const Json start = json->value("start", Json::object());
  if (const auto ok = check_start(name, start); !ok) return fail(ok.error());
  out.start = dump(start);
  return out;
}

Result<void> apply_scenario(Context& context, const Scenario& scenario) {
  context.machinery().profile = scenario.profile;
  for (const auto& fault : scenario.faults) {
    if (const auto ok = faults::arm(context.machinery(), fault); !ok) return wrong(scenario.name, ok.error().message);
  }
  start_state(context, *parse_json(scenario.start));
  return {};
}

}  // namespace azlab
