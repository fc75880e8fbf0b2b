#include "harness/run/expectations.hpp"

#include <string>

#include "harness/run/lab_run.hpp"
#include "harness/run/similarity.hpp"
#include "tests/support/catch.hpp"

using namespace azlab;
using namespace azlab::run;

namespace {

std::string why_unmet(const lab::Expectation& expected, const std::string& output, int status = 0) {
  const auto found = unmet({expected}, {.command = "c", .exit_status = status, .output = output});
  return found.empty() ? "" : found.front().message;
}

LabRecord run_text(const std::string& text) {
  const auto lab = lab::read_lab(text, "lab.md");
  REQUIRE(lab);
  auto record = run_lab(*lab, {.python = PythonUse::none, .azlab_binary = AZLAB_BINARY_DIR "/azlab"});
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
