// Each kind of check: done, not done, and nearly.
#include <nlohmann/json.hpp>

#include "tests/harness/guide/desk.hpp"

using namespace azlab;
using namespace azlab::guide;
using namespace azlab::guide::testing;

namespace {

const char* const kGroup = "# L\n\n## S\n\n1. Create a resource group:\n\n    ```azurecli\n    az group create --name \"rg-one\" --location \"eastus\"\n    ```\n";

Json instance(const std::string& size, Json more = Json::object()) {
  Json inner = std::move(more);
  inner["vmSize"] = size;
  return {{"location", "eastus"}, {"properties", {{"computeType", "ComputeInstance"}, {"properties", inner}}}};
}

}  // namespace

TEST_CASE("a resource that a command makes shows however it was made; another name or region does not do", "[checks]") {
  Desk desk(kGroup);
  CHECK(desk.ticks() == ".");
  desk.types("az group create --name \"rg-one\" --location \"eastus\"");  // that it was typed proves nothing
  CHECK(desk.ticks() == ".");
  desk.azure.put(desk.azure.group("rg-two"), {{"location", "eastus"}});
  CHECK(desk.ticks() == ".");
  desk.azure.put(desk.azure.group("rg-one"), {{"location", "westus"}});
  CHECK(desk.ticks() == ".");
  CHECK(desk.score() == std::pair(2, 4));  // it is there, and its region is not the lab's
  desk.azure.del(desk.azure.group("rg-one"));
  desk.azure.settle();
  desk.azure.put(desk.azure.group("rg-one"), {{"location", "eastus"}});
  CHECK(desk.ticks() == "+");
  CHECK(desk.score() == std::pair(4, 4));
}

TEST_CASE("what was there before the learner began was not made by them", "[checks]") {
  Desk desk(kGroup, [](test::Azure& azure) { azure.put(azure.group("rg-one"), {{"location", "eastus"}}); });
  CHECK(desk.ticks() == ".");
  CHECK(desk.hint("L5") == "The resource group rg-one was there before you began; the lab means one of your own.");
}

TEST_CASE("a failed creation is none", "[checks]") {
  Desk desk("# L\n\n## S\n\n1. Run this:\n\n    ```azurecli\n    az ml workspace create --name \"lab\" -g \"rg\"\n    ```\n");
  desk.azure.make_workspace("other");
  CHECK(desk.ticks() == ".");
  desk.azure.make_workspace("lab");
  CHECK(desk.ticks() == "+");
}

TEST_CASE("a command counts once it has ended well, on its machine, in any way of writing it", "[checks]") {
  Desk desk("# L\n\n## S\n\n1. Select the \\[>_] (*Cloud Shell*) button.\n1. Run the following commands:\n\n    ```bash\n    cd labs\n    ./setup.sh\n    ```\n");
  desk.sees({.app = "portal", .screen = "portal.home", .components = {{.id = "pane", .format = "pane", .value = "portal.cloudshell"}}});
  CHECK(desk.ticks() == "+.");
  desk.types("./setup.sh", 1, "no such group");
  desk.types("cd labs", 0, "", "compute-instance:ci");
  CHECK(desk.ticks() == "+.");
  desk.types("cd labs && bash setup.sh");
  CHECK(desk.ticks() == "++");
}

TEST_CASE("a command whose errors are to be ignored counts however it ends", "[checks]") {
  Desk desk("# L\n\n## S\n\n1. Run this:\n\n    ```azurecli\n    az extension remove -n ml\n    ```\n\n    > Ignore any (error) messages that say that the extension is not installed.\n");
  desk.types("az extension remove -n azure-cli-ml", 1);
  CHECK(desk.ticks() == ".");
  desk.types("az extension remove --name ml", 3);
  CHECK(desk.ticks() == "+");
}

TEST_CASE("the same command twice is to be carried out twice", "[checks]") {
  Desk desk("# L\n\n## S\n\n1. Run this:\n\n    ```bash\n    make all\n    ```\n\n1. Run this again:\n\n    ```bash\n    make all\n    ```\n");
  desk.types("make all");
  CHECK(desk.ticks() == "+.");
  desk.types("make all");
  CHECK(desk.ticks() == "++");
}

TEST_CASE("a page counts when it is shown after what comes before it", "[checks]") {
  Desk desk(std::string(kGroup) + "1. On the portal's **Home** page, select **Resource groups**.\n1. Select the resource group **rg-one**.\n");
  desk.sees({.app = "portal", .screen = "portal.resourceGroups"});
  desk.sees({.app = "portal", .screen = "portal.resourceGroup", .about = {"rg-one"}});
  CHECK(desk.ticks() == "...");
  desk.azure.put(desk.azure.group("rg-one"), {{"location", "eastus"}});
  CHECK(desk.ticks() == "+..");  // what is shown now is the second one's page, and the first has not been seen in its turn
  desk.sees({.app = "portal", .screen = "portal.resourceGroups"});
  CHECK(desk.ticks() == "++.");
  desk.sees({.app = "portal", .screen = "portal.resourceGroup", .about = {"rg-other"}});
  CHECK(desk.ticks() == "++.");
  desk.sees({.app = "portal", .screen = "portal.resourceGroup", .about = {"rg-one"}});
  CHECK(desk.ticks() == "+++");
}

