#include "sim/http/router.hpp"

#include <stdexcept>

#include "tests/support/catch.hpp"

using namespace azlab;

namespace {

constexpr const char* kHost = "management.azure.com";

void add(Router& router, Method method, const std::string& pattern, const std::string& operation, const std::string& host = kHost) {
  router.add({method, host, pattern, operation, nullptr});
}

std::string operation_of(const Router& router, Method method, const std::string& host, const std::string& path) {
  const Match match = router.find(method, host, path);
  return match.route == nullptr ? "" : match.route->operation;
}

}  // namespace

TEST_CASE("a literal segment beats a parameter, and the search goes back where a branch ends") {
  Router router;
  add(router, Method::get, "/things/{name}", "things.get");
  add(router, Method::get, "/things/special", "things.special");
  add(router, Method::get, "/things/special/parts", "parts.ofSpecial");
  add(router, Method::get, "/things/{name}/keys", "things.keys");
  CHECK(operation_of(router, Method::get, kHost, "/things/a") == "things.get");
  CHECK(operation_of(router, Method::get, kHost, "/things/special") == "things.special");
  CHECK(operation_of(router, Method::get, kHost, "/things/special/keys") == "things.keys");
  CHECK(operation_of(router, Method::get, kHost, "/things/special/parts") == "parts.ofSpecial");
  CHECK(operation_of(router, Method::put, kHost, "/things/a") == "");
  CHECK(operation_of(router, Method::get, kHost, "/things") == "");
  CHECK(operation_of(router, Method::get, kHost, "/things/a/b/c") == "");
}

TEST_CASE("literals match in any case, and doubled slashes count once") {
  Router router;
  add(router, Method::get, "/subscriptions/{sub}/resourceGroups/{rg}", "groups.get");
  const Match match = router.find(Method::get, kHost, "/SUBSCRIPTIONS//S1/resourcegroups/RG-A/");
  REQUIRE(match.route != nullptr);
  CHECK(match.at("sub") == "S1");
  CHECK(match.at("rg") == "RG-A");
  CHECK_THROWS_AS(match.at("name"), std::logic_error);
}

TEST_CASE("segments are decoded one by one: an encoded slash stays inside its segment") {
  Router router;
  add(router, Method::get, "/groups/{rg}/items/{name}", "items.get");
  const Match match = router.find(Method::get, kHost, "/groups/a%20b/it%65ms/x%2Fy");
  REQUIRE(match.route != nullptr);
  CHECK(match.at("rg") == "a b");
  CHECK(match.at("name") == "x/y");
}

TEST_CASE("a rest parameter takes what is left, and gives way to everything nearer") {
  Router router;
  add(router, Method::get, "/share/{path*}", "files.read");
  add(router, Method::get, "/share/{a}/meta", "files.meta");
  CHECK(router.find(Method::get, kHost, "/share/x/y%20z/w").at("path") == "x/y z/w");
  CHECK(router.find(Method::get, kHost, "/share").at("path").empty());
  CHECK(operation_of(router, Method::get, kHost, "/share/x/meta") == "files.meta");
}

TEST_CASE("an exact host beats a wildcard, and the longest wildcard beats the others") {
  Router router;
  add(router, Method::get, "/", "any", "*.core.windows.net");
  add(router, Method::get, "/", "blob", "*.blob.core.windows.net");
  add(router, Method::get, "/", "one", "one.blob.core.windows.net");
  CHECK(operation_of(router, Method::get, "st.blob.core.windows.net", "/") == "blob");
  CHECK(operation_of(router, Method::get, "one.blob.core.windows.net", "/") == "one");
  CHECK(operation_of(router, Method::get, "st.queue.core.windows.net", "/") == "any");
  CHECK(operation_of(router, Method::get, "blob.core.windows.net.evil.example", "/") == "");
  CHECK(operation_of(router, Method::get, ".blob.core.windows.net", "/") == "");
}

TEST_CASE("two routes of one method and shape refuse to start, whatever their parameters are called") {
  Router router;
  add(router, Method::get, "/a/{x}/b", "first");
  add(router, Method::put, "/a/{x}/b", "other.method");
  add(router, Method::get, "/a/{x}/b", "other.host", "other.example");
  CHECK_THROWS_WITH(add(router, Method::get, "/A/{y}/b", "second"), "routes collide: first and second at /A/{y}/b");
  add(router, Method::get, "/r/{rest*}", "rest");
  CHECK_THROWS_AS(add(router, Method::get, "/r/{more*}", "rest.again"), std::logic_error);
}

TEST_CASE("an unknown path gets the served routes most like it") {
  Router router;
  add(router, Method::get, "/subscriptions/{sub}", "subscriptions.get");
  add(router, Method::get, "/subscriptions/{sub}/resourcegroups/{rg}", "groups.get");
  add(router, Method::get, "/tenants", "tenants.list");
  add(router, Method::get, "/x", "elsewhere", "other.example");
  const auto like = router.like(kHost, "/subscriptions/1/resourcegroup/2", 2);
  REQUIRE(like.size() == 2);
  CHECK(like[0] == "GET /subscriptions/{sub}/resourcegroups/{rg}");
  CHECK(router.like("nowhere.example", "/x").empty());
}
