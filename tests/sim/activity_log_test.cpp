#include <vector>

#include "sim/insights/activity_record.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace azlab;

namespace {

struct Log : test::Azure {
  std::string values(const std::string& filter = "") const {
    return subscription() + "/providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01" + (filter.empty() ? "" : "&$filter=" + percent_encode(filter, ""));
  }
  std::vector<Json> events(const std::string& filter = "") {
    const auto answer = get(values(filter));
    INFO(answer.body.text());
    REQUIRE(answer.status == 200);
    return json(answer)["value"].get<std::vector<Json>>();
  }
  /// "Microsoft.Storage/storageAccounts/write Succeeded", newest first.
  std::vector<std::string> lines(const std::string& filter = "") {
    std::vector<std::string> out;
    for (const auto& event : events(filter)) out.push_back(string_at(event, "operationName.value") + " " + string_at(event, "status.value"));
    return out;
  }
  Response make_account(const std::string& name, const std::string& sku = "Standard_LRS") {
    return put(resource("Microsoft.Storage/storageAccounts/" + name), {{"location", "eastus"}, {"sku", {{"name", sku}}}, {"kind", "StorageV2"}});
  }
};

using Lines = std::vector<std::string>;

/// Deploys one storage account as "main" and lets it end. Returns the deployment's id.
std::string deploy_account(Log& log, const std::string& name, const std::string& location) {
  const Json account = {{"type", "Microsoft.Storage/storageAccounts"}, {"apiVersion", "2023-01-01"}, {"name", name}, {"location", location}, {"kind", "StorageV2"}, {"sku", {{"name", "Standard_LRS"}}}};
  const std::string id = log.group() + "/providers/Microsoft.Resources/deployments/main";
  const Json tmpl = {{"$schema", "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"}, {"contentVersion", "1.0.0.0"}, {"resources", Json::array({account})}};
  REQUIRE(log.put(id, {{"properties", {{"mode", "Incremental"}, {"template", tmpl}}}}).ok());
  log.settle();
  return id;
}

}  // namespace

TEST_CASE("what is asked of Resource Manager stands in the activity log, readings do not", "[activity]") {
  Log log;
  log.make_group();
  log.get(log.group());
  CHECK(log.lines("resourceGroupName eq 'rg'") == Lines{"Microsoft.Resources/subscriptions/resourceGroups/write Succeeded", "Microsoft.Resources/subscriptions/resourceGroups/write Started"});
  const auto events = log.events("resourceGroupName eq 'RG'");
  REQUIRE(events.size() == 2);
  CHECK(events[0]["caller"] == "alex.martin@contoso-labs.example");
  CHECK(events[0]["resourceId"] == log.group());
  CHECK(events[0]["resourceType"]["value"] == "Microsoft.Resources/subscriptions/resourceGroups");
  CHECK(events[0]["subStatus"]["localizedValue"] == "Created (HTTP Status Code: 201)");
  CHECK(events[0]["eventName"]["localizedValue"] == "End request");
  CHECK(events[0]["level"] == "Informational");
  CHECK(events[0]["properties"]["statusCode"] == "Created");
  CHECK(events[0]["properties"]["entity"] == log.group());
  CHECK(events[1]["eventName"]["value"] == "BeginRequest");
  CHECK(events[1]["subStatus"]["value"] == "");
  CHECK_FALSE(events[1]["properties"].contains("statusCode"));
  CHECK(events[0]["operationId"] == events[1]["operationId"]);
  CHECK(events[0]["eventDataId"] != events[1]["eventDataId"]);
}

TEST_CASE("a long-running operation is accepted, and logged once more when it has ended", "[activity]") {
  Log log;
  log.make_group();
  REQUIRE(log.make_account("stlog").status == 202);
  const std::string filter = "resourceUri eq '" + log.resource("Microsoft.Storage/storageAccounts/stlog") + "'";
  CHECK(log.lines(filter) == Lines{"Microsoft.Storage/storageAccounts/write Accepted", "Microsoft.Storage/storageAccounts/write Started"});
  const auto begun = log.simulator.now();
  log.settle();
  CHECK(log.lines(filter) == Lines{"Microsoft.Storage/storageAccounts/write Succeeded", "Microsoft.Storage/storageAccounts/write Accepted", "Microsoft.Storage/storageAccounts/write Started"});
  const auto events = log.events(filter);
  CHECK(events[0]["eventTimestamp"] > to_iso8601(begun));
  CHECK(events[1]["eventTimestamp"] == to_iso8601(begun));
  log.post(log.resource("Microsoft.Storage/storageAccounts/stlog/listKeys?api-version=2023-01-01"));
  CHECK(log.lines(filter)[0] == "Microsoft.Storage/storageAccounts/listKeys/action Succeeded");
  CHECK(log.events(filter)[0]["resourceId"] == log.resource("Microsoft.Storage/storageAccounts/stlog"));
}

TEST_CASE("a refusal is logged with what Azure answered", "[activity]") {
  Log log;
  log.make_group();
  const auto refused = log.make_account("No");
  REQUIRE(refused.status == 400);
  const auto events = log.events("status eq 'Failed'");
  REQUIRE(events.size() == 1);
  CHECK(events[0]["level"] == "Error");
  CHECK(events[0]["subStatus"]["value"] == "BadRequest");
  CHECK(Json::parse(events[0]["properties"]["statusMessage"].get<std::string>())["error"]["code"] == "AccountNameInvalid");
}

