#include "harness/lab/directives.hpp"

#include <string>

#include "harness/lab/lab.hpp"
#include "tests/support/catch.hpp"

using namespace azlab;

namespace {

lab::Lab read(const std::string& text) {
  auto lab = lab::read_lab(text, "lab.md");
  REQUIRE(lab);
  return std::move(*lab);
}

std::vector<std::string> found_in(const lab::Lab& lab) {
  std::vector<std::string> out;
  for (const auto& one : lab.findings) out.push_back(std::to_string(one.line) + " " + one.rule + ": " + one.suggestion);
  return out;
}

const std::vector<lab::Expectation>& expectations_of(const lab::Lab& lab, std::size_t step) {
  for (const auto& unit : lab.steps.at(step).units) {
    for (const auto& op : unit.ops) {
      if (op.kind == "shell.block") return op.orders.expectations;
    }
  }
  FAIL("no command in the step");
  static const std::vector<lab::Expectation> kNone;
  return kNone;
}

const std::string kStep = "1. Run this command:\n\n    ";
const std::string kFence = "```bash\n    echo hello\n    ```\n";

}  // namespace

TEST_CASE("directives are comments of azlab's own; other comments and those inside code are left alone", "[directives]") {
  std::vector<rules::Finding> problems;
  const auto found = lab::read_directives(
      "<!-- azlab optional -->\n<!-- a remark about azlab -->\n```md\n<!-- azlab nonsense -->\n```\n"
      "text <!-- azlab: skip: no time --> more <!--azlab expect exit=1-->\n<!--\nazlab disable md/broken-emphasis:\n  it renders\n-->\n<!-- expected_similarity=0.8 -->\n",
      problems);
  CHECK(problems.empty());
  std::vector<std::string> read;
  for (const auto& one : found) read.push_back(std::to_string(one.line) + " " + one.kind + " [" + one.argument + "]");
  CHECK(read == std::vector<std::string>{"1 optional []", "6 skip [no time]", "6 expect [exit=1]", "7 disable [md/broken-emphasis:\n  it renders]", "11 expected_similarity [0.8]"});
}

TEST_CASE("a directive that azlab does not know is an error with a suggestion", "[directives]") {
  CHECK(found_in(read("# Lab\n\n<!-- azlab disabel md/x: y -->\n\n1. Open the **Azure portal**.\n")) == std::vector<std::string>{"3 directive/unknown: Do you mean 'disable'?"});
  CHECK(found_in(read("# Lab\n\n<!-- azlab zzzzzzzzz -->\n\n1. Open the **Azure portal**.\n")) == std::vector<std::string>{"3 directive/unknown: There is always, capture, disable, expect, fault, non-deterministic, optional, prerequisite, retry, skip, timeout."});
  CHECK(found_in(read("# Lab\n\n<!-- expected_results=0.8 -->\n\n1. Open the **Azure portal**.\n")) == std::vector<std::string>{"3 directive/unknown: Do you mean 'expected_similarity'?"});
  CHECK(read("# Lab\n\n<!-- azlab disabel md/x: y -->\n\n1. Open the **Azure portal**.\n").findings.at(0).severity == "error");
}

