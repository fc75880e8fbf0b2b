#include "tests/harness/walk/pages.hpp"

using namespace azlab;
using azlab::test::Pages;

TEST_CASE("any resource has an overview with its essentials, its tags and its JSON", "[pages]") {
  Pages pages("fr");
  pages.make_workspace();
  const auto account = pages.resource("Microsoft.Storage/storageAccounts/stlab");
  pages.send(Method::patch, account, {{"tags", {{"course", "dp-100"}}}});
  pages.open("https://portal.azure.com/#@contoso.example/resource" + account + "/overview", "portal.resource");
  CHECK(pages.label("name") == "stlab");
  CHECK(pages.value("group") == "rg");
  CHECK(pages.value("location") == "eastus");
  CHECK(pages.value("subscription") == "Azure for Labs (simulated)");
  CHECK(pages.value("type") == "Microsoft.Storage/storageAccounts");
  CHECK(pages.value("kind") == "StorageV2");
  CHECK(pages.value("sku") == "Standard_LRS");
  CHECK(pages.value("status") == "Réussi");
  CHECK(pages.rows("tags") == std::vector<std::string>{"course"});
  CHECK(pages.value("tags/course/value") == "dp-100");
  pages.press("json");
  CHECK(pages.value("resourceId") == account);
  CHECK(Json::parse(pages.value("text"))["sku"]["name"] == "Standard_LRS");
  CHECK_FALSE(pages.control("text").enabled);
  pages.press("close");
  pages.see("portal.resource");
}

TEST_CASE("a resource is deleted only when its name is typed", "[pages]") {
  Pages pages;
  pages.make_workspace();
  const auto vault = pages.resource("Microsoft.KeyVault/vaults/kv-lab");
  pages.open("https://portal.azure.com/#browse/all", "portal.resources");
  pages.press("resources/kv-lab");
  pages.see("portal.resource");
  pages.press("delete");
  CHECK_FALSE(pages.control("delete").enabled);
  pages.fill("confirm", "kv");
  CHECK(pages.control("confirm").error == "The typed name does not match.");
  pages.fill("confirm", "kv-lab");
  pages.press("delete");
  pages.settle();
  CHECK(pages.get(vault).status == 404);
  CHECK_FALSE(pages.has("resources/kv-lab"));
}

TEST_CASE("a workspace is deleted from its own page", "[pages]") {
  Pages pages;
  pages.make_workspace();
  pages.open("https://portal.azure.com/#resource" + pages.workspace() + "/overview", "portal.workspace");
  pages.press("delete");
  pages.fill("confirm", "lab");
  pages.press("delete");
  pages.settle();
  CHECK(pages.get(pages.workspace()).status == 404);
}

TEST_CASE("a page of a resource that is not there says so", "[pages]") {
  Pages pages;
  pages.make_group();
  pages.session.act({.kind = "open", .target = "", .value = "https://portal.azure.com/#resource" + pages.resource("Microsoft.Storage/storageAccounts/gone")});
  const auto view = pages.session.view();
  CHECK(view.screen == "portal.resource");
  REQUIRE(view.notices.size() == 1);
  CHECK(view.notices[0].starts_with("ResourceNotFound: "));
  CHECK_FALSE(pages.control("delete").enabled);
}

