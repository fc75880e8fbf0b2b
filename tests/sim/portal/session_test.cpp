#include <nlohmann/json.hpp>

#include "sim/portal/evaluate.hpp"
#include "sim/portal/session.hpp"
#include "tests/sim/portal/fake.hpp"
#include "tests/support/catch.hpp"

using namespace azlab;

namespace {

struct Browser {
  test::FakeAzure azure;
  portal::Session session;
  explicit Browser(std::string language = "en", std::string as_of = "")
      : session([this](const Request& request) { return azure(request); },
                {.language = std::move(language), .as_of = std::move(as_of), .user_name = "alex.martin@contoso-labs.example", .seed = 1}) {
    session.act({.kind = "open", .target = "", .value = "https://portal.azure.com/"});
  }
  portal::Outcome press(const std::string& id) {
    const auto outcome = session.act({.kind = "click", .target = id, .value = ""});
    INFO(id << ": " << outcome.error);
    CHECK(outcome.ok);
    return outcome;
  }
  portal::Outcome fill(const std::string& id, const std::string& value) { return session.act({.kind = "fill", .target = id, .value = value}); }
  portal::Control control(const std::string& id) {
    view = session.view();
    const auto* found = portal::find_control(view.controls, id);
    INFO("control " << id << " on " << view.screen);
    REQUIRE(found != nullptr);
    return *found;
  }
  void open_studio() {
    press("resources");
    press("resources/mlw-dp100-labs");
    press("launch");
    session.act({.kind = "dismiss", .target = "", .value = ""});
  }
  portal::View view;
};

}  // namespace

TEST_CASE("the first start of Cloud Shell asks for a shell and then for storage") {
  Browser browser("fr");
  browser.press("portal.shell");
  browser.press("shell.bash");
  CHECK(browser.control("shell.storage/none").value == "selected");
  CHECK(browser.control("shell.storage/none").label == "Aucun compte de stockage requis");
  CHECK(browser.control("shell.apply").label == "Appliquer");
  browser.press("shell.apply");
  CHECK(browser.session.remembered("cloudShell") == "ready");
  CHECK(browser.control("shell.terminal").format == "terminal");
  CHECK(browser.azure.asked.empty());
}

TEST_CASE("the older first start creates a storage account in a group of its own") {
  Browser browser("en", "2023-11-03");
  browser.press("portal.shell");
  browser.press("shell.bash");
  CHECK(browser.control("shell.create").label == "Create storage");
  browser.press("shell.create");
  REQUIRE(browser.azure.asked.size() == 2);
  CHECK(browser.azure.asked[0] == "PUT " + std::string(test::FakeAzure::kSubscription) + "/resourceGroups/cloud-shell-storage-eastus");
  CHECK(browser.azure.asked[1].find("/providers/Microsoft.Storage/storageAccounts/cs1") != std::string::npos);
}

TEST_CASE("the create form proposes names, refuses what the portal refuses and deploys a template") {
  Browser browser("fr");
  browser.press("createResource");
  browser.session.act({.kind = "search", .target = "search", .value = "Machine Learning"});
  browser.press("results/Azure Machine Learning");
  browser.press("create");
  CHECK(browser.control("subscription").value == "Contoso Labs");
  CHECK(browser.control("storage").value.empty());
  auto refused = browser.session.act({.kind = "click", .target = "reviewCreate", .value = ""});
  CHECK_FALSE(refused.ok);
  CHECK(refused.error.find("Nom de l’espace de travail: La valeur ne doit pas être vide.") != std::string::npos);
  CHECK(browser.fill("resourceGroup", "rg-dp100-labs").ok);
  CHECK(browser.fill("workspaceName", "mlw-dp100-labs").ok);
  CHECK(browser.control("workspaceName").error == "Un espace de travail de ce nom existe déjà dans le groupe de ressources.");
  browser.azure.forget("GET " + test::FakeAzure::workspace());
  const auto storage = browser.control("storage").value;
  CHECK(storage.substr(0, 12) == "mlwdp100labs");
  CHECK(storage.size() == 22);
  CHECK(browser.control("registry/none").label == "Aucun");
  browser.press("reviewCreate");
  CHECK(browser.control("passed").label == "Validation réussie");
  browser.press("create");
  REQUIRE(browser.azure.asked.size() == 1);
  const auto body = nlohmann::json::parse(browser.azure.bodies[browser.azure.asked[0]]);
  const auto& resources = body["properties"]["template"]["resources"];
  REQUIRE(resources.size() == 5);
  CHECK(resources[0]["name"] == storage);
  CHECK(resources[4]["properties"]["storageAccount"] == test::FakeAzure::group() + "/providers/Microsoft.Storage/storageAccounts/" + storage);
  CHECK(browser.session.view().screen == "portal.deployment");
}

