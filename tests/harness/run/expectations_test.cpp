#include "harness/run/expectations.hpp"

#include <map>
#include <string>

#include "harness/run/lab_run.hpp"
#include "harness/run/similarity.hpp"
#include "sim/core/text.hpp"
#include "tests/support/catch.hpp"

using namespace azlab;
using namespace azlab::run;

namespace {

std::string why_unmet(const lab::Expectation& expected, const std::string& output, int status = 0) {
  const auto found = unmet({.expectations = {expected}}, {.command = "c", .exit_status = status, .output = output});
  return found.empty() ? "" : found.front().message;
}

LabRecord run_text(const std::string& text, const std::string& scenario = "") {
  const auto lab = lab::read_lab(text, "lab.md");
  REQUIRE(lab);
  auto record = run_lab(*lab, {.scenario = scenario, .python = PythonUse::none, .azlab_binary = AZLAB_BINARY_DIR "/azlab"});
  REQUIRE(record);
  return std::move(*record);
}

std::vector<std::string> said_of(const LabRecord& record) {
  std::vector<std::string> out;
  for (const auto& step : record.steps) out.push_back(std::to_string(step.line) + " " + step.verdict);
  for (const auto& one : record.findings) out.push_back(std::to_string(one.line) + " " + one.rule);
  return out;
}

const std::string kShell = "1. Open the Azure portal at `https://portal.azure.com/`. Select the **\\[>_]** button. Select **Bash**. Select **Apply**.\n";

}  // namespace

TEST_CASE("Jaro's and Winkler's figures are those of their papers", "[directives]") {
  CHECK(jaro("MARTHA", "MARHTA") == Approx(0.944444).epsilon(1e-5));
  CHECK(jaro_winkler("MARTHA", "MARHTA") == Approx(0.961111).epsilon(1e-5));
  CHECK(jaro("DIXON", "DICKSONX") == Approx(0.766667).epsilon(1e-5));
  CHECK(jaro_winkler("DIXON", "DICKSONX") == Approx(0.813333).epsilon(1e-5));
  CHECK(jaro("", "") == 1);
  CHECK(jaro("a", "b") == 0);
}

TEST_CASE("an expectation says what it wanted and what there is", "[directives]") {
  CHECK(why_unmet({.kind = "exit", .value = "1"}, "", 1).empty());
  CHECK(why_unmet({.kind = "exit", .value = "1"}, "", 0) == "'c' does not come to what is expected of it: it ends with 0, not with 1.");
  CHECK(why_unmet({.kind = "output", .value = "hel+o"}, "well, hello\n").empty());
  CHECK(why_unmet({.kind = "output", .value = "hel+o"}, "good day\n") == "'c' does not come to what is expected of it: nothing in its output fits /hel+o/: 'good day'.");
  CHECK(why_unmet({.kind = "json", .path = "a.b", .value = "[1]"}, R"({"a":{"b":[1]}})").empty());
  CHECK(why_unmet({.kind = "json", .path = "a.b", .value = "2"}, R"({"a":{"b":[1]}})") == "'c' does not come to what is expected of it: a.b is [1], not 2.");
  CHECK(why_unmet({.kind = "json", .path = "a.b", .value = "2"}, "no") == "'c' does not come to what is expected of it: its output is no JSON: 'no'.");
  CHECK(why_unmet({.kind = "similarity", .path = "0.9", .value = "MARTHA"}, "MARHTA\n").empty());
  CHECK(why_unmet({.kind = "similarity", .path = "0.99", .value = "MARTHA"}, "MARHTA\n") == "'c' does not come to what is expected of it: its output is alike by 0.96, less than 0.99: 'MARHTA'.");
  CHECK(why_unmet({.kind = "similarity", .path = "1.0", .value = R"({"a":1,"b":2})", .json = true}, R"({"b": 2, "a": 1})").empty());
}

TEST_CASE("directives decide about a fence that is carried out", "[directives]") {
  const auto record = run_text("# Lab\n\n" + kShell +
                               "1. Run this:\n\n    <!-- azlab expect exit=3 -->\n    ```bash\n    bash -c 'exit 3'\n    ```\n"
                               "1. Run this:\n\n    <!-- azlab expect output~/hello/ -->\n    ```bash\n    echo good day\n    ```\n"
                               "\n<!-- azlab skip: needs a phone -->\n\n1. Run this:\n\n    ```bash\n    false\n    ```\n");
  CHECK(said_of(record) == std::vector<std::string>{"3 passed", "4 passed", "10 failed", "19 skipped", "12 expect/not-met"});
  CHECK(record.steps[3].evidence == "Skipped by the author: needs a phone");
}

