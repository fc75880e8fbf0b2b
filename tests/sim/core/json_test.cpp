#include "sim/core/json.hpp"

#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"

using namespace azlab;

TEST_CASE("broken JSON is one line that names the place, never an exception") {
  const auto broken = parse_json("{\"a\":\n ]");
  REQUIRE_FALSE(broken);
  CHECK(broken.error().code == "InvalidJson");
  CHECK(broken.error().message.find("line 2, column 2") != std::string::npos);
  CHECK(broken.error().message.find('\n') == std::string::npos);
  CHECK_FALSE(parse_json(""));
  CHECK_FALSE(parse_json("{} x"));
  CHECK_FALSE(parse_json("\"\xFF\""));
}

TEST_CASE("comments are read where they are asked for") {
  CHECK_FALSE(parse_json("{/* c */}"));
  const auto value = parse_jsonc("{ // one\n \"a\": /* two */ 1 }");
  REQUIRE(value);
  CHECK((*value)["a"] == 1);
}

TEST_CASE("a document that nests too deep is refused instead of exhausting the stack") {
  CHECK(parse_json(std::string(200, '[') + std::string(200, ']')));
  const auto deep = parse_json(std::string(100'000, '['));
  REQUIRE_FALSE(deep);
  CHECK(deep.error().message == "JSON nests deeper than 200 levels.");
  CHECK(parse_json("\"" + std::string(500, '[') + "\""));  // brackets in a string are text
}

TEST_CASE("serialising sorts keys and replaces what is no UTF-8") {
  CHECK(dump({{"b", 1}, {"a", {1, "é"}}}) == R"({"a":[1,"é"],"b":1})");
  CHECK(dump(Json("\xFF")) == "\"\xEF\xBF\xBD\"");
  CHECK(dump_pretty({{"a", 1}}) == "{\n  \"a\": 1\n}");
}

TEST_CASE("dotted paths read and make nested members") {
  Json value;
  set_path(value, "properties.sku.name", "Basic");
  CHECK(dump(value) == R"({"properties":{"sku":{"name":"Basic"}}})");
  CHECK(string_at(value, "properties.sku.name") == "Basic");
  CHECK(string_at(value, "properties.sku", "none") == "none");
  CHECK(string_at(value, "properties.sku.name.more", "none") == "none");
  CHECK(find_path(value, "properties.SKU") == nullptr);
  REQUIRE(find_key(value, "PROPERTIES") != nullptr);
  CHECK(find_key(Json::array(), "a") == nullptr);
}