TEST_CASE("expectations belong to the fence that follows", "[directives]") {
  const auto lab = read(kStep + "<!-- azlab expect exit=1 -->\n    <!-- azlab expect: output~/hel+o/ -->\n    " + kFence + "\n" + kStep + "<!-- azlab expect: json $.state == \"Succeeded\" -->\n    " + kFence);
  CHECK(found_in(lab).empty());
  REQUIRE(expectations_of(lab, 0).size() == 2);
  CHECK(expectations_of(lab, 0)[0].kind == "exit");
  CHECK(expectations_of(lab, 0)[0].value == "1");
  CHECK(expectations_of(lab, 0)[1].kind == "output");
  CHECK(expectations_of(lab, 0)[1].value == "hel+o");
  REQUIRE(expectations_of(lab, 1).size() == 1);
  CHECK(expectations_of(lab, 1)[0].path == "state");
  CHECK(expectations_of(lab, 1)[0].value == "\"Succeeded\"");
  CHECK(found_in(read(kStep + "<!-- azlab expect exit=yes -->\n    " + kFence)) == std::vector<std::string>{"3 directive/malformed: Write exit=1, output~/regular expression/ or json $.path == value."});
  CHECK(found_in(read(kStep + "<!-- azlab expect output~/(/ -->\n    " + kFence)).size() == 1);
  CHECK(found_in(read(kStep + kFence + "\n<!-- azlab expect exit=1 -->\n")) == std::vector<std::string>{"7 directive/speaks-of-nothing: Put it directly before what it is about."});
}

TEST_CASE("the fence after expected_similarity is what the command before it prints, and is not carried out", "[directives]") {
  const auto lab = read(kStep + kFence + "\n    <!-- expected_similarity=0.8 -->\n    ```output\n    hello\n    ```\n");
  CHECK(found_in(lab).empty());
  REQUIRE(expectations_of(lab, 0).size() == 1);
  CHECK(expectations_of(lab, 0)[0].kind == "similarity");
  CHECK(expectations_of(lab, 0)[0].path == "0.8");
  CHECK(expectations_of(lab, 0)[0].value == "hello\n");
  int commands = 0;
  for (const auto& unit : lab.units) {
    for (const auto& op : unit.ops) commands += op.kind == "shell.block" ? 1 : 0;
  }
  CHECK(commands == 1);
  const auto pattern = read(kStep + kFence + "\n    <!-- expected_similarity=\"hel+o\" -->\n    ```output\n    hello\n    ```\n");
  REQUIRE(expectations_of(pattern, 0).size() == 1);
  CHECK(expectations_of(pattern, 0)[0].kind == "output");
  CHECK(found_in(read(kStep + kFence + "\n    <!-- expected_similarity=2 -->\n    ```output\n    hello\n    ```\n")).size() == 1);
}

TEST_CASE("a step can be optional, or left out with a reason", "[directives]") {
  const auto lab = read("# Lab\n\n<!-- azlab optional -->\n\n1. Open the **Azure portal**.\n\n<!-- azlab skip: needs a phone -->\n\n1. Select **Launch studio**.\n1. Close the **Azure portal** tab.\n");
  CHECK(found_in(lab).empty());
  REQUIRE(lab.steps.size() == 3);
  CHECK(lab.steps[0].optional);
  CHECK(lab.steps[1].skip_reason == "needs a phone");
  CHECK(lab.steps[2].skip_reason.empty());
  CHECK(found_in(read("# Lab\n\n<!-- azlab skip -->\n\n1. Open the **Azure portal**.\n")).size() == 1);
}

TEST_CASE("disable covers the step, the unit or the page that it stands before, and wants a reason and a rule", "[directives]") {
  const auto page = read("<!-- azlab disable md/broken-emphasis, fence/language: our site renders it -->\n\n# Lab\n\n1. Open the **Azure portal**.\n");
  REQUIRE(page.disabled.size() == 2);
  CHECK(page.disabled[1].rule == "fence/language");
  CHECK(page.disabled[0].first_line == 1);
  CHECK(page.disabled[0].last_line > 1000000);
  const auto step = read("# Lab\n\n1. Open the **Azure portal**.\n\n<!-- azlab disable fence/language: on purpose -->\n\n1. Run this:\n\n    ```azurecli\n    ls\n    ```\n\n1. Close the **Azure portal** tab.\n");
  REQUIRE(step.disabled.size() == 1);
  CHECK(step.disabled[0].first_line == 5);
  CHECK(step.disabled[0].last_line == 12);
  CHECK(found_in(read("# Lab\n\n<!-- azlab disable md/broken-emphasis -->\n\n1. Open the **Azure portal**.\n")) == std::vector<std::string>{"3 directive/malformed: Say why: <!-- azlab disable RULE: reason -->"});
  CHECK(found_in(read("# Lab\n\n<!-- azlab disable md/broken-emfasis: why -->\n\n1. Open the **Azure portal**.\n")) == std::vector<std::string>{"3 directive/unknown-rule: Do you mean 'md/broken-emphasis'?"});
}

