#include "sim/arm/action.hpp"
#include "sim/core/journal.hpp"
#include "sim/entra/gate.hpp"
#include "sim/entra/roles.hpp"
#include "tests/sim/entra/entra_fixture.hpp"

using namespace azlab;
using namespace azlab::entra;
using namespace azlab::entra::test;

namespace {

const std::string kGroup = "/subscriptions/3f0b6c1e-8d5a-4e27-9b14-6a7c2d9e5f01/resourceGroups/rg";
const std::string kWorkspace = kGroup + "/providers/Microsoft.MachineLearningServices/workspaces/w";

struct Door {
  explicit Door(bool strict) : gate(strict, service.machinery.clock.now()) {}

  std::string token_of(const std::string& person, const std::string& resource = "https://management.azure.com") {
    const Response response = service.token("grant_type=password&password=x&client_id=" + std::string(kCli) + "&username=" + person + "%40contoso-labs.example&scope=" + percent_encode(resource + "/.default"));
    return SignInService::json(response)["access_token"];
  }
  Result<Caller> enter(const std::string& token, Method method = Method::get, const std::string& url = kWorkspace) {
    Request request = Request::make(method, url);
    request.caller.origin = "network";
    if (!token.empty()) request.headers.add("Authorization", "Bearer " + token);
    last = request;
    return gate.authenticate(service.machinery, request);
  }
  std::string refusal(const std::string& token, Method method = Method::get, const std::string& url = kWorkspace) {
    const auto caller = enter(token, method, url);
    return caller ? "let in" : std::to_string(caller.error().status) + " " + caller.error().code;
  }

  SignInService service{};
  Gate gate;
  Request last{};
};

std::string unsigned_token(const Json& claims) { return base64url(R"({"alg":"none"})") + "." + base64url(claims.dump()) + "."; }

}  // namespace

TEST_CASE("a token says who asks; without strict mode any token will do, and none") {
  Door door(false);
  const auto sam = door.enter(door.token_of("sam.rivera"));
  REQUIRE(sam);
  CHECK(sam->principal_id == kSam);
  CHECK(sam->user_name == "sam.rivera@contoso-labs.example");
  CHECK(sam->roles == std::vector<std::string>{"Reader"});
  CHECK(sam->origin == "network");
  CHECK(door.enter("")->principal_id == kAlex);
  CHECK(door.enter("fake")->principal_id == kAlex);
  CHECK(door.enter(unsigned_token({{"oid", "o1"}, {"tid", "t1"}, {"appid", "a1"}}))->principal_id == "o1");
  CHECK(door.enter(unsigned_token({{"oid", "o1"}, {"tid", "t1"}, {"appid", "a1"}}))->user_name == "a1");
}

TEST_CASE("key vaults ask for a token in any mode, because their clients wait for the challenge") {
  Door door(false);
  const auto caller = door.enter("", Method::put, "https://kv.vault.azure.net/secrets/s");
  REQUIRE_FALSE(caller);
  const Response response = door.gate.refuse(door.service.machinery, door.last, caller.error());
  CHECK(response.status == 401);
  CHECK(response.headers.get("WWW-Authenticate") == std::string("Bearer authorization=\"https://login.microsoftonline.com/") + kTenant + "\", resource=\"https://vault.azure.net\"");
  CHECK(door.refusal(door.token_of("alex.martin", "https://vault.azure.net"), Method::put, "https://kv.vault.azure.net/secrets/s") == "let in");
}

TEST_CASE("hosts of azlab itself are closed to clients, except the identity endpoint") {
  Door door(false);
  CHECK(door.refusal("", Method::post, "https://workloads.azlab/w1/exit") == "403 AzlabInternalHost");
  CHECK(door.refusal("", Method::get, "http://msi.azlab/token") == "let in");
}

