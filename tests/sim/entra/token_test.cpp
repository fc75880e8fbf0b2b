#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/bn.h>

#include "tests/sim/entra/entra_fixture.hpp"

using namespace azlab;
using namespace azlab::entra;
using namespace azlab::entra::test;

namespace {

/// Checks RS256 with nothing but a published key, as a client would.
bool verifies(const Json& jwk, const std::string& text, const std::string& signature) {
  const std::string n = *base64_decode(jwk["n"].get<std::string>());
  const std::string e = *base64_decode(jwk["e"].get<std::string>());
  const auto number = [](const std::string& bytes) { return BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()), nullptr); };
  BIGNUM* modulus = number(n);
  BIGNUM* exponent = number(e);
  OSSL_PARAM_BLD* build = OSSL_PARAM_BLD_new();
  OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, modulus);
  OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, exponent);
  OSSL_PARAM* params = OSSL_PARAM_BLD_to_param(build);
  EVP_PKEY_CTX* context = EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr);
  EVP_PKEY* key = nullptr;
  EVP_PKEY_fromdata_init(context);
  EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params);
  EVP_MD_CTX* digest = EVP_MD_CTX_new();
  EVP_DigestVerifyInit(digest, nullptr, EVP_sha256(), nullptr, key);
  const bool good = EVP_DigestVerify(digest, reinterpret_cast<const unsigned char*>(signature.data()), signature.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
  EVP_MD_CTX_free(digest);
  EVP_PKEY_free(key);
  EVP_PKEY_CTX_free(context);
  OSSL_PARAM_free(params);
  OSSL_PARAM_BLD_free(build);
  BN_free(modulus);
  BN_free(exponent);
  return good;
}

std::string form(const std::string& grant, const std::string& client, const std::string& rest) { return "grant_type=" + percent_encode(grant) + "&client_id=" + client + "&" + rest; }
std::string scope(const std::string& text) { return "scope=" + percent_encode(text); }

const std::string kArmScope = "https://management.azure.com/.default";
const std::string kUserScope = "https://management.core.windows.net//.default offline_access openid profile";

}  // namespace

TEST_CASE("tokens are RS256 and verify with the published key; a changed one does not") {
  SignInService service;
  const Json body = SignInService::json(service.token(form("client_credentials", kPipeline, "client_secret=x&" + scope(kArmScope))));
  const auto jwt = parse_jwt(body["access_token"].get<std::string>());
  REQUIRE(jwt);
  const Json header = Json::parse(jwt->header);
  const Json keys = SignInService::json(service.get(std::string(kLogin) + kTenant + "/discovery/v2.0/keys"))["keys"];
  REQUIRE(keys.size() == 1);
  CHECK(header["alg"] == "RS256");
  CHECK(header["kid"] == keys[0]["kid"]);
  CHECK(verifies(keys[0], jwt->signed_text, jwt->signature));
  CHECK_FALSE(verifies(keys[0], jwt->signed_text + "x", jwt->signature));
  CHECK(keys[0].size() == 7);  // nothing private is published
}

TEST_CASE("an application's token says what clients and ARM read") {
  SignInService service;
  const Response response = service.token(form("client_credentials", kPipeline, "client_secret=anything&client_info=1&" + scope(kArmScope)));
  const Json claims = SignInService::claims(response);
  CHECK(claims["aud"] == "https://management.azure.com");
  CHECK(claims["iss"] == std::string("https://sts.windows.net/") + kTenant + "/");
  CHECK(claims["tid"] == kTenant);
  CHECK(claims["appid"] == kPipeline);
  CHECK(claims["appidacr"] == "1");
  CHECK(claims["oid"] == "d81f3c57-06ae-4b29-9f74-a5e2c0b8d615");
  CHECK(claims["sub"] == claims["oid"]);
  CHECK(claims["idtyp"] == "app");
  CHECK(claims["ver"] == "1.0");
  CHECK(claims["iat"] == 1795424400);  // 2026-11-23T09:00:00Z
  CHECK(claims["nbf"] == 1795424400 - 300);
  CHECK(claims["exp"] == 1795424400 + 86400);
  CHECK_FALSE(claims.contains("upn"));
  const Json body = SignInService::json(response);
  CHECK(body["token_type"] == "Bearer");
  CHECK(body["expires_in"] == 86399);
  CHECK_FALSE(body.contains("refresh_token"));
  CHECK(response.headers.get("Cache-Control") == "no-store, no-cache");
}

TEST_CASE("exactly /.default is cut off a scope, so the double slash leaves one") {
  SignInService service;
  const auto audience = [&](const std::string& text) { return SignInService::claims(service.token(form("client_credentials", kPipeline, "client_secret=x&" + scope(text))))["aud"]; };
  CHECK(audience("https://management.core.windows.net//.default") == "https://management.core.windows.net/");
  CHECK(audience("https://ml.azure.com/.default") == "https://ml.azure.com");
  CHECK(audience("https://storage.azure.com/.default") == "https://storage.azure.com");
  CHECK(audience("00000003-0000-0000-c000-000000000000/.default") == "00000003-0000-0000-c000-000000000000");
}

