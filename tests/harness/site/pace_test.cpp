#include "harness/site/pace.hpp"

#include <nlohmann/json.hpp>

#include "harness/site/house.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace azlab;
using namespace azlab::site;
using azlab::test::Azure;

namespace {

Json instance(Json schedules = nullptr) {
  Json inner = {{"vmSize", "STANDARD_DS11_V2"}};
  if (!schedules.is_null()) inner["schedules"] = std::move(schedules);
  return {{"location", "eastus"}, {"properties", {{"computeType", "ComputeInstance"}, {"properties", inner}}}};
}

/// What a person has: time that runs, here so slowly that a test can look at it.
struct Slow : Azure {
  Slow() : Azure({.time_mode = TimeMode::scaled, .time_scale = 1}) {}
};

}  // namespace

TEST_CASE("time goes as a person does, and faster only while something is under way", "[pace]") {
  Slow azure;
  Pace pace(azure.simulator);
  pace.look();
  CHECK(pace.state().speed == 1);
  CHECK(pace.state().waiting.empty());
  azure.make_group();
  azure.put(azure.resource("Microsoft.Storage/storageAccounts/stpace"), {{"location", "eastus"}, {"sku", {{"name", "Standard_LRS"}}}, {"kind", "StorageV2"}});
  pace.look();
  CHECK(pace.state().speed == Pace::kWaitingScale);
  REQUIRE(pace.state().waiting.size() == 1);
  CHECK(pace.state().waiting[0] == Awaited{.operation = "storageAccounts.create", .resource = to_lower(azure.resource("Microsoft.Storage/storageAccounts/stpace"))});
  CHECK(clock_json(pace.state())["waiting"][0]["name"] == "stpace");
  const Time before = azure.simulator.now();
  pace.skip();
  CHECK(azure.simulator.now() - before > std::chrono::seconds(10));
  CHECK(pace.state().speed == 1);
  CHECK(pace.state().waiting.empty());
  CHECK(azure.get_json(azure.resource("Microsoft.Storage/storageAccounts/stpace"))["properties"]["provisioningState"] == "Succeeded");
  const Time after = azure.simulator.now();
  pace.skip();  // nothing to wait for
  CHECK(azure.simulator.now() - after < std::chrono::seconds(5));
}

TEST_CASE("a schedule is put off by as much as the clock ran ahead of the person", "[pace]") {
  Slow azure;
  azure.make_workspace();
  Pace pace(azure.simulator);
  // It would stop at 09:40 of the simulated day; whoever works since 09:00 has forty minutes.
  const Json stop = {{"computeStartStop", {{{"action", "Stop"}, {"status", "Enabled"}, {"triggerType", "Cron"}, {"cron", {{"expression", "40 9 * * *"}, {"timeZone", "UTC"}}}}}}};
  azure.put(azure.workspace() + "/computes/ci-one", instance(stop));
  pace.look();
  const Time begun = azure.simulator.now();
  pace.skip();
  const Time made = azure.simulator.now();
  const Duration skipped = made - begun;
  CHECK(skipped > std::chrono::seconds(30));
  const auto state = [&] { return azure.get_json(azure.workspace() + "/computes/ci-one")["properties"]["properties"]["state"]; };
  CHECK(state() == "Running");
  const Time due = *parse_iso8601("2026-11-23T09:40:00Z");
  azure.simulator.advance_to(due + seconds(5));
  CHECK(state() == "Running");
  azure.simulator.advance_to(due + skipped + seconds(5));
  CHECK(state() == "Stopping");
}

TEST_CASE("a code to sign in with lives as long as people have it, not as the clock runs", "[pace]") {
  Slow azure;
  azure.make_group();
  const std::string tenant = "https://login.microsoftonline.com/common/oauth2/v2.0/";
  const std::string client = "client_id=04b07795-8ddb-461a-bbee-02f9e1bf7b46";
  const auto post = [&](const std::string& url, const std::string& form) {
    Request request = Request::make(Method::post, url);
    request.headers.set("Content-Type", "application/x-www-form-urlencoded");
    request.body = Body(form);
    return *parse_json(azure.simulator.handle(request).body.text());
  };
  const Json begun = post(tenant + "devicecode", client + "&scope=https%3A%2F%2Fmanagement.azure.com%2F.default");
  Pace pace(azure.simulator);
  // Something long is awaited and skipped, a dozen times: far more than the quarter of an hour that the code lives.
  for (int i = 0; i < 12; ++i) {
    azure.put(azure.workspace() + std::to_string(i), {{"location", "eastus"}, {"identity", {{"type", "SystemAssigned"}}}});
    pace.look();
    azure.simulator.advance(std::chrono::minutes(5));
    pace.look();
  }
  const std::string poll = client + "&grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=" + begun["device_code"].get<std::string>();
  CHECK(post(tenant + "token", poll)["error"] == "authorization_pending");
}

TEST_CASE("an idle node of a cluster is not taken away by a clock that ran ahead", "[pace]") {
  Slow azure;
  azure.make_workspace();
  azure.put(azure.workspace() + "/computes/cc-one", {{"location", "eastus"}, {"properties", {{"computeType", "AmlCompute"}, {"properties", {{"vmSize", "STANDARD_DS11_V2"}, {"scaleSettings", {{"minNodeCount", 1}, {"maxNodeCount", 2}, {"nodeIdleTimeBeforeScaleDown", "PT2M"}}}}}}}});
  azure.simulator.advance(std::chrono::minutes(20));
  const auto nodes = [&] { return azure.get_json(azure.workspace() + "/computes/cc-one")["properties"]["properties"]["nodeStateCounts"]["idleNodeCount"]; };
  REQUIRE(nodes() == 1);
  Pace pace(azure.simulator);
  Json fewer = {{"location", "eastus"}, {"properties", {{"computeType", "AmlCompute"}, {"properties", {{"vmSize", "STANDARD_DS11_V2"}, {"scaleSettings", {{"minNodeCount", 0}, {"maxNodeCount", 2}, {"nodeIdleTimeBeforeScaleDown", "PT2M"}}}}}}}};
  azure.put(azure.workspace() + "/computes/cc-one", fewer);
  pace.look();
  azure.simulator.advance(std::chrono::seconds(100));
  pace.look();  // what was awaited took that long, for the clock alone
  azure.simulator.advance(std::chrono::seconds(60));
  CHECK(nodes() == 1);
  azure.simulator.advance(std::chrono::minutes(3));
  CHECK(nodes() == 0);
}

TEST_CASE("languages are those of the portal, chosen by what a browser says", "[site]") {
  CHECK(languages().size() == 11);
  CHECK(language_for("fr-CA") == "fr");
  CHECK(language_for("pt-BR") == "pt");
  CHECK(language_for("zh-TW") == "zh-tw");
  CHECK(language_for("zh-Hans-CN") == "zh-cn");
  CHECK(language_for("nl-NL") == "en");
  CHECK(language_for("") == "en");
}
