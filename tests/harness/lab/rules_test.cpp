// The examples of the rules that need the text alone are tests: each fires its rule, and its mended twin does not.
#include <algorithm>
#include <string>

#include "harness/lab/lab.hpp"
#include "tests/support/catch.hpp"

using namespace azlab;

namespace {

bool fires(const std::string& rule, const std::string& text) {
  const auto lab = lab::read_lab(text, "example.md");
  REQUIRE(lab);
  return std::any_of(lab->findings.begin(), lab->findings.end(), [&](const auto& f) { return f.rule == rule; });
}

}  // namespace

TEST_CASE("every rule of the text fires on its own example", "[rules]") {
  int tried = 0;
  for (const auto& rule : rules::catalogue()) {
    const std::string group = rule.id.substr(0, rule.id.find('/'));
    static const std::vector<std::string> kOfText = {"cmd", "directive", "fallback", "fence", "lab", "md", "note", "text"};
    if (std::find(kOfText.begin(), kOfText.end(), group) == kOfText.end() && rule.id != "sh/shebang") continue;
    if (rule.id == "directive/stale") continue;  // what it finds shows when the lab has been carried out
    INFO(rule.id);
    CHECK(fires(rule.id, rule.example));
    ++tried;
  }
  CHECK(tried >= 15);
}