TEST_CASE("leaps of simulated time make no token look unborn to a client") {
  SignInService service;
  service.machinery.clock.set(*parse_iso8601("2026-12-24T09:00:00Z"));
  const Json claims = SignInService::claims(service.token(form("client_credentials", kPipeline, "client_secret=x&" + scope(kArmScope))));
  CHECK(claims["iat"] == 1795424400);
  CHECK(claims["exp"] == 1795424400 + 31 * 86400 + 86400);
}

TEST_CASE("user name and password give a person's tokens with all that MSAL caches") {
  SignInService service;
  const Response response = service.token(form("password", kCli, "username=Sam.Rivera%40contoso-labs.example&password=whatever&" + scope(kUserScope)));
  const Json claims = SignInService::claims(response);
  const Json body = SignInService::json(response);
  CHECK(claims["oid"] == kSam);
  CHECK(claims["upn"] == "sam.rivera@contoso-labs.example");
  CHECK(claims["unique_name"] == "sam.rivera@contoso-labs.example");
  CHECK(claims["scp"] == "user_impersonation");
  CHECK(claims["idtyp"] == "user");
  CHECK(body["scope"] == "https://management.core.windows.net//user_impersonation https://management.core.windows.net//.default");
  CHECK(body["foci"] == "1");
  CHECK(Json::parse(*base64_decode(body["client_info"].get<std::string>())) == Json({{"uid", kSam}, {"utid", kTenant}}));
  const Json id = SignInService::claims(response, "id_token");
  CHECK(id["aud"] == kCli);
  CHECK(id["iss"] == std::string(kLogin) + kTenant + "/v2.0");
  CHECK(id["preferred_username"] == "sam.rivera@contoso-labs.example");
  CHECK(id["nbf"] == 1795424400 - 300);
  CHECK(SignInService::json(service.token(form("password", kCli, "username=who%40contoso-labs.example&password=x&" + scope(kUserScope))))["error_codes"] == Json({50034}));
}

TEST_CASE("a refresh token gives tokens for another service, to its client and its family only") {
  SignInService service;
  const Json first = SignInService::json(service.token(form("password", kCli, "username=alex.martin%40contoso-labs.example&password=x&" + scope(kUserScope))));
  const std::string refresh = "refresh_token=" + percent_encode(first["refresh_token"].get<std::string>()) + "&";
  const Response again = service.token(form("refresh_token", kCli, refresh + scope("https://ml.azure.com/.default")));
  CHECK(SignInService::claims(again)["aud"] == "https://ml.azure.com");
  CHECK(SignInService::claims(again)["oid"] == kAlex);
  CHECK(SignInService::json(again).contains("refresh_token"));
  CHECK(service.token(form("refresh_token", "1950a258-227b-4e31-a9cf-717495945fc2", refresh + scope(kArmScope))).status == 200);
  CHECK(SignInService::json(service.token(form("refresh_token", kPipeline, refresh + "client_secret=x&" + scope(kArmScope))))["error_codes"] == Json({70000}));
  CHECK(SignInService::json(service.token(form("refresh_token", kCli, "refresh_token=nonsense&" + scope(kArmScope))))["error"] == "invalid_grant");
}

TEST_CASE("refusals are Entra's: code, word, status") {
  SignInService service;
  const auto refused = [&](const std::string& body) {
    const Response response = service.token(body);
    const Json json = SignInService::json(response);
    return std::to_string(response.status) + " " + json["error"].get<std::string>() + " " + std::to_string(json["error_codes"][0].get<int>());
  };
  CHECK(refused("client_id=x") == "400 invalid_request 900144");
  CHECK(refused("grant_type=client_credentials") == "400 invalid_request 900144");
  CHECK(refused(form("client_credentials", "11111111-1111-4111-8111-111111111111", "client_secret=x&" + scope(kArmScope))) == "400 unauthorized_client 700016");
  CHECK(refused(form("client_credentials", kPipeline, scope(kArmScope))) == "401 invalid_client 7000218");
  CHECK(refused(form("client_credentials", kCli, "client_secret=x&" + scope(kArmScope))) == "401 invalid_client 700025");
  CHECK(refused(form("client_credentials", kPipeline, "client_secret=x&" + scope("https://management.azure.com/read"))) == "400 invalid_scope 1002012");
  CHECK(refused(form("client_credentials", kPipeline, "client_secret=x&" + scope("https://fabrikam.example/.default"))) == "400 invalid_resource 500011");
  CHECK(refused(form("password", kCli, "username=alex.martin%40contoso-labs.example&password=x&" + scope("https://ml.azure.com/.default https://vault.azure.net/.default"))) == "400 invalid_request 28000");
  CHECK(refused(form("urn:ietf:params:oauth:grant-type:saml2-bearer", kPipeline, "assertion=x")) == "400 unsupported_grant_type 70003");
  CHECK(SignInService::json(service.token(form("client_credentials", "nobody", "")))["error_description"].get<std::string>().starts_with(
      "AADSTS700016: Application with identifier 'nobody' was not found in the directory 'Contoso Labs'. This can happen if the application has not been installed by the administrator of the tenant"));
}

