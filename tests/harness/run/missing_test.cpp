// What a record says is not simulated.
#include "harness/run/missing.hpp"

#include "harness/lab/lab.hpp"
#include "harness/run/lab_run.hpp"
#include "tests/support/catch.hpp"

using namespace azlab;
using namespace azlab::run;

namespace {

std::vector<std::string> named(const LabRecord& record) {
  std::vector<std::string> out;
  for (const auto& missing : missing_in(record)) out.push_back(std::to_string(missing.line) + " " + missing.kind + ": " + missing.what);
  return out;
}

}  // namespace

TEST_CASE("each way of saying that something is not simulated is known, and counted once a step", "[missing]") {
  LabRecord record;
  record.steps = {{.line = 4, .text = "Do it.", .ops = {{.op = "ui.click", .verdict = "blocked", .evidence = "Line 3 was not carried out, and this may build on it. not simulated: studio.designer."},
                                                        {.op = "ui.click", .verdict = "blocked", .evidence = "not simulated: studio.designer (no control \"Save\" is known there)."}}},
                  {.line = 9, .text = "Run:", .ops = {{.op = "shell.block", .verdict = "blocked", .evidence = "$ sqlcmd -Q x && az vm list\n(blocked: azlab does not simulate sqlcmd)\n(blocked: azlab does not simulate az vm)\n$ ls"}}},
                  {.line = 12, .text = "Switch.", .ops = {{.op = "ui.toggle", .verdict = "blocked", .evidence = "not simulated: virtual networks, which \"Enable virtual network\" on \"Create compute instance\" is about."}}},
                  {.line = 14, .text = "Run all.", .ops = {{.op = "nb.runall", .verdict = "blocked", .evidence = "Cell 2: HttpResponseError\n(not simulated, and asked for by this cell: GET management.azure.com/x)"}}},
                  {.line = 15, .text = "Fence.", .ops = {{.op = "shell.block", .verdict = "blocked", .evidence = "Fences in sql are not simulated."}}},
                  {.line = 16, .text = "Whistle.\nLoudly.", .ops = {{.op = "unknown", .verdict = std::string(verdict::kNotUnderstood), .evidence = "no instruction"}}},
                  {.line = 17, .text = "Wait.", .ops = {{.op = "wait", .verdict = "blocked", .evidence = "Line 9 failed, and this builds on it."}}}};
  CHECK(named(record) == std::vector<std::string>{"4 page: studio.designer", "9 command: sqlcmd", "9 command: az vm", "12 page: virtual networks", "14 request: GET management.azure.com/x", "15 fence: sql", "16 sentence: Whistle."});
}

TEST_CASE("a command that azlab does not simulate blocks its step, wherever it stands and whatever its status", "[missing]") {
  const auto lab = lab::read_lab("# Machines\n\n1. Run these commands in Cloud Shell:\n\n    ```azurecli\n    az vm list > machines.json 2>/dev/null || true\n    cat machines.json\n    ```\n\n"
                                 "1. Run this command:\n\n    ```azurecli\n    az group list\n    ```\n", "machines.md");
  const auto record = run_lab(*lab, {.azlab_binary = AZLAB_BINARY_DIR "/azlab"}).value();
  REQUIRE(record.steps.size() == 2);
  INFO(record.steps[0].evidence);
  CHECK(record.steps[0].verdict == verdict::kBlocked);
  CHECK(record.steps[1].verdict == verdict::kPassed);
  CHECK(named(record) == std::vector<std::string>{"3 command: az vm"});
}

TEST_CASE("a notebook that is missing since an earlier line was not carried out is no finding", "[missing]") {
  const auto lab = [](const std::string& first) {
    return lab::read_lab("# Notes\n\n1. Open the Azure portal at `https://portal.azure.com/`, and open the **Cloud Shell** with **Bash**.\n" + first + "1. Open the **Labs/04/Missing.ipynb** notebook.\n", "notes.md");
  };
  const auto rules_of = [&](const std::string& first) {
    std::vector<std::string> out;
    const auto record = run_lab(lab(first).value(), {.azlab_binary = AZLAB_BINARY_DIR "/azlab"}).value();
    for (const auto& finding : record.findings) out.push_back(finding.rule);
    return out;
  };
  const std::string workspace = "1. Run this command:\n\n    ```azurecli\n    az group create -n rg -l eastus && az extension add -n ml -y && az ml workspace create -n desk -g rg\n    ```\n\n";
  CHECK(rules_of(workspace) == std::vector<std::string>{"ui/forgotten-commit", "nb/not-found"});
  CHECK(rules_of(workspace + "1. Run this command:\n\n    ```bash\n    docker ps\n    ```\n\n") == std::vector<std::string>{"ui/forgotten-commit"});
}
