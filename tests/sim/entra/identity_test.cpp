#include "tests/sim/entra/entra_fixture.hpp"

using namespace azlab;
using namespace azlab::entra;
using namespace azlab::entra::test;

namespace {

const std::string kInstance = "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01";
const std::string kArm = "&resource=" + percent_encode("https://management.core.windows.net/");
constexpr const char* kIdentity = "c94f27d0-6b1e-4a85-93dc-f8e0b5a17d73";

Response ask(SignInService& service, Method method, const std::string& url, const std::string& header, const std::string& value, const std::string& body = "") {
  Request request = Request::make(method, url, body);
  if (!header.empty()) request.headers.add(header, value);
  return service.send(request);
}

}  // namespace

TEST_CASE("the instance's endpoint answers 400 at once without the Metadata header, a token with it") {
  SignInService service;
  const Response probe = ask(service, Method::get, kInstance + kArm, "", "");
  CHECK(probe.status == 400);
  CHECK(SignInService::json(probe)["error_description"] == "Required metadata header not specified");
  const Response response = ask(service, Method::get, kInstance + kArm, "Metadata", "true");
  const Json claims = SignInService::claims(response);
  CHECK(claims["aud"] == "https://management.core.windows.net/");
  CHECK(claims["appid"] == kIdentity);
  CHECK(claims["tid"] == kTenant);
  CHECK(claims["xms_mirid"].get<std::string>().ends_with("/userAssignedIdentities/id-lab-compute"));
  const Json body = SignInService::json(response);
  CHECK(body["client_id"] == kIdentity);
  CHECK(body["expires_in"] == "86399");
  CHECK(body["expires_on"] == std::to_string(1795424400 + 86400));
  CHECK(body["resource"] == "https://management.core.windows.net/");
  CHECK(body["token_type"] == "Bearer");
}

TEST_CASE("the machine's metadata has every field that telemetry clients read without asking whether it is there") {
  SignInService service;
  const std::string url = "http://169.254.169.254/metadata/instance/compute?api-version=2017-12-01&format=json";
  CHECK(ask(service, Method::get, url, "", "").status == 400);
  const Json compute = SignInService::json(ask(service, Method::get, url, "Metadata", "true"));
  for (const char* field : {"location", "name", "osType", "resourceGroupName", "resourceId", "sku", "subscriptionId", "version", "vmId", "vmScaleSetName", "vmSize"}) {
    INFO(field);
    CHECK(compute.contains(field));
  }
}

TEST_CASE("an identity can be named; one that is not there is 'Identity not found'") {
  SignInService service;
  const auto status = [&](const std::string& rest) { return ask(service, Method::get, kInstance + kArm + rest, "Metadata", "true"); };
  CHECK(status(std::string("&client_id=") + kIdentity).status == 200);
  CHECK(status("&object_id=7e20b6f5-d94c-4183-a6bf-1c3e8d5f9a17").status == 200);
  const Response missing = status("&client_id=11111111-1111-4111-8111-111111111111");
  CHECK(missing.status == 400);
  CHECK(SignInService::json(missing)["error_description"] == "Identity not found");
  CHECK(status(std::string("&client_id=") + kCli).status == 400);
}

TEST_CASE("the local endpoint takes the secret of 2017 and the header of 2019, and neither is 401") {
  SignInService service;
  const std::string url = "http://msi.azlab/token?resource=" + percent_encode("https://management.azure.com") + "&api-version=";
  const Response older = ask(service, Method::get, url + "2017-09-01", "secret", "x");
  CHECK(SignInService::claims(older)["aud"] == "https://management.azure.com");
  CHECK(SignInService::json(older)["expires_on"] == std::to_string(1795424400 + 86400));
  CHECK(ask(service, Method::get, url + "2019-08-01", "X-IDENTITY-HEADER", "x").status == 200);
  CHECK(ask(service, Method::get, url + "2017-09-01&clientid=" + kIdentity, "secret", "x").status == 200);
  CHECK(ask(service, Method::get, url + "2017-09-01", "", "").status == 401);
}

TEST_CASE("Cloud Shell's endpoint gives the person's own token") {
  SignInService service;
  const Response response = ask(service, Method::post, "http://msi.azlab/token", "Metadata", "true", "resource=" + percent_encode("https://management.core.windows.net/"));
  const Json claims = SignInService::claims(response);
  CHECK(claims["unique_name"] == "alex.martin@contoso-labs.example");
  CHECK(claims["tid"] == kTenant);
  const Json body = SignInService::json(response);
  for (const char* field : {"access_token", "expires_in", "expires_on", "resource", "token_type"}) CHECK(body.contains(field));
}

TEST_CASE("Graph knows the persons and service principals that az asks for") {
  SignInService service;
  const std::string graph = "https://graph.microsoft.com/v1.0/";
  CHECK(SignInService::json(service.get(graph + "me"))["userPrincipalName"] == "alex.martin@contoso-labs.example");
  CHECK(SignInService::json(service.get(graph + "users"))["value"].size() == 4);
  CHECK(SignInService::json(service.get(graph + "users/robin@contoso-labs.example"))["displayName"] == "Robin Chen");
  const Response missing = service.get(graph + "users/nobody@contoso-labs.example");
  CHECK(missing.status == 404);
  CHECK(SignInService::json(missing)["error"]["code"] == "Request_ResourceNotFound");
  const auto filtered = [&](const std::string& what, const std::string& filter) { return SignInService::json(service.get(graph + what + "?$filter=" + percent_encode(filter)))["value"]; };
  const Json principals = filtered("servicePrincipals", std::string("servicePrincipalNames/any(c:c eq '") + kPipeline + "')");
  REQUIRE(principals.size() == 1);
  CHECK(principals[0]["displayName"] == "lab-pipeline");
  CHECK(filtered("users", "startswith(displayName,'sam')")[0]["id"] == kSam);
  CHECK(filtered("users", "userPrincipalName eq 'robin@contoso-labs.example' or displayName eq 'Kim Novak'").size() == 2);
  CHECK(filtered("users", "displayName eq 'Nobody'").empty());
  const Response unknown = service.get(graph + "users?$filter=" + percent_encode("createdDateTime ge 2020-01-01"));
  CHECK(unknown.status == 400);
  CHECK(SignInService::json(unknown)["error"]["code"] == "Request_UnsupportedQuery");
  const Json found = SignInService::json(service.post(graph + "directoryObjects/getByIds", Json({{"ids", {kAlex, "d81f3c57-06ae-4b29-9f74-a5e2c0b8d615", "nobody"}}}).dump()))["value"];
  REQUIRE(found.size() == 2);
  CHECK(found[0]["@odata.type"] == "#microsoft.graph.user");
  CHECK(found[1]["@odata.type"] == "#microsoft.graph.servicePrincipal");
}
