#include "tests/support/catch.hpp"
#include "tests/sim/arm/template/support.hpp"

using namespace azlab::arm_template;
using namespace azlab::arm_template::testing;
using azlab::dump;
using azlab::Json;

namespace {

/// The value of an expression in a small template, as JSON text, or its error's message.
std::string value_of(const std::string& expression) {
  EchoEnvironment environment;
  const auto plan = plan_of(R"({"resources": [], "parameters": {"p": {"type": "string", "defaultValue": "Blue"},
      "o": {"type": "object", "defaultValue": {"One": {"two": [1, 2, 3]}}}},
    "variables": {"v": "[concat(parameters('p'), '!')]", "copy": [{"name": "squares", "count": 3, "input": "[mul(copyIndex('squares'), copyIndex('squares'))]"}]},
    "functions": [{"namespace": "contoso", "members": {"twice": {"parameters": [{"name": "s", "type": "string"}],
      "output": {"type": "string", "value": "[concat(parameters('s'), parameters('s'))]"}}}}]})",
                            Json::object(), environment);
  if (!plan) return plan.error().message;
  const auto value = evaluate_text(*plan, expression, environment);
  return value ? dump(*value) : value.error().message;
}

void check_table(std::initializer_list<std::pair<const char*, const char*>> rows) {
  for (const auto& [expression, expected] : rows) {
    INFO(expression);
    CHECK(value_of(expression) == expected);
  }
}

}  // namespace

