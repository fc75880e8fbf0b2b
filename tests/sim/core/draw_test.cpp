#include "sim/core/draw.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "tests/support/catch.hpp"

using namespace azlab;

TEST_CASE("a draw depends on its seed, purpose, id and number, and on nothing else") {
  const Draw draw(1);
  const auto first = draw.bits("timing", "ws");
  CHECK(draw.bits("other", "ws") != first);
  CHECK(draw.bits("timing", "wt") != first);
  CHECK(draw.bits("timing", "ws", 1) != first);
  CHECK(Draw(2).bits("timing", "ws") != first);
  CHECK(draw.bits("timing", "ws") == first);
  CHECK(draw.bits("a", "bc") != draw.bits("ab", "c"));  // purpose and id do not run together
}

TEST_CASE("the same seed draws the same values on every machine") {
  CHECK(Draw(1).guid("workspace-id", "lab") == Draw(1).guid("workspace-id", "lab"));
  CHECK(Draw(1).hex(40, "key", "lab").size() == 40);
  CHECK(Draw(1).hex(3, "key", "lab") == Draw(1).hex(40, "key", "lab").substr(0, 3));
}

TEST_CASE("uuids are of version 4 and do not repeat") {
  const Draw draw(7);
  std::set<std::string> seen;
  for (std::uint64_t n = 0; n < 2000; ++n) {
    const std::string guid = draw.guid("g", "x", n);
    REQUIRE(guid.size() == 36);
    CHECK(guid[14] == '4');
    CHECK(std::string("89ab").find(guid[19]) != std::string::npos);
    CHECK(guid.find_first_not_of("0123456789abcdef-") == std::string::npos);
    seen.insert(guid);
  }
  CHECK(seen.size() == 2000);
}

TEST_CASE("unit draws fill [0, 1) evenly") {
  const Draw draw(3);
  std::vector<int> tenths(10);
  for (std::uint64_t n = 0; n < 10'000; ++n) {
    const double value = draw.unit("u", "x", n);
    REQUIRE(value >= 0.0);
    REQUIRE(value < 1.0);
    ++tenths[static_cast<std::size_t>(value * 10)];
  }
  CHECK(*std::min_element(tenths.begin(), tenths.end()) > 850);
  CHECK(*std::max_element(tenths.begin(), tenths.end()) < 1150);
}

TEST_CASE("log-normal durations have the median they were given") {
  const Draw draw(5);
  std::vector<double> values;
  for (std::uint64_t n = 0; n < 4001; ++n) values.push_back(to_seconds(draw.lognormal(std::log(60.0), 0.5, "t", "x", n)));
  std::nth_element(values.begin(), values.begin() + 2000, values.end());
  CHECK(values[2000] > 56);
  CHECK(values[2000] < 64);
  CHECK(draw.lognormal(2.0, 0.0, "t", "x") == seconds(std::exp(2.0)));
}
