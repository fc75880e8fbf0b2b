// Every fault at every step: what a branch comes to, which branches are the same, and how a sweep is shown, joined and gone on with.
#include "harness/sweep/sweep.hpp"

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "harness/run/run_directory.hpp"
#include "harness/sweep/kept.hpp"
#include "harness/sweep/report.hpp"
#include "harness/sweep/same_state.hpp"
#include "sim/core/text.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace azlab;
using namespace azlab::sweep;

namespace {

// A lab with one step that helps its reader, one that hides what went wrong, and others that do neither.
const std::string kLab = R"(# Store the course's data

1. Open the Azure portal at `https://portal.azure.com/`. Select the **\[>_]** button. Select **Bash**. Select **Apply**.
1. Make a group:

    ```azurecli
    az group create --name rg-store --location eastus
    ```

1. Make a storage account:

    ```azurecli
    az storage account create --name stcourse26 --resource-group rg-store --location eastus
    ```

    <details>
    <summary><b>Hint</b>: the name is taken</summary><br>
    <p>If you receive an error that the name is taken, choose another one:</p>

    ```azurecli
    az storage account create --name stcourse27 --resource-group rg-store --location eastus
    ```

    </details>

1. Make a vault, too:

    ```azurecli
    az keyvault create --name kv-course26 --resource-group rg-store --location eastus || true
    ```

1. Look at the vault:

    ```azurecli
    az keyvault show --name kv-course26
    ```
)";

struct Swept {
  lab::Lab lab;
  run::RunOptions options{.python = run::PythonUse::none, .azlab_binary = AZLAB_BINARY_DIR "/azlab"};
  std::unique_ptr<LabSweeper> sweeper{};
};

std::unique_ptr<Swept> prepare(const Filter& filter, const std::string& text = kLab) {
  auto lab = lab::read_lab(text, "lab.md");
  REQUIRE(lab);
  auto out = std::make_unique<Swept>();
  out->lab = std::move(*lab);
  auto sweeper = LabSweeper::prepare(out->lab, out->options, filter);
  REQUIRE(sweeper);
  out->sweeper = std::move(*sweeper);
  return out;
}

LabSweep sweep_all(const Swept& swept) {
  std::vector<Cell> cells;
  for (const auto& target : swept.sweeper->targets()) {
    auto cell = swept.sweeper->carry_out(target);
    REQUIRE(cell);
    cells.push_back(std::move(*cell));
  }
  LabSweep out = swept.sweeper->frame();
  out.cells = std::move(cells);
  return out;
}

Cell cell_of(const std::string& fault, int line) {
  const auto swept = prepare({.faults = fault, .lines = {line}});
  REQUIRE(swept->sweeper->targets().size() == 1);
  auto cell = swept->sweeper->carry_out(swept->sweeper->targets().front());
  REQUIRE(cell);
  return std::move(*cell);
}

LabSweep sample(std::size_t branches, std::vector<Cell> cells) {
  return {.file = "a.md", .title = "A", .language = "en", .steps = {{.line = 3, .text = "one"}, {.line = 7, .text = "<two>"}}, .cells = std::move(cells), .branches = branches};
}

}  // namespace

TEST_CASE("the run without faults goes well, so that what a branch does worse is the fault's", "[sweep]") {
  const auto swept = prepare({});
  std::map<int, std::string> verdicts;
  for (const auto& step : swept->sweeper->frame().steps) verdicts[step.line] = step.verdict;
  CHECK(verdicts == std::map<int, std::string>{{3, "passed"}, {4, "passed"}, {10, "passed"}, {26, "passed"}, {32, "passed"}});
  CHECK(swept->sweeper->targets().size() > 50);
}

TEST_CASE("a fault that the alternative answers is led out by it", "[sweep]") {
  const Cell cell = cell_of("storage-name-taken", 10);
  CHECK(cell.outcome == "led out");
  CHECK(cell.helped_by == 16);
  CHECK(cell.place == "storageAccounts.create");
  CHECK(cell.verdict == "passed by the alternative");
  CHECK(cell.evidence.find("StorageAccountAlreadyTaken") != std::string::npos);
  CHECK(cell.later.empty());
}

TEST_CASE("a fault that the alternative meets again leaves the reader alone", "[sweep]") {
  const Cell cell = cell_of("storage-quota-250", 10);
  CHECK(cell.outcome == "left alone");
  CHECK(cell.verdict == "failed");
  CHECK(cell.helped_by == 0);
  REQUIRE(cell.missing.size() == 3);  // with its blob and file services
  CHECK(cell.missing.front() == "- Microsoft.Storage/storageAccounts/stcourse26");
}

TEST_CASE("a step that swallows the error hides it until a later one misses what it would have made", "[sweep]") {
  const Cell cell = cell_of("keyvault-name-taken", 26);
  CHECK(cell.outcome == "hidden");
  CHECK(cell.verdict == "passed");
  REQUIRE(cell.later.size() == 1);
  CHECK(cell.later.front().line == 32);
  CHECK(cell.later.front().verdict == "failed");
  CHECK(cell.missing == std::vector<std::string>{"- Microsoft.KeyVault/vaults/kv-course26"});
}

TEST_CASE("what the client gets over by itself is absorbed, and its branch is not followed further", "[sweep]") {
  const Cell cell = cell_of("too-many-requests-generic", 4);
  CHECK(cell.outcome == "absorbed");
  CHECK(cell.later.empty());
  CHECK(cell.missing.empty());
}