TEST_CASE("a group lists its deployments, and one shows each resource's state, time and error", "[pages]") {
  Pages pages;
  pages.make_group();
  const auto deployments = pages.resource("Microsoft.Resources/deployments/");
  const auto account = [](const std::string& name, const std::string& sku) {
    return Json{{"type", "Microsoft.Storage/storageAccounts"}, {"apiVersion", "2023-01-01"}, {"name", name}, {"location", "eastus"}, {"kind", "StorageV2"}, {"sku", {{"name", sku}}}};
  };
  const auto deploy = [&](const std::string& name, const Json& resources) {
    pages.put(deployments + name, {{"properties", {{"mode", "Incremental"}, {"template", {{"$schema", "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"}, {"contentVersion", "1.0.0.0"}, {"resources", resources}}}}}});
    pages.settle();
  };
  deploy("good", Json::array({account("stgood", "Standard_LRS")}));
  const Json bad = {{"type", "Microsoft.MachineLearningServices/workspaces"}, {"apiVersion", "2024-10-01"}, {"name", "mlw-bad"}, {"location", "eastus"}, {"identity", {{"type", "SystemAssigned"}}},
                    {"properties", {{"storageAccount", pages.resource("Microsoft.Storage/storageAccounts/stgone")}, {"keyVault", pages.resource("Microsoft.KeyVault/vaults/gone")}, {"applicationInsights", pages.resource("Microsoft.Insights/components/gone")}}}};
  deploy("bad", Json::array({account("stgood2", "Standard_LRS"), bad}));
  pages.open("https://portal.azure.com/#resource" + pages.group() + "/overview", "portal.resourceGroup");
  pages.press("deployments");
  pages.see("portal.deployments");
  CHECK(pages.session.view().address == "https://portal.azure.com/#resource" + pages.group() + "/deployments");
  CHECK(pages.rows("deployments") == std::vector<std::string>{"bad", "good"});
  CHECK(pages.value("deployments/good/status") == "Succeeded");
  CHECK(pages.value("deployments/bad/status") == "Failed");
  pages.press("deployments/bad");
  pages.see("portal.deployment");
  CHECK(pages.has("failed"));
  CHECK_FALSE(pages.has("go"));
  CHECK(pages.value("name") == "bad");
  std::map<std::string, std::string> row_of;
  for (const auto& row : pages.rows("operations")) row_of[pages.label("operations/" + row)] = "operations/" + row;
  REQUIRE(row_of.count("mlw-bad") == 1);
  CHECK(pages.value(row_of["stgood2"] + "/status") == "Succeeded");
  CHECK(pages.value(row_of["stgood2"] + "/time").size() == 19);
  CHECK_FALSE(pages.value(row_of["stgood2"] + "/duration").empty());
  CHECK(pages.value(row_of["mlw-bad"] + "/status") == "Failed");
  CHECK_FALSE(pages.value(row_of["mlw-bad"] + "/code").empty());
  CHECK(pages.value(row_of["mlw-bad"] + "/details").starts_with(pages.value(row_of["mlw-bad"] + "/code") + ": "));
  pages.press(row_of["stgood2"]);
  pages.see("portal.resource");
  CHECK(pages.label("name") == "stgood2");
}

TEST_CASE("quotas show what a region has and what of it is used", "[pages]") {
  Pages pages;
  pages.make_workspace();
  pages.put(pages.workspace() + "/computes/ci-lab", {{"location", "eastus"}, {"properties", {{"computeType", "ComputeInstance"}, {"properties", {{"vmSize", "STANDARD_DS11_V2"}}}}}});
  pages.settle();
  pages.open("https://portal.azure.com/#view/Microsoft_Azure_Capacity/QuotaMenuBlade/~/myQuotas", "portal.quotas");
  CHECK(pages.value("region") == "eastus");
  const auto usages = pages.get_json(pages.subscription() + "/providers/Microsoft.MachineLearningServices/locations/eastus/usages")["value"];
  REQUIRE(pages.rows("quotas").size() == usages.size());
  const std::string total = "quotas/" + usages[0]["name"]["value"].get<std::string>();
  CHECK(pages.label(total) == "Total Cluster Dedicated Regional vCPUs");
  CHECK(pages.value(total + "/used") == "2");
  pages.fill("provider", "Compute");
  CHECK(pages.has("quotas/availabilitySets"));
  pages.fill("region", "West Europe");
  CHECK(pages.session.act({.kind = "click", .target = "request", .value = ""}).not_simulated);
}

TEST_CASE("a dialog names the page on which it lies, also when the browser begins anew", "[pages]") {
  Pages pages;
  pages.make_group();
  pages.open("https://portal.azure.com/#resource" + pages.group() + "/overview", "portal.resourceGroup");
  CHECK_FALSE(pages.session.under());
  pages.press("delete");
  REQUIRE(pages.session.under());
  CHECK(pages.session.under()->screen == "portal.resourceGroup");
  CHECK(portal::find_control(pages.session.under()->controls, "refresh") != nullptr);
  Pages reloaded;
  reloaded.make_group();
  reloaded.session.load(pages.session.save());
  CHECK(reloaded.session.view().screen == "portal.resourceGroup.delete");
  REQUIRE(reloaded.session.under());
  CHECK(reloaded.session.under()->screen == "portal.resourceGroup");
}

