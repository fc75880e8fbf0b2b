#include "tests/harness/az/scripted.hpp"

using namespace azlab;
using namespace azlab::az::testing;

namespace {

const std::string kS = std::string("/subscriptions/") + kSubscription;
const std::string kArm = "https://management.azure.com";

}  // namespace

TEST_CASE("group delete asks, then follows Location and prints nothing") {
  Shell shell;
  const std::string poll = kS + "/operationresults/tok?api-version=2024-11-01";
  shell.azure
      .then(202, "", {{"Location", kArm + poll}, {"Retry-After", "15"}},
            "DELETE " + kS + "/resourcegroups/rg?api-version=2024-11-01")
      .then(202, "", {{"Location", kArm + poll}, {"Retry-After", "15"}}, "GET " + poll)
      .then(200, "", {}, "GET " + poll);
  CHECK(shell.run("group delete -n rg", "y\n") == 0);
  CHECK(shell.out == "Are you sure you want to perform this operation? (y/n): ");
  CHECK(shell.err.empty());
  CHECK(shell.azure.sleeps == std::vector<double>{15});
}

TEST_CASE("group delete without an answer or with a no changes nothing") {
  Shell shell;
  CHECK(shell.run("group delete -n rg", "n\n") == 1);
  CHECK(shell.err == "ERROR: Operation cancelled.\n");
  CHECK(shell.run("group delete -n rg", "") == 1);
  CHECK(shell.err == "WARNING: Unable to prompt for confirmation as no tty available. Use --yes.\nERROR: Operation cancelled.\n");
  CHECK(shell.azure.requests.empty());
}

TEST_CASE("--no-wait returns after the first answer") {
  Shell shell;
  shell.azure.then(202, "", {{"Location", kArm + "/x"}});
  CHECK(shell.run("group delete -n rg --yes --no-wait") == 0);
  CHECK(shell.azure.requests.size() == 1);
  CHECK(shell.out.empty());
}

TEST_CASE("group exists: 204 is true, 404 is false, both with status 0") {
  Shell shell;
  shell.azure.then(204, "", {}, "HEAD " + kS + "/resourcegroups/rg?api-version=2024-11-01").then(404);
  CHECK(shell.run("group exists -n rg") == 0);
  CHECK(shell.out == "true\n");
  CHECK(shell.run("group exists -n rg") == 0);
  CHECK(shell.out == "false\n");
}

TEST_CASE("a Retry-After of zero counts as absent: thirty seconds for compute operations") {
  Shell shell;
  const std::string ci =
      kS + "/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/ws/computes/ci1";
  shell.azure
      .then(202, "", {{"Azure-AsyncOperation", kArm + "/op"}}, "POST " + ci + "/stop?api-version=2023-08-01-preview")
      .then(200, R"({"status":"InProgress"})", {{"Retry-After", "0"}})
      .then(200, R"({"status":"InProgress"})", {{"Retry-After", "7"}})
      .then(200, R"({"status":"Succeeded"})");
  CHECK(shell.run("ml compute stop -n ci1 -g rg -w ws") == 0);
  CHECK(shell.azure.sleeps == std::vector<double>{30, 7});
  CHECK(shell.out.empty());
}

TEST_CASE("server errors are tried four times, the first repetition at once") {
  Shell shell;
  for (int i = 0; i < 4; ++i) shell.azure.then(503, R"({"error":{"code":"ServiceUnavailable","message":"busy"}})");
  CHECK(shell.run("group show -n rg") == 1);
  CHECK(shell.azure.requests.size() == 4);
  CHECK(shell.azure.sleeps == std::vector<double>{1.6, 3.2});
  CHECK(shell.err == "ERROR: (ServiceUnavailable) busy\nCode: ServiceUnavailable\nMessage: busy\n");
}

