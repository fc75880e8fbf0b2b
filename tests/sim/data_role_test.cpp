// Strict mode on data planes: what a token may do with blobs, files and secrets is what role assignments and access
// policies say, never what it may do with the resource itself.
#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace azlab;
using azlab::test::Azure;

namespace {

constexpr const char* kPipeline = "5b0c6b1e-7f42-4d93-a8e6-2c1d9f3b4a51";   // application, Owner
constexpr const char* kPipelineId = "d81f3c57-06ae-4b29-9f74-a5e2c0b8d615";  // its principal
constexpr const char* kAuditor = "a36e9d84-2c57-4f10-b9d8-7e5f1a0c6b62";
constexpr const char* kAuditorId = "4c7a1e98-b3d0-4652-8fe7-d90b2a6c5f16";
constexpr const char* kBlobReader = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1";
constexpr const char* kBlobContributor = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";
constexpr const char* kFileContributor = "69566ab7-960f-475b-8e7c-b3118f30c6bd";
constexpr const char* kSecretsUser = "4633458b-17de-408a-b874-0445c86b69e6";
constexpr const char* kSecretsOfficer = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7";

struct Strict : Azure {
  Strict() : Azure({.strict = true}) {
    make_group();
    put(account(), {{"location", "eastus"}, {"sku", {{"name", "Standard_LRS"}}}, {"kind", "StorageV2"}});
    settle();
    for (const char* name : {"files", "other"}) put(account() + "/blobServices/default/containers/" + name, Json::object());
    put(account() + "/fileServices/default/shares/code", Json::object());
    simulator.handle(Request::make(Method::put, "https://stlab.blob.core.windows.net/files/x", "hello"));
    Request write = Request::make(Method::put, "https://stlab.blob.core.windows.net/files/x", "hello");
    write.headers.set("x-ms-blob-type", "BlockBlob");
    simulator.handle(write);
  }
  std::string account() const { return resource("Microsoft.Storage/storageAccounts/stlab"); }

  std::string token(const std::string& client, const std::string& audience) {
    const Response response = network(Method::post, "https://login.microsoftonline.com/contoso-labs.example/oauth2/v2.0/token", "",
                                      "grant_type=client_credentials&client_id=" + client + "&client_secret=lab-secret&scope=" + percent_encode(audience + "/.default"));
    return Azure::json(response)["access_token"];
  }
  Response network(Method method, const std::string& url, const std::string& token, const std::string& body = "") {
    Request request = Request::make(method, url, body);
    request.caller.origin = "network";
    if (!token.empty()) request.headers.add("Authorization", "Bearer " + token);
    if (method == Method::put && url.find("blob.core") != std::string::npos) request.headers.set("x-ms-blob-type", "BlockBlob");
    return simulator.handle(request);
  }
  /// "200", or "403 AuthorizationPermissionMismatch".
  std::string storage(const std::string& client, Method method, const std::string& url, const std::string& body = "") {
    const Response response = network(method, url, token(client, "https://storage.azure.com"), body);
    const std::string code(response.headers.get("x-ms-error-code"));
    return std::to_string(response.status) + (code.empty() ? "" : " " + code);
  }
  void assign(const std::string& scope, const std::string& role, const std::string& principal) {
    const std::string name = "0a1b2c3d-0000-4000-8000-" + std::to_string(100000000000 + made_++);
    const Response made = put(scope + "/providers/Microsoft.Authorization/roleAssignments/" + name,
                              {{"properties", {{"roleDefinitionId", subscription() + "/providers/Microsoft.Authorization/roleDefinitions/" + role}, {"principalId", principal}}}});
    REQUIRE(made.status == 201);
  }

  int made_ = 0;
};

constexpr const char* kMismatch = "403 AuthorizationPermissionMismatch";
const std::string kBlob = "https://stlab.blob.core.windows.net/files/x";
const std::string kList = "https://stlab.blob.core.windows.net/files?restype=container&comp=list";
const std::string kFile = "https://stlab.file.core.windows.net/code/a.txt";

}  // namespace

TEST_CASE("strict: an Owner may list an account's keys and opens no blob without a data role", "[data-role]") {
  Strict azure;
  CHECK(azure.network(Method::post, "https://management.azure.com" + azure.account() + "/listKeys?api-version=2023-05-01", azure.token(kPipeline, "https://management.azure.com")).status == 200);
  CHECK(azure.storage(kPipeline, Method::get, kBlob) == kMismatch);
  CHECK(azure.storage(kPipeline, Method::get, kList) == kMismatch);
  CHECK(azure.storage(kPipeline, Method::put, kBlob, "new") == kMismatch);
  CHECK(azure.storage(kPipeline, Method::del, kBlob) == kMismatch);
  const std::string said = azure.network(Method::get, kBlob, azure.token(kPipeline, "https://storage.azure.com")).body.text();
  CHECK(said.find("<Message>This request is not authorized to perform this operation using this permission.") != std::string::npos);

  azure.assign(azure.account(), kBlobContributor, kPipelineId);
  CHECK(azure.storage(kPipeline, Method::get, kBlob) == "200");
  CHECK(azure.storage(kPipeline, Method::get, kList) == "200");
  CHECK(azure.storage(kPipeline, Method::put, kBlob, "new") == "201");
  CHECK(azure.storage(kPipeline, Method::del, kBlob) == "202");
}