TEST_CASE("what an author disables is counted, not reported; a directive that silences nothing is stale", "[directives]") {
  const std::string text = "1. Run this:\n\n    ```azurecli\n    ls\n    ```\n";
  const auto silenced = run_text("# Lab\n\n" + kShell + "\n<!-- azlab disable fence/language: to show highlighting -->\n\n" + text);
  CHECK(said_of(silenced) == std::vector<std::string>{"3 passed", "7 passed"});
  CHECK(silenced.silenced == 1);
  const auto stale = run_text("# Lab\n\n" + kShell + "\n<!-- azlab disable md/broken-emphasis: it renders -->\n\n" + text);
  CHECK(said_of(stale) == std::vector<std::string>{"3 passed", "7 passed", "5 directive/stale", "9 fence/language"});
  CHECK(stale.silenced == 0);
}

TEST_CASE("a value of the output is kept as a variable of the terminal; where there is none, the step fails", "[directives]") {
  CHECK(captured({.variable = "N", .path = "a.b"}, R"({"a":{"b":"it's"}})").value() == "it's");
  CHECK(captured({.variable = "N", .path = "a"}, R"({"a":[1]})").value() == "[1]");
  CHECK(captured({.variable = "N", .path = "b"}, R"({"a":[1]})").error().message == "the output has no b");
  CHECK(captured({.variable = "N", .path = "a"}, "text").error().message == "the output is no JSON: 'text'");
  CHECK(captured({.variable = "N", .pattern = "id-(\\d+)"}, "made id-17\n").value() == "17");
  CHECK(captured({.variable = "N", .pattern = "id-(\\d+)"}, "made none\n").error().message == "nothing in the output fits /id-(\\d+)/: 'made none'");
  const LabRecord record = run_text("# Lab\n\n" + kShell + "1. Run this command:\n\n    <!-- azlab capture: NAME=$.name -->\n    <!-- azlab capture: OTHER=$.other -->\n    ```bash\n    echo '{\"name\": \"it is\"}'\n    ```\n\n"
                                    "1. Run this command:\n\n    <!-- azlab expect output~/^<it is>/ -->\n    ```bash\n    printf '<%s>' \"$NAME\"\n    ```\n");
  CHECK(said_of(record) == std::vector<std::string>{"3 passed", "4 failed", "12 passed", "7 expect/not-captured"});
}

TEST_CASE("a fence is tried again as often as its author wants, and simulated time passes between", "[directives]") {
  const std::string third = "    ```bash\n    echo x >> tries; sleep 2; test $(wc -l < tries) -ge 3\n    ```\n";
  const LabRecord good = run_text("# Lab\n\n" + kShell + "1. Run this command:\n\n    <!-- azlab retry: 2 every 10s -->\n" + third);
  CHECK(said_of(good) == std::vector<std::string>{"3 passed", "4 passed"});
  CHECK(good.steps[1].simulated_s >= 26);
  CHECK(good.steps[1].simulated_s < 27);
  CHECK(good.steps[1].evidence.ends_with("(tried 3 times)"));
  const LabRecord bad = run_text("# Lab\n\n" + kShell + "1. Run this command:\n\n    <!-- azlab retry: 1 -->\n" + third);
  CHECK(said_of(bad) == std::vector<std::string>{"3 passed", "4 failed"});
}

TEST_CASE("a fence that takes longer than its author allows fails its step", "[directives]") {
  const std::string slow = "    ```bash\n    sleep 90\n    ```\n";
  CHECK(said_of(run_text("# Lab\n\n" + kShell + "1. Run this command:\n\n    <!-- azlab timeout: 2m -->\n" + slow)) == std::vector<std::string>{"3 passed", "4 passed"});
  CHECK(said_of(run_text("# Lab\n\n" + kShell + "1. Run this command:\n\n    <!-- azlab timeout: 1m -->\n" + slow)) == std::vector<std::string>{"3 passed", "4 failed", "6 expect/too-slow"});
}

TEST_CASE("what differs each time is not held against a sample, and the report says so", "[directives]") {
  const LabRecord record = run_text("# Lab\n\n" + kShell + "1. Run this command:\n\n    <!-- azlab non-deterministic: output -->\n    ```bash\n    echo 81723\n    ```\n\n    <!-- expected_similarity=0.9 -->\n    ```output\n    55555\n    ```\n");
  CHECK(said_of(record) == std::vector<std::string>{"3 passed", "4 passed"});
  CHECK(record.not_reproducible == std::vector<std::string>{"line 7: what its commands print (the author says so)"});
}

TEST_CASE("a step that is judged by itself does not blame an earlier one", "[directives]") {
  const auto text = [](const std::string& directive) { return "# Lab\n\n" + kShell + "1. Run this command:\n\n    ```bash\n    mkdir a/b/c\n    ```\n\n" + directive + "1. Run this command:\n\n    ```bash\n    cat a/b/c/d\n    ```\n"; };
  CHECK(said_of(run_text(text(""))) == std::vector<std::string>{"3 passed", "4 failed", "10 blocked"});
  CHECK(said_of(run_text(text("<!-- azlab always -->\n\n"))) == std::vector<std::string>{"3 passed", "4 failed", "12 failed"});
}

TEST_CASE("a fault strikes from the step on that its directive stands before", "[directives]") {
  const std::string create = "1. Run this command:\n\n    ```azurecli\n    az group create --name one --location eastus\n    ```\n\n";
  const LabRecord record = run_text("# Lab\n\n" + kShell + create + "<!-- azlab fault: authorization-failed@resourceGroups.create -->\n\n" + replace_all(create, "one", "two"));
  CHECK(said_of(record) == std::vector<std::string>{"3 passed", "4 passed", "12 failed"});
  CHECK(record.steps[2].evidence.find("AuthorizationFailed") != std::string::npos);
  REQUIRE(record.faults.size() == 1);
  CHECK(record.faults[0].hits == 1);
  const LabRecord wrong = run_text("# Lab\n\n<!-- azlab fault: autorization-failed -->\n\n" + kShell);
  CHECK(said_of(wrong) == std::vector<std::string>{"5 passed", "3 directive/malformed"});
}

TEST_CASE("pages that are wanted before a lab are carried out first, each once, in the same Azure", "[directives]") {
  std::map<std::string, std::string> pages;
  const std::string make = "1. Run this command:\n\n    ```azurecli\n    az group create --name one --location eastus\n    ```\n\n";
  const std::string use = "1. Run this command:\n\n    ```azurecli\n    az group show --name one\n    ```\n";
  std::vector<std::string> shown;
  const auto run_page = [&](const std::string& text) {
    const auto lab = lab::read_lab(text, "labs/02-use.md");
    REQUIRE(lab);
    shown.clear();
    RunOptions options{.python = PythonUse::none, .azlab_binary = AZLAB_BINARY_DIR "/azlab"};
    options.read_page = [&](const std::string& file) -> Result<std::string> { return pages.contains(file) ? Result<std::string>(pages[file]) : fail(404, "", "no " + file); };
    options.on_step = [&](const LabRecord& record, const StepRecord& step) { shown.push_back(record.file + ":" + std::to_string(step.line)); };
    return run_lab(*lab, options).value();
  };
  pages["setup/00-base.md"] = "# Base\n\n" + kShell + make;
  pages["labs/01-make.md"] = "<!-- azlab prerequisite: ../setup/00-base.md -->\n\n# Make\n\n" + kShell;
  const LabRecord good = run_page("<!-- azlab prerequisite: 01-make.md -->\n<!-- azlab prerequisite: ../setup/00-base.md -->\n\n# Use\n\n" + kShell + use);
  CHECK(said_of(good) == std::vector<std::string>{"6 passed", "7 passed"});
  CHECK(shown == std::vector<std::string>{"setup/00-base.md:3", "setup/00-base.md:4", "labs/01-make.md:5", "labs/02-use.md:6", "labs/02-use.md:7"});

  pages["setup/00-base.md"] = "# Base\n\n" + kShell + "1. Run this command:\n\n    ```bash\n    false\n    ```\n";
  const LabRecord failed = run_page("<!-- azlab prerequisite: 01-make.md -->\n\n# Use\n\n" + kShell + use);
  CHECK(said_of(failed) == std::vector<std::string>{"5 passed", "6 blocked", "1 prerequisite/failed"});
  CHECK(said_of(run_page("<!-- azlab prerequisite: 03-none.md -->\n\n# Use\n\n" + kShell)) == std::vector<std::string>{"5 passed", "1 prerequisite/not-found"});
  pages["labs/01-make.md"] = "<!-- azlab prerequisite: 02-use.md -->\n\n# Make\n\n" + kShell;
  CHECK(said_of(run_page("<!-- azlab prerequisite: 01-make.md -->\n\n# Use\n\n" + kShell)) == std::vector<std::string>{"5 passed", "1 prerequisite/circle"});
}

TEST_CASE("what a scenario expects and does not come to pass is found once for the lab", "[scenario]") {
  const std::string lab = "# Lab\n\n" + kShell + "1. Run this command:\n\n    ```azurecli\n    az group create --name rg-lab --location eastus\n    ```\n";
  const auto findings = [&](const std::string& expect) {
    std::vector<std::string> out;
    for (const auto& one : run_text(lab, R"({"expect": )" + expect + "}").findings) out.push_back(std::to_string(one.line) + " " + one.rule + " " + one.message);
    return out;
  };
  CHECK(findings(R"({"requests": {"resourceGroups.create": {"atLeast": 1}}, "exitStatus": 3})").empty());
  CHECK(findings(R"({"requests": {"vaults.create": 1}})") ==
        std::vector<std::string>{"1 scenario/expectation-not-met The scenario expected something else: (given text):1:43: expect.requests.vaults.create: 1 expected, 0 found."});
}

TEST_CASE("groups that a scenario left behind are not the lab's to delete", "[scenario]") {
  const std::string lab = "# Lab\n\n" + kShell + "1. Run these commands:\n\n    ```azurecli\n    az group create --name rg-lab --location eastus\n    az group delete --name rg-lab --yes\n    ```\n";
  CHECK(run_text(lab, R"({"start": {"groups": [{"name": "rg-of-others"}]}})").findings.empty());
}