TEST_CASE("resources of one name have rows of their own", "[pages]") {
  Pages pages;
  pages.make_group();
  pages.put(pages.resource("Microsoft.KeyVault/vaults/labshare"), {{"location", "eastus"}, {"properties", {{"tenantId", "t"}, {"sku", {{"name", "standard"}, {"family", "A"}}}}}});
  pages.put(pages.resource("Microsoft.Storage/storageAccounts/labshare"), {{"location", "eastus"}, {"sku", {{"name", "Standard_LRS"}}}, {"kind", "StorageV2"}});
  pages.settle();
  pages.open("https://portal.azure.com/#resource" + pages.group() + "/overview", "portal.resourceGroup");
  CHECK(pages.rows("resources") == std::vector<std::string>{"labshare", "labshare#2"});
  CHECK(pages.value("resources/labshare/type") == "Microsoft.KeyVault/vaults");
  CHECK(pages.value("resources/labshare#2/type") == "Microsoft.Storage/storageAccounts");
  CHECK(pages.label("resources/labshare#2") == "labshare");
  pages.press("resources/labshare#2");
  pages.see("portal.resource");
  CHECK(pages.value("type") == "Microsoft.Storage/storageAccounts");
}

TEST_CASE("a deployment's resources stand in its progress, which is busy as long as it runs", "[pages]") {
  Pages pages;
  pages.make_group();
  const Json account = {{"type", "Microsoft.Storage/storageAccounts"}, {"apiVersion", "2023-01-01"}, {"name", "stlab"}, {"location", "eastus"}, {"kind", "StorageV2"}, {"sku", {{"name", "Standard_LRS"}}}};
  const std::string id = pages.group() + "/providers/Microsoft.Resources/deployments/main";
  REQUIRE(pages.put(id, {{"properties", {{"mode", "Incremental"}, {"template", {{"$schema", "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"}, {"contentVersion", "1.0.0.0"}, {"resources", Json::array({account})}}}}}}).ok());
  pages.open("https://portal.azure.com/#deployments" + id, "portal.deployment");
  CHECK(pages.value("progress") == id);
  CHECK(pages.control("state").busy);
  CHECK(pages.control("state").enabled);
  pages.settle();
  CHECK(pages.value("state") == "Succeeded");
  CHECK_FALSE(pages.control("state").busy);
  const auto rows = pages.rows("operations");
  REQUIRE(rows.size() == 1);
  CHECK(portal::find_control(pages.control("progress").children, "operations/" + rows[0]) != nullptr);
  pages.press("operations/" + rows[0]);
  pages.see("portal.resource");
}

TEST_CASE("a page that is not simulated has its name for a title", "[pages]") {
  Pages pages("fr");
  pages.make_workspace();
  pages.open(pages.studio("compute/list"), "studio.compute");
  pages.press("studio.designer");
  CHECK(pages.session.view().absent);
  CHECK(pages.session.view().title == "Concepteur");
}

TEST_CASE("the activity log lists each operation with how it ended, and says why one failed", "[pages]") {
  Pages pages("fr");
  pages.make_group();
  pages.put(pages.resource("Microsoft.Storage/storageAccounts/stlab"), {{"location", "eastus"}, {"sku", {{"name", "Standard_LRS"}}}, {"kind", "StorageV2"}});
  pages.settle();
  pages.put(pages.resource("Microsoft.Storage/storageAccounts/No"), {{"location", "eastus"}, {"sku", {{"name", "Standard_LRS"}}}, {"kind", "StorageV2"}});
  pages.open("https://portal.azure.com/#@contoso.example/resource" + pages.group() + "/overview", "portal.resourceGroup");
  pages.press("activity");
  pages.see("portal.activityLog");
  CHECK(pages.session.view().address == "https://portal.azure.com/#resource" + pages.group() + "/eventlogs");
  auto rows = pages.rows("events");
  REQUIRE(rows.size() == 3);
  CHECK(pages.value("events/" + rows[0] + "/name") == "Microsoft.Storage/storageAccounts/write");
  CHECK(pages.value("events/" + rows[0] + "/status") == "Échec");
  CHECK(pages.value("events/" + rows[0] + "/resource") == "No");
  CHECK(pages.value("events/" + rows[1] + "/status") == "Réussi");
  CHECK(pages.value("events/" + rows[1] + "/resource") == "stlab");
  CHECK(pages.value("events/" + rows[1] + "/caller") == "alex.martin@contoso-labs.example");
  CHECK(pages.value("events/" + rows[2] + "/name") == "Microsoft.Resources/subscriptions/resourceGroups/write");
  CHECK(pages.value("events/" + rows[2] + "/time") == "2026-11-23 09:00:00");
  pages.fill("status", "Failed");
  CHECK(pages.rows("events") == std::vector<std::string>{rows[0]});
  pages.press("events/" + rows[0]);
  pages.see("portal.activityLog.event");
  CHECK(pages.value("error").starts_with("AccountNameInvalid: No is not a valid storage account name."));
  REQUIRE(pages.rows("moments").size() == 2);
  CHECK(pages.value("moments/" + pages.rows("moments")[0] + "/detail") == "Bad Request (HTTP Status Code: 400)");
  CHECK(Json::parse(pages.value("json"))["status"]["value"] == "Failed");
  pages.press("close");
  pages.press("overview");
  pages.see("portal.resourceGroup");
}

