#include <filesystem>
#include <fstream>
#include <sstream>

#include "harness/lab/lab.hpp"
#include "tests/support/catch.hpp"

using namespace azlab;

TEST_CASE("lab reader: text that is not UTF-8 is refused with the byte offset") {
  const auto lab = lab::read_lab("# a\n\xff", "x.md");
  REQUIRE_FALSE(lab);
  REQUIRE(lab.error().message == "x.md: not UTF-8 (byte 4)");
}