TEST_CASE("captures, retries, limits and what differs each time belong to the fence that follows", "[directives]") {
  const auto lab = read(kStep + "<!-- azlab capture: WS=$.name -->\n    <!-- azlab capture ID~/id-(\\d+)/ -->\n    <!-- azlab retry: 3 every 10s -->\n    <!-- azlab timeout: 20m -->\n    <!-- azlab non-deterministic: output -->\n    " + kFence);
  CHECK(found_in(lab).empty());
  const lab::FenceOrders* orders = nullptr;
  for (const auto& unit : lab.steps.at(0).units) {
    for (const auto& op : unit.ops) {
      if (op.kind == "shell.block") orders = &op.orders;
    }
  }
  REQUIRE(orders != nullptr);
  REQUIRE(orders->captures.size() == 2);
  CHECK(orders->captures[0].variable == "WS");
  CHECK(orders->captures[0].path == "name");
  CHECK(orders->captures[1].pattern == "id-(\\d+)");
  CHECK(orders->retries == 3);
  CHECK(orders->retry_every_s == 10);
  CHECK(orders->time_limit_s == 1200);
  CHECK(orders->non_deterministic);
  for (const std::string wrong : {"capture: WS", "capture 1=$.name", "capture N~/no group/", "capture N~/(/", "retry: 0", "retry: often", "retry: 3 every week", "timeout: 20", "timeout: 0s", "non-deterministic: all", "non-deterministic"}) {
    INFO(wrong);
    const auto found = found_in(read(kStep + "<!-- azlab " + wrong + " -->\n    " + kFence));
    REQUIRE(found.size() == 1);
    CHECK(found[0].starts_with("3 directive/malformed: "));
  }
  for (const std::string right : {"capture N=$.a", "retry: 2", "timeout: 1h", "non-deterministic: output"}) {
    INFO(right);
    CHECK(found_in(read("# Lab\n\n1. Open the **Azure portal**.\n\n<!-- azlab " + right + " -->\n")) == std::vector<std::string>{"5 directive/speaks-of-nothing: Put it directly before what it is about."});
  }
}

TEST_CASE("a step can be judged by itself or struck by a fault, and a page can want others before it", "[directives]") {
  const auto lab = read("<!-- azlab prerequisite: ../00-setup.md -->\n\n# Lab\n\n<!-- azlab always -->\n\n1. Open the **Azure portal**.\n\n<!-- azlab fault: quota.cores@computes.create -->\n\n1. Select **Launch studio**.\n");
  CHECK(found_in(lab).empty());
  REQUIRE(lab.prerequisites.size() == 1);
  CHECK(lab.prerequisites[0].path == "../00-setup.md");
  REQUIRE(lab.steps.size() == 2);
  CHECK(lab.steps[0].always);
  CHECK_FALSE(lab.steps[1].always);
  REQUIRE(lab.steps[1].faults.size() == 1);
  CHECK(lab.steps[1].faults[0].fault == "quota.cores@computes.create");
  CHECK(lab.steps[1].faults[0].line == 9);
  CHECK(found_in(read("# Lab\n\n<!-- azlab prerequisite: setup -->\n\n1. Open the **Azure portal**.\n")) == std::vector<std::string>{"3 directive/malformed: Write the path of a page, relative to this one: ../00-setup.md."});
  CHECK(found_in(read("# Lab\n\n<!-- azlab fault -->\n\n1. Open the **Azure portal**.\n")).size() == 1);
}