TEST_CASE("the create form registers its providers and cannot be sent before that is done") {
  Browser browser;
  const auto providers = [&](const std::string& state) {
    browser.azure.answer("GET " + std::string(test::FakeAzure::kSubscription) + "/providers", R"({"value":[{"namespace":"Microsoft.MachineLearningServices","registrationState":")" + state + R"("}]})");
  };
  providers("NotRegistered");
  browser.azure.forget("GET " + test::FakeAzure::workspace());
  browser.press("createResource");
  browser.session.act({.kind = "search", .target = "search", .value = "Machine Learning"});
  browser.press("results/Azure Machine Learning");
  browser.press("create");
  REQUIRE(browser.azure.asked.size() == 1);
  CHECK(browser.azure.asked[0] == "POST " + std::string(test::FakeAzure::kSubscription) + "/providers/Microsoft.MachineLearningServices/register");
  providers("Registering");
  browser.fill("resourceGroup", "rg-dp100-labs");
  browser.fill("workspaceName", "mlw-dp100-labs");
  browser.press("reviewCreate");
  CHECK(browser.control("create").busy);
  CHECK_FALSE(browser.session.act({.kind = "click", .target = "create", .value = ""}).ok);
  providers("Registered");
  CHECK_FALSE(browser.control("create").busy);
  browser.press("create");
}

TEST_CASE("a refused request shows Azure's code and message and leaves the form open") {
  Browser browser;
  browser.press("groups");
  browser.press("groups/rg-dp100-labs");
  browser.press("delete");
  const auto disabled = browser.session.act({.kind = "click", .target = "delete", .value = ""});
  CHECK(disabled.error == "\"Delete\" is disabled: The typed name does not match.");
  CHECK(browser.fill("confirm", "rg-dp100-labs").ok);
  browser.azure.answer("DELETE " + test::FakeAzure::group(), R"({"error":{"code":"ScopeLocked","message":"The scope is locked."}})", 409);
  const auto refused = browser.session.act({.kind = "click", .target = "delete", .value = ""});
  CHECK(refused.error == "ScopeLocked: The scope is locked.");
  CHECK(browser.session.view().notices.front() == "ScopeLocked: The scope is locked.");
  CHECK(browser.session.view().screen == "portal.resourceGroup.delete");
}

TEST_CASE("the studio opens in a tab of its own with a pop-up, and closing it returns to the portal") {
  Browser browser;
  browser.press("resources");
  browser.press("resources/mlw-dp100-labs");
  browser.press("launch");
  CHECK(browser.session.view().screen == "studio.welcome");
  browser.session.act({.kind = "dismiss", .target = "", .value = ""});
  CHECK(browser.session.view().screen == "studio.home");
  CHECK(browser.session.apps() == std::vector<std::string>{"studio", "portal"});
  browser.press("studio.designer");
  CHECK(browser.session.view().absent);
  browser.session.act({.kind = "close-tab", .target = "", .value = ""});
  CHECK(browser.session.view().screen == "portal.workspace");
}

