#include "sim/query/jmespath.hpp"

#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"

using azlab::dump;
using azlab::Json;
using azlab::Query;

namespace {

/// Two clouds' worth of small print: enough of every JSON type for the expressions below.
const Json& machines() {
  static const Json value = Json::parse(R"({
    "name": "lab", "count": 3, "ratio": 0.5, "on": true, "none": null, "Name": "upper", "odd key": 7,
    "list": [4, 1, 3, 2],
    "tags": {"b": "two", "a": "one"},
    "machines": [
      {"name": "zeta", "size": {"cores": 2, "family": "D"}, "state": "Running", "disks": [1, 2]},
      {"name": "alpha", "size": {"cores": 8, "family": "E"}, "state": "Stopped", "disks": [3]},
      {"name": "été", "size": {"cores": 4, "family": "D"}, "state": "Running", "disks": []}
    ]})");
  return value;
}

std::string search(std::string_view expression, const Json& document = machines()) {
  auto query = Query::parse(expression);
  if (!query) return query.error().code + ": " + query.error().message;
  auto found = query->search(document);
  return found ? dump(*found) : found.error().code + ": " + found.error().message;
}

}  // namespace

TEST_CASE("jmespath: every form of expression picks what the specification says", "[query]") {
  const std::pair<const char*, const char*> kCases[] = {
      {"name", R"("lab")"},
      {"Name", R"("upper")"},
      {"NAME", "null"},
      {"\"odd key\"", "7"},
      {"tags.a", R"("one")"},
      {"tags.*", R"(["one","two"])"},
      {"list[0]", "4"},
      {"list[-1]", "2"},
      {"list[9]", "null"},
      {"list[1:3]", "[1,3]"},
      {"list[::-1]", "[2,3,1,4]"},
      {"list[::2]", "[4,3]"},
      {"list[-2:]", "[3,2]"},
      {"list[10:0:-2]", "[2,1]"},
      {"machines[*].name", R"(["zeta","alpha","été"])"},
      {"machines[].disks[]", "[1,2,3]"},
      {"machines[].disks", "[[1,2],[3],[]]"},
      {"machines[?size.cores > `2`].name", R"(["alpha","été"])"},
      {"machines[?size.cores >= `4` && state == 'Running'].name", R"(["été"])"},
      {"machines[?!(state=='Running')].name | [0]", R"("alpha")"},
      {"machines[?state == 'Stopped' || name == 'zeta'] | length(@)", "2"},
      {"machines[0].[name, size.cores]", R"(["zeta",2])"},
      {"machines[-1].{n: name, \"the size\": size.family}", R"({"n":"été","the size":"D"})"},
      {"machines[*].size.family | [1]", R"("E")"},
      {"(machines[*].size.family)[1]", R"("E")"},
      {"machines[*].size.family[1]", "[]"},
      {"none.deeper", "null"},
      {"none.[a]", "null"},
      {"`[1, {\"a\": null}]`", R"([1,{"a":null}])"},
      {"`Default`", R"("Default")"},
      {"'it\\'s'", R"("it's")"},
      {"'a\\d'", R"("a\\d")"},
      {"@.name", R"("lab")"},
      {"!none", "true"},
      {"!count", "false"},
      {"none || name", R"("lab")"},
      {"none && name", "null"},
      {"on && count", "3"},
      {"count == `3.0`", "true"},
      {"count < name", "null"},
      {"name < 'lac'", "true"},
      {"*.a", R"(["one"])"},
      {"machines[?contains(name, 't')].name", R"(["zeta","été"])"},
  };
  for (const auto& [expression, expected] : kCases) {
    INFO(expression);
    CHECK(search(expression) == expected);
  }
}

TEST_CASE("jmespath: the built-in functions", "[query]") {
  const std::pair<const char*, const char*> kCases[] = {
      {"abs(`-4`)", "4"},
      {"avg(list)", "2.5"},
      {"avg(`[]`)", "null"},
      {"ceil(ratio)", "1"},
      {"floor(`-1.5`)", "-2"},
      {"contains(list, `3`)", "true"},
      {"contains(name, `3`)", "false"},
      {"ends_with(name, 'ab')", "true"},
      {"starts_with(name, 'ab')", "false"},
      {"join('-', keys(tags))", R"("a-b")"},
      {"length(machines[2].name)", "3"},
      {"length(tags)", "2"},
      {"map(&size.cores, machines)", "[2,8,4]"},
      {"map(&missing, list)", "[null,null,null,null]"},
      {"max(list)", "4"},
      {"min(machines[].name)", R"("alpha")"},
      {"max(`[]`)", "null"},
      {"max_by(machines, &size.cores).name", R"("alpha")"},
      {"min_by(machines, &name).name", R"("alpha")"},
      {"merge(tags, `{\"a\": 1, \"c\": 2}`)", R"({"a":1,"b":"two","c":2})"},
      {"not_null(none, missing, name)", R"("lab")"},
      {"reverse(machines[2].name)", R"("été")"},
      {"reverse(list)", "[2,3,1,4]"},
      {"sort(list)", "[1,2,3,4]"},
      {"sort_by(machines, &size.cores)[*].name", R"(["zeta","été","alpha"])"},
      {"sum(list)", "10"},
      {"sum(`[0.5, 1]`)", "1.5"},
      {"sum(`[]`)", "0"},
      {"to_array(name)", R"(["lab"])"},
      {"to_number('12.5')", "12.5"},
      {"to_number('twelve')", "null"},
      {"to_string(tags)", R"("{\"a\":\"one\",\"b\":\"two\"}")"},
      {"type(none)", R"("null")"},
      {"values(tags)", R"(["one","two"])"},
  };
  for (const auto& [expression, expected] : kCases) {
    INFO(expression);
    CHECK(search(expression) == expected);
  }
}

TEST_CASE("jmespath: a syntax error names the column in characters", "[query]") {
  CHECK(search("") == "JMESPathSyntax: Empty expression at column 1");
  CHECK(search("a.") == "JMESPathSyntax: Incomplete expression at column 3");
  CHECK(search("'é'.#") == "JMESPathSyntax: Unknown token '#' at column 5");
  CHECK(search("a[?b") == "JMESPathSyntax: Incomplete expression at column 5");
  CHECK(search("a b") == "JMESPathSyntax: Unexpected token 'b' at column 3");
  CHECK(search("'open") == "JMESPathSyntax: Unclosed ' delimiter at column 1");
  CHECK(search("a = b") == "JMESPathSyntax: Unknown token '=' at column 3");
  CHECK(search("list[99999999999999999999]") == "JMESPathSyntax: '99999999999999999999' is not an integer at column 6");
  CHECK(search("list[1:2:3:4]") == "JMESPathSyntax: Unexpected token ':' at column 11");
}

TEST_CASE("jmespath: what only the data shows is a type error", "[query]") {
  CHECK(search("x | length(none)") ==
        "JMESPathType: In function length(), invalid type for value: None, expected one of: ['string', 'array', 'object'], "
        "received: \"null\" (column 5)");
  CHECK(search("frobnicate(@)") == "JMESPathType: Unknown function: frobnicate() (column 1)");
  CHECK(search("length()") == "JMESPathType: Expected 1 argument for function length(), received 0 (column 1)");
  CHECK(search("list[::0]") == "JMESPathType: slice step cannot be zero (column 5)");
  CHECK(search("&name") == "JMESPathType: An expression reference (&) stands only before an argument of a function (column 1)");
}

TEST_CASE("jmespath: depth and size are limited", "[query]") {
  CHECK(search(std::string(5000, '!') + "a").starts_with("JMESPathSyntax: Expression nested too deeply"));
  CHECK(search(std::string(5000, '(') + "a").starts_with("JMESPathSyntax: Expression nested too deeply"));
  std::string doubling = "@";
  for (int i = 0; i < 60; ++i) doubling += "|[@,@]";
  CHECK(search(doubling) == "JMESPathType: The result of the query is too large (column 1)");
}

TEST_CASE("jmespath: columns keep the order in which a hash was written", "[query]") {
  const auto columns = [](const char* text) { return Query::parse(text).value().columns(); };
  const std::vector<std::string> kWritten = {"z", "a"};

  CHECK(columns("[].{z: name, a: id}") == kWritten);
  CHECK(columns("value[?on].{z: name, a: id} | [0]") == kWritten);
  CHECK(columns("sort_by([].{z: name, a: id}, &z)") == kWritten);
  CHECK(columns("{z: name, a: {q: id}}") == kWritten);
  CHECK(columns("[].{z: name, a: id} | [].z").empty());
  CHECK(columns("[].name").empty());
}
