#include "sim/arm/deployment_state.hpp"

#include <nlohmann/json.hpp>

#include "sim/arm/error.hpp"
#include "sim/arm/resource.hpp"
#include "sim/arm/subscription.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/text.hpp"

namespace azlab::arm {
namespace {

std::string state_key(std::string_view deployment_id) { return "deployment/" + to_lower(deployment_id); }

Json error_row(const Error& error) {
  Json details = Json::array();
  for (const auto& detail : error.details) details.push_back(error_row(detail));
  return {{"status", error.status}, {"code", error.code}, {"message", error.message}, {"target", error.target}, {"details", details}, {"info", error.additional_info}};
}

Error error_from_row(const Json& json) {
  Error out{.status = json["status"], .code = json["code"], .message = json["message"], .target = json["target"]};
  for (const auto& detail : json["details"]) out.details.push_back(error_from_row(detail));
  out.additional_info = json["info"];
  return out;
}

Json deployer_of(const Caller& caller) {
  return {{"objectId", caller.principal_id}, {"tenantId", caller.tenant_id}, {"userPrincipalName", caller.user_name}};
}

Time time_at(const Json& json, const char* key) { return Time(Duration(json[key].get<std::int64_t>())); }

class RouterEnvironment : public arm_template::Environment {
 public:
  RouterEnvironment(Context& context, std::string deployment, std::string deployer)
      : context_(context), deployment_(std::move(deployment)), deployer_(std::move(deployer)) {}

  Result<Json> reference(const std::string& resource_id, const std::string& api_version, bool full) override {
    const Response response = context_.call(Request::make(Method::get, resource_id + "?api-version=" + api_version));
    auto body = parse_json(response.body.text());
    if (!response.ok() || !body) return fail(response_error(response, body, resource_id));
    if (full) return body;
    return body->contains("properties") ? (*body)["properties"] : Json::object();
  }

  Result<Json> list(const std::string& function, const std::string& resource_id, const std::string& api_version, const Json& body) override {
    const Response response =
        context_.call(Request::make(Method::post, resource_id + "/" + function + "?api-version=" + api_version, body.is_null() ? std::string() : dump(body)));
    auto answer = parse_json(response.body.text());
    if (!response.ok() || !answer) return fail(response_error(response, answer, resource_id));
    return answer;
  }

  std::string new_guid() override { return context_.draw().guid("new-guid", deployment_, guids_++); }
  Time now() override { return context_.now(); }

  Result<std::string> secret(const std::string& parameter, const std::string& vault_id, const std::string& name, const std::string& version) override {
    const auto vault = read_resource(context_.world(), vault_id);
    if (!vault) return fail(404, "KeyVaultParameterReferenceNotFound", "The specified KeyVault '" + vault_id + "' could not be found. Please see https://aka.ms/arm-keyvault for usage details.");
    const auto refused = [&](const char* status, const std::string& why) {
      return fail(400, "KeyVaultParameterReferenceSecretRetrieveFailed",
                  "The secret of KeyVault parameter '" + parameter + "' cannot be retrieved. Http status code: '" + status + "'. Error message: '" + why + "'. Please see https://aka.ms/arm-keyvault for usage details.");
    };
    const Json* enabled = find_path(*vault, "properties.enabledForTemplateDeployment");
    if (enabled == nullptr || *enabled != true) return refused("Forbidden", "Access denied to first party service.");
    const std::string address = "https://" + to_lower(string_at(*vault, "name")) + ".vault.azure.net/secrets/" + name + (version.empty() ? "" : "/" + version) + "?api-version=7.4";
    const Response response = context_.call(Request::make(Method::get, address));
    const auto body = parse_json(response.body.text());
    if (!response.ok() || !body) return refused(response.status == 404 ? "NotFound" : "Forbidden", body ? string_at(*body, "error.message") : "");
    return string_at(*body, "value");
  }

  Json deployer() override {
    auto known = deployer_.empty() ? Result<Json>(deployer_of(context_.caller())) : parse_json(deployer_);
    return known ? *known : Json::object();
  }

  Result<Json> provider(const std::string& provider_namespace) override {
    const std::string path = "/subscriptions/" + default_subscription().id + "/providers/" + provider_namespace;
    const Response response = context_.call(Request::make(Method::get, path + "?api-version=2021-04-01"));
    auto body = parse_json(response.body.text());
    if (!response.ok() || !body) return fail(response_error(response, body, path));
    return body;
  }

  std::optional<bool> has_zones(const std::string& location) override {
    static const Json regions = *parse_json(fixtures::get("fixtures/azure/regions.json"));
    for (const Json& region : regions) {
      if (region["name"] == location) return region["availabilityZones"].get<bool>();
    }
    return std::nullopt;
  }