TEST_CASE("template expressions: which strings are expressions", "[template]") {
  check_table({{"plain", R"("plain")"},
               {"[[escaped]", R"("[escaped]")"},
               {"[not closed", R"("[not closed")"},
               {"[[ not closed", R"("[[ not closed")"},
               {"[concat('it''s', ' ok')]", R"("it's ok")"},
               {"[CONCAT('a', 'b')]", R"("ab")"},
               {"['text']", R"("text")"},
               {"[ -7 ]", "-7"},
               {"[parameters('O').one.TWO[2]]", "3"},
               {"[parameters('o')['One']['two'][add(0, 1)]]", "2"},
               {"[variables('V')]", R"("Blue!")"},
               {"[variables('squares')]", "[0,1,4]"},
               {"[contoso.twice('ab')]", R"("abab")"}});
}

TEST_CASE("template functions: strings", "[template]") {
  check_table({{"[concat('vm', 3, '-', 'x')]", R"("vm3-x")"},
               {"[concat(createArray(1), createArray(2, 3))]", "[1,2,3]"},
               {"[format('{0}-{1:D3}/{2}', 'a', 7, bool('true'))]", R"("a-007/True")"},
               {"[format('{0:N0} {{x}} [{1,4}]', 1234567, 'r')]", R"("1,234,567 {x} [   r]")"},
               {"[base64('one, two')]", R"("b25lLCB0d28=")"},
               {"[base64ToString('b25lLCB0d28=')]", R"("one, two")"},
               {"[base64ToJson(base64('{\"a\": 1}'))]", R"({"a":1})"},
               {"[dataUri('Hello')]", R"("data:text/plain;charset=utf8;base64,SGVsbG8=")"},
               {"[dataUriToString('data:;base64,SGVsbG8=')]", R"("Hello")"},
               {"[split('a,b;c', createArray(',', ';'))]", R"(["a","b","c"])"},
               {"[join(createArray('x', 'y'), '+')]", R"("x+y")"},
               {"[replace('1-2-3', '-', '')]", R"("123")"},
               {"[substring('resource', 2, 3)]", R"("sou")"},
               {"[toUpper('aé1')]", "\"Aé1\""},
               {"[toLower('ABC')]", R"("abc")"},
               {"[trim('  t ')]", R"("t")"},
               {"[padLeft(42, 5, '0')]", R"("00042")"},
               {"[startsWith('Abc', 'aB')]", "true"},
               {"[endsWith('Abc', 'BC')]", "true"},
               {"[indexOf('Test', 't')]", "0"},
               {"[lastIndexOf('Test', 't')]", "3"},
               {"[indexOf('abc', 'z')]", "-1"},
               {"[contains('OneTwo', 'Two')]", "true"},
               {"[contains('OneTwo', 'two')]", "false"},
               {"[uri('http://contoso.org/firstpath', 'myscript.sh')]", R"("http://contoso.org/myscript.sh")"},
               {"[uri('http://contoso.org/firstpath/', '/x')]", R"("http://contoso.org/x")"},
               {"[uriComponent('http://a b/c')]", R"("http%3A%2F%2Fa%20b%2Fc")"},
               {"[uriComponentToString('a%20b')]", R"("a b")"},
               {"[string(createObject('a', 1))]", R"("{\"a\":1}")"},
               {"[first('One')]", R"("O")"},
               {"[length('One')]", "3"}});
}

TEST_CASE("template functions: uniqueString and guid give what Azure gives", "[template]") {
  CHECK(unique_string("test") == "rbgf3xv4ufgzg");
  CHECK(unique_string("hello-world") == "a7wkljktk6wne");
  CHECK(unique_string("abc") == "cgtzqvhu4i23s");
  CHECK(unique_string("/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/my-rg") == "bmg7c6xu4tw46");
  CHECK(value_of("[uniqueString('foo', 'bar', 'baz')]") == R"("xzi4ioaxtmth4")");
  CHECK(guid_of("a-b-c") == "a98fa280-e03f-5afa-8d8e-92d0a9c201e8");
  CHECK(value_of("[equals(guid('a', 'b'), guid('a', 'b'))]") == "true");
}

TEST_CASE("template functions: arrays and objects", "[template]") {
  check_table({{"[array('a')]", R"(["a"])"},
               {"[createArray()]", "[]"},
               {"[createObject('a', 1, 'b', createArray())]", R"({"a":1,"b":[]})"},
               {"[union(createObject('a', createObject('x', 1)), createObject('A', 2, 'a', createObject('y', 2)))]", R"({"A":2,"a":{"x":1,"y":2}})"},
               {"[union(createArray(1, 2), createArray(2, 3))]", "[1,2,3]"},
               {"[intersection(createArray(1, 2), createArray(2, 3))]", "[2]"},
               {"[intersection(createObject('a', 1, 'b', 2), createObject('a', 1, 'b', 3))]", R"({"a":1})"},
               {"[range(5, 3)]", "[5,6,7]"},
               {"[skip(createArray(1, 2, 3), 2)]", "[3]"},
               {"[take('hello', 2)]", R"("he")"},
               {"[last(createArray(1, 2))]", "2"},
               {"[first(createArray())]", "null"},
               {"[empty('')]", "true"},
               {"[empty(createObject('a', 1))]", "false"},
               {"[contains(createObject('Name', 1), 'nAME')]", "true"},
               {"[contains(createArray('a'), 'a')]", "true"},
               {"[items(createObject('b', 2, 'a', 1))]", R"([{"key":"a","value":1},{"key":"b","value":2}])"},
               {"[objectKeys(createObject('b', 2, 'a', 1))]", R"(["a","b"])"},
               {"[flatten(createArray(createArray(1), createArray(2, 3)))]", "[1,2,3]"},
               {"[coalesce(null(), json('null'), 'x')]", R"("x")"},
               {"[tryGet(createObject('a', createArray(7)), 'a', 0)]", "7"},
               {"[tryGet(createObject(), 'a')]", "null"},
               {"[indexFromEnd(createArray(1, 2, 3), 1)]", "3"},
               {"[shallowMerge(createArray(createObject('a', 1), createObject('a', 2)))]", R"({"a":2})"},
               {"[min(3, 1, 2)]", "1"},
               {"[max(createArray(3, 1, 2))]", "3"}});
}

TEST_CASE("template functions: numbers, comparison and logic", "[template]") {
  check_table({{"[add(1, 2)]", "3"},
               {"[sub(1, 2)]", "-1"},
               {"[mul(3, 4)]", "12"},
               {"[div(8, 3)]", "2"},
               {"[mod(7, 3)]", "1"},
               {"[int('42')]", "42"},
               {"[equals('a', 'A')]", "false"},
               {"[equals(createArray(1), createArray(1))]", "true"},
               {"[less('a', 'b')]", "true"},
               {"[greaterOrEquals(2, 2)]", "true"},
               {"[and(true(), bool('false'))]", "false"},
               {"[or(false(), true())]", "true"},
               {"[not(false())]", "true"},
               {"[if(true(), 'yes', div(1, 0))]", R"("yes")"},
               {"[json('{\"a\": [1, true]}')]", R"({"a":[1,true]})"}});
}

TEST_CASE("template functions: lambdas", "[template]") {
  check_table({{"[map(range(1, 3), lambda('n', mul(lambdaVariables('n'), 10)))]", "[10,20,30]"},
               {"[map(createArray('a', 'b'), lambda('s', 'i', concat(lambdaVariables('s'), lambdaVariables('i'))))]", R"(["a0","b1"])"},
               {"[filter(range(1, 5), lambda('n', greater(lambdaVariables('n'), 3)))]", "[4,5]"},
               {"[reduce(range(1, 4), 0, lambda('t', 'n', add(lambdaVariables('t'), lambdaVariables('n'))))]", "10"},
               {"[sort(createArray(3, 1, 2), lambda('a', 'b', less(lambdaVariables('a'), lambdaVariables('b'))))]", "[1,2,3]"},
               {"[toObject(createArray('x', 'y'), lambda('s', lambdaVariables('s')), lambda('s', toUpper(lambdaVariables('s'))))]", R"({"x":"X","y":"Y"})"},
               {"[groupBy(createArray('ab', 'ac', 'b'), lambda('s', first(lambdaVariables('s'))))]", R"({"a":["ab","ac"],"b":["b"]})"},
               {"[mapValues(createObject('a', 1), lambda('v', add(lambdaVariables('v'), 1)))]", R"({"a":2})"}});
}

TEST_CASE("template functions: dates", "[template]") {
  check_table({{"[dateTimeAdd('2020-04-07 14:53:14Z', 'P3Y')]", R"("2023-04-07 14:53:14Z")"},
               {"[dateTimeAdd('2020-04-07 14:53:14Z', '-P9D')]", R"("2020-03-29 14:53:14Z")"},
               {"[dateTimeAdd('2020-04-07T14:53:14Z', 'PT1H')]", R"("2020-04-07T15:53:14Z")"},
               {"[dateTimeAdd('20200407T145314Z', 'P1D', 'yyyy/MM/dd ddd')]", R"("2020/04/08 Wed")"},
               {"[dateTimeFromEpoch(1683040573)]", R"("2023-05-02T15:16:13Z")"},
               {"[dateTimeToEpoch('2023-05-02T15:16:13Z')]", "1683040573"}});
}

TEST_CASE("template functions: resource ids and scopes", "[template]") {
  check_table({{"[resourceId('Microsoft.Storage/storageAccounts', 'sa')]", R"("/subscriptions/sub-1/resourceGroups/rg-lab/providers/Microsoft.Storage/storageAccounts/sa")"},
               {"[resourceId('other', 'Microsoft.Storage/storageAccounts/blobServices', 'sa', 'default')]",
                R"("/subscriptions/sub-1/resourceGroups/other/providers/Microsoft.Storage/storageAccounts/sa/blobServices/default")"},
               {"[resourceId('s2', 'g2', 'A.B/c', 'n')]", R"("/subscriptions/s2/resourceGroups/g2/providers/A.B/c/n")"},
               {"[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'r')]", R"("/subscriptions/sub-1/providers/Microsoft.Authorization/roleDefinitions/r")"},
               {"[tenantResourceId('A.B/c', 'n')]", R"("/providers/A.B/c/n")"},
               {"[extensionResourceId('/x/y', 'A.B/c', 'n')]", R"("/x/y/providers/A.B/c/n")"},
               {"[subscription().tenantId]", R"("tenant-1")"},
               {"[resourceGroup().location]", R"("westeurope")"},
               {"[resourceGroup().NAME]", R"("rg-lab")"},
               {"[deployment().name]", R"("main")"},
               {"[environment().suffixes.storage]", R"("core.windows.net")"},
               {"[reference('/subscriptions/s/x', '2020-01-01').keys[1]]", R"("two")"},
               {"[reference('/subscriptions/s/x', '2020-01-01', 'Full').location]", R"("westeurope")"},
               {"[listKeys('/subscriptions/s/x', '2020-01-01').keys[0].value]", R"("secret")"}});
}

TEST_CASE("template expressions: errors say what Azure says", "[template]") {
  check_table({{"[concat('a']", "Unable to parse language expression 'concat('a'': expected token 'RightParenthesis' and actual 'EndOfData'."},
               {"[ ]", "Unable to parse language expression ' ': expected token 'Identifier' and actual 'EndOfData'."},
               {"[concat('a') {]", "The language expression 'concat('a') {' is not valid: the string character '{' at position '12' is not expected."},
               {"[frobnicate('a')]", "The template function 'frobnicate' is not valid. Please see https://aka.ms/arm-functions for usage details."},
               {"[if(true(), 1, frobnicate())]", "The template function 'frobnicate' is not valid. Please see https://aka.ms/arm-functions for usage details."},
               {"[parameters('o').nothing]", "The language expression property 'nothing' doesn't exist, available properties are 'One'."},
               {"[createArray(1)[2]]", "The language expression property array index '2' is out of bounds."},
               {"[createObject('a', 1)[0]]", "The language expression property '0' can't be evaluated, property name must be a string."},
               {"[parameters('none')]", "The template parameter 'none' is not found. Please see https://aka.ms/arm-syntax-parameters for usage details."},
               {"[newGuid()]", "The template function 'newGuid' is not expected at this location. Please see https://aka.ms/arm-functions for usage details."},
               {"[externalInput('a')]", "The template function 'externalInput' is not simulated."},
               {"[resourceId('A.B/c/d', 'n')]",
                "Unable to evaluate template language function 'resourceId': the type 'A.B/c/d' requires '2' resource name argument(s). Please see "
                "https://aka.ms/arm-functions for usage details."},
               {"[resourceId('a', 'b')]",
                "Unable to evaluate template language function 'resourceId': function requires exactly one multi-segmented argument which must be resource type "
                "including resource provider namespace. Current function arguments 'a,b'. Please see https://aka.ms/arm-functions for usage details."}});
}

TEST_CASE("template expressions: depth and size are limited", "[template]") {
  std::string deep = "1";
  for (int i = 0; i < 150; ++i) deep = "add(1, " + deep + ")";
  CHECK(value_of("[" + deep + "]").find("nests deeper than '100' levels") != std::string::npos);
  CHECK(value_of("[map(range(0, 10000), lambda('i', map(range(0, 10000), lambda('j', 1))))]")==
        "The template's expressions make values that are too large or nested too deeply.");
}
