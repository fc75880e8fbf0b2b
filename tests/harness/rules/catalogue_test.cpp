#include "harness/rules/catalogue.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "tests/support/catch.hpp"

using namespace azlab;

namespace {

/// The ids that sources pass to rules::finding, with the file that does.
std::set<std::string> rules_in_sources() {
  std::set<std::string> out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(AZLAB_SOURCE_DIR "/harness")) {
    if (entry.path().extension() != ".cpp" && entry.path().extension() != ".hpp") continue;
    std::ifstream file(entry.path());
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    static const RE2 kFindingCall(R"re(finding\(([^;]{0,120}))re");
    re2::StringPiece rest(text);
    for (std::string call; RE2::FindAndConsume(&rest, kFindingCall, &call);) {
      re2::StringPiece inside(call);
      static const RE2 kRuleId(R"re("([a-z0-9]+/[a-z0-9-]+)")re");
      for (std::string id; RE2::FindAndConsume(&inside, kRuleId, &id);) out.insert(id);
    }
  }
  return out;
}

}  // namespace

TEST_CASE("each rule says what it finds, why it matters, how it looks and how it is mended", "[rules]") {
  CHECK(rules::catalogue().size() >= 60);
  std::set<std::string> seen;
  static const RE2 kRuleName("[a-z0-9]+/[a-z0-9-]+");
  for (const auto& rule : rules::catalogue()) {
    INFO(rule.id);
    CHECK(seen.insert(rule.id).second);
    CHECK(RE2::FullMatch(rule.id, kRuleName));
    CHECK((rule.severity == "error" || rule.severity == "warning" || rule.severity == "note"));
    CHECK((rule.owner == "source" || rule.owner == "translation" || rule.owner == "material" || rule.owner == "platform"));
    for (const auto* text : {&rule.what, &rule.why, &rule.example, &rule.repair}) CHECK_FALSE(text->empty());
    CHECK(rules::find_rule(rule.id) == &rule);
    for (const auto& covered : rule.covers) CHECK(rules::find_rule(covered) != nullptr);
  }
  CHECK(std::is_sorted(rules::catalogue().begin(), rules::catalogue().end(), [](const auto& a, const auto& b) { return a.id < b.id; }));
}

TEST_CASE("whatever the sources find stands in the catalogue", "[rules]") {
  const auto used = rules_in_sources();
  CHECK(used.size() > 20);
  for (const auto& id : used) {
    INFO(id);
    CHECK(rules::find_rule(id) != nullptr);
  }
}

TEST_CASE("a finding has its rule's severity and owner, unless it has its own", "[rules]") {
  auto found = rules::finding("md/broken-emphasis", 7, "stars", "mend");
  CHECK(found.severity == "warning");
  CHECK(found.line == 7);
  CHECK(rules::owner_of(found) == "source");
  found.owner = "translation";
  CHECK(rules::owner_of(found) == "translation");
  CHECK(rules::find_rule("md/broken") == nullptr);
  CHECK(rules::nearest_rule("md/broken-emphsis") == "md/broken-emphasis");
}
