#include <atomic>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>

#include "sim/clock_room.hpp"
#include "sim/core/workloads.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace azlab;
using azlab::test::Azure;

namespace {

// 20 real milliseconds are 200 simulated seconds or more: any single creation has ended.
constexpr double kScale = 10'000;

std::string state_of(Azure& azure, const std::string& id) { return azure.get_json(id)["properties"]["provisioningState"]; }

void let_pass(int milliseconds) { std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds)); }

/// Starts nothing, but says it did: the test reports the end.
struct PatientWorkloads : Workloads {
  WorkloadStart start(const Workload& workload) override {
    last = workload.id;
    return {.started = true, .blocked = ""};
  }
  void stop(const std::string&) override {}
  std::string last;
};

}  // namespace

TEST_CASE("in scaled time what fell due has happened by the next request, at the time at which it was due", "[time]") {
  Azure azure({.time_mode = TimeMode::scaled, .time_scale = kScale});
  azure.make_group();
  const std::string account = azure.resource("Microsoft.Storage/storageAccounts/stscaled");
  const Time before = azure.simulator.now();
  const Response put = azure.put(account, {{"location", "eastus"}, {"sku", {{"name", "Standard_LRS"}}}});
  REQUIRE(put.status == 202);
  const auto due = azure.simulator.next_due();
  REQUIRE(due);
  let_pass(60);
  REQUIRE(azure.simulator.now() > *due);
  CHECK(state_of(azure, account) == "Succeeded");
  CHECK(azure.simulator.now() - before >= seconds(600));
}

TEST_CASE("phases that fell due one after the other unseen end when they were due, not when somebody looked", "[time]") {
  Azure azure({.time_mode = TimeMode::scaled, .time_scale = kScale});
  azure.make_group();
  const Json two = {{"type", "Microsoft.OperationalInsights/workspaces"}, {"apiVersion", "2020-08-01"}, {"name", "law-one"}, {"location", "eastus"}};
  const Json deployment = {{"properties", {{"mode", "Incremental"}, {"template", {{"$schema", "s"}, {"contentVersion", "1.0.0.0"}, {"resources", {two}}}}}}};
  const std::string id = azure.resource("Microsoft.Resources/deployments/d");
  REQUIRE(azure.put(id, deployment).status == 201);
  let_pass(100);
  const Json done = azure.get_json(id);
  CHECK(done["properties"]["provisioningState"] == "Succeeded");
  const auto took = parse_iso8601_duration(done["properties"]["duration"].get<std::string>());
  REQUIRE(took);
  CHECK(*took < seconds(500));  // at least 1000 simulated seconds passed before anybody looked
}

TEST_CASE("in real time nothing happens early", "[time]") {
  Azure azure({.time_mode = TimeMode::real});
  azure.make_group();
  const std::string account = azure.resource("Microsoft.Storage/storageAccounts/streal");
  azure.put(account, {{"location", "eastus"}, {"sku", {{"name", "Standard_LRS"}}}});
  let_pass(5);
  CHECK(state_of(azure, account) == "ResolvingDns");
  CHECK(to_iso8601_seconds(azure.simulator.now()).starts_with("2026-11-23T09:0"));
}

TEST_CASE("an explicit wait moves a running clock on", "[time]") {
  for (const TimeMode mode : {TimeMode::real, TimeMode::scaled}) {
    Azure azure({.time_mode = mode});
    azure.make_group();
    const std::string account = azure.resource("Microsoft.Storage/storageAccounts/stwait");
    azure.put(account, {{"location", "eastus"}, {"sku", {{"name", "Standard_LRS"}}}});
    const Time before = azure.simulator.now();
    CHECK(azure.simulator.advance(seconds(3600)) - before >= seconds(3600));
    CHECK(azure.simulator.now() - before >= seconds(3600));
    CHECK(state_of(azure, account) == "Succeeded");
  }
}

TEST_CASE("one sleeper in scaled time sleeps the scaled time", "[time]") {
  Simulator simulator({.time_mode = TimeMode::scaled, .time_scale = 1000});
  ClockRoom room(simulator);
  const int process = room.enter();
  const Time before = simulator.now();
  const double real = Clock::real_seconds();
  CHECK(room.sleep(process, seconds(30)) - before >= seconds(30));
  CHECK(Clock::real_seconds() - real >= 0.03);
  CHECK(Clock::real_seconds() - real < 5);
}

