#include "tests/harness/az/scripted.hpp"

using namespace azlab;
using namespace azlab::az::testing;

namespace {

const std::string kGroups = R"({"value":[
  {"id":"/subscriptions/s/resourceGroups/rg-a","name":"rg-a","location":"eastus","tags":{"a":"1"},"properties":{"provisioningState":"Succeeded"}},
  {"id":"/subscriptions/s/resourceGroups/rg-bb","name":"rg-bb","location":"westeurope","properties":{"provisioningState":"Deleting"}}]})";

std::string list_groups(const std::vector<std::string>& options) {
  Shell shell;
  shell.azure.then(200, kGroups);
  std::vector<std::string> words = {"group", "list"};
  words.insert(words.end(), options.begin(), options.end());
  CHECK(shell.run_words(words) == 0);
  return shell.out;
}

}  // namespace

TEST_CASE("-o table prints the command's own columns") {
  CHECK(list_groups({"-o", "table"}) ==
        "Name    Location    Status\n------  ----------  ---------\nrg-a    eastus      Succeeded\nrg-bb   westeurope  "
        "Deleting\n");
}

TEST_CASE("-o table with a query keeps the query's order of columns") {
  CHECK(list_groups({"-o", "table", "--query", "[].{Where:location, Name:name}"}) ==
        "Where       Name\n----------  ------\neastus      rg-a\nwesteurope  rg-bb\n");
}

TEST_CASE("-o tsv prints values, one line a row") {
  CHECK(list_groups({"-o", "tsv", "--query", "[].{Where:location, Name:name}"}) == "eastus\trg-a\nwesteurope\trg-bb\n");
  CHECK(list_groups({"-o", "tsv", "--query", "[0].name"}) == "rg-a\n");
  CHECK(list_groups({"-o", "tsv", "--query", "length(@)"}) == "2\n");
}

TEST_CASE("-o yaml prints as Python's safe_dump") {
  CHECK(list_groups({"-o", "yaml", "--query", "[0]"}) ==
        "id: /subscriptions/s/resourceGroups/rg-a\nlocation: eastus\nmanagedBy: null\nname: rg-a\nproperties:\n  "
        "provisioningState: Succeeded\ntags:\n  a: '1'\n");
  CHECK(list_groups({"-o", "yaml", "--query", "[].name"}) == "- rg-a\n- rg-bb\n");
}

TEST_CASE("-o none prints nothing, a query without result prints nothing") {
  CHECK(list_groups({"-o", "none"}).empty());
  CHECK(list_groups({"--query", "[9].name"}).empty());
  CHECK(list_groups({"--query", "[].name"}) == "[\n  \"rg-a\",\n  \"rg-bb\"\n]\n");
}

TEST_CASE("a query that is no JMESPath is a wrong command line") {
  Shell shell;
  shell.azure.then(200, kGroups);
  CHECK(shell.run("group list --query [?name") == 2);
  CHECK(shell.err.find("ERROR: argument --query: invalid jmespath_type value: '[?name'\n") == 0);
}

TEST_CASE("the automatic table leaves out ids, types and what is nested, and capitalises") {
  Shell shell;
  shell.azure.then(
      200, R"({"value":[{"id":"/a/b/c/d/e/f/g/h/i","name":"kv","type":"t","enabled":true,"count":3,"nested":{}}]})");
  CHECK(shell.run("monitor log-analytics workspace list -o table") == 0);
  CHECK(shell.out == "Count    Enabled    Name\n-------  ---------  ------\n3        True       kv\n");
}

TEST_CASE("resources get the member resourceGroup that az adds") {
  Shell shell;
  shell.azure.then(
      200,
      R"({"value":[{"id":"/subscriptions/s/resourceGroups/RG/providers/Microsoft.Storage/storageAccounts/st","name":"st","properties":{"provisioningState":"Succeeded"}}]})");
  CHECK(shell.run_words(
            {"storage", "account", "list", "--query", "[0].[resourceGroup, provisioningState]", "-o", "tsv"}) == 0);
  CHECK(shell.out == "RG\nSucceeded\n");
}

TEST_CASE("the configured output form counts when none is given") {
  Shell shell;
  CHECK(shell.run("config set core.output=tsv") == 0);
  CHECK(shell.err.find("WARNING: Command group 'config' is experimental") == 0);
  shell.azure.then(204);
  CHECK(shell.run("group exists -n rg") == 0);
  CHECK(shell.out == "true\n");
}
