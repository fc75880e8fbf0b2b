// How scenarios are read: their form, what they extend, and how they say what is wrong and where.
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/core/json_schema.hpp"
#include "sim/core/located_json.hpp"
#include "sim/scenario/members.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/start_key.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace azlab;
using azlab::test::Azure;

namespace {

/// What a simulator says of a scenario; empty where it takes it.
std::string refusal(const std::string& scenario) {
  try {
    Azure azure({.scenario = scenario});
  } catch (const std::invalid_argument& e) {
    return e.what();
  }
  return {};
}

/// A folder of scenarios that goes with the test.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "azlab-scenarios-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name) << text;
    return (path_ / name).string();
  }

 private:
  std::filesystem::path path_{};
};

}  // namespace

TEST_CASE("places in JSON: lines and columns of values and names, through comments, escapes and letters of several bytes", "[located]") {
  const auto json = LocatedJson::parse("{ // é\n  \"a\\\"b\": [1,\n    {\"c/d\": \"é\", \"e\": null}],\n  /* x */ \"f\": -1.5e3\n}");
  REQUIRE(json);
  const auto at = [&](const char* pointer) { return std::to_string(json->place(pointer).line) + ":" + std::to_string(json->place(pointer).column); };
  CHECK(at("") == "1:1");
  CHECK(at("/a\"b") == "2:11");
  CHECK(at("/a\"b/0") == "2:12");
  CHECK(at("/a\"b/1") == "3:5");
  CHECK(at("/a\"b/1/c~1d") == "3:13");
  CHECK(at("/a\"b/1/e") == "3:23");
  CHECK(at("/f") == "4:16");
  CHECK(at("/f/not/there") == "4:16");
  CHECK(json->name_place("/f").column == 11);
  CHECK(json->name_place("/a\"b/1/e").column == 18);
  CHECK(pointer_in_words("/start/policies/0/na~1me") == "start.policies[0].na/me");
}

TEST_CASE("comments end where the parser ends them: at line feeds, carriage returns and zero bytes", "[located]") {
  for (const auto& end : {std::string("\n"), std::string("\r"), std::string(1, '\0')}) {
    const auto json = LocatedJson::parse("[ // ]" + end + "1, {\"a\": 2} // }" + end + "]// [");
    REQUIRE(json);
    CHECK(json->value() == Json::parse(R"([1, {"a": 2}])"));
    CHECK(json->place("/1/a").column == (end == "\n" ? 10 : 17));
  }
  // What stands in a comment neither nests nor opens a text.
  CHECK(parse_jsonc("/* \" */" + std::string(300, '[')).error().message == "JSON nests deeper than 200 levels.");
  CHECK(parse_jsonc("// " + std::string(300, '[') + "\n[]"));
}

TEST_CASE("what is not JSON, or stands twice, is told with its place", "[located]") {
  const auto error = [](const char* text) { return LocatedJson::parse(text).error().message; };
  CHECK(error("{\n  \"a\": 1,\n  \"b\" 2\n}") == "3:7: this is not JSON: syntax error while parsing object separator - unexpected number literal; expected ':'");
  CHECK(error("{\n  \"a\": é}") == "2:8: this is not JSON: syntax error while parsing value - invalid literal; last read: '\"a\": \xC3'");
  CHECK(error("{\"a\": 1,\n \"a\": 2}") == "2:2: a: it stands twice");
  CHECK(error("{\"s\": {\"x\": [], \"y\": 0, \"x\": {}}}") == "1:25: s.x: it stands twice");
  CHECK(error("").find("1:1: this is not JSON") == 0);
}

