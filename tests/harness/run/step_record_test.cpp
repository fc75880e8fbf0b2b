// What a step's record holds beside its verdict: commands, changes in Azure, the page, times.
#include <algorithm>

#include "harness/run/doing_time.hpp"
#include "harness/run/lab_run.hpp"
#include "harness/run/state_change.hpp"
#include "tests/support/catch.hpp"

using namespace azlab;
using namespace azlab::run;

namespace {

LabRecord carried_out(const std::string& text) {
  const auto lab = lab::read_lab(text, "record.md");
  REQUIRE(lab);
  auto record = run_lab(*lab, {.python = PythonUse::none, .azlab_binary = AZLAB_BINARY_DIR "/azlab"});
  REQUIRE(record);
  return std::move(*record);
}

}  // namespace

TEST_CASE("step record: rows that were made, changed and removed") {
  World before;
  before.put(Table::resource, "/a", {.body = R"({"name": "A"})", .type = "Contoso.Things/things", .state = "Creating"});
  before.put(Table::resource, "/b", {.body = R"({"name": "B"})", .type = "Contoso.Things/things", .state = "Succeeded"});
  before.put(Table::resource, "/c", {.body = R"({"name": "C"})", .type = "Contoso.Things/things", .state = "Succeeded"});
  World after = before;
  CHECK(state_changes(before, after).empty());
  after.put(Table::resource, "/a", {.body = R"({"name": "A"})", .type = "Contoso.Things/things", .state = "Succeeded"});
  after.put(Table::resource, "/c", {.body = R"({"name": "C", "tags": {}})", .type = "Contoso.Things/things", .state = "Succeeded"});
  after.put(Table::resource, "/d/e", {.body = "{}", .type = "Contoso.Things/things"});
  after.erase(Table::resource, "/b");
  CHECK(state_changes(before, after) == std::vector<std::string>{"~ Contoso.Things/things/A (Creating -> Succeeded)", "- Contoso.Things/things/B",
                                                                 "~ Contoso.Things/things/C (Succeeded)", "+ Contoso.Things/things/e"});
}

TEST_CASE("step record: reading and acting are estimated") {
  lab::Step step;
  step.units = {{.text = "one two  three\nfour", .ops = {{.kind = "ui.click"}, {.kind = "info"}}}};
  CHECK(doing_seconds(step) == Approx(4 / (238.0 / 60) + 2.65));
  step.units = {{.text = "\xE6\x97\xA5\xE6\x9C\xAC", .ops = {}}};  // two characters of Japanese
  CHECK(doing_seconds(step) == Approx(1 / (238.0 / 60)));
}

TEST_CASE("step record: a lab's commands, changes, page and quoted lines") {
  const LabRecord record = carried_out(
      "# Make a group\n\n## Do it\n\n"
      "1. Open the Azure portal at `https://portal.azure.com`, and open the **Cloud Shell** with **Bash**.\n"
      "1. Run this command:\n\n"
      "    ```azurecli\n    az group create --name rg-one --location eastus --query name\n    ```\n\n"
      "1. Run this command:\n\n"
      "    ```azurecli\n    az group show --name your-group\n    ```\n\n"
      "1. Select **Make a Wish**.\n");
  REQUIRE(record.steps.size() == 4);
  const StepRecord& made = record.steps[1];
  const auto op = std::find_if(made.ops.begin(), made.ops.end(), [](const OpRecord& o) { return o.op == "shell.block"; });
  REQUIRE(op != made.ops.end());
  REQUIRE(op->commands.size() == 1);
  CHECK(op->commands[0].line == 9);
  CHECK(op->commands[0].terminal == "cloud-shell");
  CHECK(op->commands[0].command == "az group create --name rg-one --location eastus --query name");
  CHECK(op->commands[0].output == "\"rg-one\"\n");
  CHECK(op->commands[0].exit_status == 0);
  CHECK(made.changes == std::vector<std::string>{"+ Microsoft.Resources/resourceGroups/rg-one (Succeeded)"});
  CHECK(made.screen.empty());
  const auto finding = std::find_if(record.findings.begin(), record.findings.end(), [](const auto& f) { return f.rule == "cmd/placeholder-word"; });
  REQUIRE(finding != record.findings.end());
  CHECK(finding->quote == "az group show --name your-group");
  const StepRecord& missed = record.steps[3];
  CHECK(missed.verdict == "blocked");
  CHECK(missed.screen.starts_with("portal: "));
  CHECK(missed.doing_s > 2.65);
}

TEST_CASE("step record: the same finding of the same line is said once") {
  LabRecord record;
  record.findings = {{.rule = "b", .severity = "note", .line = 2, .message = "x"}, {.rule = "a", .severity = "note", .line = 1, .message = "x", .quote = "own"},
                     {.rule = "b", .severity = "note", .line = 2, .message = "x"}, {.rule = "b", .severity = "note", .line = 2, .message = "y"}};
  tidy_findings(record, "one\n  two \n");
  REQUIRE(record.findings.size() == 3);
  CHECK(record.findings[0].quote == "own");
  CHECK(record.findings[1].quote == "two");
  CHECK(record.findings[2].message == "y");
  // Of what a shell makes of a placeholder, only the placeholder is said; another line's mistake stays.
  record.findings = {{.rule = "shellcheck/sc1073", .severity = "error", .line = 1}, {.rule = "cmd/placeholder", .severity = "error", .line = 1}, {.rule = "shellcheck/sc1073", .severity = "error", .line = 2}};
  tidy_findings(record, "one\n  two \n");
  REQUIRE(record.findings.size() == 2);
  CHECK(record.findings[0].rule == "cmd/placeholder");
  CHECK(record.findings[1].line == 2);
}
