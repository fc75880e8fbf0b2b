#include "sim/core/fault_plan.hpp"

#include "tests/support/catch.hpp"

using namespace azlab;

TEST_CASE("a fault strikes where operation, resource and phase match, as often as it says") {
  World world;
  FaultPlan plan;
  plan.arm({.fault = "f", .operation = "workspaces.*", .resource = "mlw-*", .phase = "keyVault", .times = 2});
  CHECK(plan.strike(world, "workspaces.create", "mlw-1", "request") == nullptr);
  CHECK(plan.strike(world, "computes.create", "mlw-1", "keyVault") == nullptr);
  CHECK(plan.strike(world, "workspaces.create", "other", "keyVault") == nullptr);
  CHECK(FaultPlan::hits(world, 0) == 0);
  CHECK(plan.strike(world, "workspaces.create", "MLW-1", "keyVault") != nullptr);
  CHECK(plan.strike(world, "workspaces.update", "mlw-2", "keyVault") != nullptr);
  CHECK(plan.strike(world, "workspaces.create", "mlw-1", "keyVault") == nullptr);
  CHECK(FaultPlan::hits(world, 0) == 2);
}

TEST_CASE("one decision, one strike: the next armed fault waits until the first is used up") {
  World world;
  FaultPlan plan;
  plan.arm({.fault = "first"});
  plan.arm({.fault = "second", .times = -1});
  CHECK(plan.strike(world, "o", "r", "request")->fault == "first");
  CHECK(FaultPlan::hits(world, 1) == 0);
  for (int i = 0; i < 5; ++i) CHECK(plan.strike(world, "o", "r", "request")->fault == "second");
  CHECK(FaultPlan::hits(world, 1) == 5);
}

TEST_CASE("hits are rows: an older World has not been hit yet") {
  World world;
  FaultPlan plan;
  plan.arm({.fault = "f"});
  World before = world;
  CHECK(plan.strike(world, "o", "r", "request") != nullptr);
  CHECK(plan.strike(world, "o", "r", "request") == nullptr);
  CHECK(plan.strike(before, "o", "r", "request") != nullptr);
}

TEST_CASE("a disarmed fault strikes no more, keeps its hits, and leaves the others their places") {
  World world;
  FaultPlan plan;
  plan.arm({.fault = "first", .times = -1});
  plan.arm({.fault = "second", .times = -1});
  CHECK(plan.strike(world, "o", "r", "request")->fault == "first");
  plan.disarm(0);
  CHECK(plan.is_disarmed(0));
  CHECK_FALSE(plan.is_disarmed(1));
  CHECK(plan.strike(world, "o", "r", "request")->fault == "second");
  CHECK(FaultPlan::hits(world, 0) == 1);
  CHECK(FaultPlan::hits(world, 1) == 1);
}