TEST_CASE("a form's fields show in what it made, and its buttons with it", "[checks]") {
  Desk desk("# L\n\n## S\n\n1. Create a compute instance with the following settings:\n    - **Compute name**: *enter a unique name*\n    - **Virtual machine type**: CPU\n    - **Virtual machine size**: Standard_DS11_v2\n"
            "1. Select **Next**.\n1. Select **Add schedule** and configure it to **stop** the compute instance every day at **18:00**.\n1. Select **Review + Create**.\n"
            "1. Select **Create** and wait until the state of the compute instance is **Running**.\n");
  desk.azure.make_workspace();
  CHECK(desk.ticks() == ".....");
  desk.azure.put(desk.azure.workspace() + "/computes/ci-wrong", instance("STANDARD_DS3_V2"));
  CHECK(desk.ticks() == ".....");
  CHECK(desk.score() == std::pair(4, 10));  // processor, and that there is one
  CHECK(desk.hint("L5") == "The compute instance ci-wrong is there, but not as the lab says: look at Virtual machine size.");
  CHECK(desk.hint("L5") == "The compute instance ci-wrong is there, but not as the lab says: look at Virtual machine size. Virtual machine size is STANDARD_DS3_V2, the lab says Standard_DS11_v2.");
  const Json stop = {{"schedules", {{"computeStartStop", {{{"action", "Stop"}, {"status", "Enabled"}, {"triggerType", "Cron"}, {"cron", {{"expression", "0 18 * * *"}, {"timeZone", "UTC"}}}}}}}}};
  desk.azure.put(desk.azure.workspace() + "/computes/ci-right", instance("STANDARD_DS11_V2", stop));
  CHECK(desk.ticks() == "+++..");  // the one that is nearest to the lab is meant; it does not run yet
  desk.azure.settle();
  CHECK(desk.ticks() == "+++++");
  CHECK(desk.score() == std::pair(10, 10));
}

TEST_CASE("what is to stay off must be off", "[checks]") {
  const std::string text = "# L\n\n## S\n\n1. Create a compute instance with the following settings:\n    - **Virtual machine size**: Standard_DS11_v2\n1. Review the security settings, but do not select them:\n    - **Enable SSH access**: *for people who have a client of their own.*\n1. Select **Create**.\n";
  Desk desk(text);
  desk.azure.make_workspace();
  desk.azure.put(desk.azure.workspace() + "/computes/ci-one", instance("STANDARD_DS11_V2", {{"sshSettings", {{"sshPublicAccess", "Enabled"}, {"adminPublicKey", "ssh-rsa AAAA"}}}}));
  CHECK(desk.ticks() == "+.+");
  desk.azure.put(desk.azure.workspace() + "/computes/ci-two", instance("STANDARD_DS11_V2"));
  CHECK(desk.ticks() == "+++");
}

TEST_CASE("a deletion needs that there was something", "[checks]") {
  Desk desk("# L\n\n## S\n\n1. Select the resource group **rg-dp100-...**.\n1. At the top of its **Overview** page, select **Delete resource group**.\n1. Enter the resource group name to confirm, and then select **Delete**.\n");
  CHECK(desk.ticks() == "...");
  desk.azure.put(desk.azure.group("rg-other"), {{"location", "eastus"}});
  desk.azure.del(desk.azure.group("rg-other"));
  CHECK(desk.ticks() == "...");
  CHECK(desk.hint("L7") == "The resource group rg-dp100-... was never there, so it cannot be deleted.");
  desk.azure.put(desk.azure.group("rg-dp100-l42"), {{"location", "eastus"}});
  CHECK(desk.ticks() == "...");
  desk.azure.del(desk.azure.group("rg-dp100-l42"));  // it takes its time, and is what the text asks for
  CHECK(desk.ticks() == "+++");
}

TEST_CASE("once done stays done", "[checks]") {
  Desk desk(kGroup);
  desk.azure.put(desk.azure.group("rg-one"), {{"location", "eastus"}});
  CHECK(desk.ticks() == "+");
  desk.azure.del(desk.azure.group("rg-one"));
  desk.azure.settle();
  CHECK(desk.ticks() == "+");
}

