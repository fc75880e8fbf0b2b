#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "tests/support/catch.hpp"
#include "tests/sim/arm/template/support.hpp"
#include "sim/arm/template/expression.hpp"

// Every function of the template language by functions.json: its examples, what it refuses, and the page in docs/ that
// is made of them.

using namespace azlab::arm_template;
using namespace azlab::arm_template::testing;
using azlab::dump;
using azlab::Json;
using azlab::Result;

namespace {

const std::string kSource = AZLAB_SOURCE_DIR;

std::string read_text(const std::string& path) {
  std::ifstream file(kSource + path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

const Json& sheet() {
  static const Json kSheet = Json::parse(read_text("/tests/sim/arm/template/functions.json"));
  return kSheet;
}

std::string parameter_type(const Json& value) { return value.is_string() ? "string" : value.is_number() ? "int" : value.is_array() ? "array" : "object"; }

/// What an expression comes to at the place where its function may stand ("" for any).
Result<Json> evaluate_at(const std::string& place, const std::string& expression, const Json& expected) {
  EchoEnvironment environment;
  Json source = sheet()["template"];
  Scope scope = group_scope();
  std::string asked = expression;
  if (place == "parameter") {
    source["parameters"]["asked"] = {{"type", parameter_type(expected)}, {"defaultValue", expression}};
    asked = "[parameters('asked')]";
  } else if (place == "copy") {
    source["variables"]["copy"] = {{{"name", "numbers"}, {"count", 3}, {"input", expression}}};
    asked = "[variables('numbers')[2]]";
  } else if (place == "symbolic") {
    source["languageVersion"] = "2.0";
    source["resources"] = {{"accounts", {{"type", "Microsoft.Storage/storageAccounts"}, {"apiVersion", "2023-01-01"}, {"name", "[format('st{0}', copyIndex())]"}, {"copy", {{"name", "accounts"}, {"count", 2}}}}}};
  } else if (place == "managementGroup") {
    scope.level = Scope::Level::kManagementGroup;
    scope.management_group = "mg-labs";
  }
  const auto checked = check_template(source);
  if (!checked) return azlab::fail(checked.error());
  const auto plan = expand(*checked, Json::object(), scope, environment);
  if (!plan) return azlab::fail(plan.error());
  return evaluate_text(*plan, asked, environment);
}

std::string cell(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

std::string page() {
  std::string out =
      "# Functions of the template language\n\n"
      "Made by the test `sim/arm/template` (tests/sim/arm/template/functions_test.cpp; `AZLAB_UPDATE_DOCS=1` writes it) of\n"
      "tests/sim/arm/template/functions.json, whose examples it has run: those of Microsoft's pages `template-functions-<family>` and\n"
      "further ones. A function that several pages list stands under the first. Differences from those pages, on purpose: without a\n"
      "format, `dateTimeAdd` answers in the form of the time that it is given (the page says so; its example shows another form);\n"
      "`externalInput` is refused, for its values come from a client that azlab does not play.\n";
  std::size_t functions = 0;
  std::size_t examples = 0;
  std::string tables;
  for (const Json& family : sheet()["families"]) {
    tables += "\n## " + family["family"].get<std::string>() + "\n\n| function | does | examples | refusals | for instance |\n| --- | --- | ---: | ---: | --- |\n";
    for (const Json& function : family["functions"]) {
      const Json& first = function["examples"][0];
      const std::size_t refusals = function.contains("refused") ? function["refused"].size() : 0;
      ++functions;
      examples += function["examples"].size() + refusals;
      tables += "| `" + function["name"].get<std::string>() + "` | " + cell(function["does"]) + " | " + std::to_string(function["examples"].size()) + " | " + std::to_string(refusals) + " | `" +
                cell(first[0]) + "` → `" + cell(dump(first[1])) + "` |\n";
    }
  }
  return out + "\n" + std::to_string(functions) + " functions, " + std::to_string(examples) + " examples and refusals.\n" + tables;
}

}  // namespace

TEST_CASE("every template function gives what its documentation's examples say", "[template][functions]") {
  for (const Json& family : sheet()["families"]) {
    for (const Json& function : family["functions"]) {
      for (const Json& example : function["examples"]) {
        INFO(example[0].get<std::string>());
        const auto value = evaluate_at(function.value("place", ""), example[0], example[1]);
        CHECK((value ? dump(*value) : value.error().message) == dump(example[1]));
      }
    }
  }
}

TEST_CASE("template functions refuse what they cannot take, and say why", "[template][functions]") {
  for (const Json& family : sheet()["families"]) {
    for (const Json& function : family["functions"]) {
      for (const Json& refusal : function.value("refused", Json::array())) {
        INFO(refusal[0].get<std::string>());
        const auto value = evaluate_at("", refusal[0], nullptr);
        CHECK((value ? dump(*value) : value.error().message) == refusal[1].get<std::string>());
      }
    }
  }
}

TEST_CASE("functions that only a parameter's default may call are refused elsewhere", "[template][functions]") {
  for (const char* name : {"newGuid", "utcNow"}) {
    const auto value = evaluate_at("", "[" + std::string(name) + "()]", nullptr);
    REQUIRE(!value);
    CHECK(value.error().message == "The template function '" + std::string(name) + "' is not expected at this location. Please see https://aka.ms/arm-functions for usage details.");
  }
  const auto group = evaluate_at("managementGroup", "[resourceGroup().id]", nullptr);
  REQUIRE(!group);
  CHECK(group.error().message == "The template function 'resourceGroup' is not expected at this location. Please see https://aka.ms/arm-functions for usage details.");
}

TEST_CASE("the functions that are listed are those that exist, and each counts its arguments", "[template][functions]") {
  std::set<std::string> listed;
  for (const Json& family : sheet()["families"]) {
    for (const Json& function : family["functions"]) CHECK(listed.insert(function["name"]).second);
  }
  std::set<std::string> existing;
  const auto check = [&](std::string_view name, std::size_t most) {
    existing.insert(std::string(name));
    if (most == kAnyCount || name == "list*") return;
    std::string arguments = "1";
    for (std::size_t i = 0; i < most; ++i) arguments += ", 1";
    const auto value = evaluate_at("", "[" + std::string(name) + "(" + arguments + ")]", nullptr);
    REQUIRE(!value);
    CHECK(value.error().message.find("argument(s) while '" + std::to_string(most + 1) + "' were provided.") != std::string::npos);
  };
  for (const auto* table : {&text_functions(), &collection_functions(), &number_functions(), &date_functions(), &resource_functions(), &address_functions(), &provider_functions()}) {
    for (const FunctionEntry& entry : *table) check(entry.name, entry.most);
  }
  for (const SpecialEntry& entry : special_functions()) check(entry.name, entry.most);
  existing.erase("externalInput");
  CHECK(listed == existing);
}

TEST_CASE("the page of template functions is up to date", "[template][functions][docs]") {
  if (std::getenv("AZLAB_UPDATE_DOCS") != nullptr) std::ofstream(kSource + "/docs/template-functions.md", std::ios::binary) << page();
  CHECK(read_text("/docs/template-functions.md") == page());
}
