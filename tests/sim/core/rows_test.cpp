#include "sim/core/rows.hpp"

#include <map>

#include "sim/core/draw.hpp"
#include "sim/core/world.hpp"
#include "tests/support/catch.hpp"

using namespace azlab;

namespace {

RowPtr row(const std::string& body) { return std::make_shared<const Row>(Row{.body = body}); }

std::map<std::string, std::string> contents(const Rows& rows, std::string_view prefix = "") {
  std::map<std::string, std::string> out;
  std::string last;
  rows.for_each(prefix, [&](const std::string& key, const RowPtr& r) {
    CHECK((out.empty() || last < key));
    last = key;
    out.emplace(key, r->body);
    return true;
  });
  return out;
}

}  // namespace

TEST_CASE("thousands of rows written and erased in any order are those of a sorted map, and copies stay as they were") {
  const Draw draw(7);
  Rows rows;
  std::map<std::string, std::string> model;
  Rows copy;
  std::map<std::string, std::string> model_of_copy;
  for (std::uint64_t n = 0; n < 6000; ++n) {
    const std::string key = draw.hex(3, "key", "", n);
    if (draw.unit("erase", "", n) < 0.4) {
      const bool there = model.erase(key) > 0;
      CHECK((rows.erase(key) != nullptr) == there);
    } else {
      const auto before = model.find(key);
      const RowPtr was = rows.put(key, row(std::to_string(n)));
      CHECK((was ? was->body : "") == (before == model.end() ? "" : before->second));
      model[key] = std::to_string(n);
    }
    if (n == 3000) {
      copy = rows;
      model_of_copy = model;
    }
  }
  CHECK(rows.size() == model.size());
  CHECK(contents(rows) == model);
  CHECK(contents(copy) == model_of_copy);
  CHECK(rows.find("zzz") == nullptr);
  const auto [key, body] = *model.begin();
  CHECK(rows.find(key)->body == body);
  std::map<std::string, std::string> scope;
  for (const auto& [k, v] : model) {
    if (k.starts_with("a")) scope.emplace(k, v);
  }
  CHECK(contents(rows, "a") == scope);
  for (const auto& [k, v] : model) rows.erase(k);
  CHECK(rows.size() == 0);
  CHECK(contents(rows).empty());
}

TEST_CASE("keys that only grow, and a queue that is emptied from its front") {
  Rows rows;
  for (int n = 1000; n < 3000; ++n) rows.put(std::to_string(n), row("x"));
  for (int n = 1000; n < 2990; ++n) REQUIRE(rows.erase(std::to_string(n)) != nullptr);
  CHECK(rows.size() == 10);
  CHECK(contents(rows).begin()->first == "2990");
  CHECK(rows.erase("1000") == nullptr);
}