TEST_CASE("a clock that runs stops at a hold until the process has ended", "[time]") {
  for (const TimeMode mode : {TimeMode::scaled, TimeMode::leap}) {
    Azure azure({.time_mode = mode, .time_scale = kScale});
    const auto workloads = std::make_shared<PatientWorkloads>();
    azure.simulator.set_workloads(workloads);
    azure.make_group();
    const auto wait_for = [&](const std::string& id, const char* state) {
      for (int i = 0; i < 200 && state_of(azure, id) != state; ++i) azure.simulator.advance(seconds(60));
      REQUIRE(state_of(azure, id) == state);
    };
    azure.make_workspace();
    wait_for(azure.workspace(), "Succeeded");
    const std::string instance = azure.workspace() + "/computes/ci1";
    const Json script = {{"scripts", {{"creationScript", {{"scriptSource", "inline"}, {"scriptData", "ZWNobw=="}}}}}};
    REQUIRE(azure.put(instance, {{"location", "eastus"}, {"properties", {{"computeType", "ComputeInstance"}, {"properties", {{"vmSize", "Standard_DS11_v2"}, {"setupScripts", script}}}}}}).status == 201);
    for (int i = 0; i < 200 && workloads->last.empty(); ++i) azure.simulator.advance(seconds(60));
    REQUIRE_FALSE(workloads->last.empty());
    const auto hold = azure.simulator.held_until();
    REQUIRE(hold);
    azure.simulator.advance(std::chrono::hours(5));
    let_pass(30);
    CHECK(azure.simulator.now() < *hold);
    CHECK(state_of(azure, instance) == "Creating");
    CHECK(azure.simulator.handle(Request::make(Method::post, "https://workloads.azlab/" + workloads->last + "/exit", R"({"exitStatus":0})")).status == 204);
    azure.simulator.advance(seconds(60));
    CHECK(state_of(azure, instance) == "Succeeded");
  }
}

TEST_CASE("sleepers wait in real time at a hold", "[time]") {
  Azure azure;
  const auto workloads = std::make_shared<PatientWorkloads>();
  azure.simulator.set_workloads(workloads);
  azure.make_workspace();
  const Json script = {{"scripts", {{"creationScript", {{"scriptSource", "inline"}, {"scriptData", "ZWNobw=="}}}}}};
  azure.put(azure.workspace() + "/computes/ci1", {{"location", "eastus"}, {"properties", {{"computeType", "ComputeInstance"}, {"properties", {{"vmSize", "Standard_DS11_v2"}, {"setupScripts", script}}}}}});
  for (int i = 0; i < 100 && workloads->last.empty(); ++i) azure.simulator.advance(seconds(30));
  REQUIRE_FALSE(workloads->last.empty());
  const Time held = *azure.simulator.held_until();
  ClockRoom room(azure.simulator);
  const int first = room.enter();
  const int second = room.enter();
  Time woke_first{};
  Time woke_second{};
  std::thread one([&] { woke_first = room.sleep(first, std::chrono::hours(1)); room.leave(first); });
  std::thread two([&] { woke_second = room.sleep(second, std::chrono::hours(2)); room.leave(second); });
  let_pass(30);
  CHECK(azure.simulator.now() < held);
  azure.simulator.handle(Request::make(Method::post, "https://workloads.azlab/" + workloads->last + "/exit", R"({"exitStatus":0})"));
  room.poke();
  one.join();
  two.join();
  CHECK(woke_first > held);
  CHECK(woke_second - woke_first >= seconds(3500));
}

TEST_CASE("without a date the run begins on the scenario's, or on the default one; a date that somebody gives counts", "[time]") {
  CHECK(to_iso8601(Azure().simulator.now()) == "2026-11-23T09:00:00.0000000Z");
  CHECK(to_iso8601(Azure({.scenario = R"({"date": "2027-01-04"})"}).simulator.now()) == "2027-01-04T09:00:00.0000000Z");
  CHECK(to_iso8601(Azure({.date = "2027-02-01T12:30:00Z", .scenario = R"({"date": "2027-01-04"})"}).simulator.now()) == "2027-02-01T12:30:00.0000000Z");
  CHECK(Azure({.scenario = R"({"date": "2027-01-04"})"}).simulator.options().date == "2027-01-04");
}

TEST_CASE("a sleeper of scaled time wakes when time is moved on, and not only when its own time is over", "[time]") {
  Azure azure({.time_mode = TimeMode::scaled, .time_scale = 1});
  ClockRoom room(azure.simulator);
  const int process = room.enter();
  Time woke;
  const Time begun = azure.simulator.now();
  std::thread sleeper([&] { woke = room.sleep(process, seconds(24 * 3600)); });  // a day of the test's own time, otherwise
  azure.simulator.advance(seconds(12 * 3600));
  azure.simulator.set_time_scale(1e6);
  sleeper.join();
  CHECK(woke - begun >= seconds(24 * 3600));
}

TEST_CASE("sleepers move the clock up to a limit; who sleeps then goes on when it has gone, and no time has passed", "[time]") {
  Azure azure;
  ClockRoom room(azure.simulator);
  const int process = room.enter();
  const Time begun = azure.simulator.now();
  room.move_until(begun + seconds(9000));
  std::atomic<int> slept = 0;
  std::thread sleeper([&] {
    for (int i = 0; i < 4; ++i) {
      room.sleep(process, seconds(3600));
      ++slept;
    }
    room.leave(process);
  });
  let_pass(30);
  while (slept < 3) let_pass(1);
  let_pass(100);
  CHECK(slept == 3);
  CHECK(azure.simulator.now() - begun == seconds(3 * 3600));  // the third began before the limit
  room.move_until(std::nullopt);
  sleeper.join();
  CHECK(slept == 4);
  CHECK(azure.simulator.now() - begun == seconds(3 * 3600));
}
