#include "harness/twins/paths.hpp"

#include "tests/support/catch.hpp"

using namespace azlab;

namespace {

std::string guessed(const std::vector<std::string>& files) {
  std::string out;
  for (const twins::TwinPath& pair : twins::guess_twins(files)) out += pair.twin + " <- " + pair.source + " (" + pair.language + ")\n";
  return out;
}

}  // namespace

TEST_CASE("twins: which page translates which is guessed from paths", "[twins]") {
  CHECK(guessed({"Instructions/a.md", "Instructions/fr/a.md", "Instructions/zh-Hans/a.md"}) ==
        "Instructions/fr/a.md <- Instructions/a.md (fr)\nInstructions/zh-Hans/a.md <- Instructions/a.md (zh-Hans)\n");
  CHECK(guessed({"pt-br/Instructions/a.md", "Instructions/a.md"}) == "pt-br/Instructions/a.md <- Instructions/a.md (pt-br)\n");
  CHECK(guessed({"docs/en/a.md", "docs/de/a.md"}) == "docs/de/a.md <- docs/en/a.md (de)\n");
  CHECK(guessed({"en-us/a.md", "a.md", "ko-kr/a.md"}) == "en-us/a.md <- a.md (en-us)\nko-kr/a.md <- a.md (ko-kr)\n");
  CHECK(guessed({"a.md", "a.ja.md"}) == "a.ja.md <- a.md (ja)\n");
  CHECK(guessed({"course/Instructions/a.md", "course.it-it/Instructions/a.md"}) == "course.it-it/Instructions/a.md <- course/Instructions/a.md (it-it)\n");
}

TEST_CASE("twins: folders that only look like languages make no twins", "[twins]") {
  CHECK(guessed({"Instructions/a.md", "Instructions/ml/a.md", "Instructions/b.md", "az/b.md", "v1.2/a.md"}).empty());
  CHECK(guessed({"fr/a.md", "de/a.md"}).empty());
  CHECK(guessed({}).empty());
  CHECK(twins::is_language_code("ZH-TW"));
  CHECK_FALSE(twins::is_language_code("french"));
  CHECK_FALSE(twins::is_language_code("it-ops"));
  CHECK_FALSE(twins::is_language_code(""));
}