TEST_CASE("a script is created, written and saved in the user's folder, and an instance runs it") {
  Browser browser;
  browser.open_studio();
  browser.press("studio.notebooks");
  browser.press("newFile");
  CHECK(browser.control("location").value == "Users/alex.martin");
  CHECK(browser.fill("type", "Bash (*.sh)").ok);
  CHECK(browser.fill("name", "compute-setup.sh").ok);
  browser.press("create");
  CHECK(browser.session.parameter("file") == "Users/alex.martin/compute-setup.sh");
  browser.session.act({.kind = "type", .target = "editor", .value = "#!/bin/bash\n"});
  browser.press("save");
  CHECK(browser.azure.files["Users/alex.martin/compute-setup.sh"] == "#!/bin/bash\n");
  CHECK(browser.control("files/Users/alex.martin/compute-setup.sh").value == "file");

  browser.press("studio.compute");
  browser.press("new");
  CHECK_FALSE(browser.fill("name", "1x").error.size() > 0);
  CHECK_FALSE(browser.session.act({.kind = "click", .target = "next", .value = ""}).ok);
  CHECK(browser.fill("name", "ci-lab").ok);
  CHECK(browser.fill("size", "standard_ds11_v2").ok);
  CHECK_FALSE(browser.fill("size", "Standard_NC6").ok);
  browser.press("next");
  browser.press("addSchedule");
  CHECK(browser.fill("scheduleAction", "stop").ok);
  CHECK(browser.fill("scheduleTime", "6:00 PM").ok);
  browser.press("next");
  browser.press("next");
  browser.press("creation");
  CHECK(browser.fill("script", "compute-setup.sh").ok);
  browser.press("review");
  browser.press("create");
  const auto what = "PUT " + test::FakeAzure::workspace() + "/computes/ci-lab";
  const auto body = nlohmann::json::parse(browser.azure.bodies[what]);
  const auto& inner = body["properties"]["properties"];
  CHECK(inner["vmSize"] == "Standard_DS11_v2");
  CHECK(inner["schedules"]["computeStartStop"][0]["cron"]["expression"] == "0 18 * * *");
  CHECK(inner["schedules"]["computeStartStop"][0]["action"] == "Stop");
  CHECK(inner["setupScripts"]["scripts"]["creationScript"]["scriptData"] == "Users/alex.martin/compute-setup.sh");
  CHECK(inner["sshSettings"]["sshPublicAccess"] == "Disabled");
}

TEST_CASE("a script runs in the terminal of an instance, and a notebook is asked to run its cells") {
  Browser browser;
  browser.azure.files["Users/alex.martin/my labs/it's.py"] = "print(1)";
  browser.azure.files["Users/alex.martin/setup.sh"] = "true";
  browser.azure.files["Users/alex.martin/a.ipynb"] = R"({"metadata": {"kernelspec": {"display_name": "Python 3.10 - AzureML"}}})";
  browser.azure.files["Users/alex.martin/b.ipynb"] = R"({"metadata": {"kernelspec": {"display_name": "Julia"}}})";
  browser.open_studio();
  browser.press("studio.notebooks");
  browser.press("files/Users/alex.martin/my labs");
  browser.press("files/Users/alex.martin/my labs/it's.py");
  CHECK_FALSE(browser.control("runScript").enabled);
  CHECK(browser.control("runScript").hint == "No compute instance is running.");
  browser.azure.answer("GET " + test::FakeAzure::workspace() + "/computes", R"({"value":[{"name":"ci-off","properties":{"computeType":"ComputeInstance","properties":{"state":"Stopped"}}},
    {"name":"ci-lab","properties":{"computeType":"ComputeInstance","properties":{"state":"Running"}}}]})");
  browser.session.act({.kind = "type", .target = "editor", .value = "print(2)"});
  const auto script = browser.press("runScript");
  CHECK(script.asked.component == "terminal");
  CHECK(script.asked.does == "type");
  CHECK(script.asked.text == "cd '/home/azureuser/cloudfiles/code/Users/alex.martin/my labs'\npython 'it'\\''s.py'\n");
  CHECK(browser.azure.files["Users/alex.martin/my labs/it's.py"] == "print(2)");
  CHECK(browser.control("terminal").value == "ci-lab");
  CHECK(browser.control("editor").value == "print(2)");
  browser.press("files/Users/alex.martin/setup.sh");
  CHECK(browser.press("runScript").asked.text == "cd /home/azureuser/cloudfiles/code/Users/alex.martin\nbash setup.sh\n");

  browser.press("files/Users/alex.martin/a.ipynb");
  CHECK(browser.control("kernel").value == "Python 3.10 - AzureML");
  CHECK(browser.control("compute").value == "ci-lab");
  const auto all = browser.press("runAll");
  CHECK(all.asked.component == "notebook");
  CHECK(all.asked.does == "runAll");
  // What was chosen for one notebook is not about the next, and a kernel that is not offered is not attached.
  CHECK(browser.fill("kernel", "Python 3").ok);
  CHECK(browser.control("kernel").value == "Python 3");
  browser.press("files/Users/alex.martin/b.ipynb");
  CHECK(browser.control("kernel").value == "Python 3.10 - SDK v2");
  CHECK(browser.press("save").asked.component.empty());
}

