#include "tests/sim/entra/entra_fixture.hpp"

using namespace azlab;
using namespace azlab::entra;
using namespace azlab::entra::test;

TEST_CASE("the tenant's configuration names its endpoints; its domain and its id are one") {
  SignInService service;
  for (const std::string& tenant : {std::string(kTenant), std::string("contoso-labs.example")}) {
    const Json json = SignInService::json(service.get(kLogin + tenant + "/v2.0/.well-known/openid-configuration"));
    CHECK(json["token_endpoint"] == std::string(kLogin) + kTenant + "/oauth2/v2.0/token");
    CHECK(json["authorization_endpoint"] == std::string(kLogin) + kTenant + "/oauth2/v2.0/authorize");
    CHECK(json["device_authorization_endpoint"] == std::string(kLogin) + kTenant + "/oauth2/v2.0/devicecode");
    CHECK(json["issuer"] == std::string(kLogin) + kTenant + "/v2.0");
  }
  const Json any = SignInService::json(service.get(std::string(kLogin) + "organizations/v2.0/.well-known/openid-configuration"));
  CHECK(any["token_endpoint"] == std::string(kLogin) + "organizations/oauth2/v2.0/token");
  CHECK(any["issuer"] == std::string(kLogin) + "{tenantid}/v2.0");
}

TEST_CASE("an unknown tenant is AADSTS90002, in Entra's form") {
  SignInService service;
  Request request = Request::make(Method::get, std::string(kLogin) + "fabrikam.example/v2.0/.well-known/openid-configuration");
  request.headers.add("client-request-id", "11111111-2222-4333-8444-555555555555");
  const Response response = service.send(request);
  const Json json = SignInService::json(response);
  CHECK(response.status == 400);
  CHECK(json["error"] == "invalid_tenant");
  CHECK(json["error_codes"] == Json({90002}));
  CHECK(json["timestamp"] == "2026-11-23 09:00:00Z");
  CHECK(json["correlation_id"] == "11111111-2222-4333-8444-555555555555");
  CHECK(json["error_description"].get<std::string>().starts_with("AADSTS90002: Tenant 'fabrikam.example' not found. Check"));
  CHECK(json["error_description"].get<std::string>().ends_with(" Correlation ID: 11111111-2222-4333-8444-555555555555 Timestamp: 2026-11-23 09:00:00Z"));
}

TEST_CASE("instance discovery knows the clouds, leads authorities of this machine back to us, refuses others") {
  SignInService service;
  const auto ask = [&](const std::string& authority) {
    return service.get(std::string(kLogin) + "common/discovery/instance?api-version=1.1&authorization_endpoint=" + percent_encode(authority));
  };
  const Json ours = SignInService::json(ask("https://login.microsoftonline.com/common/oauth2/authorize"));
  CHECK(ours["tenant_discovery_endpoint"] == "https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration");
  CHECK(ours["metadata"][0]["preferred_cache"] == "login.windows.net");
  const Json custom = SignInService::json(ask(std::string("https://localhost:8443/") + kTenant + "/oauth2/v2.0/authorize"));
  CHECK(custom["tenant_discovery_endpoint"] == std::string(kLogin) + kTenant + "/v2.0/.well-known/openid-configuration");
  const Response other = ask("https://login.fabrikam.example/x/oauth2/v2.0/authorize");
  CHECK(other.status == 400);
  CHECK(SignInService::json(other)["error"] == "invalid_instance");
}

TEST_CASE("accounts of the domain are managed here, others unknown") {
  SignInService service;
  CHECK(SignInService::json(service.get(std::string(kLogin) + "common/userrealm/alex.martin@contoso-labs.example?api-version=1.0"))["account_type"] == "Managed");
  CHECK(SignInService::json(service.get(std::string(kLogin) + "common/userrealm/x@fabrikam.example?api-version=1.0"))["account_type"] == "Unknown");
}

TEST_CASE("the default caller is a person of the directory, and the tenant is the subscription's") {
  const Caller caller;
  const Person* person = directory().find_person(caller.principal_id);
  REQUIRE(person != nullptr);
  CHECK(person->user_principal_name == caller.user_name);
  CHECK(directory().tenant_id == caller.tenant_id);
  CHECK(person == &directory().persons.front());
}