TEST_CASE("a schema's breaches: each rule fires, and its neighbour does not", "[schema]") {
  const auto breaches = [](const char* schema, const char* value) {
    std::string out;
    for (const auto& one : schema_breaches(*parse_json(schema), *parse_json(value))) out += one.pointer + ": " + one.what + "\n";
    return out;
  };
  CHECK(breaches(R"({"type": "array"})", "{}") == ": a list is expected\n");
  CHECK(breaches(R"({"type": ["string", "integer"]})", "1.5") == ": a text or a whole number is expected\n");
  CHECK(breaches(R"({"type": ["string", "integer"]})", "2.0").empty());
  CHECK(breaches(R"({"required": ["a"]})", R"({"b": 1})") == ": it needs \"a\"\n");
  CHECK(breaches(R"({"properties": {"name": {}}, "additionalProperties": false})", R"({"nam": 1})") == "/nam: unknown key 'nam'; did you mean 'name'?\n");
  CHECK(breaches(R"({"properties": {"name": {}}, "additionalProperties": false})", R"({"colour": 1})") == "/colour: unknown key 'colour'; known: name\n");
  CHECK(breaches(R"({"additionalProperties": {"type": "integer"}})", R"({"x": "1"})") == "/x: a whole number is expected\n");
  CHECK(breaches(R"({"propertyNames": {"pattern": "^a", "x-says": "names begin with a"}})", R"({"b": 1})") == "/b: 'b': names begin with a\n");
  CHECK(breaches(R"({"minProperties": 1})", "{}") == ": something must stand in this object\n");
  CHECK(breaches(R"({"minItems": 1})", "[]") == ": something must stand in this list\n");
  CHECK(breaches(R"({"items": {"type": "boolean"}})", "[true, 1]") == "/1: true or false is expected\n");
  CHECK(breaches(R"({"enum": ["slow", "quick"]})", "\"quik\"") == ": 'quik' is not known here; did you mean 'quick'?; known: slow, quick\n");
  CHECK(breaches(R"({"pattern": "^[0-9]+$", "x-says": "write digits"})", "\"1a\"") == ": '1a': write digits\n");
  CHECK(breaches(R"({"minLength": 1})", "\"\"") == ": a text is expected, and this is empty\n");
  CHECK(breaches(R"({"minimum": 0, "maximum": 9})", "-1") == ": it must be 0 or more\n");
  CHECK(breaches(R"({"minimum": 0, "maximum": 9})", "10") == ": it must be 9 or less\n");
  CHECK(breaches(R"({"minimum": 0, "maximum": 9})", "9").empty());
  CHECK(breaches(R"({"$defs": {"t": {"type": "string"}}, "items": {"$ref": "#/$defs/t"}})", "[1]") == "/0: a text is expected\n");
  CHECK_THROWS_AS(breaches(R"({"oneOf": []})", "1"), std::logic_error);
}

TEST_CASE("what is wrong with a scenario is told with line and column", "[scenario]") {
  CHECK(refusal("{\n  \"start\": {\n    \"provider\": {}\n  }\n}") == "scenario (given text):3:5: start: unknown key 'provider'; did you mean 'providers'?");
  CHECK(refusal("{\n  \"profile\": \"slw\"\n}") == "scenario (given text):2:14: profile: 'slw' is not known here; did you mean 'slow'?; known: typical, slow, quick");
  CHECK(refusal("{\"start\": {\"policies\": [{\"displayName\": \"x\"}]}}") == "scenario (given text):1:25: start.policies[0]: it needs \"name\"");
  CHECK(refusal("{\"start\": {\"quotas\": {\"standardDSv2Family\": -1}}}") == "scenario (given text):1:45: start.quotas.standardDSv2Family: it must be 0 or more");
  CHECK(refusal("{\"faults\": [\n  {\"fault\": \"storage-quota-250\"},\n  {\"fault\": \"no-such\"}\n]}") == "scenario (given text):3:3: faults[1]: unknown fault 'no-such'");
  CHECK(refusal("{\"start\": {\"signIn\": {\"device\": \"never\"}}}") == "scenario (given text):1:33: start.signIn.device: 'never' is not known here; known: page, automatic");
  CHECK(refusal("[]").find("unknown scenario '[]'") == 0);
}

TEST_CASE("every key of start has a row that is complete, and its schema refuses something", "[scenario]") {
  CHECK(scenario::start_keys().size() >= 12);
  for (const auto& key : scenario::start_keys()) {
    INFO(key.name);
    CHECK(key.apply != nullptr);
    CHECK_FALSE(key.says.empty());
    CHECK(refusal("{\"start\": {\"" + std::string(key.name) + "\": 7.5}}").find("scenario (given text):1:" + std::to_string(16 + key.name.size()) + ": start." + std::string(key.name) + ": ") == 0);
  }
}

TEST_CASE("a scenario lies over what it extends: objects merge, lists append, everything else is replaced", "[scenario]") {
  const Folder folder;
  folder.write("base/quota.json", R"({"description": "base", "source": "base", "profile": "slow", "start": {"quotas": {"standardDSv2Family": 0, "standardFSv2Family": 4}, "groups": [{"name": "rg-one"}]}})");
  folder.write("base/page.json", R"({"profile": "quick", "start": {"signIn": {"device": "page"}}, "faults": [{"fault": "storage-quota-250"}]})");
  const std::string file = folder.write("own.json", R"({"extends": ["base/quota.json", "./base/page.json"], "start": {"quotas": {"standardFSv2Family": 8}, "groups": [{"name": "rg-two"}]}, "faults": [{"fault": "storage-name-taken"}]})");
  const auto scenario = load_scenario(file);
  REQUIRE(scenario);
  CHECK(scenario->document.value() == Json::parse(R"({"extends": ["base/quota.json", "./base/page.json"], "profile": "quick",
    "start": {"quotas": {"standardDSv2Family": 0, "standardFSv2Family": 8}, "groups": [{"name": "rg-one"}, {"name": "rg-two"}], "signIn": {"device": "page"}},
    "faults": [{"fault": "storage-quota-250"}, {"fault": "storage-name-taken"}]})"));
  CHECK(scenario->description.empty());
  CHECK(scenario->profile == Profile::quick);
  CHECK(scenario->faults.size() == 2);
  Azure azure({.scenario = file});
  CHECK(azure.get(azure.group("rg-one")).status == 200);
  CHECK(azure.get(azure.group("rg-two")).status == 200);
}

TEST_CASE("circles, unknown names and mistakes in what is extended are told where they stand", "[scenario]") {
  const Folder folder;
  const std::string self = folder.write("self.json", "{\n  \"extends\": \"self.json\"\n}");
  CHECK(refusal(self) == "scenario " + self + ":2:14: extends: a circle: " + self + " -> " + self);
  const std::string one = folder.write("one.json", R"({"extends": "two.json"})");
  const std::string two = folder.write("two.json", "{\"extends\":\n  [\"slow-day\", \"one.json\"]}");
  CHECK(refusal(one) == "scenario " + two + ":2:16: extends: a circle: " + one + " -> " + two + " -> " + one);
  CHECK(refusal("{\"extends\": \"typicall\"}") == "scenario (given text):1:13: extends: unknown scenario 'typicall'; did you mean typical?");
  CHECK(refusal("{\"extends\": \"no/such.json\"}") == "scenario (given text):1:13: extends: there is no scenario file 'no/such.json'");
  const std::string broken = folder.write("broken.json", "{\n\"fault\": []}");
  CHECK(refusal(folder.write("over.json", R"({"extends": "broken.json"})")) == "scenario " + broken + ":2:1: unknown key 'fault'; did you mean 'faults'?");
  // A mistake that only shows when it is put into the World points at the file that it stands in.
  const std::string armed = folder.write("armed.json", "{\"faults\": [\n {\"fault\": \"no-such\"}]}");
  CHECK(refusal(folder.write("arms.json", R"({"extends": "armed.json", "faults": [{"fault": "storage-quota-250"}]})")) == "scenario " + armed + ":2:2: faults[0]: unknown fault 'no-such'");
  CHECK(refusal((std::filesystem::temp_directory_path() / "azlab-no-such.json").string()).find("there is no scenario file") == 0);
}

TEST_CASE("what a scenario leaves behind was made the day before and asked for by nobody", "[scenario]") {
  Azure azure({.scenario = R"({"start": {
    "workspaces": [{"name": "mlw-lab", "group": "rg"}],
    "resources": [{"type": "Microsoft.MachineLearningServices/workspaces/computes", "name": "mlw-lab/ci-one", "group": "rg",
                   "body": {"properties": {"computeType": "ComputeInstance", "properties": {"vmSize": "Standard_DS11_v2"}}}}],
    "requests": [{"method": "POST", "address": "/subscriptions/{subscription}/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/mlw-lab/computes/ci-one/stop?api-version=2024-04-01"}]}})"});
  CHECK(azure.simulator.now() == Azure().simulator.now());
  CHECK(azure.simulator.journal().entries().empty());
  CHECK(azure.get_json(azure.workspace("mlw-lab"))["properties"]["provisioningState"] == "Succeeded");
  CHECK(azure.get_json(azure.workspace("mlw-lab"))["systemData"]["createdAt"].get<std::string>().substr(0, 10) == "2026-11-22");
  CHECK(azure.get_json(azure.workspace("mlw-lab") + "/computes/ci-one")["properties"]["properties"]["state"] == "Stopped");
}

TEST_CASE("a first attempt can have failed, and another can be under way", "[scenario]") {
  Azure azure({.scenario = R"({"start": {
    "workspaces": [{"name": "mlw-first", "group": "rg", "fails": {"fault": "ml-service-error", "phase": "workspace"}}],
    "underWay": [{"type": "Microsoft.MachineLearningServices/workspaces", "name": "mlw-second", "group": "rg", "body": {"properties": {
      "storageAccount": "/subscriptions/{subscription}/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/stmlwfirst",
      "keyVault": "/subscriptions/{subscription}/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-mlw-first",
      "applicationInsights": "/subscriptions/{subscription}/resourceGroups/rg/providers/Microsoft.Insights/components/ai-mlw-first"}}}]}})"});
  CHECK(azure.get_json(azure.resource("Microsoft.Storage/storageAccounts/stmlwfirst"))["properties"]["provisioningState"] == "Succeeded");
  CHECK(azure.get(azure.workspace("mlw-first")).status == 404);  // a workspace whose creation fails goes; what was made for it stays
  CHECK(azure.get_json(azure.resource("Microsoft.KeyVault/vaults/kv-mlw-first"))["properties"]["provisioningState"] == "Succeeded");
  CHECK(azure.get_json(azure.workspace("mlw-second"))["properties"]["provisioningState"] == "Creating");
  CHECK(azure.simulator.fault_hits().empty());
  azure.settle();
  CHECK(azure.get_json(azure.workspace("mlw-second"))["properties"]["provisioningState"] == "Succeeded");
}