TEST_CASE("the instance form's toggles set what the instance gets, or say that they are not simulated") {
  Browser browser;
  browser.open_studio();
  browser.press("studio.compute");
  browser.press("new");
  CHECK(browser.fill("name", "ci-lab").ok);
  browser.press("next");
  browser.press("next");
  const auto network = browser.session.act({.kind = "click", .target = "vnet", .value = ""});
  CHECK(network.not_simulated);
  CHECK(network.error == "virtual networks");
  CHECK(browser.control("vnet").value == "off");
  browser.press("assign");
  CHECK(browser.session.act({.kind = "click", .target = "review", .value = ""}).error == "User: The value must not be empty.");
  CHECK(browser.fill("assignedUser", "robin@contoso-labs.example").ok);
  browser.press("identity");
  CHECK(browser.fill("identityType", "User-assigned").not_simulated);
  CHECK(browser.control("identityType").value == "SystemAssigned");
  browser.press("next");
  CHECK(browser.session.act({.kind = "toggle", .target = "startup", .value = "on"}).not_simulated);
  browser.press("review");
  browser.press("create");
  const auto body = nlohmann::json::parse(browser.azure.bodies["PUT " + test::FakeAzure::workspace() + "/computes/ci-lab"]);
  const auto& inner = body["properties"]["properties"];
  CHECK(body["identity"] == nlohmann::json{{"type", "SystemAssigned"}});
  CHECK(inner["enableNodePublicIp"] == true);
  CHECK(inner["personalComputeInstanceSettings"]["assignedUser"]["objectId"].get<std::string>().size() == 36);
  CHECK(inner["personalComputeInstanceSettings"]["assignedUser"]["tenantId"] == "t-1");
  CHECK_FALSE(inner.contains("setupScripts"));

  // The terminal of somebody else's instance cannot be opened.
  browser.azure.answer("GET " + test::FakeAzure::workspace() + "/computes", R"({"value":[{"name":"ci-lab","properties":{"computeType":"ComputeInstance","provisioningState":"Succeeded",
    "properties":{"state":"Running","personalComputeInstanceSettings":{"assignedUser":{"objectId":"somebody else"}}}}}]})");
  CHECK_FALSE(browser.control("instanceList/ci-lab/terminal").enabled);
}

TEST_CASE("a compute is deleted only when the dialog is confirmed") {
  Browser browser;
  browser.open_studio();
  browser.azure.answer("GET " + test::FakeAzure::workspace() + "/computes", R"({"value":[{"name":"ci-lab","properties":{"computeType":"ComputeInstance","provisioningState":"Succeeded","properties":{"state":"Running"}}}]})");
  browser.press("studio.compute");
  CHECK_FALSE(browser.control("delete").enabled);
  browser.press("instanceList/ci-lab");
  CHECK(browser.press("delete").opened == "studio.compute.delete");
  CHECK(browser.azure.asked.empty());
  browser.press("cancel");
  CHECK(browser.azure.asked.empty());
  browser.press("delete");
  browser.press("delete");
  CHECK(browser.azure.asked.back() == "DELETE " + test::FakeAzure::workspace() + "/computes/ci-lab");
  CHECK(browser.session.view().screen == "studio.compute");
}

