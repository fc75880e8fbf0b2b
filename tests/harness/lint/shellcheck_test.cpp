#include "harness/lint/shellcheck.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>

#include "harness/shell/sandbox.hpp"
#include "sim/core/fixtures.hpp"
#include "tests/support/catch.hpp"

using namespace azlab;

namespace {

bool have_shellcheck() {
  if (!shell::find_on_computer("shellcheck").empty()) return true;
  const char* ci = std::getenv("CI");
  if (ci != nullptr && std::string(ci) == "true") FAIL("shellcheck must be there in CI");
  WARN("SKIPPED: this computer has no shellcheck");
  return false;
}

std::vector<lab::Finding> check(const std::string& text) {
  const auto lab = lab::read_lab(text, "lab.md");
  REQUIRE(lab);
  auto found = lint::check_shell(*lab);
  INFO((found ? "" : found.error().message));
  REQUIRE(found);
  return std::move(*found);
}

bool fires(const std::string& rule, const std::string& text) {
  const auto found = check(text);
  return std::any_of(found.begin(), found.end(), [&](const auto& one) { return one.rule == rule; });
}

}  // namespace

TEST_CASE("every rule of shellcheck fires on its example and not on the mended one", "[lint]") {
  if (!have_shellcheck()) return;
  int tried = 0;
  for (const auto& rule : rules::catalogue()) {
    if (!rule.id.starts_with("shellcheck/")) continue;
    INFO(rule.id);
    CHECK(fires(rule.id, rule.example));
    CHECK_FALSE(rule.mended.empty());
    CHECK_FALSE(fires(rule.id, rule.mended));
    ++tried;
  }
  CHECK(tried == 23);
}

TEST_CASE("shellcheck's remarks stand on the lab's lines, the telling one alone", "[lint]") {
  if (!have_shellcheck()) return;
  const auto found = check("# Lab\n\n1. Run this:\n\n    ```bash\n    echo start\n    echo “hello”\n    ```\n\n1. And this:\n\n    ```azurecli\n    NAME = rg-lab\n    ```\n\n1. And this:\n\n    ```powershell\n    $NAME = \"x\"\n    ```\n");
  REQUIRE(found.size() == 2);
  CHECK(found[0].line == 7);
  CHECK(found[0].rule == "shellcheck/sc1110");
  CHECK(found[0].severity == "error");
  CHECK(found[1].line == 13);
  CHECK(found[1].rule == "shellcheck/sc2283");
}

TEST_CASE("the sample course gives shellcheck nothing to say", "[lint]") {
  if (!have_shellcheck()) return;
  int labs = 0;
  for (const auto& path : fixtures::list("fixtures/course/Instructions/")) {
    if (!path.ends_with(".md")) continue;
    INFO(path);
    CHECK(check(std::string(fixtures::get(path))).empty());
    ++labs;
  }
  CHECK(labs >= 4);
}