TEST_CASE("a provider that is not registered is registered and the request repeated") {
  Shell shell;
  const std::string account = kS + "/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/st1";
  shell.azure.then(200, R"({"nameAvailable":true})")
      .then(
          409,
          R"({"error":{"code":"MissingSubscriptionRegistration","message":"The subscription is not registered to use namespace 'Microsoft.Storage'. See https://aka.ms/rps-not-found."}})")
      .then(200, R"({"registrationState":"Registering"})", {},
            "POST " + kS + "/providers/Microsoft.Storage/register?api-version=2016-02-01")
      .then(200, R"({"registrationState":"Registering"})", {},
            "GET " + kS + "/providers/Microsoft.Storage?api-version=2016-02-01")
      .then(200, R"({"registrationState":"Registered"})")
      .then(200, R"({"name":"st1","properties":{"provisioningState":"Succeeded"}})", {},
            "PUT " + account + "?api-version=2024-01-01");
  CHECK(shell.run(
            "storage account create -n st1 -g rg -l eastus --sku Standard_LRS --query provisioningState -o tsv") == 0);
  CHECK(shell.out == "Succeeded\n");
  CHECK(shell.azure.sleeps == std::vector<double>{10});
}

TEST_CASE("details, targets and additional information are printed as azure-core prints them") {
  Shell shell;
  shell.azure.then(
      400,
      R"({"error":{"code":"Outer","message":"one","target":"t","details":[{"code":"Inner","message":"two\nlines"}],"additionalInfo":[{"type":"PolicyViolation","info":{"a":1}}]}})");
  CHECK(shell.run("group create -n rg -l eastus") == 1);
  CHECK(shell.err ==
        "ERROR: (Outer) one\nCode: Outer\nMessage: one\nTarget: t\nException Details:\t(Inner) two\n\tlines\n\tCode: "
        "Inner\n\tMessage: two\n\tlines"
        "\nAdditional Information:Type: PolicyViolation\nInfo: {\n    \"a\": 1\n}\n");
}

TEST_CASE("provider register warns while it goes on, and waits in steps of ten seconds when told to") {
  Shell shell;
  shell.azure
      .then(200, R"({"registrationState":"Registering"})", {},
            "POST " + kS + "/providers/Microsoft.MachineLearningServices/register?api-version=2024-11-01")
      .then(200, R"({"registrationState":"Registering"})")
      .then(200, R"({"registrationState":"Registering"})")
      .then(200, R"({"registrationState":"Registered"})");
  CHECK(shell.run("provider register --namespace Microsoft.MachineLearningServices") == 0);
  CHECK(shell.err ==
        "WARNING: Registering is still on-going. You can monitor using 'az provider show -n "
        "Microsoft.MachineLearningServices'\n");
  CHECK(shell.out.empty());
  CHECK(shell.run("provider register -n Microsoft.MachineLearningServices --wait") == 0);
  CHECK(shell.azure.sleeps == std::vector<double>{10, 10});
  CHECK(shell.err.empty());
}

TEST_CASE("lists follow nextLink to the end") {
  Shell shell;
  shell.azure.then(200, R"({"value":[{"name":"a"}],"nextLink":")" + kArm + R"(/next?x=1"})")
      .then(200, R"({"value":[{"name":"b"}]})", {}, "GET /next?x=1");
  CHECK(shell.run_words({"provider", "list", "--query", "[].name", "-o", "tsv"}) == 0);
  CHECK(shell.out == "a\nb\n");
}

TEST_CASE("resource list of a group looks at the group first") {
  Shell shell;
  shell.azure.then(200, "{}", {}, "GET " + kS + "/resourcegroups/rg?api-version=2024-11-01")
      .then(200, R"({"value":[]})", {},
            "GET " + kS +
                "/resources?api-version=2024-11-01&$filter=resourceGroup%20eq%20%27rg%27&$expand=createdTime%"
                "2CchangedTime%2CprovisioningState");
  CHECK(shell.run("resource list -g rg") == 0);
  CHECK(shell.out == "[]\n");
}

TEST_CASE("a deployment's body is spliced from the file as it is written") {
  Shell shell;
  shell.write("t.json",
              "{\n  // a comment\n  \"parameters\": {\"n\": {\"type\": \"string\"}, \"c\": {\"type\": \"int\", "
              "\"defaultValue\": 1}},\n  \"resources\": []\n}\n");
  const std::string path = kS + "/resourcegroups/rg/providers/Microsoft.Resources/deployments/t";
  shell.azure.then(200, R"({"properties":{}})", {}, "POST " + path + "/validate?api-version=2024-11-01")
      .then(201, R"({"properties":{"provisioningState":"Accepted"}})", {{"Azure-AsyncOperation", kArm + "/op"}},
            "PUT " + path + "?api-version=2024-11-01")
      .then(200, R"({"status":"Succeeded"})")
      .then(200, R"({"name":"t","properties":{"provisioningState":"Succeeded"}})", {},
            "GET " + path + "?api-version=2024-11-01");
  CHECK(shell.run("deployment group create -g rg -f t.json --parameters n=abc c=2 --query properties.provisioningState "
                  "-o tsv") == 0);
  CHECK(shell.out == "Succeeded\n");
  CHECK(shell.azure.bodies[1] ==
        "{\"properties\": {\"parameters\": {\"c\": {\"value\": 2}, \"n\": {\"value\": \"abc\"}}, \"mode\": "
        "\"Incremental\", template:{\n  // a comment\n"
        "  \"parameters\": {\"n\": {\"type\": \"string\"}, \"c\": {\"type\": \"int\", \"defaultValue\": 1}},\n  "
        "\"resources\": []\n}\n\n}}");
  CHECK(shell.run("deployment group create -g rg -f t.json") == 1);
  CHECK(shell.err == "ERROR: Missing input parameters: n\n");
  CHECK(shell.run("deployment group create -g rg -f t.json -p x=1") == 1);
  CHECK(shell.err == "ERROR: unrecognized template parameter 'x'. Allowed parameters: c, n\n");
  CHECK(shell.run("deployment tenant create -l eastus -f t.json") == 1);
  CHECK(shell.err == "ERROR: az deployment tenant: not simulated yet by the built-in az\n");
}

TEST_CASE("a vault is purged where the list of deleted vaults says it was") {
  Shell shell;
  shell.azure
      .then(200, R"({"value":[{"name":"kv1","properties":{"location":"eastus","vaultId":"/x"}}]})", {},
            "GET " + kS + "/providers/Microsoft.KeyVault/deletedVaults?api-version=2023-07-01")
      .then(202, "", {{"Location", kArm + "/op"}},
            "POST " + kS +
                "/providers/Microsoft.KeyVault/locations/eastus/deletedVaults/kv1/purge?api-version=2023-07-01")
      .then(200);
  CHECK(shell.run("keyvault purge -n kv1") == 0);
  CHECK(shell.azure.answers.empty());
  shell.azure.then(200, R"({"value":[]})");
  CHECK(shell.run("keyvault purge -n kv2") == 1);
  CHECK(shell.err == "ERROR: No deleted Vault or HSM was found with name kv2\n");
}
