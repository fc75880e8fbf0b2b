// What clients need of every answer that begins something long (the specification of clients, traps 6 and 29).
#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace azlab;
using azlab::test::Azure;

namespace {

/// The addresses at which an answer says that its operation can be followed.
std::vector<std::string> followed(const Response& response) {
  std::vector<std::string> out;
  for (const char* name : {"Azure-AsyncOperation", "Location", "Operation-Location"}) {
    if (const auto value = response.headers.get(name); !value.empty()) out.emplace_back(value);
  }
  return out;
}

}  // namespace

TEST_CASE("whatever takes time says where and when to ask again: https, an ARM host, and never after 0 seconds", "[operations]") {
  Azure azure;
  azure.make_workspace();
  const Json cluster = {{"location", "eastus"}, {"properties", {{"computeType", "AmlCompute"}, {"properties", {{"vmSize", "STANDARD_DS11_V2"}}}}}};
  const Json instance = {{"location", "eastus"}, {"properties", {{"computeType", "ComputeInstance"}, {"properties", {{"vmSize", "STANDARD_DS11_V2"}}}}}};
  const Json deployment = {{"properties", {{"mode", "Incremental"}, {"template", {{"$schema", "s"}, {"contentVersion", "1.0.0.0"}, {"resources", Json::array()}}}}}};
  const Json account = {{"location", "eastus"}, {"sku", {{"name", "Standard_LRS"}}}, {"kind", "StorageV2"}};
  std::vector<std::pair<std::string, Response>> answers;
  answers.emplace_back("storage account", azure.put(azure.resource("Microsoft.Storage/storageAccounts/stlong77"), account));
  answers.emplace_back("cluster", azure.put(azure.workspace() + "/computes/cluster", cluster));
  answers.emplace_back("instance", azure.put(azure.workspace() + "/computes/ci-long", instance));
  answers.emplace_back("deployment", azure.put(azure.resource("Microsoft.Resources/deployments/d"), deployment));
  azure.settle();
  answers.emplace_back("stop", azure.post(azure.workspace() + "/computes/ci-long/stop"));
  azure.settle();
  answers.emplace_back("start", azure.post(azure.workspace() + "/computes/ci-long/start"));
  azure.settle();
  answers.emplace_back("delete a compute", azure.del(azure.workspace() + "/computes/ci-long?underlyingResourceAction=Delete"));
  answers.emplace_back("delete a workspace", azure.del(azure.workspace()));
  answers.emplace_back("delete a group", azure.del(azure.group()));
  for (const auto& [what, response] : answers) {
    INFO(what << ": " << response.status);
    const auto addresses = followed(response);
    REQUIRE_FALSE(addresses.empty());
    CHECK(std::stoi(std::string(response.headers.get("Retry-After"))) >= 1);
    for (const auto& address : addresses) {
      CHECK(address.starts_with("https://management.azure.com/subscriptions/"));
      const Response asked = azure.get(address);
      CHECK(asked.status < 300);
      const auto again = asked.headers.get("Retry-After");
      CHECK((again.empty() || std::stoi(std::string(again)) >= 1));
      for (const auto& next : followed(asked)) CHECK(next.starts_with("https://management.azure.com/"));
    }
  }
}
