#include "tests/harness/az/scripted.hpp"

using namespace azlab;
using namespace azlab::az::testing;

namespace {

const std::string kReference =
    "\n\nhttps://aka.ms/cli_ref\nRead more about the command in reference docs\n";
const std::string kGroupExample =
    "\n\nExamples from command's help:\naz group create -l westus -n MyResourceGroup\nCreate a new resource group "
    "in the West US region.\n\n"
    "https://aka.ms/cli_ref\nRead more about the command in reference docs\n";

}  // namespace

TEST_CASE("a misspelled command ends with status 2 and the nearest command of its group") {
  Shell shell;
  CHECK(shell.run("grup list") == 2);
  CHECK(shell.err ==
        "ERROR: 'grup' is misspelled or not recognized by the system." + kReference);
  CHECK(shell.out.empty());
  CHECK(shell.run("group creat") == 2);
  CHECK(shell.err ==
        "ERROR: 'creat' is misspelled or not recognized by the system.\nDid you mean 'create' ?" + kGroupExample);
}

TEST_CASE("required arguments that are missing are all named") {
  Shell shell;
  CHECK(shell.run("group create") == 2);
  CHECK(shell.err ==
        "ERROR: the following arguments are required: --name/--resource-group/-n/-g, --location/-l" + kGroupExample);
}

TEST_CASE("unknown arguments are named with the words that follow them") {
  Shell shell;
  CHECK(shell.run("group create -n a -l b --colour red blue") == 2);
  CHECK(shell.err == "ERROR: unrecognized arguments: --colour red blue" + kReference);
}

TEST_CASE("a group without a command asks for one") {
  Shell shell;
  CHECK(shell.run("group") == 2);
  CHECK(shell.err == "ERROR: the following arguments are required: _subcommand" + kReference);
}

TEST_CASE("an option without its value is named") {
  Shell shell;
  CHECK(shell.run("group show -n") == 2);
  CHECK(shell.err.find("ERROR: argument --name/-n/--resource-group/-g: expected one argument\n") == 0);
}

TEST_CASE("options are read as argparse reads them: abbreviated, with an equals sign, attached") {
  for (const std::string line : {"group show --name rg", "group show --nam rg", "group show --name=rg",
                                 "group show -nrg", "group show --resource-group=rg", "group show -g rg"}) {
    Shell shell;
    shell.azure.then(200, R"({"id":"i","name":"rg"})");
    CHECK(shell.run(line) == 0);
    REQUIRE(shell.azure.requests.size() == 1);
    CHECK(shell.azure.requests[0] ==
          std::string("GET /subscriptions/") + kSubscription + "/resourcegroups/rg?api-version=2024-11-01");
  }
}

TEST_CASE("an abbreviation of two options is refused") {
  Shell shell;
  shell.azure.then(204);
  CHECK(shell.run("group wait -n a --create --ex") == 0);  // unique beginnings
  CHECK(shell.run("group create -n a -l b --o json") == 2);
  CHECK(shell.err.find("ERROR: ambiguous option: --o could match --only-show-errors, --output\n") == 0);
}

TEST_CASE("a value outside the choices is refused with those that are allowed") {
  Shell shell;
  CHECK(shell.run("acr create -n a -g b --sku Standart") == 2);
  CHECK(shell.err.find("ERROR: az acr create: 'Standart' is not a valid value for '--sku'. Allowed values: Basic, "
                       "Standard, Premium.\nDid you mean 'Standard' ?\n") == 0);
}

TEST_CASE("a command of the real az that is not simulated says so and is never called misspelled") {
  Shell shell;
  CHECK(shell.run("vm create -n x") == 1);
  CHECK(shell.err == "ERROR: az vm: not simulated yet by the built-in az\n");
  CHECK(shell.run("keyvault key list --vault-name v") == 1);
  CHECK(shell.err == "ERROR: az keyvault key: not simulated yet by the built-in az\n");
  CHECK(shell.run("ml job validate --file job.yml") == 1);
  CHECK(shell.err == "ERROR: az ml job validate: not simulated yet by the built-in az\n");
}

TEST_CASE("help of a group lists its commands in knack's layout") {
  Shell shell;
  CHECK(shell.run("storage account keys -h") == 0);
  CHECK(shell.out ==
        "\nGroup\n    az storage account keys : Manage storage account keys.\n\n"
        "Commands:\n    list  : List the access keys or Kerberos keys (if active directory enabled) for a storage\n"
        "            account.\n    renew\n\n");
}

TEST_CASE("help of a command marks what is required and wraps at 100 columns") {
  Shell shell;
  CHECK(shell.run("group create --help") == 0);
  CHECK(shell.out.find(
            "\nCommand\n    az group create : Create a new resource group.\n\nArguments\n"
            "    --location -l                 [Required] : Region, as in `az account list-locations`.\n"
            "    --name --resource-group -g -n [Required] : Name.\n") == 0);
  CHECK(shell.out.find("\nGlobal Arguments\n    --debug                                  : Increase logging verbosity "
                       "to show all debug logs.\n") != std::string::npos);
}

TEST_CASE("defaults stand in: argument before environment variable before file") {
  Shell shell;
  CHECK(shell.run("configure --defaults group=from-file workspace=ws") == 0);
  CHECK(shell.read("azure/config") == "[defaults]\ngroup = from-file\nworkspace = ws\n\n");
  shell.azure.then(404, R"({"error":{"code":"ResourceNotFound","message":"m"}})")
      .then(404, R"({"error":{"code":"ResourceNotFound","message":"m"}})")
      .then(404, R"({"error":{"code":"ResourceNotFound","message":"m"}})");
  CHECK(shell.run("ml workspace show") == 3);
  CHECK(shell.azure.requests[0].find(
            "/resourceGroups/from-file/providers/Microsoft.MachineLearningServices/workspaces/ws?") !=
        std::string::npos);
  shell.environment.variables = {{"AZURE_DEFAULTS_GROUP", "from-variable"}};
  CHECK(shell.run("ml workspace show") == 3);
  CHECK(shell.azure.requests[1].find("/resourceGroups/from-variable/") != std::string::npos);
  CHECK(shell.run("ml workspace show -g from-argument") == 3);
  CHECK(shell.azure.requests[2].find("/resourceGroups/from-argument/") != std::string::npos);
  CHECK(shell.err == "ERROR: (ResourceNotFound) m\nCode: ResourceNotFound\nMessage: m\n");
}

TEST_CASE("an empty default is removed, and the list shows what is left") {
  Shell shell;
  shell.run("configure --defaults group=a location=b");
  CHECK(shell.run("configure --defaults group=") == 0);
  CHECK(shell.run("configure --list-defaults -o tsv") == 0);
  CHECK(shell.out == "location\t" + shell.environment.config_dir + "/config\tb\n");
  CHECK(shell.run("config get defaults.group") == 1);
  CHECK(shell.err.find("ERROR: Configuration 'defaults.group' is not set.\n") != std::string::npos);
}
