#include <nlohmann/json.hpp>

#include "sim/faults/catalogue.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/templates.hpp"

// What is kept of deployments, and who clears it away.

using namespace azlab;
using namespace azlab::test;

TEST_CASE("above 775 deployments the oldest go, a little later; 800 are the end", "[deployment][history]") {
  Azure azure;
  azure.make_group();
  const auto deploy = [&](int from, int to) {
    for (int i = from; i < to; ++i) azure.put(at_group(azure, "h" + std::to_string(1000 + i)), body_of(template_of(Json::array())));
    azure.settle();
  };
  const auto count = [&] { return azure.get_json(azure.group() + "/providers/Microsoft.Resources/deployments")["value"].size(); };
  deploy(0, 775);
  CHECK(count() == 775);
  deploy(775, 776);
  CHECK(count() == 750);
  CHECK(azure.get(at_group(azure, "h1775")).status == 200);
  CHECK(azure.get(at_group(azure, "h1000")).status == 404);
  azure.simulator.advance_to(azure.simulator.now() + std::chrono::minutes(1));
  // Faster than the automatic deletion: 800 stand before it comes.
  for (int i = 776; i < 826; ++i) azure.put(at_group(azure, "h" + std::to_string(1000 + i)), body_of(template_of(Json::array())));
  const Json refused = error_of(azure.put(at_group(azure, "one-more"), body_of(template_of(Json::array()))));
  CHECK(refused["code"] == "DeploymentQuotaExceeded");
  CHECK(refused["message"] ==
        "Creating the deployment 'one-more' would exceed the quota of '800'. The current deployment count is '800'. Please delete some deployments before creating a new one, or see "
        "https://aka.ms/800LimitFix for information on managing deployment limits.");
  azure.settle();
  CHECK(count() == 750);
  CHECK(azure.put(at_group(azure, "one-more"), body_of(template_of(Json::array()))).status == 201);
}

TEST_CASE("an automatic deletion that is refused is tried again when somebody validates or foresees", "[deployment][history]") {
  for (const std::string verb : {"/validate", "/whatIf"}) {
    INFO(verb);
    Azure azure;
    azure.make_group();
    const auto fault = faults::parse_armed_fault("service-unavailable-503@deployments.delete:request");
    REQUIRE(fault);
    REQUIRE(azure.simulator.arm(*fault));
    for (int i = 0; i < 776; ++i) azure.put(at_group(azure, "h" + std::to_string(1000 + i)), body_of(template_of(Json::array())));
    azure.settle();
    const auto count = [&] { return azure.get_json(azure.group() + "/providers/Microsoft.Resources/deployments")["value"].size(); };
    CHECK(count() == 776);
    REQUIRE(azure.post(at_group(azure, "asked") + verb, body_of(template_of(Json::array()))).ok());
    azure.settle();
    CHECK(count() == 750);
  }
}

TEST_CASE("a lock keeps the history: it grows to 800, and is cleared when the lock goes and somebody deploys", "[deployment][history][lock]") {
  Azure azure;
  azure.make_group();
  const std::string lock = azure.group() + "/providers/Microsoft.Authorization/locks/keep";
  REQUIRE(azure.put(lock, {{"properties", {{"level", "CanNotDelete"}}}}).status == 201);
  const auto count = [&] { return azure.get_json(azure.group() + "/providers/Microsoft.Resources/deployments")["value"].size(); };
  for (int i = 0; i < 800; ++i) REQUIRE(azure.put(at_group(azure, "h" + std::to_string(1000 + i)), body_of(template_of(Json::array()))).status == 201);
  azure.settle();
  azure.simulator.advance(std::chrono::hours(1));
  CHECK(count() == 800);
  const Response refused = azure.put(at_group(azure, "one-more"), body_of(template_of(Json::array())));
  CHECK(refused.status == 409);
  CHECK(error_of(refused)["code"] == "DeploymentQuotaExceeded");
  CHECK(error_of(azure.del(at_group(azure, "h1000")))["code"] == "ScopeLocked");
  CHECK(count() == 800);
  CHECK(azure.put(at_group(azure, "h1000"), body_of(template_of(Json::array()))).status == 200);  // one that is there counts no more
  azure.settle();

  REQUIRE(azure.del(lock).status == 200);
  REQUIRE(azure.post(at_group(azure, "asked") + "/validate", body_of(template_of(Json::array()))).ok());
  azure.settle();
  CHECK(count() == 750);
  CHECK(azure.put(at_group(azure, "one-more"), body_of(template_of(Json::array()))).status == 201);
}
