#include "tests/harness/az/scripted.hpp"

using namespace azlab;
using namespace azlab::az::testing;

TEST_CASE("the labs' three extension lines: one that is not there, one that is, and the newest added") {
  Shell shell;
  CHECK(shell.run("extension remove -n azure-cli-ml") == 1);
  CHECK(shell.err == "ERROR: The extension azure-cli-ml is not installed. Please install the extension via `az extension add -n azure-cli-ml`.\n");
  CHECK(shell.run("extension remove -n ml") == 0);
  CHECK(shell.err.empty());
  CHECK(shell.run("ml workspace list") == 2);
  CHECK(shell.err.find("ERROR: 'ml' is misspelled or not recognized by the system.\n\nhttps://aka.ms/cli_ref\n") == 0);
  CHECK(shell.run("extension add -n ml -y") == 0);
  CHECK(shell.out.empty());
  CHECK(shell.err.empty());
  CHECK(shell.run_words({"extension", "list", "--query", "[?name=='ml'].version", "-o", "tsv"}) == 0);
  CHECK(shell.out == "2.45.1\n");
  CHECK(shell.azure.requests.empty());
}

TEST_CASE("an extension that is there already is only mentioned, an unknown one is an error") {
  Shell shell;
  CHECK(shell.run("extension add --name ml") == 0);
  CHECK(shell.err == "WARNING: Extension 'ml' 2.38.1 is already installed.\n");
  CHECK(shell.run("extension add --name ml --upgrade") == 0);
  CHECK(shell.run("extension show -n ml --query version -o tsv") == 0);
  CHECK(shell.out == "2.45.1\n");
  CHECK(shell.run("extension add --name mll") == 1);
  CHECK(shell.err == "ERROR: No extension found with name 'mll'\n");
  CHECK(shell.run("extension update -n ml") == 1);
  CHECK(shell.err == "ERROR: No updates available for 'ml'. Use --debug for more information.\n");
}

TEST_CASE("with dynamic installation configured the extension comes by itself and the command runs again") {
  Shell shell;
  shell.run("extension remove -n ml");
  shell.run("config set extension.use_dynamic_install=yes_without_prompt");
  shell.azure.then(200, R"({"value":[]})");
  CHECK(shell.run("ml workspace list -g rg") == 0);
  CHECK(shell.err == "WARNING: The command requires the extension ml. It will be installed first.\n");
  CHECK(shell.out == "[]\n");
}

TEST_CASE("who is not signed in is told so") {
  Shell shell(false);
  CHECK(shell.run("account show") == 1);
  CHECK(shell.err == "ERROR: Please run 'az login' to setup account.\n");
}

TEST_CASE("Cloud Shell's account is read once and kept in the profile") {
  Shell shell(false);
  shell.environment.signed_in = true;
  shell.azure.then(200, R"({"value":[{"subscriptionId":"s1","displayName":"Labs","state":"Enabled","tenantId":"t1"}]})",
                   {}, "GET /subscriptions?api-version=2022-12-01");
  CHECK(shell.run("account show --query name -o tsv") == 0);
  CHECK(shell.out == "Labs\n");
  CHECK(shell.run("account show --query user.cloudShellID -o tsv") == 0);
  CHECK(shell.out == "true\n");
  CHECK(shell.azure.requests.size() == 1);
  CHECK(shell.run("account set -s Other") == 1);
  CHECK(shell.err == "ERROR: The subscription of 'other' doesn't exist in cloud 'AzureCloud'.\n");
}
