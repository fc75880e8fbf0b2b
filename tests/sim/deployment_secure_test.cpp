#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/templates.hpp"

// Values that nobody may see.

using namespace azlab;
using namespace azlab::test;

TEST_CASE("values of secure parameters are shown nowhere", "[deployment][secure]") {
  Azure azure;
  azure.make_group();
  Json source = template_of(Json::array({nested("inner", "", template_of(Json::array()), {{"properties", {{"parameters", {{"secret", {{"value", "[parameters('secret')]"}}}}}, {"template", {{"parameters", {{"secret", {{"type", "secureString"}}}}}}}}}})}),
                            {{"self", {{"type", "object"}, {"value", "[deployment().properties.parameters]"}}}, {"word", {{"type", "secureString"}, {"value", "[parameters('secret')]"}}}});
  source["parameters"] = {{"secret", {{"type", "secureString"}}}, {"open", {{"type", "string"}}}};
  Json body = body_of(source);
  body["properties"]["parameters"] = {{"secret", {{"value", "sesame-1"}}}, {"open", {{"value", "door"}}}};
  CHECK(azure.post(at_group(azure) + "/validate", body).body.text().find("sesame-1") == std::string::npos);
  CHECK(azure.put(at_group(azure), body).body.text().find("sesame-1") == std::string::npos);
  azure.settle();
  for (const std::string& path : {at_group(azure), at_group(azure, "inner"), at_group(azure) + "/operations", azure.group() + "/providers/Microsoft.Resources/deployments"}) {
    CHECK(azure.get(path).body.text().find("sesame-1") == std::string::npos);
  }
  const Json done = azure.get_json(at_group(azure));
  CHECK(done["properties"]["parameters"] == Json({{"secret", {{"type", "SecureString"}}}, {"open", {{"type", "String"}, {"value", "door"}}}}));
  CHECK(done["properties"]["outputs"]["self"]["value"] == Json({{"secret", Json::object()}, {"open", {{"value", "door"}}}}));
  CHECK(done["properties"]["outputs"]["word"] == Json({{"type", "SecureString"}}));
}

TEST_CASE("a parameter takes its value from a vault that is open for templates", "[deployment][secure]") {
  Azure azure;
  azure.make_group();
  const std::string vault = azure.resource("Microsoft.KeyVault/vaults/kv-words");
  Json source = template_of(Json::array(), {{"length", {{"type", "int"}, {"value", "[length(parameters('word'))]"}}}});
  source["parameters"] = {{"word", {{"type", "secureString"}}}};
  Json body = body_of(source);
  body["properties"]["parameters"] = {{"word", {{"reference", {{"keyVault", {{"id", vault}}}, {"secretName", "bell"}}}}}};
  const Json missing = error_of(azure.put(at_group(azure), body));
  CHECK(missing["code"] == "KeyVaultParameterReferenceNotFound");
  CHECK(missing["message"] == "The specified KeyVault '" + vault + "' could not be found. Please see https://aka.ms/arm-keyvault for usage details.");

  Json properties = {{"tenantId", arm::default_subscription().tenant}, {"sku", {{"name", "standard"}, {"family", "A"}}}, {"enableRbacAuthorization", true}};
  azure.put(vault, {{"location", "eastus"}, {"properties", properties}});
  azure.settle();
  const Json closed = error_of(azure.put(at_group(azure), body));
  CHECK(closed["code"] == "KeyVaultParameterReferenceSecretRetrieveFailed");
  CHECK(closed["message"].get<std::string>().starts_with("The secret of KeyVault parameter 'word' cannot be retrieved. Http status code: 'Forbidden'. Error message: 'Access denied to first party service.'"));

  properties["enabledForTemplateDeployment"] = true;
  azure.put(vault, {{"location", "eastus"}, {"properties", properties}});
  azure.settle();
  CHECK(error_of(azure.put(at_group(azure), body))["message"].get<std::string>().starts_with("The secret of KeyVault parameter 'word' cannot be retrieved. Http status code: 'NotFound'."));
  REQUIRE(azure.put("https://kv-words.vault.azure.net/secrets/bell?api-version=7.4", {{"value", "loud-bell"}}).ok());
  REQUIRE(azure.put(at_group(azure), body).status == 201);
  azure.settle();
  const Response done = azure.get(at_group(azure));
  CHECK(Azure::json(done)["properties"]["outputs"]["length"]["value"] == 9);
  CHECK(done.body.text().find("loud-bell") == std::string::npos);
}
