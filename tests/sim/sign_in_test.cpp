#include <stdexcept>

#include "sim/core/journal.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace azlab;
using azlab::test::Azure;

namespace {

Response from_network(Azure& azure, Method method, const std::string& url, const std::string& token = "", const std::string& body = "") {
  Request request = Request::make(method, url, body);
  request.caller.origin = "network";
  if (!token.empty()) request.headers.add("Authorization", "Bearer " + token);
  return azure.simulator.handle(request);
}

/// An application's token for ARM, got as a client gets it.
std::string arm_token(Azure& azure, const std::string& client, const std::string& secret) {
  const Response response = from_network(azure, Method::post, "https://login.microsoftonline.com/contoso-labs.example/oauth2/v2.0/token", "",
                                         "grant_type=client_credentials&client_id=" + client + "&client_secret=" + secret + "&scope=https%3A%2F%2Fmanagement.azure.com%2F.default");
  return Azure::json(response).value("access_token", "");
}

constexpr const char* kPipeline = "5b0c6b1e-7f42-4d93-a8e6-2c1d9f3b4a51";
constexpr const char* kAuditor = "a36e9d84-2c57-4f10-b9d8-7e5f1a0c6b62";

}  // namespace

TEST_CASE("a client that came over the network is who its token says, down to what it makes", "[sign-in]") {
  Azure azure;
  azure.make_group();
  const std::string id = "https://management.azure.com" + azure.resource("Microsoft.Storage/storageAccounts/stone");
  const Response made = from_network(azure, Method::put, id, arm_token(azure, kPipeline, "x"), R"({"location":"eastus","sku":{"name":"Standard_LRS"},"kind":"StorageV2"})");
  CHECK(made.status == 202);
  CHECK(from_network(azure, Method::get, "https://management.azure.com/subscriptions").status == 200);
}

TEST_CASE("strict: no token is 401, the wrong secret gives none, a reader may not write; inside, nobody is asked", "[sign-in]") {
  Azure azure({.strict = true});
  const std::string group = "https://management.azure.com" + azure.group();
  CHECK(azure.put(azure.group(), {{"location", "eastus"}}).status == 201);
  const Response refused = from_network(azure, Method::get, group);
  CHECK(refused.status == 401);
  CHECK(Azure::json(refused)["error"]["code"] == "AuthenticationFailed");
  CHECK(refused.headers.has("WWW-Authenticate"));
  CHECK(arm_token(azure, kAuditor, "x").empty());
  const std::string reader = arm_token(azure, kAuditor, "lab-secret");
  CHECK(from_network(azure, Method::get, group, reader).status == 200);
  CHECK(Azure::json(from_network(azure, Method::del, group, reader))["error"]["code"] == "AuthorizationFailed");
  CHECK(from_network(azure, Method::del, group, arm_token(azure, kPipeline, "lab-secret")).status == 202);
}

TEST_CASE("a scenario can say that device codes wait for the page", "[sign-in]") {
  const auto second_poll = [](const std::string& scenario) {
    Azure azure({.scenario = scenario});
    const std::string login = "https://login.microsoftonline.com/organizations/oauth2/v2.0/";
    const std::string client = "client_id=04b07795-8ddb-461a-bbee-02f9e1bf7b46";
    const Json device = Azure::json(from_network(azure, Method::post, login + "devicecode", "", client + "&scope=openid"));
    const std::string poll = client + "&grant_type=device_code&device_code=" + device["device_code"].get<std::string>();
    from_network(azure, Method::post, login + "token", "", poll);
    return from_network(azure, Method::post, login + "token", "", poll).status;
  };
  CHECK(second_poll("typical") == 200);
  CHECK(second_poll(R"({"start": {"signIn": {"device": "page"}}})") == 400);
  CHECK_THROWS_AS(Azure({.scenario = R"({"start": {"signIn": {"device": "never"}}})"}), std::invalid_argument);
}

TEST_CASE("the journal of a refused request keeps its operation and none of its secrets", "[sign-in]") {
  Azure azure({.strict = true});
  from_network(azure, Method::get, "https://management.azure.com" + azure.group() + "?api-version=2021-04-01&token=abc");
  const auto& entry = azure.simulator.journal().entries().back();
  CHECK(entry.operation == "resourceGroups.get");
  CHECK(entry.status == 401);
  CHECK(entry.url == "https://management.azure.com" + azure.group() + "?api-version=2021-04-01&token=redacted");
}

TEST_CASE("faults of sign-in strike in Entra's own form, once as armed", "[sign-in]") {
  Azure azure({.scenario = R"({"faults": [{"fault": "aad-invalid-client-secret", "operation": "entra.getToken", "times": 1}]})"});
  const Response refused = from_network(azure, Method::post, "https://login.microsoftonline.com/common/oauth2/v2.0/token", "",
                                        std::string("grant_type=client_credentials&client_id=") + kPipeline + "&client_secret=x&scope=https%3A%2F%2Fmanagement.azure.com%2F.default");
  CHECK(refused.status == 401);
  const Json json = Azure::json(refused);
  CHECK(json["error"] == "invalid_client");
  CHECK(json["error_codes"] == Json({7000215}));
  CHECK(json["error_description"].get<std::string>().find(std::string("for a secret added to app '") + kPipeline + "'") != std::string::npos);
  CHECK(json["timestamp"] == "2026-11-23 09:00:00Z");
  CHECK_FALSE(arm_token(azure, kPipeline, "x").empty());
}

TEST_CASE("the cloud's endpoints come in the three shapes that clients ask for", "[clouds]") {
  Azure azure;
  CHECK(azure.get_json("/metadata/endpoints?api-version=2015-01-01")["authentication"]["audiences"][0] == "https://management.core.windows.net/");
  CHECK(azure.get_json("/metadata/endpoints?api-version=2019-05-01")[0]["name"] == "AzureCloud");
  CHECK(azure.get_json("/metadata/endpoints?api-version=2022-09-01")["suffixes"]["storage"] == "core.windows.net");
}
