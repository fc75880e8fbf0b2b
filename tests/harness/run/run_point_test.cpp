// A run that goes on from a copy of where another stood does what that one did.
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/run/lab_run.hpp"
#include "harness/run/run_directory.hpp"
#include "sim/core/text.hpp"
#include "tests/support/catch.hpp"

using namespace azlab;
using namespace azlab::run;

namespace {

// Later steps need what lies in the shell's variables, on its disk, in Azure, in the browser.
const std::string kLab = R"(# Things that stay

1. Open the Azure portal at `https://portal.azure.com/`. Select the **\[>_]** button. Select **Bash**. Select **Apply**.
1. Make a group:

    ```azurecli
    group=rg-stays
    echo eastus > place.txt
    az group create --name $group --location eastus
    ```

1. Make a workspace in it:

    ```azurecli
    az ml workspace create --name mlw-stays --resource-group $group --location $(cat place.txt)
    ```

1. In the Azure portal, go to the resource group **rg-stays**.
1. Select **mlw-stays**.
1. Ask for it:

    ```azurecli
    az ml workspace show --name mlw-stays --resource-group $group --query location -o tsv
    ```
)";

std::string story(const LabRecord& record, std::size_t from) {
  std::string out;
  for (std::size_t i = from; i < record.steps.size(); ++i) {
    const auto& step = record.steps[i];
    out += std::to_string(step.line) + " " + step.verdict + ": " + step.evidence + "\n" + join(step.changes, "\n") + "\n";
  }
  return out;
}

}  // namespace

TEST_CASE("a run goes on from before any step as the run did that was copied there", "[run-point]") {
  const auto lab = lab::read_lab(kLab, "lab.md");
  REQUIRE(lab);
  const RunOptions options{.python = PythonUse::none, .azlab_binary = AZLAB_BINARY_DIR "/azlab"};
  const auto folders = RunDirectory::make();
  REQUIRE(folders);
  auto whole = LabRun::begin(*lab, options);
  REQUIRE(whole);
  std::vector<RunPoint> points;
  while ((*whole)->next() < lab->steps.size()) {
    auto point = (*whole)->point((*folders)->path() + "/" + std::to_string((*whole)->next()));
    REQUIRE(point);
    points.push_back(std::move(*point));
    (*whole)->step();
  }
  const LabRecord all = (*whole)->finish();
  CHECK(all.verdict == "passed");
  REQUIRE(all.steps.size() == 6);
  CHECK(all.steps.back().ops.back().commands.back().output == "eastus\n");
  for (std::size_t i = 0; i < points.size(); ++i) {
    INFO("from step " << i);
    const auto again = LabRun::go_on(*lab, options, points[i]);
    REQUIRE(again);
    CHECK((*again)->next() == i);
    while ((*again)->next() < lab->steps.size()) (*again)->step();
    CHECK(story((*again)->record(), 0) == story(all, i));
  }
}

TEST_CASE("a point's files can be gone on from while the run that made it goes on", "[run-point]") {
  const auto lab = lab::read_lab(kLab, "lab.md");
  REQUIRE(lab);
  const RunOptions options{.python = PythonUse::none, .azlab_binary = AZLAB_BINARY_DIR "/azlab"};
  const auto folders = RunDirectory::make();
  REQUIRE(folders);
  auto one = LabRun::begin(*lab, options);
  REQUIRE(one);
  (*one)->step();
  (*one)->step();
  auto point = (*one)->point((*folders)->path() + "/p");
  REQUIRE(point);
  (*one)->step();
  auto other = LabRun::go_on(*lab, options, *point);
  REQUIRE(other);
  // The workspace that the first has made meanwhile is not in the other's Azure.
  const auto workspaces = [](LabRun& run) { return parse_json(run.simulator().handle(Request::make(Method::get, "/subscriptions/3f0b6c1e-8d5a-4e27-9b14-6a7c2d9e5f01/providers/Microsoft.MachineLearningServices/workspaces?api-version=2024-04-01")).body.text()).value()["value"].size(); };
  CHECK(workspaces(**one) == 1);
  CHECK(workspaces(**other) == 0);
}

TEST_CASE("a point without files names none, and a folder that cannot be made is an error", "[run-point]") {
  const auto lab = lab::read_lab(kLab, "lab.md");
  REQUIRE(lab);
  const RunOptions options{.python = PythonUse::none, .azlab_binary = AZLAB_BINARY_DIR "/azlab"};
  const auto run = LabRun::begin(*lab, options);
  REQUIRE(run);
  (*run)->step();
  (*run)->step();
  const auto bare = (*run)->point("");
  REQUIRE(bare);
  CHECK(bare->folder.empty());
  CHECK(bare->next == 2);
  const auto nowhere = (*run)->point("/proc/azlab");
  REQUIRE_FALSE(nowhere);
  CHECK(nowhere.error().message == "cannot copy the run's files to /proc/azlab");
}
