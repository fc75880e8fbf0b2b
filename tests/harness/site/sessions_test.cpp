#include "harness/site/sessions.hpp"

#include "tests/support/catch.hpp"

using namespace azlab::site;

TEST_CASE("a site remembers its tabs, those used last, beyond its own end", "[site]") {
  std::map<std::string, std::string> kept;
  const auto keep = [&](const std::string& id, const std::string& text) {
    if (text.empty()) {
      kept.erase(id);
    } else {
      kept[id] = text;
    }
  };
  {
    Sessions sessions;
    sessions.open({}, keep);
    CHECK(sessions.find("s0").empty());
    for (std::size_t i = 0; i < kSessionsMax; ++i) sessions.save("s" + std::to_string(i), "page\n" + std::to_string(i));
    CHECK(kept.size() == kSessionsMax);
    CHECK(sessions.find("s0") == "page\n0");  // used again: the next to go is another
    sessions.save("one", "more");
    CHECK(sessions.find("s1").empty());
  }
  CHECK(kept.size() == kSessionsMax);
  CHECK_FALSE(kept.contains("s1"));
  Sessions later;
  later.open(kept, keep);
  CHECK(later.find("s0") == "page\n0");
  CHECK(later.find("one") == "more");
  later.save("another", "x");
  CHECK(later.find("s2").empty());
  CHECK(later.find("s0") == "page\n0");
  // What is the same as before is not written again.
  const auto before = kept;
  later.save("another", "x");
  CHECK(kept["one"] == before.at("one"));
}