TEST_CASE("a resource group is made by the portal's form") {
  Browser browser;
  browser.press("groups");
  browser.press("create");
  CHECK(browser.fill("resourceGroup", "rg-dp100-labs").ok);
  CHECK(browser.control("resourceGroup").error == "A resource group with this name already exists.");
  CHECK(browser.fill("resourceGroup", "ends.").ok);
  CHECK_FALSE(browser.session.act({.kind = "click", .target = "reviewCreate", .value = ""}).ok);
  CHECK(browser.fill("resourceGroup", "rg-hand").ok);
  CHECK(browser.fill("region", "West Europe").ok);
  browser.press("reviewCreate");
  browser.press("create");
  CHECK(browser.azure.asked.back() == "PUT " + std::string(test::FakeAzure::kSubscription) + "/resourcegroups/rg-hand");
  CHECK(nlohmann::json::parse(browser.azure.bodies[browser.azure.asked.back()])["location"] == "westeurope");
  CHECK(browser.session.view().screen == "portal.resourceGroups");
}

TEST_CASE("the create form proposes the region of the chosen group") {
  Browser browser;
  browser.azure.answer("GET " + std::string(test::FakeAzure::kSubscription) + "/resourcegroups", R"({"value":[{"name":"a","location":"eastus"},{"name":"b","location":"westeurope"}]})");
  browser.press("createResource");
  browser.session.act({.kind = "search", .target = "search", .value = "machine learning"});
  browser.press("results/Azure Machine Learning");
  browser.press("create");
  CHECK(browser.control("region").value == "eastus");
  CHECK(browser.fill("resourceGroup", "b").ok);
  CHECK(browser.control("region").value == "westeurope");
}

TEST_CASE("a saved session goes on where it was") {
  Browser browser;
  browser.open_studio();
  browser.press("studio.compute");
  browser.press("new");
  browser.fill("name", "ci-lab");
  const auto saved = browser.session.save();
  Browser other;
  other.session.load(saved);
  CHECK(other.control("name").value == "ci-lab");
  CHECK(other.session.save() == saved);
}

TEST_CASE("times are one value however they are written") {
  CHECK(portal::normal_time("18:00") == "18:00");
  CHECK(portal::normal_time("6:00 PM") == "18:00");
  CHECK(portal::normal_time("6:00 p.m") == "18:00");
  CHECK(portal::normal_time("午後 6 時") == "18:00");
  CHECK(portal::normal_time("오후 6시") == "18:00");
  CHECK(portal::normal_time("12:00 AM") == "00:00");
  CHECK(portal::normal_time("Daily") == "Daily");
}

