// Beginning anew, disarming, and what a recorder hears.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "sim/core/journal.hpp"
#include "sim/core/workloads.hpp"
#include "sim/faults/catalogue.hpp"
#include "sim/recorder.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace azlab;
using azlab::test::Azure;

namespace {

struct Heard : Recorder {
  void answered(const JournalEntry& entry, const Request* request) override { lines.push_back((request != nullptr ? "" : "  ") + std::string(entry.operation) + " " + std::to_string(entry.status)); }
  void armed(const ArmedFault& fault, Time) override { lines.push_back("armed " + fault.fault); }
  void disarmed(const ArmedFault& fault, Time) override { lines.push_back("disarmed " + fault.fault); }
  void went_back(Time at) override { lines.push_back("back to " + to_iso8601_seconds(at)); }
  std::vector<std::string> lines{};
};

}  // namespace

TEST_CASE("a reset gives what a new simulator gives, byte for byte", "[reset]") {
  const auto history = [](Azure& azure) {
    azure.make_workspace();
    return std::tuple{azure.get(azure.workspace()).body.text(), azure.simulator.now(), azure.simulator.journal().hash()};
  };
  Azure fresh;
  const auto first = history(fresh);
  Azure used({.seed = 5, .scenario = "workspace-creation-fails/quota"});
  used.make_workspace();
  CHECK(used.simulator.arm(*faults::parse_armed_fault("storage-name-taken")));
  REQUIRE(used.simulator.reset({}));
  CHECK(used.simulator.fault_hits().empty());
  CHECK(used.simulator.journal().entries().empty());
  CHECK(history(used) == first);
}

TEST_CASE("a reset to options that are wrong changes nothing", "[reset]") {
  Azure azure;
  azure.make_group();
  const auto wrong = azure.simulator.reset({.scenario = "typicall"});
  CHECK(wrong.error().message == "unknown scenario 'typicall'; did you mean typical?");
  CHECK(azure.get(azure.group()).status == 200);
  CHECK(azure.simulator.options().scenario.empty());
}

TEST_CASE("a disarmed fault strikes no more, and the others keep their numbers", "[faults]") {
  Azure azure;
  CHECK(azure.simulator.arm(*faults::parse_armed_fault("too-many-requests-generic@resourceGroups.create:request:-1")));
  CHECK(azure.simulator.arm(*faults::parse_armed_fault("too-many-requests-generic@resourceGroups.get:request:-1")));
  CHECK(azure.put(azure.group(), {{"location", "eastus"}}).status == 429);
  CHECK(azure.simulator.disarm(1));
  CHECK_FALSE(azure.simulator.disarm(1));
  CHECK_FALSE(azure.simulator.disarm(0));
  CHECK_FALSE(azure.simulator.disarm(3));
  CHECK(azure.put(azure.group(), {{"location", "eastus"}}).status == 201);
  CHECK(azure.get(azure.group()).status == 429);
  CHECK(azure.simulator.fault_hits()[0].disarmed);
  CHECK(azure.simulator.fault_hits()[1].number == 2);
}

TEST_CASE("a recorder hears of every request in order, of faults, and of going back", "[recorder]") {
  Azure azure;
  azure.make_group();
  const auto heard = std::make_shared<Heard>();
  azure.simulator.set_recorder(heard);
  CHECK(azure.simulator.arm(*faults::parse_armed_fault("storage-name-taken")));
  CHECK(azure.simulator.disarm(1));
  const Snapshot here = azure.simulator.snapshot();
  CHECK(azure.get("/nothing").status == 404);
  const Json component = {{"type", "Microsoft.Insights/components"}, {"apiVersion", "2020-02-02"}, {"name", "ai-d"}, {"location", "eastus"}, {"kind", "web"}, {"properties", {{"Application_Type", "web"}}}};
  const Json made = {{"$schema", "s"}, {"contentVersion", "1"}, {"resources", Json::array({component})}};
  CHECK(azure.put(azure.resource("Microsoft.Resources/deployments/d"), {{"properties", {{"mode", "Incremental"}, {"template", made}}}}).status == 201);
  azure.settle();
  azure.simulator.restore(here);
  azure.simulator.set_recorder(nullptr);
  azure.get(azure.group());
  const std::string before = to_iso8601_seconds(here.now);
  REQUIRE(heard->lines.size() >= 6);
  CHECK(heard->lines[0] == "armed storage-name-taken");
  CHECK(heard->lines[1] == "disarmed storage-name-taken");
  CHECK(heard->lines[2] == " 404");
  CHECK(heard->lines[3] == "deployments.create 201");
  CHECK(std::count_if(heard->lines.begin(), heard->lines.end(), [](const auto& line) { return line.starts_with("  insightsComponents.create 20"); }) == 1);
  CHECK(heard->lines.back() == "back to " + before);
}

TEST_CASE("the journal tells how long a client that asks again was waiting", "[journal]") {
  Azure azure;
  azure.make_group();
  azure.put(azure.resource("Microsoft.Storage/storageAccounts/stwait"), {{"location", "eastus"}, {"sku", {{"name", "Standard_LRS"}}}, {"kind", "StorageV2"}});
  const Time due = *azure.simulator.next_due();
  const Time begun = azure.simulator.now();
  Request request = Request::make(Method::get, azure.resource("Microsoft.Storage/storageAccounts/stwait"));
  request.caller.waiting = Waiting::polls;
  azure.simulator.handle(request);
  CHECK(azure.simulator.journal().entries().back().waited == Duration(0));
  azure.simulator.handle(request);
  CHECK(azure.simulator.journal().entries().back().waited == due - begun);
  CHECK(azure.simulator.journal().entries().back().user == "alex.martin@contoso-labs.example");
}
