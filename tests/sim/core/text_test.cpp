#include "sim/core/text.hpp"

#include "tests/support/catch.hpp"

using namespace azlab;

TEST_CASE("case is folded for ASCII alone") {
  CHECK(to_lower("RG-Été_09") == "rg-Été_09");
  CHECK(equals_ignore_case("Microsoft.KeyVault", "microsoft.keyvault"));
  CHECK_FALSE(equals_ignore_case("abc", "abcd"));
  CHECK(starts_with_ignore_case("ResourceGroups/x", "resourcegroups"));
  CHECK_FALSE(starts_with_ignore_case("re", "res"));
}

TEST_CASE("splitting keeps empty parts, and joining undoes it") {
  CHECK(split("a//b/", '/') == std::vector<std::string>{"a", "", "b", ""});
  CHECK(split("", '/') == std::vector<std::string>{""});
  CHECK(join(split("a//b/", '/'), "/") == "a//b/");
  CHECK(trim(" \t a b \r\n") == "a b");
  CHECK(trim(" \n").empty());
  CHECK(replace_all("aaa", "a", "aa") == "aaaaaa");
  CHECK(replace_all("aaa", "", "b") == "aaa");
}

TEST_CASE("percent encoding goes round, and what is no escape stays as it is") {
  const std::string name = "été 100%/#?";
  CHECK(percent_encode(name) == "%C3%A9t%C3%A9%20100%25%2F%23%3F");
  CHECK(percent_decode(percent_encode(name)) == name);
  CHECK(percent_encode("a/b c", "/") == "a/b%20c");
  CHECK(percent_decode("%zz%4") == "%zz%4");
  CHECK(percent_decode("%41") == "A");
  CHECK(percent_decode("a+b", true) == "a b");
  CHECK(percent_decode("a+b") == "a+b");
}

TEST_CASE("base64 goes round for every length, and reads the URL alphabet and line breaks") {
  CHECK(base64_encode("") == "");
  CHECK(base64_encode("a") == "YQ==");
  CHECK(base64_encode("ab") == "YWI=");
  CHECK(base64_encode("abc") == "YWJj");
  std::string bytes;
  for (int i = 0; i < 256; ++i) {
    CHECK(base64_decode(base64_encode(bytes)) == bytes);
    bytes += static_cast<char>(i);
  }
  CHECK(base64_decode("-_8=") == base64_decode("+/8="));
  CHECK(base64_decode("YW\r\nJj") == "abc");
  CHECK_FALSE(base64_decode("Y W"));
}

TEST_CASE("UTF-8 is valid only in its shortest form and outside the surrogates") {
  CHECK(is_valid_utf8("plain, é, €, 𝄞"));
  CHECK_FALSE(is_valid_utf8("\xC0\xAF"));
  CHECK_FALSE(is_valid_utf8("\xE0\x80\xAF"));
  CHECK_FALSE(is_valid_utf8("\xED\xA0\x80"));
  CHECK_FALSE(is_valid_utf8("\xF4\x90\x80\x80"));
  CHECK_FALSE(is_valid_utf8("\xE2\x82"));
  CHECK_FALSE(is_valid_utf8("\xFF"));
}

TEST_CASE("a glob's star takes any run, its question mark one character") {
  CHECK(glob_match("mlw-*", "MLW-dp100"));
  CHECK(glob_match("*", ""));
  CHECK(glob_match("a*b*c", "a-b-b-c"));
  CHECK(glob_match("compute?.create", "computes.create"));
  CHECK_FALSE(glob_match("computes", "computes.create"));
  CHECK_FALSE(glob_match("?", ""));
}

TEST_CASE("the nearest words come nearest first and far ones are left out") {
  CHECK(nearest("wrokspace", {"workspace", "datastore", "workspaces"}) == std::vector<std::string>{"workspace", "workspaces"});
  CHECK(nearest("x", {"completely-different"}).empty());
  CHECK(nearest("aaaa", {"aaab", "aaac", "aaad", "aaae"}, 2).size() == 2);
}
