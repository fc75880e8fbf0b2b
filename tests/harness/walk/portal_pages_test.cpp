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
