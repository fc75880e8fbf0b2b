// A run in which Azure started processes: what they said is among the requests, so a replay needs none.
#include <stdlib.h>

#include <filesystem>
#include <sstream>

#include "harness/journal/replay.hpp"
#include "harness/journal/writer.hpp"
#include "sim/core/workloads.hpp"
#include "sim/faults/catalogue.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace azlab;
using namespace azlab::journal;
using azlab::test::Azure;

namespace {

/// Remembers what it was asked to start; the test reports the end.
struct Started : Workloads {
  std::vector<std::string> ids{};
  WorkloadStart start(const Workload& workload) override {
    ids.push_back(workload.id);
    return {.started = true};
  }
  void stop(const std::string&) override {}
};

/// An instance whose creation script ends with this status, written down.
void run_instance(Azure& azure, const std::string& file, int exit_status) {
  auto writer = *Writer::open(file, {.options = azure.simulator.options()});
  azure.simulator.set_recorder(writer);
  const auto started = std::make_shared<Started>();
  azure.simulator.set_workloads(started);
  azure.make_workspace();
  const std::string files = "https://eastus.notebooks.azure.net/files" + azure.workspace() + "/";
  azure.simulator.handle(Request::make(Method::put, files + "Users/alex.martin/setup.sh", "echo hello\n"));
  const Json script = {{"scripts", {{"creationScript", {{"scriptSource", "workspaceStorage"}, {"scriptData", "Users/alex.martin/setup.sh"}}}}}};
  azure.put(azure.workspace() + "/computes/ci1", {{"location", "eastus"}, {"properties", {{"computeType", "ComputeInstance"}, {"properties", {{"vmSize", "STANDARD_DS11_V2"}, {"setupScripts", script}}}}}});
  azure.simulator.advance_to(azure.simulator.now() + std::chrono::hours(1));
  REQUIRE(started->ids.size() == 1);
  azure.post("https://workloads.azlab/" + started->ids[0] + "/exit", {{"exitStatus", exit_status}, {"output", "hello"}});
  azure.simulator.advance_to(azure.simulator.now() + std::chrono::hours(1));
  azure.simulator.set_recorder(nullptr);
  REQUIRE(writer->close(azure.simulator));
}

/// A job on a cluster of one node: the rest waits for its process, which says something and ends with this status.
void run_job(Azure& azure, const std::string& file, int exit_status) {
  auto writer = *Writer::open(file, {.options = azure.simulator.options()});
  azure.simulator.set_recorder(writer);
  const auto started = std::make_shared<Started>();
  azure.simulator.set_workloads(started);
  azure.make_workspace();
  azure.put(azure.workspace() + "/computes/cpu", {{"location", "eastus"}, {"properties", {{"computeType", "AmlCompute"}, {"properties", {{"vmSize", "STANDARD_DS11_V2"}, {"scaleSettings", {{"minNodeCount", 0}, {"maxNodeCount", 1}, {"nodeIdleTimeBeforeScaleDown", "PT2M"}}}}}}}});
  azure.settle();
  azure.put(azure.workspace() + "/jobs/j1", {{"properties", {{"jobType", "Command"}, {"command", "python train.py"}, {"computeId", azure.workspace() + "/computes/cpu"}, {"environmentId", "azureml:AzureML-sklearn-1.5@latest"}, {"experimentName", "exp"}}}});
  azure.simulator.advance_to(azure.simulator.now() + std::chrono::hours(1));
  REQUIRE(started->ids.size() == 1);
  azure.simulator.handle(Request::make(Method::post, "https://workloads.azlab/" + started->ids[0] + "/output", Body(std::string("half way\n"))));
  azure.post("https://workloads.azlab/" + started->ids[0] + "/exit", {{"exitStatus", exit_status}, {"output", ""}, {"reason", ""}});
  azure.simulator.advance_to(azure.simulator.now() + std::chrono::hours(1));
  azure.simulator.set_recorder(nullptr);
  REQUIRE(writer->close(azure.simulator));
}

}  // namespace

TEST_CASE("a run with a job is replayed without its process; another scenario keeps the job from its node", "[journal][replay]") {
  std::string folder = (std::filesystem::temp_directory_path() / "azlab-journal-XXXXXX").string();
  REQUIRE(::mkdtemp(folder.data()) != nullptr);
  for (const int exit_status : {0, 1}) {
    const std::string file = folder + "/" + std::to_string(exit_status) + ".jsonl";
    Azure azure;
    run_job(azure, file, exit_status);
    CHECK(azure.get_json(azure.workspace() + "/jobs/j1")["properties"]["status"] == (exit_status == 0 ? "Completed" : "Failed"));
    std::ostringstream progress;
    const auto replayed = replay(file, *read_file(file), {}, progress);
    REQUIRE(replayed);
    CHECK(replayed->differences == std::vector<std::string>{});
    CHECK(replayed->left_out == 0);
    const auto otherwise = replay(file, *read_file(file), {.faults = {*faults::parse_armed_fault("job-image-build-failed")}}, progress);
    REQUIRE(otherwise);
    CHECK_FALSE(otherwise->differences.empty());
    REQUIRE(otherwise->differences.size() == (exit_status == 0 ? 4 : 3));
    CHECK(otherwise->differences[0].ends_with("(POST workloads.output workloads.azlab/j1/output): 404, was 204; error UnknownWorkload, was none"));
    CHECK(otherwise->differences[1].ends_with("(POST workloads.exit workloads.azlab/j1/exit): 404, was 204; error UnknownWorkload, was none"));
    CHECK(otherwise->differences[2].ends_with("/computes/cpu: has other properties"));
    if (exit_status == 0) CHECK(otherwise->differences[3].ends_with("/jobs/j1: has other properties"));  // failed either way otherwise
    CHECK(progress.str().empty());
  }
  std::filesystem::remove_all(folder);
}

TEST_CASE("a run with a creation script is replayed without a process, whether it went well or not", "[journal][replay]") {
  std::string folder = (std::filesystem::temp_directory_path() / "azlab-journal-XXXXXX").string();
  REQUIRE(::mkdtemp(folder.data()) != nullptr);
  for (const int exit_status : {0, 3}) {
    const std::string file = folder + "/" + std::to_string(exit_status) + ".jsonl";
    Azure azure;
    run_instance(azure, file, exit_status);
    CHECK(azure.get_json(azure.workspace() + "/computes/ci1")["properties"]["properties"]["state"] == (exit_status == 0 ? "Running" : "UserSetupFailed"));
    std::ostringstream progress;
    const auto replayed = replay(file, *read_file(file), {}, progress);
    REQUIRE(replayed);
    CHECK(replayed->differences == std::vector<std::string>{});
    CHECK(replayed->left_out == 0);
    CHECK(progress.str().empty());
  }
  std::filesystem::remove_all(folder);
}
