#include <nlohmann/json.hpp>

#include "sim/core/fixtures.hpp"
#include "sim/core/json.hpp"
#include "tests/harness/walk/drive.hpp"
#include "tests/support/catch.hpp"

using namespace azlab;

namespace {

lab::Lab read(const std::string& path) {
  auto lab = lab::read_lab(fixtures::get(path), path);
  REQUIRE(lab);
  return std::move(*lab);
}

constexpr const char* kSubscriptions = "/subscriptions?api-version=2022-12-01";

std::string subscription_of(Simulator& simulator) {
  const auto list = parse_json(simulator.handle(Request::make(Method::get, kSubscriptions)).body.text());
  REQUIRE(list);
  return (*list)["value"][0]["id"].get<std::string>();
}

void walk_to_the_end(const std::string& path) {
  const auto lab = read(path);
  Simulator simulator;
  const auto workloads = std::make_shared<test::PlayedWorkloads>(simulator);
  simulator.set_workloads(workloads);
  walk::Walker walker(simulator, {.language = lab.language, .as_of = "2026-11-23", .seed = 1});
  const auto group = subscription_of(simulator) + "/resourceGroups/rg-compute-lab";
  workloads->files_address = "https://eastus.notebooks.azure.net/files" + group + "/providers/Microsoft.MachineLearningServices/workspaces/mlw-compute-lab/";
  test::Driven driven;
  test::drive(lab.steps, walker, [&](const std::string& code) {
    if (code.find("az group create") != std::string::npos) {
      CHECK(simulator.handle(Request::make(Method::put, group + "?api-version=2021-04-01", R"({"location":"eastus"})")).ok());
    }
    return true;  // follow the alternative: it makes the workspace here
  }, driven);
  workloads->join();
  for (const auto& op : driven.ops) {
    INFO(path << ":" << op.line << " " << op.kind << ": " << op.result.verdict << " " << op.result.evidence);
    CHECK((op.result.verdict == "passed" || op.result.verdict == "skipped"));
  }
  for (const auto& finding : driven.findings) FAIL_CHECK(path << ":" << finding.line << " " << finding.rule << " " << finding.message);
  REQUIRE(workloads->scripts.size() == 1);
  CHECK(workloads->scripts[0].find("git clone") != std::string::npos);
  simulator.advance(std::chrono::hours(2));
  CHECK(simulator.handle(Request::make(Method::get, group + "?api-version=2021-04-01")).status == 404);
  simulator.set_workloads(nullptr);
}

}  // namespace

TEST_CASE("the course's first lab is walked to its end through portal and studio, its workspace made by the alternative") {
  walk_to_the_end("fixtures/course/Instructions/04-work-with-compute.md");
  walk_to_the_end("fixtures/course/Instructions/fr/04-work-with-compute.md");
}

TEST_CASE("the course's first lab is walked to its end in every language", "[languages]") {
  std::vector<std::string> paths = fixtures::list("fixtures/course/Instructions/");
  std::erase_if(paths, [](const std::string& path) { return !path.ends_with("/04-work-with-compute.md"); });
  REQUIRE(paths.size() == 11);
  for (const std::string& path : paths) walk_to_the_end(path);
}