TEST_CASE("version 1 endpoints take a resource and answer numbers as strings") {
  SignInService service;
  const Response response = service.post(std::string(kLogin) + kTenant + "/oauth2/token", form("client_credentials", kPipeline, "client_secret=x&resource=" + percent_encode("https://management.core.windows.net/")));
  CHECK(SignInService::claims(response)["aud"] == "https://management.core.windows.net/");
  const Json body = SignInService::json(response);
  CHECK(body["expires_in"] == "86399");
  CHECK(body["expires_on"] == std::to_string(1795424400 + 86400));
  CHECK(body["resource"] == "https://management.core.windows.net/");
}

TEST_CASE("strict: the secret and the password must be those of the directory") {
  SignInService service;
  set_strict(service.machinery.world, true);
  const auto status = [&](const std::string& body) { return service.token(body).status; };
  CHECK(status(form("client_credentials", kPipeline, "client_secret=lab-secret&" + scope(kArmScope))) == 200);
  const Json wrong = SignInService::json(service.token(form("client_credentials", kPipeline, "client_secret=x&" + scope(kArmScope))));
  CHECK(wrong["error"] == "invalid_client");
  CHECK(wrong["error_description"].get<std::string>().starts_with(std::string("AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '") + kPipeline + "'."));
  CHECK(status(form("password", kCli, "username=robin%40contoso-labs.example&password=lab-password&" + scope(kUserScope))) == 200);
  CHECK(SignInService::json(service.token(form("password", kCli, "username=robin%40contoso-labs.example&password=x&" + scope(kUserScope))))["error_codes"] == Json({50126}));
}

TEST_CASE("assertions: any will do, except in strict mode, where issuer, subject, audience and end must fit") {
  SignInService service;
  const auto assertion = [](const Json& claims) { return base64url(R"({"alg":"RS256"})") + "." + base64url(claims.dump()) + ".c2ln"; };
  const auto code = [&](const std::string& token) {
    const Response response = service.token(form("client_credentials", kPipeline, "client_assertion_type=" + percent_encode("urn:ietf:params:oauth:client-assertion-type:jwt-bearer") + "&client_assertion=" + token + "&" + scope(kArmScope)));
    return response.status == 200 ? 0 : SignInService::json(response)["error_codes"][0].get<int>();
  };
  const Json federated = {{"iss", "https://token.actions.githubusercontent.com"}, {"sub", "repo:contoso-labs/course:ref:refs/heads/main"}, {"aud", "api://AzureADTokenExchange"}, {"exp", 1795424400 + 600}};
  const Json certificate = {{"iss", kPipeline}, {"sub", kPipeline}, {"aud", std::string(kLogin) + kTenant + "/oauth2/v2.0/token"}, {"exp", 1795424400 + 600}};
  CHECK(code("whatever") == 0);

  set_strict(service.machinery.world, true);
  CHECK(code("whatever") == 50027);
  CHECK(code(assertion(federated)) == 0);
  CHECK(code(assertion(certificate)) == 0);
  Json changed = federated;
  changed["sub"] = "repo:fabrikam/course:ref:refs/heads/main";
  CHECK(code(assertion(changed)) == 70021);
  changed = federated;
  changed["exp"] = 1795424399;
  CHECK(code(assertion(changed)) == 700024);
  changed = certificate;
  changed["sub"] = "someone";
  CHECK(code(assertion(changed)) == 700021);
  changed = certificate;
  changed["aud"] = "https://fabrikam.example";
  CHECK(code(assertion(changed)) == 700023);
  const std::string forged = base64url(R"({"alg":"RS256","x5c":["bm8gY2VydGlmaWNhdGU="]})") + "." + base64url(certificate.dump()) + ".c2ln";
  CHECK(code(forged) == 700027);
}

TEST_CASE("a service gets a token on behalf of the person who called it") {
  SignInService service;
  const std::string of_person = SignInService::json(service.token("grant_type=password&password=x&client_id=" + std::string(kCli) + "&username=alex.martin%40contoso-labs.example&scope=" + percent_encode("https://management.azure.com/.default")))["access_token"];
  const std::string form = "grant_type=" + percent_encode("urn:ietf:params:oauth:grant-type:jwt-bearer") + "&client_id=" + std::string(kPipeline) + "&client_secret=x&scope=" + percent_encode("https://storage.azure.com/.default");
  const Json claims = SignInService::claims(service.token(form + "&requested_token_use=on_behalf_of&assertion=" + of_person));
  CHECK(claims["oid"] == kAlex);
  CHECK(claims["appid"] == kPipeline);
  CHECK(claims["aud"] == "https://storage.azure.com");
  CHECK(SignInService::json(service.token(form + "&requested_token_use=on_behalf_of&assertion=none"))["error_codes"][0] == 50027);
  CHECK(SignInService::json(service.token(form + "&assertion=" + of_person))["error_codes"][0] == 900144);
}