TEST_CASE("a file shows when it is there, its text when it is saved", "[checks]") {
  Desk desk("# L\n\n## S\n\n1. Set **File name** to `setup.sh`.\n1. Open the **setup.sh** file and paste the following into it:\n\n    ```bash\n    #!/bin/bash\n    echo one\n    ```\n\n1. Save the **setup.sh** file.\n1. Verify that the folder **Users/*your-user-name*/out** was created.\n");
  desk.azure.make_workspace();
  CHECK(desk.hint("L5") == "The workspace’s files have no setup.sh yet.");
  desk.saves("Users/alex.martin/setup.txt", "");
  CHECK(desk.ticks() == "....");
  CHECK(desk.hint("L5") == "The workspace’s files have no setup.sh yet; they have Users/alex.martin/setup.txt.");
  desk.saves("Users/alex.martin/setup.sh", "");
  CHECK(desk.ticks() == "+...");
  desk.saves("Users/alex.martin/setup.sh", "#!/bin/bash\necho two\n");
  CHECK(desk.ticks() == "+...");
  CHECK(desk.hint("L13") == "What setup.sh holds is not what the lab says.");
  CHECK(desk.hint("L13") == "Line 2 of setup.sh is “echo two”, the lab says “echo one”. Save the file once it is right.");
  desk.saves("Users/alex.martin/setup.sh", "#!/bin/bash\r\necho one");
  CHECK(desk.ticks() == "+++.");
  desk.saves("Users/robin/out/x", "");
  CHECK(desk.ticks() == "+++.");  // somebody else's
  desk.saves("Users/alex.martin/out/x", "");
  CHECK(desk.ticks() == "++++");
}

TEST_CASE("a notebook shows by its own file: opened, its kernel, all of its cells run", "[checks]") {
  Desk desk("# L\n\n## S\n\n1. Open the notebook **Labs/04/Work.ipynb**.\n1. Verify that the notebook uses the **Python 3.10 - AzureML** kernel.\n1. Run all cells.\n");
  desk.azure.make_workspace();
  const auto notebook = [](const std::string& kernel, const Json& counts, const Json& outputs = Json::array()) {
    Json cells = {{{"cell_type", "markdown"}, {"source", "text"}}, {{"cell_type", "code"}, {"source", ""}, {"execution_count", nullptr}, {"outputs", Json::array()}}};
    for (const auto& count : counts) cells.push_back({{"cell_type", "code"}, {"source", {"x = 1\n"}}, {"execution_count", count}, {"outputs", outputs}});
    return Json{{"cells", cells}, {"metadata", {{"kernelspec", {{"display_name", kernel}}}}}}.dump();
  };
  const std::string path = "Users/alex.martin/labs/Labs/04/Work.ipynb";
  desk.saves(path, notebook("Python 3.8 - AzureML", {nullptr, nullptr}));
  desk.sees({.app = "studio", .screen = "studio.notebooks", .components = {{.id = "notebook", .format = "notebook", .value = "Users/alex.martin/labs/Labs/04/Other.ipynb"}}});
  CHECK(desk.ticks() == "...");
  desk.sees({.app = "studio", .screen = "studio.notebooks", .components = {{.id = "notebook", .format = "notebook", .value = path}}});
  CHECK(desk.ticks() == "+..");
  CHECK(desk.hint("L6") == "The notebook has another kernel than the lab says.");
  CHECK(desk.hint("L6") == "The kernel is Python 3.8 - AzureML, the lab says Python 3.10 - AzureML.");
  desk.saves(path, notebook("Python 3.10 - AzureML", {1, nullptr}));
  CHECK(desk.ticks() == "++.");
  CHECK(desk.hint("L7") == "Not every cell of the notebook has run to its end.");
  CHECK(desk.hint("L7") == "1 of 2 cells have run.");
  desk.saves(path, notebook("Python 3.10 - AzureML", {1, 2}, {{{"output_type", "error"}, {"ename", "NameError"}, {"evalue", "name 'y' is not defined"}}}));
  CHECK(desk.ticks() == "++.");
  CHECK(desk.hint("L7") == "A cell failed: NameError: name 'y' is not defined");
  desk.saves(path, notebook("Python 3.10 - AzureML", {1, 2}));
  CHECK(desk.ticks() == "+++");
}

TEST_CASE("what is to be looked at counts in its turn, and needs the state", "[checks]") {
  Desk desk("# L\n\n## S\n\n1. Run this:\n\n    ```bash\n    make\n    ```\n\n1. Go to the **Compute** page and verify that the compute instance exists. The compute instance should be running.\n");
  desk.azure.make_workspace();
  desk.azure.put(desk.azure.workspace() + "/computes/ci-one", instance("STANDARD_DS11_V2"));
  desk.sees({.app = "studio", .screen = "studio.compute"});
  desk.azure.settle();
  CHECK(desk.ticks() == "..");
  desk.types("make");
  CHECK(desk.ticks() == "++");
}

TEST_CASE("what nobody can see is the learner's to tick, and does not count", "[checks]") {
  Desk desk(std::string(kGroup) + "1. Close any pop-ups.\n");
  CHECK(desk.ticks() == ".h");
  CHECK(desk.score() == std::pair(0, 4));
  CHECK_FALSE(desk.guide->mark("L5", true));  // this one is Azure's to tick
  CHECK_FALSE(desk.guide->mark("L99", true));
  CHECK(desk.guide->mark("L10", true));
  CHECK(desk.ticks() == ".H");
  CHECK(desk.score() == std::pair(0, 4));
  CHECK(desk.guide->mark("L10", false));
  CHECK(desk.ticks() == ".h");
}
