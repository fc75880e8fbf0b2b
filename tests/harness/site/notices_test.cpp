// What the notifications tell of Azure.
#include "harness/site/notices.hpp"

#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace azlab;
using namespace azlab::site;
using azlab::test::Azure;

namespace {

constexpr const char* kAccount = R"({"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01", "name": "stnotice", "location": "eastus", "sku": {"name": "Standard_LRS"}, "kind": "StorageV2"})";

Json deployment(const Json& resources) {
  return {{"properties", {{"mode", "Incremental"}, {"template", {{"$schema", "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"}, {"contentVersion", "1.0.0.0"}, {"resources", resources}}}}}};
}

std::string said(const Happening& happening, const char* language) {
  const Json notice = notice_json(happening, language);
  return notice.is_null() ? "" : notice["state"].get<std::string>() + " | " + notice["title"].get<std::string>() + " | " + notice["text"].get<std::string>();
}

}  // namespace

TEST_CASE("a deployment is told when it begins and when it has ended, and its resources are not", "[notices]") {
  Azure azure;
  azure.make_group();
  Happenings happenings;
  CHECK(happenings.look(azure.simulator).empty());
  azure.put(azure.group() + "/providers/Microsoft.Resources/deployments/lab-1", deployment(Json::array({Json::parse(kAccount)})));
  const auto begun = happenings.look(azure.simulator);
  REQUIRE(begun.size() == 1);
  CHECK(said(begun[0], "en") == "running | Deployment in progress | Deployment 'lab-1' to resource group 'rg' is in progress.");
  CHECK(happenings.look(azure.simulator).empty());
  azure.settle();
  const auto ended = happenings.look(azure.simulator);
  REQUIRE(ended.size() == 1);
  CHECK(ended[0].id == begun[0].id);
  CHECK(said(ended[0], "en") == "done | Deployment succeeded | Deployment 'lab-1' to resource group 'rg' was successful.");
  CHECK(said(ended[0], "fr") == "done | Déploiement réussi | Le déploiement « lab-1 » dans le groupe de ressources « rg » a réussi.");
  CHECK(said(ended[0], "ja") == said(ended[0], "en"));
  CHECK(notice_json(ended[0], "en")["at"] == to_iso8601_seconds(ended[0].at));
}

TEST_CASE("a deployment that fails says what Azure says", "[notices]") {
  Azure azure({.scenario = "workspace-creation-fails/deployment-fails-half-way"});
  azure.make_group();
  Happenings happenings;
  happenings.look(azure.simulator);
  Json account = Json::parse(kAccount);
  Json workspace = {{"type", "Microsoft.MachineLearningServices/workspaces"}, {"apiVersion", "2024-04-01"}, {"name", "mlw"}, {"location", "eastus"}, {"identity", {{"type", "SystemAssigned"}}}, {"properties", Json::object()}};
  azure.put(azure.group() + "/providers/Microsoft.Resources/deployments/bad", deployment(Json::array({account, workspace})));
  azure.settle();
  const auto ended = happenings.look(azure.simulator);
  REQUIRE(ended.size() == 1);
  CHECK(ended[0].state == "failed");
  CHECK(said(ended[0], "en").starts_with("failed | Deployment failed | Deployment 'bad' to resource group 'rg' failed. DeploymentFailed: "));
}

TEST_CASE("instances that start and stop, and deletions, are told by what they did", "[notices]") {
  Azure azure;
  azure.make_workspace();
  Happenings happenings;
  happenings.look(azure.simulator);
  const std::string instance = azure.workspace() + "/computes/ci-lab";
  azure.put(instance, {{"location", "eastus"}, {"properties", {{"computeType", "ComputeInstance"}, {"properties", {{"vmSize", "Standard_DS11_v2"}}}}}});
  azure.settle();
  auto seen = happenings.look(azure.simulator);
  REQUIRE(seen.size() == 1);
  CHECK(said(seen[0], "en") == "done | Compute created | 'ci-lab' was created.");
  azure.post(instance + "/stop");
  seen = happenings.look(azure.simulator);
  REQUIRE(seen.size() == 1);
  CHECK(said(seen[0], "fr") == "running | Arrêt de l’instance de calcul | « ci-lab » s’arrête.");
  azure.settle();
  seen = happenings.look(azure.simulator);
  REQUIRE(seen.size() == 1);
  CHECK(said(seen[0], "fr") == "done | Instance de calcul arrêtée | « ci-lab » est arrêtée.");
  azure.send(Method::del, azure.group());
  azure.settle();
  seen = happenings.look(azure.simulator);
  REQUIRE(seen.size() == 1);
  CHECK(said(seen[0], "en") == "done | Deleted resource group | Resource group 'rg' was deleted.");
}

TEST_CASE("every kind of notice has all states in English and French, and markup stays text", "[notices]") {
  for (const char* operation : {"deployments.create", "resourceGroups.delete", "computes.create", "computes.start", "computes.stop", "computes.restart", "job", "vaults.delete", "workspaces.create"}) {
    for (const char* state : {"running", "done", "failed"}) {
      const Happening one{.id = "1", .operation = operation, .resource = "/subscriptions/s/resourceGroups/g/providers/A.B/c/n", .state = state, .name = "<b>{error}</b>", .error = "Code: {name}"};
      INFO(operation << " " << state);
      const std::string english = said(one, "en");
      CHECK(english.find("<b>") != std::string::npos);
      CHECK(said(one, "fr") != english);
      CHECK(english.find("{group}") == std::string::npos);
    }
  }
  CHECK(notice_json({.id = "1", .operation = "deployments.whatIf", .resource = "/", .state = "done", .name = "n"}, "en").is_null());
}