TEST_CASE("branches that come to one state share what follows", "[sweep]") {
  const auto swept = prepare({.faults = "request-disallowed-by-*", .lines = {10}});
  REQUIRE(swept->sweeper->targets().size() == 2);
  const LabSweep lab = sweep_all(*swept);
  CHECK(lab.merged == 1);
  CHECK(lab.cells[0].outcome == "left alone");
  CHECK(lab.cells[1].outcome == "left alone");
  CHECK(lab.cells[0].missing == lab.cells[1].missing);
}

TEST_CASE("a fault that comes from mistyping is no page's", "[sweep]") {
  const auto swept = prepare({.faults = "subscription-not-found"});
  for (const auto& target : swept->sweeper->targets()) CHECK(swept->lab.steps[target.step].line != 3);
  CHECK(swept->sweeper->targets().size() == 4);
}

TEST_CASE("a state's name leaves times and drawn ids out, and nothing else", "[sweep]") {
  CHECK(timeless("made 2026-11-23T09:00:00.123Z by 3f0b6c1e-8d5a-4e27-9b14-6a7c2d9e5f01") == "made T by G");
  CHECK(timeless("2026-11-23T09:00:00+00:00, 1763888400000 ms, 250 of 300") == "T, N ms, 250 of 300");
  CHECK(timeless("mlwkeyvault3758c78f in eastus2") == "mlwkeyvaultX in eastus2");
  CHECK(timeless("deadbeef cafe") == "deadbeef cafe");
  const std::string digest(64, 'a');
  CHECK(timeless("sha256:1" + digest) == "sha256:1" + digest);
  test::Azure one;
  test::Azure other;
  other.simulator.advance(std::chrono::seconds(90));
  const auto name = [](const test::Azure& azure) {
    std::string out;
    azure.simulator.inspect([&](const World& world) { out = name_of(world); });
    return out;
  };
  CHECK(name(one) == name(other));
  other.make_group();
  CHECK(name(one) != name(other));
}

TEST_CASE("what the lab lacks is ranked by how often its faults are met", "[sweep]") {
  const auto lab = sample(4, {{.step = 0, .line = 3, .fault = "storage-name-taken", .outcome = "left alone"},
                              {.step = 1, .line = 7, .fault = "storage-name-taken", .outcome = "hidden"},
                              {.step = 1, .line = 7, .fault = "request-disallowed-by-policy", .outcome = "left alone"},
                              {.step = 1, .line = 7, .fault = "keyvault-name-taken", .outcome = "led out"}});
  const auto sentences = lacking_sentences(lab);
  REQUIRE(sentences.size() == 2);
  CHECK(sentences[0].weight >= sentences[1].weight);
  const auto& name = sentences[0].faults.front() == "storage-name-taken" ? sentences[0] : sentences[1];
  CHECK(name.lines == std::vector<int>{3, 7});
  CHECK(name.hidden == 1);
}

TEST_CASE("the parts of a sweep join to the whole, and parts of others are refused", "[sweep]") {
  const Cell first{.step = 0, .line = 3, .fault = "a", .place = "x.get", .outcome = "hidden", .verdict = "passed", .evidence = "\"quoted\"", .later = {{.line = 7, .verdict = "failed", .evidence = "e"}}, .missing = {"- t/n"}};
  const Cell second{.step = 1, .line = 7, .fault = "b", .outcome = "absorbed", .verdict = "passed"};
  const auto read = from_json(as_json({sample(2, {first})}));
  REQUIRE(read);
  CHECK(as_json(*read) == as_json({sample(2, {first})}));
  const auto whole = merge({{sample(2, {second})}, *read});
  REQUIRE(whole);
  CHECK(as_json(*whole) == as_json({sample(2, {first, second})}));
  CHECK(merge({*read, *read}).error().message == "a.md:3: a stands in several of the reports");
  CHECK(merge({*read, {sample(3, {second})}}).error().message == "a.md and a.md are not of the same sweep");
  CHECK(from_json("{}").error().message == "this is no report that azlab sweep of this version wrote");
  CHECK(from_json(R"({"sweep": 1})").error().message.starts_with("a report of azlab sweep that is not whole: "));
}

TEST_CASE("finished branches are kept, and a line that was not written whole is not", "[sweep]") {
  const auto directory = run::RunDirectory::make();
  REQUIRE(directory);
  const std::string file = (*directory)->path() + "/kept";
  const Cell cell{.step = 1, .line = 7, .fault = "b", .outcome = "absorbed"};
  {
    const auto kept = Kept::open(file, "key");
    REQUIRE(kept);
    (*kept)->add(0, cell);
    (*kept)->add(2, {.step = 3, .line = 9, .fault = "c", .outcome = "hidden"});
  }
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 5);
  const auto kept = Kept::open(file, "key");
  REQUIRE(kept);
  CHECK((*kept)->size() == 1);
  REQUIRE((*kept)->find(0, 1, "b") != nullptr);
  CHECK((*kept)->find(0, 1, "b")->outcome == "absorbed");
  CHECK((*kept)->find(2, 3, "c") == nullptr);
  CHECK(Kept::open(file, "other").error().message.ends_with("was kept by another sweep (other labs, seed, scenario, faults or azlab); remove it or name another file"));
}

TEST_CASE("the page escapes what is not its own", "[sweep]") {
  const std::string page = as_html({sample(1, {{.step = 1, .line = 7, .fault = "storage-name-taken", .outcome = "left alone", .verdict = "failed", .evidence = "<script>alert(1)</script>"}})});
  CHECK(page.find("<script>") == std::string::npos);
  CHECK(page.find("&lt;script&gt;") != std::string::npos);
  CHECK(page.find("&lt;two&gt;") != std::string::npos);
  CHECK(page.find("<td class=\"left-alone\"><a href=\"#b0-1-storage-name-taken\" title=\"left alone\">!</a></td>") != std::string::npos);
}