TEST_CASE("an address leads to the page that has its form, and an unknown one says so", "[address]") {
  const std::string group = test::FakeAzure::group();
  const std::string workspace = test::FakeAzure::workspace();
  const std::string short_id = group + "/workspaces/mlw-dp100-labs";
  const std::map<std::string, std::string> pages = {{"https://portal.azure.com", "portal.home"},
                                                    {"https://portal.azure.com/#home", "portal.home"},
                                                    {"https://portal.azure.com/#browse/all", "portal.resources"},
                                                    {"https://portal.azure.com/#@contoso.example/resource" + group, "portal.resourceGroup"},
                                                    {"https://portal.azure.com/#resource" + workspace + "/overview", "portal.workspace"},
                                                    {"https://portal.azure.com/#resource" + group + "/deployments", "portal.deployments"},
                                                    {"https://portal.azure.com/#@contoso.example/resource" + group + "/providers/Microsoft.Storage/storageAccounts/st1/overview", "portal.resource"},
                                                    {"https://portal.azure.com/#deployments" + group + "/providers/Microsoft.Resources/deployments/d1", "portal.deployment"},
                                                    {"https://portal.azure.com/#view/Microsoft_Azure_Capacity/QuotaMenuBlade/~/myQuotas", "portal.quotas"},
                                                    {"https://ml.azure.com/experiments?wsid=" + workspace, "studio.jobs"},
                                                    {"https://ml.azure.com/experiments/id/e-1?wsid=" + workspace, "studio.experiment"},
                                                    {"https://ml.azure.com/runs/good_job_1?wsid=" + short_id, "studio.run"},
                                                    {"https://portal.azure.com/#resource" + workspace + "/eventlogs", "portal.activityLog"},
                                                    {"https://portal.azure.com/#@contoso.example/resource/subscriptions/s/resourceGroups/rg/eventlogs", "portal.activityLog"},
                                                    {"https://portal.azure.com/#browse/Microsoft.MachineLearningServices%2Fworkspaces", "portal.workspaces"},
                                                    {"https://ml.azure.com/data?wsid=" + workspace, "studio.data"},
                                                    {"https://ml.azure.com/data/diabetes/2/details?wsid=" + workspace, "studio.dataAsset"},
                                                    {"https://ml.azure.com/data/datastore/workspaceblobstore/edit?wsid=" + workspace, "studio.datastore"},
                                                    {"https://ml.azure.com/environments?wsid=" + workspace, "studio.environments"},
                                                    {"https://ml.azure.com/environments/own/version/1?wsid=" + workspace, "studio.environment"},
                                                    {"https://ml.azure.com/model/list?wsid=" + workspace, "studio.models"},
                                                    {"https://ml.azure.com/model/churn:3/details?wsid=" + workspace, "studio.model"},
                                                    {"https://ml.azure.com/component?wsid=" + workspace, "studio.components"},
                                                    {"https://ml.azure.com/component/train/version/1?wsid=" + workspace, "studio.component"},
                                                    {"https://ml.azure.com/endpoints?wsid=" + workspace, "studio.endpoints"},
                                                    {"https://ml.azure.com/endpoints/realtime/shop/detail?wsid=" + workspace, "studio.endpoint"},
                                                    {"https://ml.azure.com/compute/ci-lab/details?wsid=" + workspace, "studio.compute.details"},
                                                    {"https://ml.azure.com/", "studio.workspaces"},
                                                    {"https://ml.azure.com/home?wsid=" + workspace, "studio.welcome"},
                                                    {"https://ml.azure.com/compute/list?wsid=" + replace_all(workspace, "/", "%2F") + "&tid=t-1", "studio.compute"},
                                                    {"https://ml.azure.com/compute/instances/create?tid=t-1&wsid=" + short_id, "studio.newInstance"}};
  for (const auto& [address, screen] : pages) {
    INFO(address);
    Browser browser;
    CHECK(browser.session.act({.kind = "open", .target = "", .value = address}).ok);
    CHECK(browser.session.view().screen == screen);
    if (screen.starts_with("studio.") && screen != "studio.workspaces") CHECK(browser.session.parameter("workspaceId") == workspace);
    if (screen == "portal.resourceGroup") CHECK(browser.session.parameter("resourceGroup") == "rg-dp100-labs");
  }
  // A page of a resource's menu is none of any resource.
  const std::string menu = "https://portal.azure.com/#resource" + workspace + "/networking";
  for (const char* address : {menu.c_str(), "https://portal.azure.com/#blade/Unknown", "https://ml.azure.com/nowhere?wsid=x"}) {
    Browser browser;
    const auto outcome = browser.session.act({.kind = "open", .target = "", .value = address});
    CHECK_FALSE(outcome.ok);
    CHECK(outcome.not_simulated);
    CHECK(outcome.error == "the page " + std::string(address) + " is not simulated");
  }
  Browser browser;
  CHECK(browser.session.act({.kind = "open", .target = "", .value = "https://example.org/"}).error == "no page of example.org is simulated");
}