TEST_CASE("strict: signature, end, audience and presence are checked, with ARM's words and challenge") {
  Door door(true);
  set_strict(door.service.machinery.world, false);  // the token endpoint stays lenient: this is about the gate
  const std::string good = door.token_of("alex.martin");
  CHECK(door.refusal(good) == "let in");
  CHECK(door.refusal("") == "401 AuthenticationFailed");
  CHECK(door.refusal("fake") == "401 InvalidAuthenticationToken");
  CHECK(door.refusal(good.substr(0, good.rfind('.') + 1) + "AAAA") == "401 InvalidAuthenticationToken");
  CHECK(door.refusal(unsigned_token(SignInService::payload(good))) == "401 InvalidAuthenticationToken");
  Json claims = SignInService::payload(good);
  claims["exp"] = 1795424400 - 1;
  const auto expired = door.enter(sign_jwt(claims));
  REQUIRE_FALSE(expired);
  CHECK(expired.error().code == "ExpiredAuthenticationToken");
  CHECK(expired.error().message == "The access token expiry UTC time '11/23/2026 8:59:59 AM' is earlier than current UTC time '11/23/2026 9:00:00 AM'.");
  const auto wrong = door.enter(door.token_of("alex.martin", "https://graph.microsoft.com"));
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().code == "InvalidAuthenticationTokenAudience");
  CHECK(wrong.error().message ==
        "The access token has been obtained for wrong audience or resource 'https://graph.microsoft.com'. It should exactly match with one of the allowed audiences "
        "'https://management.core.windows.net/','https://management.core.windows.net','https://management.azure.com/','https://management.azure.com'.");
  claims = SignInService::payload(good);
  claims["tid"] = "11111111-1111-4111-8111-111111111111";
  CHECK(door.refusal(sign_jwt(claims)) == "401 InvalidAuthenticationTokenTenant");

  const auto missing = door.enter("");
  const Response response = door.gate.refuse(door.service.machinery, door.last, missing.error());
  CHECK(response.headers.get("WWW-Authenticate") == std::string("Bearer authorization_uri=\"https://login.windows.net/") + kTenant +
                                                        "\", error=\"invalid_token\", error_description=\"The authentication failed because of missing 'Authorization' header.\"");
  CHECK(door.service.machinery.journal.entries().back().error_code == "AuthenticationFailed");
}

TEST_CASE("strict: leaps of simulated time end no token") {
  Door door(true);
  const std::string token = door.token_of("alex.martin");
  door.service.machinery.clock.set(*parse_iso8601("2027-03-01T00:00:00Z"));
  CHECK(door.refusal(token) == "let in");
}

TEST_CASE("strict: signatures of storage and open addresses are not the gate's affair") {
  Door door(true);
  CHECK(door.refusal("", Method::get, "https://st.blob.core.windows.net/c/b?sv=1&sig=x") == "let in");
  CHECK(door.refusal("", Method::get, "https://st.blob.core.windows.net/c/b") == "401 AuthenticationFailed");
  CHECK(door.refusal("", Method::get, "https://eastus.api.azureml.ms/discovery/x") == "let in");
  CHECK(door.refusal("", Method::get, "https://management.azure.com/metadata/endpoints?api-version=2019-05-01") == "let in");
  CHECK(door.refusal("", Method::post, std::string(kLogin) + kTenant + "/oauth2/v2.0/token") == "let in");
}

TEST_CASE("strict: roles decide, in Azure's words") {
  Door door(true);
  const std::string reader = door.token_of("sam.rivera");
  CHECK(door.refusal(reader) == "let in");
  const auto refused = door.enter(reader, Method::put);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().status == 403);
  CHECK(refused.error().message == "The client 'sam.rivera@contoso-labs.example' with object id '" + std::string(kSam) +
                                       "' does not have authorization to perform action 'Microsoft.MachineLearningServices/workspaces/write' over scope '" + kWorkspace +
                                       "' or the scope is invalid. If access was recently granted, please refresh your credentials.");
  CHECK(door.refusal(door.token_of("kim.novak")) == "403 AuthorizationFailed");
  CHECK(door.refusal(door.token_of("kim.novak"), Method::get, "/subscriptions") == "let in");
  CHECK(door.refusal(door.token_of("robin"), Method::del) == "let in");
  CHECK(door.refusal(door.token_of("robin"), Method::put, kGroup + "/providers/Microsoft.Authorization/roleAssignments/r") == "403 AuthorizationFailed");
}

