#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>

#include "sim/clock_room.hpp"
#include "sim/core/journal.hpp"
#include "sim/scenario/scenario.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace azlab;
using azlab::test::Azure;

TEST_CASE("the same seed and requests give the same answers and journal; another seed differs", "[determinism]") {
  const auto history = [](std::uint64_t seed) {
    Azure azure({.seed = seed});
    azure.make_workspace();
    return std::pair{azure.get(azure.workspace()).body.text(), azure.simulator.journal().hash()};
  };
  const auto first = history(7);
  CHECK(first == history(7));
  CHECK(first.first != history(8).first);
}

TEST_CASE("snapshot, go on, restore, go on: the same again", "[snapshot]") {
  Azure azure;
  azure.make_workspace();
  const Snapshot here = azure.simulator.snapshot();
  const auto go_on = [&] {
    azure.del(azure.workspace());
    azure.settle();
    return std::tuple{azure.get(azure.workspace()).status, azure.simulator.now(), azure.simulator.journal().hash()};
  };
  const auto first = go_on();
  CHECK(std::get<0>(first) == 404);
  azure.simulator.restore(here);
  CHECK(azure.get(azure.workspace()).status == 200);
  azure.simulator.restore(here);
  CHECK(go_on() == first);
}

TEST_CASE("one request more shifts no other draw", "[determinism]") {
  const auto workspace_id = [](bool one_more) {
    Azure azure;
    if (one_more) azure.put(azure.group("other"), {{"location", "westus"}});
    azure.make_workspace();
    return azure.get_json(azure.workspace())["properties"]["workspaceId"];
  };
  CHECK(workspace_id(false) == workspace_id(true));
}

TEST_CASE("an armed fault strikes as often as it says, and hits are counted", "[faults]") {
  Azure azure({.scenario = R"({"faults": [{"fault": "storage-quota-250", "operation": "storageAccounts.create", "times": 1, "values": {"limit": "250"}}]})"});
  azure.make_group();
  const Json body = {{"location", "eastus"}, {"sku", {{"name", "Standard_LRS"}}}};
  CHECK(azure.simulator.fault_hits()[0].hits == 0);
  CHECK(azure.put(azure.resource("Microsoft.Storage/storageAccounts/stone"), body).status == 409);
  CHECK(azure.put(azure.resource("Microsoft.Storage/storageAccounts/stone"), body).status == 202);
  CHECK(azure.simulator.fault_hits()[0].hits == 1);
}

TEST_CASE("wrong scenarios are refused in one line", "[scenario]") {
  const auto message = [](const std::string& text) {
    try {
      Azure azure({.scenario = text});
    } catch (const std::invalid_argument& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  CHECK(message("typicall") == "unknown scenario 'typicall'; did you mean typical?");
  CHECK(message("workspace-creation-fails").find("has variants; choose one: workspace-creation-fails/deployment-fails-half-way") != std::string::npos);
  CHECK(message(R"({"fault": []})") == "scenario (given text):1:2: unknown key 'fault'; did you mean 'faults'?");
  CHECK(message(R"({"faults": [{"fault": "no-such"}]})").find("unknown fault 'no-such'") != std::string::npos);
  CHECK(message(R"({"faults": [{"fault": "storage-quota-250", "operation": "storageAccount.create"}]})").find("can match nothing") != std::string::npos);
  CHECK(message("{").find("scenario (given text):1:2: this is not JSON: ") == 0);
}

TEST_CASE("every shipped scenario loads", "[scenario]") {
  for (const auto& name : scenario_names()) {
    INFO(name);
    CHECK_NOTHROW(Azure({.scenario = name}));
  }
  CHECK(scenario_names().size() >= 9);
}

TEST_CASE("sleepers share one clock: it goes to the earliest deadline once all sleep", "[clock]") {
  Simulator simulator;
  ClockRoom room(simulator);
  const Time start = simulator.now();
  const int first = room.enter();
  const int second = room.enter();
  Time woke_first;
  Time woke_second;
  std::thread one([&] { woke_first = room.sleep(first, std::chrono::seconds(30)); room.leave(first); });
  std::thread two([&] { woke_second = room.sleep(second, std::chrono::seconds(90)); room.leave(second); });
  one.join();
  two.join();
  CHECK(woke_first - start == std::chrono::seconds(30));
  CHECK(woke_second - start == std::chrono::seconds(90));
}

TEST_CASE("a date without a time is that working day at 09:00", "[clock]") {
  Azure azure({.date = "2027-03-01"});
  CHECK(to_iso8601_seconds(azure.simulator.now()) == "2027-03-01T09:00:00Z");
  CHECK_THROWS_AS(Azure({.date = "tomorrow"}), std::invalid_argument);
}