 private:
  static Error response_error(const Response& response, const Result<Json>& body, const std::string& resource_id) {
    if (body && find_path(*body, "error") != nullptr) {
      return {response.status, string_at(*body, "error.code"), string_at(*body, "error.message"), resource_id};
    }
    return {response.status, "ResourceNotFound", "The resource '" + resource_id + "' could not be read.", resource_id};
  }

  Context& context_;
  std::string deployment_;
  std::string deployer_;
  std::uint64_t guids_ = 0;
};

}  // namespace

std::optional<DeploymentState> read_deployment(const World& world, std::string_view deployment_id) {
  const RowPtr row = world.find(Table::setting, state_key(deployment_id));
  if (!row) return std::nullopt;
  const auto json = parse_json(row->body);
  if (!json) return std::nullopt;
  DeploymentState out{.id = (*json)["id"],
                      .operation = (*json)["operation"],
                      .body = (*json)["body"],
                      .mode = (*json)["mode"],
                      .on_error = (*json)["onError"],
                      .deployer = (*json)["deployer"],
                      .started = time_at(*json, "started")};
  for (const auto& item : (*json)["items"]) {
    out.items.push_back({.id = item["id"],
                         .type = item["type"],
                         .status = item["status"],
                         .action = item["action"],
                         .operation = item["operation"],
                         .started = time_at(item, "started"),
                         .ended = time_at(item, "ended"),
                         .error = item["error"].is_null() ? std::nullopt : std::optional<Error>(error_from_row(item["error"]))});
  }
  return out;
}

void write_deployment(World& world, const DeploymentState& state) {
  Json items = Json::array();
  for (const auto& item : state.items) {
    items.push_back({{"id", item.id},
                     {"type", item.type},
                     {"status", item.status},
                     {"action", item.action},
                     {"operation", item.operation},
                     {"started", item.started.time_since_epoch().count()},
                     {"ended", item.ended.time_since_epoch().count()},
                     {"error", item.error ? error_row(*item.error) : Json()}});
  }
  const Json body = {{"id", state.id}, {"operation", state.operation}, {"body", state.body}, {"mode", state.mode}, {"onError", state.on_error}, {"deployer", state.deployer}, {"started", state.started.time_since_epoch().count()}, {"items", items}};
  world.put(Table::setting, state_key(state.id), Row{.body = dump(body)});
}

std::unique_ptr<arm_template::Environment> make_environment(Context& context, const ResourceId& deployment, const std::string& deployer) {
  return std::make_unique<RouterEnvironment>(context, deployment.key(), deployer);
}

std::string template_hash(Context& context, const Json& source) { return context.draw().hex(19, "template-hash", dump(source)); }

Result<std::shared_ptr<arm_template::Plan>> make_plan(Context& context, const ResourceId& deployment, const DeploymentRequest& request, const PlanSurroundings& around) {
  const Subscription& subscription = default_subscription();
  const ResourceId group{.subscription = deployment.subscription, .resource_group = deployment.resource_group};
  arm_template::Scope scope{.subscription_id = deployment.subscription,
                            .tenant_id = subscription.tenant,
                            .resource_group = deployment.resource_group,
                            .deployment_name = deployment.name(),
                            .location = request.location,
                            .mode = request.mode,
                            .template_hash = template_hash(context, *request.source.json),
                            .template_link = request.template_link};
  const Json about = {{"id", "/subscriptions/" + deployment.subscription}, {"subscriptionId", deployment.subscription}, {"tenantId", subscription.tenant}, {"displayName", subscription.display_name}};
  scope.subscription = std::make_shared<const Json>(about);
  if (deployment.resource_group.empty()) {
    scope.level = arm_template::Scope::Level::kSubscription;
  } else if (const auto body = read_resource(context.world(), group.to_string())) {
    scope.location = string_at(*body, "location");
    scope.group = std::make_shared<const Json>(*body);
  } else if (const auto coming = around.groups_to_come.find(to_lower(deployment.resource_group)); coming != around.groups_to_come.end()) {
    scope.location = coming->second;
  }
  const auto environment = make_environment(context, deployment, around.deployer);
  // The SDK's template depends on resources that it does not define; recorded deployments of it succeed (wire.md 2.6).
  auto plan = arm_template::expand(request.source, *request.given_parameters, scope, *environment, {.strict_dependencies = false, .foreseeing = around.foreseeing});
  if (!plan) return fail(plan.error());
  return std::make_shared<arm_template::Plan>(std::move(*plan));
}

}  // namespace azlab::arm