TEST_CASE("a role assignment allows what its role does, at its scope and below") {
  Door door(true);
  const std::string id = kWorkspace + "/providers/Microsoft.Authorization/roleAssignments/r1";
  const Json body = {{"id", id},
                     {"properties", {{"principalId", "f05b7c19-3e6a-4d84-91c7-08a2d6e4b543"},
                                     {"roleDefinitionId", "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/f6c7c914-8db3-469d-8ca1-694a8f32e121"}}}};
  door.service.machinery.world.put(Table::resource, to_lower(id), Row{.body = dump(body), .type = "Microsoft.Authorization/roleAssignments"});
  const std::string kim = door.token_of("kim.novak");
  CHECK(door.refusal(kim) == "let in");
  CHECK(door.refusal(kim, Method::put, kWorkspace + "/jobs/j1") == "let in");
  CHECK(door.refusal(kim, Method::put, kWorkspace + "/computes/c1") == "403 AuthorizationFailed");
  CHECK(door.refusal(kim, Method::put) == "403 AuthorizationFailed");
  CHECK(door.refusal(kim, Method::get, kWorkspace + "2") == "403 AuthorizationFailed");
}

TEST_CASE("requests are named as role definitions name them") {
  const auto action = [](Method method, const std::string& path) {
    const auto out = arm::arm_action(method, path);
    return out.action + " @ " + out.scope;
  };
  const std::string sub = "/subscriptions/s";
  CHECK(action(Method::get, "/subscriptions") == " @ ");
  CHECK(action(Method::get, "/tenants") == " @ ");
  CHECK(action(Method::get, sub) == "Microsoft.Resources/subscriptions/read @ /subscriptions/s");
  CHECK(action(Method::get, sub + "/resourcegroups") == "Microsoft.Resources/subscriptions/resourcegroups/read @ /subscriptions/s");
  CHECK(action(Method::put, sub + "/resourcegroups/rg") == "Microsoft.Resources/subscriptions/resourcegroups/write @ /subscriptions/s/resourcegroups/rg");
  CHECK(action(Method::post, sub + "/providers/Microsoft.Storage/checkNameAvailability") == "Microsoft.Storage/checkNameAvailability/read @ /subscriptions/s");
  CHECK(action(Method::post, sub + "/resourceGroups/rg/providers/Microsoft.PolicyInsights/policyStates/latest/queryResults") == "Microsoft.PolicyInsights/policyStates/queryResults/read @ /subscriptions/s/resourceGroups/rg/providers/Microsoft.PolicyInsights/policyStates/latest");
  CHECK(action(Method::post, sub + "/providers/Microsoft.Storage/register") == "Microsoft.Storage/register/action @ /subscriptions/s");
  CHECK(action(Method::get, sub + "/providers/Microsoft.Storage") == "Microsoft.Resources/subscriptions/providers/read @ /subscriptions/s");
  CHECK(action(Method::get, kWorkspace + "/computes") == "Microsoft.MachineLearningServices/workspaces/computes/read @ " + kWorkspace);
  CHECK(action(Method::post, kWorkspace + "/computes/c/start") == "Microsoft.MachineLearningServices/workspaces/computes/start/action @ " + kWorkspace + "/computes/c");
  CHECK(action(Method::del, kWorkspace) == "Microsoft.MachineLearningServices/workspaces/delete @ " + kWorkspace);
  CHECK(action(Method::get, kGroup + "/deployments/d/operations") == "Microsoft.Resources/deployments/read @ " + kGroup);
}