TEST_CASE("strict: containers as such are control actions, of which an Owner has all and a Reader those that read", "[data-role]") {
  Strict azure;
  const std::string service = "https://stlab.blob.core.windows.net/?comp=list";
  const std::string made = "https://stlab.blob.core.windows.net/made?restype=container";
  CHECK(azure.storage(kPipeline, Method::get, service) == "200");
  CHECK(azure.storage(kPipeline, Method::put, made) == "201");
  CHECK(azure.storage(kAuditor, Method::get, made) == "200");
  CHECK(azure.storage(kAuditor, Method::del, made) == kMismatch);
}

TEST_CASE("strict: a role at a container opens that container alone", "[data-role]") {
  Strict azure;
  azure.assign(azure.account() + "/blobServices/default/containers/files", kBlobReader, kAuditorId);
  CHECK(azure.storage(kAuditor, Method::get, kBlob) == "200");
  CHECK(azure.storage(kAuditor, Method::put, kBlob, "new") == kMismatch);
  CHECK(azure.storage(kAuditor, Method::get, "https://stlab.blob.core.windows.net/other?restype=container&comp=list") == kMismatch);
}

TEST_CASE("strict: a copy needs its source to be readable by the one who writes it", "[data-role]") {
  Strict azure;
  azure.assign(azure.account() + "/blobServices/default/containers/other", kBlobContributor, kAuditorId);
  Request copy = Request::make(Method::put, "https://stlab.blob.core.windows.net/other/y");
  copy.caller.origin = "network";
  copy.headers.set("Authorization", "Bearer " + azure.token(kAuditor, "https://storage.azure.com"));
  copy.headers.set("x-ms-copy-source", kBlob);
  CHECK(azure.simulator.handle(copy).status == 403);
  azure.assign(azure.account() + "/blobServices/default/containers/files", kBlobReader, kAuditorId);
  CHECK(azure.simulator.handle(copy).status == 202);
}

TEST_CASE("strict: what a user delegation signature opens is what its signer may", "[data-role]") {
  Strict azure;
  azure.assign(azure.group(), kBlobReader, kAuditorId);
  const Response key = azure.network(Method::post, "https://stlab.blob.core.windows.net/?restype=service&comp=userdelegationkey", azure.token(kAuditor, "https://storage.azure.com"),
                                     "<KeyInfo><Start>2026-11-01T00:00:00Z</Start><Expiry>2026-12-01T00:00:00Z</Expiry></KeyInfo>");
  CHECK(key.status == 200);
  CHECK(key.body.text().find(kAuditorId) != std::string::npos);
}

TEST_CASE("strict: files of a share need a privileged role", "[data-role]") {
  Strict azure;
  const auto create = [&] {
    Request request = Request::make(Method::put, kFile);
    request.caller.origin = "network";
    request.headers.set("Authorization", "Bearer " + azure.token(kPipeline, "https://storage.azure.com"));
    request.headers.set("x-ms-content-length", "4");
    return azure.simulator.handle(request);
  };
  CHECK(create().status == 403);
  CHECK(azure.storage(kPipeline, Method::get, "https://stlab.file.core.windows.net/code?restype=share") == "200");
  azure.assign(azure.account() + "/fileServices/default/fileshares/code", kFileContributor, kPipelineId);
  CHECK(create().status == 201);
  CHECK(azure.storage(kPipeline, Method::get, kFile) == "200");
  CHECK(azure.storage(kAuditor, Method::get, kFile) == kMismatch);
}

namespace {

struct StrictVault : Strict {
  explicit StrictVault(bool by_role, const Json& policies = Json::array()) {
    put(vault(), {{"location", "eastus"}, {"properties", {{"tenantId", "t"}, {"sku", {{"name", "standard"}, {"family", "A"}}}, {"enableRbacAuthorization", by_role}, {"accessPolicies", policies}}}});
    settle();
    put("https://kv-lab.vault.azure.net/secrets/key?api-version=7.4", {{"value", "one"}});
  }
  std::string vault() const { return resource("Microsoft.KeyVault/vaults/kv-lab"); }
  Response secret(Method method, const std::string& path, const Json& body = nullptr) {
    return network(method, "https://kv-lab.vault.azure.net" + path + "?api-version=7.4", token(kPipeline, "https://vault.azure.net"), body.is_null() ? "" : body.dump());
  }
};

}  // namespace

