#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/arm/template/template.hpp"

namespace azlab::arm_template::testing {

/// A world that answers every question with what was asked, and remembers it.
class EchoEnvironment : public Environment {
 public:
  Result<Json> reference(const std::string& resource_id, const std::string& api_version, bool full) override {
    asked.push_back("reference " + resource_id + " " + api_version);
    if (missing) return fail(404, "ResourceNotFound", "The Resource '" + resource_id + "' was not found.");
    Json properties = {{"provisioningState", "Succeeded"}, {"principalId", "principal-of " + resource_id}, {"keys", {"one", "two"}}};
    if (full) return Json{{"location", "westeurope"}, {"properties", properties}};
    return properties;
  }
  Result<Json> list(const std::string& function, const std::string& resource_id, const std::string& api_version, const Json& body) override {
    asked.push_back(function + " " + resource_id + " " + api_version);
    return Json{{"keys", {{{"keyName", "key1"}, {"value", "secret"}}}}, {"body", body}};
  }
  std::string new_guid() override { return "11111111-2222-4333-8444-555555555555"; }
  Time now() override { return parse_iso8601("2026-11-23T09:08:07Z").value(); }

  Result<std::string> secret(const std::string& parameter, const std::string& vault_id, const std::string& name, const std::string& version) override {
    asked.push_back("secret " + vault_id + " " + name + " " + version);
    if (missing) return fail(404, "KeyVaultParameterReferenceNotFound", parameter);
    return "secret of " + name;
  }
  Json deployer() override {
    return {{"objectId", "8d7f1b52-5f3c-4b1e-9c56-3a4e2f6d7b10"}, {"tenantId", "tenant-1"}, {"userPrincipalName", "alex.martin@contoso-labs.example"}};
  }
  Result<Json> provider(const std::string& provider_namespace) override {
    asked.push_back("provider " + provider_namespace);
    if (provider_namespace != "Microsoft.Storage") return fail(404, "InvalidResourceNamespace", "The resource namespace '" + provider_namespace + "' is invalid.");
    return Json{{"namespace", "Microsoft.Storage"}, {"resourceTypes", {{{"resourceType", "storageAccounts"}, {"locations", {"East US"}}, {"apiVersions", {"2023-04-01"}}}}}};
  }
  std::optional<bool> has_zones(const std::string& location) override {
    if (location == "westus2" || location == "eastus") return true;
    return location == "northcentralus" ? std::optional(false) : std::nullopt;
  }

  std::vector<std::string> asked{};
  bool missing = false;
};

inline Scope group_scope() {
  Scope scope;
  scope.subscription_id = "sub-1";
  scope.tenant_id = "tenant-1";
  scope.resource_group = "rg-lab";
  scope.deployment_name = "main";
  scope.location = "westeurope";
  return scope;
}

/// The plan of a template text, or the message of the error in front of which stands its code.
inline Result<Plan> plan_of(const std::string& text, const Json& parameters, EchoEnvironment& environment, const ExpandOptions& options = {}) {
  Result<Template> source = parse_template(text);
  if (!source) return fail(source.error());
  return expand(*source, parameters, group_scope(), environment, options);
}

inline std::string message_of(const std::string& text, const Json& parameters = Json::object()) {
  EchoEnvironment environment;
  const Result<Plan> plan = plan_of(text, parameters, environment);
  return plan ? "no error" : plan.error().code + ": " + plan.error().message;
}

}  // namespace azlab::arm_template::testing