TEST_CASE("what cannot be left behind is refused with its place", "[scenario]") {
  CHECK(refusal("{\"start\": {\"resources\": [\n {\"type\": \"Microsoft.Storage/storageAccounts\", \"name\": \"St_1\", \"group\": \"rg\"}]}}").find("scenario (given text):2:2: start.resources[0]: azlab refuses it with 400 AccountNameInvalid: ") == 0);
  CHECK(refusal("{\"start\": {\"resources\": [{\"type\": \"Microsoft.Maps/accounts\",\n \"name\": \"a/b\", \"group\": \"rg\"}]}}") ==
        "scenario (given text):2:10: start.resources[0].name: a name for each part of the type is needed: 1 with / between them");
  CHECK(refusal(R"({"start": {"resources": [{"type": "Microsoft.Maps/accounts", "name": "a", "group": "rg"}]}})").find("azlab refuses it with 404 AzlabNotSimulated") != std::string::npos);
  CHECK(refusal(R"({"start": {"requests": [{"method": "GET", "address": "/subscriptions/{subscription}/resourceGroups/no?api-version=2021-04-01"}]}})").find("ResourceGroupNotFound") != std::string::npos);
  CHECK(refusal(R"({"start": {"requests": [{"method": "GET", "address": "/subscriptions/{subscription}/resourceGroups/no?api-version=2021-04-01", "status": 404}]}})").empty());
  CHECK(refusal(R"({"start": {"workspaces": [{"name": "mlw", "group": "rg", "fails": {"fault": "storage-name-taken"}}]}})")
            .find("start.workspaces[0].fails: 'storage-name-taken' does not strike while this is made") != std::string::npos);
}