TEST_CASE("a resource's activity log has its own operations, and what runs is busy", "[pages]") {
  Pages pages;
  pages.make_workspace();
  pages.put(pages.workspace() + "/computes/cpu", {{"location", "eastus"}, {"properties", {{"computeType", "AmlCompute"}, {"properties", {{"vmSize", "STANDARD_DS11_V2"}, {"scaleSettings", {{"minNodeCount", 0}, {"maxNodeCount", 1}, {"nodeIdleTimeBeforeScaleDown", "PT2M"}}}}}}}});
  pages.open("https://portal.azure.com/#resource" + pages.workspace() + "/eventlogs", "portal.activityLog");
  CHECK(pages.label("name") == "lab");
  const auto rows = pages.rows("events");
  REQUIRE(rows.size() == 2);
  CHECK(pages.value("events/" + rows[0] + "/name") == "Microsoft.MachineLearningServices/workspaces/computes/write");
  CHECK(pages.control("events/" + rows[0] + "/status").busy);
  CHECK(pages.value("events/" + rows[0] + "/status") == "Accepted");
  CHECK_FALSE(pages.control("events/" + rows[1] + "/status").busy);
  pages.settle();
  CHECK(pages.value("events/" + rows[0] + "/status") == "Succeeded");
  pages.press("overview");
  pages.see("portal.workspace");
}

TEST_CASE("a deleted workspace is recovered with its data, or purged", "[pages]") {
  Pages pages;
  pages.make_workspace();
  REQUIRE(pages.put(pages.workspace() + "/data/d/versions/1", {{"properties", {{"dataType", "uri_file"}, {"dataUri", "https://x/y"}}}}).ok());
  REQUIRE(pages.del(pages.workspace()).ok());
  pages.settle();
  pages.open("https://portal.azure.com/#home", "portal.home");
  pages.press("machineLearning");
  CHECK(pages.rows("workspaces").empty());
  pages.press("deleted");
  pages.see("portal.deletedWorkspaces");
  CHECK(pages.rows("workspaces") == std::vector<std::string>{"lab"});
  CHECK(pages.value("workspaces/lab/group") == "rg");
  CHECK(pages.value("workspaces/lab/purge").starts_with("2026-12-07 09:0"));
  pages.press("workspaces/lab/recover");
  pages.settle();
  pages.see("portal.workspaces");
  CHECK(pages.value("workspaces/lab/state") == "Succeeded");
  CHECK(pages.get(pages.workspace() + "/data/d/versions/1").ok());
  REQUIRE(pages.del(pages.workspace()).ok());
  pages.settle();
  pages.press("deleted");
  pages.press("workspaces/lab/purge");
  CHECK_FALSE(pages.control("delete").enabled);
  pages.fill("confirm", "lab");
  pages.press("delete");
  pages.settle();
  pages.see("portal.deletedWorkspaces");
  CHECK(pages.rows("workspaces").empty());
}

TEST_CASE("the search finds services in two languages, groups and resources", "[pages]") {
  Pages pages("fr");
  pages.make_workspace();
  pages.open("https://portal.azure.com/#home", "portal.home");
  REQUIRE(pages.session.act({.kind = "search", .target = "portal.search", .value = "Quotas"}).ok);
  pages.see("portal.search");
  CHECK(pages.has("service:quotas"));
  CHECK_FALSE(pages.has("service:groups"));
  CHECK(pages.rows("results").empty());
  REQUIRE(pages.session.act({.kind = "search", .target = "portal.search", .value = "groupes"}).ok);
  CHECK(pages.has("service:groups"));
  REQUIRE(pages.session.act({.kind = "search", .target = "portal.search", .value = "LAB"}).ok);
  CHECK(pages.rows("results") == std::vector<std::string>{"ai-lab", "kv-lab", "lab", "stlab"});
  pages.press("results/lab");
  pages.see("portal.workspace");
  REQUIRE(pages.session.act({.kind = "search", .target = "portal.search", .value = "rg"}).ok);
  CHECK(pages.rows("groups") == std::vector<std::string>{"rg"});
  pages.press("groups/rg");
  pages.see("portal.resourceGroup");
}
