#include "sim/http/message.hpp"

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"

using namespace azlab;

TEST_CASE("header names compare without case; set replaces, add keeps") {
  Headers headers = {{"Content-Type", "text/plain"}};
  headers.add("X-A", "1");
  headers.add("x-a", "2");
  CHECK(headers.get("content-type") == "text/plain");
  CHECK(headers.get("X-a") == "1");
  CHECK(headers.get("absent").empty());
  headers.set("X-A", "3");
  CHECK(headers.fields().size() == 2);
  CHECK(headers.get("x-a") == "3");
  headers.remove("CONTENT-TYPE");
  CHECK_FALSE(headers.has("Content-Type"));
}

TEST_CASE("methods go round and unknown ones are none") {
  for (const auto method : {Method::get, Method::head, Method::put, Method::post, Method::patch, Method::del, Method::options}) {
    CHECK(parse_method(to_string(method)) == method);
  }
  CHECK_FALSE(parse_method("BREW"));
}

TEST_CASE("a request is made from an absolute URL or a bare path") {
  const Request whole = Request::make(Method::get, "https://LOGIN.example/a/b?x=1&y=2");
  CHECK(whole.host == "login.example");
  CHECK(whole.path == "/a/b");
  CHECK(whole.query == "x=1&y=2");
  CHECK(whole.url() == "https://login.example/a/b?x=1&y=2");
  const Request bare = Request::make(Method::get, "/a");
  CHECK(bare.host == "management.azure.com");
  CHECK(bare.url() == "https://management.azure.com/a");
  CHECK(Request::make(Method::get, "https://h.example").path == "/");
  CHECK(Request::make(Method::get, "https://h.example?q=1").query == "q=1");
}

TEST_CASE("query values are decoded and found without case") {
  const Request request = Request::make(Method::get, "/a?api-version=2024-01-01&%24filter=a%20eq%20%27b%27&empty&plus=a+b");
  CHECK(request.query_value("API-Version") == "2024-01-01");
  CHECK(request.query_value("$filter") == "a eq 'b'");
  CHECK(request.query_value("empty") == "");
  CHECK(request.query_value("plus") == "a b");
  CHECK_FALSE(request.query_value("absent"));
}

TEST_CASE("a body shares its bytes; a spooled one is a file that goes with its last copy") {
  const Body small("abc");
  CHECK(small.size() == 3);
  CHECK_FALSE(small.is_spooled());
  CHECK(Body().empty());
  CHECK(Body(std::make_shared<const std::string>("row")).text() == "row");
  const auto path = std::filesystem::temp_directory_path() / "azlab-body-test";
  std::ofstream(path, std::ios::binary) << std::string(5000, 'x');
  {
    Body copy;
    {
      const Body spooled = Body::spooled(path.string(), 5000);
      CHECK(spooled.is_spooled());
      CHECK(spooled.path() == path.string());
      copy = spooled;
    }
    CHECK(copy.size() == 5000);
    CHECK(copy.text() == std::string(5000, 'x'));
    CHECK(std::filesystem::exists(path));
  }
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("a JSON answer says what it is") {
  const Response response = json_response(201, {{"a", 1}});
  CHECK(response.status == 201);
  CHECK(response.headers.get("content-type") == "application/json; charset=utf-8");
  CHECK(response.body.text() == R"({"a":1})");
  CHECK(response.ok());
  CHECK_FALSE(empty_response(404).ok());
}