namespace {

std::vector<std::string> unmet(const std::string& expect, const std::function<void(Azure&)>& run, std::optional<int> exit_status = {}) {
  Azure azure({.scenario = R"({"faults": [{"fault": "storage-quota-250"}], "expect": )" + expect + "}"});
  run(azure);
  std::vector<std::string> out;
  for (const auto& line : azure.simulator.unmet_expectations(exit_status)) out.push_back(line.substr(line.find(": ") + 2));
  return out;
}

void make_storage_once(Azure& azure) {
  azure.make_group();
  azure.put(azure.resource("Microsoft.Storage/storageAccounts/stone"), {{"location", "eastus"}, {"sku", {{"name", "Standard_LRS"}}}});
}

void do_nothing(Azure&) {}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("expectations are held against the run, each with what was expected and what was found", "[expect]") {
  CHECK(unmet(R"({"faults": {"storage-quota-250": 1}})", make_storage_once).empty());
  CHECK(unmet(R"({"faults": {"storage-quota-250": 1}})", do_nothing) == Lines{"expect.faults.storage-quota-250: 1 expected, 0 found"});
  CHECK(unmet(R"({"errors": {"MaxStorageAccountsCountPerSubscriptionExceeded": {"atLeast": 1}, "Conflict": 0}})", make_storage_once).empty());
  CHECK(unmet(R"({"errors": {"MaxStorageAccountsCountPerSubscriptionExceeded": {"atLeast": 1}}})", do_nothing) == Lines{"expect.errors.MaxStorageAccountsCountPerSubscriptionExceeded: 1 or more expected, 0 found"});
  CHECK(unmet(R"({"requests": {"storageAccounts.*": {"atMost": 0}, "resourceGroups.create": {"atLeast": 1, "atMost": 2}}})", make_storage_once) == Lines{"expect.requests.storageAccounts.*: 0 expected, 1 found"});
  CHECK(unmet(R"({"requests": {"vaults.create": {"atLeast": 2, "atMost": 3}}})", do_nothing) == Lines{"expect.requests.vaults.create: 2 to 3 expected, 0 found"});
  CHECK(unmet(R"({"exitStatus": 3})", do_nothing, 3).empty());
  CHECK(unmet(R"({"exitStatus": 3})", do_nothing, 0) == Lines{"expect.exitStatus: 3 expected, 0 found"});
  CHECK(unmet(R"({"exitStatus": 3})", do_nothing).empty());
  const std::string group = "/subscriptions/{subscription}/resourceGroups/rg";
  CHECK(unmet(R"({"states": [{"resource": ")" + group + R"(", "state": "Succeeded"}, {"resource": ")" + group + R"(/providers/Microsoft.Storage/storageAccounts/stone", "state": "absent"}]})", make_storage_once).empty());
  CHECK(unmet(R"({"states": [{"resource": ")" + group + R"(", "state": "absent"}]})", make_storage_once) == Lines{"expect.states[0]: " + Azure().group() + " absent expected, Succeeded found"});
}

TEST_CASE("an operation that fails counts as its error, as an answer does", "[expect]") {
  Azure azure({.scenario = R"({"start": {"workspaces": [{"name": "lab", "group": "rg"}]}, "faults": [{"fault": "allocation-failed", "operation": "computes.create", "phase": "create"}], "expect": {"errors": {"AllocationFailed": 1}}})"});
  CHECK(azure.simulator.unmet_expectations().size() == 1);
  azure.put(azure.workspace() + "/computes/ci-one", {{"location", "eastus"}, {"properties", {{"computeType", "ComputeInstance"}, {"properties", {{"vmSize", "Standard_DS11_v2"}}}}}});
  azure.settle();
  CHECK(azure.simulator.unmet_expectations() == Lines{});
}

TEST_CASE("codes count however a service writes them: Resource Manager, storage, MLflow, sign-in", "[expect]") {
  Azure azure({.scenario = R"({"extends": "workspace-ready", "expect": {"errors": {"ResourceNotFound": 1, "ContainerNotFound": 1, "RESOURCE_DOES_NOT_EXIST": 1, "invalid_grant": 1}}})"});
  CHECK(azure.simulator.unmet_expectations().size() == 4);
  const std::string group = azure.group("rg-lab");
  azure.get(group + "/providers/Microsoft.Storage/storageAccounts/stnone");
  azure.get("https://stmlwlab.blob.core.windows.net/nowhere/none");
  azure.get("https://eastus.api.azureml.ms/mlflow/v1.0" + group + "/providers/Microsoft.MachineLearningServices/workspaces/mlw-lab/api/2.0/mlflow/runs/get?run_id=none");
  Request token = Request::make(Method::post, "https://login.microsoftonline.com/organizations/oauth2/v2.0/token", std::string("client_id=04b07795-8ddb-461a-bbee-02f9e1bf7b46&grant_type=refresh_token&refresh_token=none"));
  token.caller.origin = "network";
  azure.simulator.handle(token);
  CHECK(azure.simulator.unmet_expectations() == Lines{});
}

TEST_CASE("what no run could meet is refused at the start", "[expect]") {
  CHECK(refusal("{\"expect\": {\"faults\":\n {\"storage-quota-250\": 1}}}") == "scenario (given text):2:24: expect.faults.storage-quota-250: it is not among this scenario's \"faults\"");
  CHECK(refusal("{\"expect\": {\"requests\": {\"vault.make\": 1}}}") == "scenario (given text):1:40: expect.requests.vault.make: no operation is named so (azlab operations)");
  CHECK(refusal("{\"expect\": {\"errors\": {\"Conflict\": {\"atLeast\": 2, \"atMost\": 1}}}}") == "scenario (given text):1:36: expect.errors.Conflict: \"atLeast\" is above \"atMost\"");
  CHECK(refusal("{\"expect\": {\"states\": [{\"resource\": \"/subscriptions/{subscription}/nothing\", \"state\": \"absent\"}]}}").find("expect.states[0].resource: this is no id of a resource") != std::string::npos);
  CHECK(refusal("{\"expect\": {\"errors\": {\"Conflict\": -1}}}") == "scenario (given text):1:36: expect.errors.Conflict: it must be 0 or more");
}