TEST_CASE("strict: secrets of a vault under role-based access ask for data actions", "[data-role]") {
  StrictVault azure(true);
  const Response refused = azure.secret(Method::get, "/secrets/key");
  CHECK(refused.status == 403);
  const Json error = Azure::json(refused)["error"];
  CHECK(error["code"] == "Forbidden");
  CHECK(error["innererror"]["code"] == "ForbiddenByRbac");
  CHECK(error["message"] ==
        "Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role definitions were changed recently, please observe propagation time.\r\n"
        "Caller: appid=" + std::string(kPipeline) + ";oid=" + kPipelineId + ";iss=https://sts.windows.net/72f9a1c4-6d0e-4c5b-8a37-1e2d3c4b5a69/\r\n"
        "Action: 'Microsoft.KeyVault/vaults/secrets/getSecret/action'\r\n"
        "Resource: '" + azure.subscription() + "/resourcegroups/rg/providers/microsoft.keyvault/vaults/kv-lab/secrets/key'\r\n"
        "Assignment: (not found)\r\nDenyAssignmentId: null\r\nDecisionReason: 'DeniedWithNoValidRBAC' \r\nVault: kv-lab;location=eastus\r\n");

  azure.assign(azure.vault(), kSecretsUser, kPipelineId);
  CHECK(azure.secret(Method::get, "/secrets/key").status == 200);
  CHECK(azure.secret(Method::get, "/secrets").status == 200);
  CHECK(azure.secret(Method::put, "/secrets/key", {{"value", "two"}}).status == 403);
  azure.assign(azure.group(), kSecretsOfficer, kPipelineId);
  CHECK(azure.secret(Method::put, "/secrets/key", {{"value", "two"}}).status == 200);
  CHECK(azure.secret(Method::del, "/secrets/key").status == 200);
}

TEST_CASE("strict: a role at one secret opens that one", "[data-role]") {
  StrictVault azure(true);
  azure.put("https://kv-lab.vault.azure.net/secrets/second?api-version=7.4", {{"value", "2"}});
  azure.assign(azure.vault() + "/secrets/second", kSecretsUser, kPipelineId);
  CHECK(azure.secret(Method::get, "/secrets/second").status == 200);
  CHECK(azure.secret(Method::get, "/secrets/key").status == 403);
}

TEST_CASE("strict: access policies decide where a vault has them, and roles do not", "[data-role]") {
  const Json policy = {{"tenantId", "t"}, {"objectId", kPipelineId}, {"permissions", {{"secrets", Json::array({"Get"})}}}};
  StrictVault azure(false, Json::array({policy}));
  CHECK(azure.secret(Method::get, "/secrets/key").status == 200);
  const Json refused = Azure::json(azure.secret(Method::del, "/secrets/key"))["error"];
  CHECK(refused["innererror"]["code"] == "AccessDenied");
  CHECK(refused["message"].get<std::string>().find("does not have secrets delete permission on key vault 'kv-lab;location=eastus'.") != std::string::npos);

  StrictVault nobody(false);
  nobody.assign(nobody.vault(), kSecretsOfficer, kPipelineId);
  const Json unknown = Azure::json(nobody.secret(Method::get, "/secrets/key"))["error"];
  CHECK(unknown["message"] == "Access denied. Caller was not found on any access policy.\r\nCaller: appid=" + std::string(kPipeline) + ";oid=" + kPipelineId +
                                  ";numgroups=0;iss=https://sts.windows.net/72f9a1c4-6d0e-4c5b-8a37-1e2d3c4b5a69/\r\nVault: kv-lab;location=eastus");
  CHECK(unknown["innererror"]["code"] == "AccessDenied");
}

TEST_CASE("checkAccess says of each action whether a principal may", "[data-role]") {
  Strict azure;
  const Json actions = Json::array({{{"Id", "Microsoft.Storage/storageAccounts/read"}}, {{"Id", "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"}, {"IsDataAction", true}}});
  const Json decisions = Azure::json(azure.post(azure.account() + "/providers/Microsoft.Authorization/checkAccess?api-version=2018-09-01-preview",
                                                {{"Subject", {{"Attributes", {{"ObjectId", kAuditorId}}}}}, {"Actions", actions}}));
  REQUIRE(decisions.size() == 2);
  CHECK(decisions[0]["accessDecision"] == "Allowed");
  CHECK(decisions[1]["accessDecision"] == "NotAllowed");
  CHECK(azure.post(azure.account() + "/providers/Microsoft.Authorization/checkAccess", Json::object()).status == 400);
}