TEST_CASE("what a deployment makes is logged under the deployment's correlation id", "[activity]") {
  Log log;
  log.make_group();
  const std::string id = deploy_account(log, "stdeployed", "eastus");
  const std::string correlation = string_at(log.get_json(id), "properties.correlationId");
  CHECK(log.lines("correlationId eq '" + correlation + "'") ==
        Lines{"Microsoft.Resources/deployments/write Succeeded", "Microsoft.Storage/storageAccounts/write Succeeded", "Microsoft.Storage/storageAccounts/write Accepted", "Microsoft.Storage/storageAccounts/write Started",
              "Microsoft.Resources/deployments/write Accepted", "Microsoft.Resources/deployments/write Started"});
}

TEST_CASE("an operation that fails says why in the log", "[activity]") {
  Log log;
  log.make_group();
  deploy_account(log, "[toLower('stbad')]", "nowhere");
  const auto events = log.events("resourceProvider eq 'Microsoft.Resources' and status eq 'Failed'");
  REQUIRE(events.size() == 1);
  CHECK(Json::parse(events[0]["properties"]["statusMessage"].get<std::string>())["error"]["code"] == "DeploymentFailed");
}

TEST_CASE("the log is asked for by time, provider, caller and what is selected", "[activity]") {
  Log log;
  log.make_group();
  const std::string before = to_iso8601(log.simulator.now());
  log.simulator.advance(std::chrono::hours(2));
  log.make_account("stlater");
  CHECK(log.lines("eventTimestamp ge '2026-11-23T10:30:00Z'") == Lines{"Microsoft.Storage/storageAccounts/write Accepted", "Microsoft.Storage/storageAccounts/write Started"});
  CHECK(log.lines("eventTimestamp ge 2026-11-23T09:00:00 and eventTimestamp le 2026-11-23T10:00:00 and resourceGroupName eq 'rg'").size() == 2);
  CHECK(log.lines("resourceProvider eq 'Microsoft.Storage' and caller eq 'ALEX.martin@contoso-labs.example'").size() == 2);
  CHECK(log.lines("caller eq 'kim@contoso-labs.example'").empty());
  CHECK(log.lines("eventChannels eq 'Admin, Operation' and resourceProvider eq 'Microsoft.Storage'").size() == 2);
  const auto some = log.get_json(log.values("resourceProvider eq 'Microsoft.Storage'") + "&$select=caller,status");
  CHECK(some["value"][0] == Json{{"caller", "alex.martin@contoso-labs.example"}, {"status", {{"value", "Accepted"}, {"localizedValue", "Accepted"}}}});
  for (const char* filter : {"eventTimestamp ge yesterday", "colour eq 'red'", "resourceGroupName ne 'rg'"}) {
    INFO(filter);
    const auto answer = log.get(log.values(filter));
    CHECK(answer.status == 400);
    CHECK(string_at(log.json(answer), "error.code") == "BadRequest");
  }
}

TEST_CASE("the log comes in pages", "[activity]") {
  Log log;
  log.make_group();
  for (int i = 0; i < 130; ++i) log.put(log.group("g" + std::to_string(i)), {{"location", "eastus"}});
  const auto first = log.get_json(log.values("resourceProvider eq 'Microsoft.Resources'"));
  REQUIRE(first["value"].size() == 200);
  const auto second = log.get_json(first["nextLink"].get<std::string>());
  CHECK(second["value"].size() == 62);
  CHECK_FALSE(second.contains("nextLink"));
  CHECK(second["value"][61]["resourceId"] == log.group());
}

TEST_CASE("the log is part of what a program that is started anew goes on with", "[activity]") {
  Log log;
  log.make_group();
  REQUIRE(log.make_account("stlog").status == 202);
  log.settle();
  REQUIRE(log.put(log.resource("Microsoft.Storage/storageAccounts/B"), {{"location", "eastus"}}).status == 400);
  const auto before = log.events();
  CHECK(before.size() == 7);
  Log again;
  REQUIRE(again.simulator.restore(log.simulator.snapshot()));
  CHECK(again.events() == before);
  REQUIRE(again.simulator.handle(Request::make(Method::del, again.group() + "?api-version=2024-03-01")).status == 202);
  CHECK(again.lines()[0] == "Microsoft.Resources/subscriptions/resourceGroups/delete Accepted");
  CHECK(again.events().size() == 9);
}

TEST_CASE("of too many requests the log keeps the last", "[activity]") {
  Log log;
  log.make_group();
  for (std::size_t i = 0; i < insights::kActivityRecordsMax; ++i) log.put(log.group(), {{"location", "eastus"}});
  const auto kept = insights::activity_records(*log.simulator.snapshot().world);
  REQUIRE(kept.size() == insights::kActivityRecordsMax);
  CHECK(kept.front().number == 2);
  CHECK(kept.front().status == 200);
  CHECK(kept.back().number == insights::kActivityRecordsMax + 1);
}
