#include <algorithm>

#include "tests/sim/arm/template/support.hpp"
#include "tests/support/catch.hpp"

using namespace azlab::arm_template;
using namespace azlab::arm_template::testing;
using azlab::dump;
using azlab::Json;

namespace {

/// A workspace with what it needs, in our own words: conditions, a conditional child, a nested deployment.
const char* const kWorkspace = R"({
  // what a lab deploys
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": {
    "name": {"type": "string", "minLength": 3, "maxLength": 12},
    "vaultOption": {"type": "string", "defaultValue": "new", "allowedValues": ["new", "existing"]},
    "networkOption": {"type": "string", "defaultValue": "none"},
    "tags": {"type": "object", "defaultValue": {}},
    "stamp": {"type": "string", "defaultValue": "[utcNow('yyyy-MM-dd')]"},
    "secret": {"type": "secureString", "defaultValue": "[newGuid()]"}
  },
  "variables": {
    "storage": "[concat('st', uniqueString(resourceGroup().id))]",
    "subnet": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'net', 'default')]"
  },
  "resources": [
    {"type": "Microsoft.Network/virtualNetworks", "apiVersion": "2023-04-01", "name": "net", "condition": "[equals(parameters('networkOption'), 'new')]",
     "resources": [{"type": "subnets", "apiVersion": "2023-04-01", "name": "default", "condition": "[equals(parameters('networkOption'), 'new')]"}]},
    {"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-04-01", "name": "[variables('storage')]", "location": "[resourceGroup().location]",
     "dependsOn": ["[variables('subnet')]"], "sku": {"name": "Standard_LRS"}, "kind": "StorageV2"},
    {"type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": "[concat('kv-', parameters('name'))]",
     "condition": "[equals(parameters('vaultOption'), 'new')]", "location": "westeurope", "properties": {"tenantId": "[subscription().tenantId]"}},
    {"type": "Microsoft.MachineLearningServices/workspaces", "apiVersion": "2024-04-01", "name": "[parameters('name')]", "location": "westeurope",
     "tags": "[parameters('tags')]",
     "dependsOn": ["[resourceId('Microsoft.Storage/storageAccounts', variables('storage'))]", "[concat('kv-', parameters('name'))]"],
     "identity": {"type": "SystemAssigned", "userAssignedIdentities": {"[concat('id-', parameters('name'))]": {}}},
     "properties": {"storageAccount": "[resourceId('Microsoft.Storage/storageAccounts', variables('storage'))]",
                    "vaultState": "[reference(concat('kv-', parameters('name'))).provisioningState]", "registry": "[json('null')]", "escaped": "[[literal]"},
     "resources": [{"type": "connections", "apiVersion": "2024-04-01", "name": "extra", "dependsOn": ["[parameters('name')]"], "properties": {"category": "None"}}]},
    {"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "roles", "resourceGroup": "rg-other", "dependsOn": ["[parameters('name')]"],
     "properties": {"mode": "Incremental", "template": {"$schema": "x", "contentVersion": "1.0.0.0", "resources": [
        {"type": "Microsoft.Authorization/roleAssignments", "apiVersion": "2022-04-01", "name": "[guid(parameters('name'))]",
         "properties": {"principalId": "[reference(resourceId('Microsoft.MachineLearningServices/workspaces', parameters('name')), '2024-04-01').principalId]"}}]}}}
  ],
  "outputs": {
    "workspaceId": {"type": "string", "value": "[resourceId('Microsoft.MachineLearningServices/workspaces', parameters('name'))]"},
    "secret": {"type": "secureString", "value": "[parameters('secret')]"},
    "never": {"type": "string", "condition": "[equals(1, 2)]", "value": "[reference('missing').x]"},
    "states": {"type": "array", "copy": {"count": 2, "input": "[concat('s', copyIndex())]"}}
  }
})";

std::string resource_id(const std::string& rest) { return "/subscriptions/sub-1/resourceGroups/rg-lab/providers/" + rest; }

Json sent(const char* text) { return Json::parse(text); }

std::string minimal(const std::string& resources) { return R"({"$schema": "s", "contentVersion": "1.0.0.0", "resources": [)" + resources + "]}"; }

std::string resource(const std::string& name, const std::string& more = "") {
  return R"({"type": "A.B/c", "apiVersion": "2020-01-01", "name": ")" + name + "\"" + more + "}";
}

}  // namespace

TEST_CASE("template plan: a workspace's resources, ids and dependencies", "[template]") {
  EchoEnvironment environment;
  const auto plan = plan_of(kWorkspace, sent(R"({"name": {"value": "mlw-lab"}, "vaultOption": {"value": null}})"), environment).value();

  std::vector<std::string> ids;
  for (const PlannedResource& one : plan.resources) ids.push_back(one.id);
  const std::string storage = resource_id("Microsoft.Storage/storageAccounts/st" + unique_string("/subscriptions/sub-1/resourceGroups/rg-lab"));
  const std::string vault = resource_id("Microsoft.KeyVault/vaults/kv-mlw-lab");
  const std::string workspace = resource_id("Microsoft.MachineLearningServices/workspaces/mlw-lab");
  const std::string nested = "/subscriptions/sub-1/resourceGroups/rg-other/providers/Microsoft.Resources/deployments/roles";
  CHECK(ids == std::vector<std::string>{storage, vault, workspace, workspace + "/connections/extra", nested});
  CHECK(plan.absent == std::vector<std::string>{resource_id("Microsoft.Network/virtualNetworks/net"), resource_id("Microsoft.Network/virtualNetworks/net/subnets/default")});
  CHECK(plan.resources[0].depends_on.empty());
  CHECK(plan.resources[0].location == "westeurope");
  CHECK(plan.resources[2].depends_on == std::vector<std::string>{storage, vault});
  CHECK(plan.resources[3].type == "Microsoft.MachineLearningServices/workspaces/connections");
  CHECK(plan.resources[3].depends_on == std::vector<std::string>{workspace});
  CHECK(plan.resources[4].is_deployment);
  CHECK(plan.resources[4].resource_group == "rg-other");
  CHECK(environment.asked.empty());
  CHECK(dump(plan.parameters()["secret"]) == R"({"type":"SecureString"})");
  CHECK(dump(plan.parameters()["stamp"]) == R"({"type":"String","value":"2026-11-23"})");
  CHECK(dump(plan.parameters()["vaultOption"]) == R"({"type":"String","value":"new"})");
}

TEST_CASE("template plan: parallel branches are ready together, the rest when its dependencies are done", "[template]") {
  EchoEnvironment environment;
  const auto plan = plan_of(kWorkspace, sent(R"({"name": {"value": "mlw-lab"}})"), environment).value();

  CHECK(plan.ready({}, {}) == std::vector<std::size_t>{0, 1});
  CHECK(plan.ready({plan.resources[0].id, plan.resources[1].id}, {plan.resources[0].id}).empty());
  CHECK(plan.ready({}, {plan.resources[0].id, plan.resources[1].id}) == std::vector<std::size_t>{2});
  CHECK(plan.ready({}, {plan.resources[0].id, plan.resources[1].id, plan.resources[2].id}) == std::vector<std::size_t>{3, 4});
}

TEST_CASE("template plan: bodies are evaluated in their turn, keys included", "[template]") {
  EchoEnvironment environment;
  const auto plan = plan_of(kWorkspace, sent(R"({"name": {"value": "mlw-lab"}, "tags": {"value": {"a": "b"}}})"), environment).value();

  const Json body = evaluate_body(plan, plan.resources[2], environment).value();
  CHECK(dump(body["tags"]) == R"({"a":"b"})");
  CHECK(dump(body["identity"]["userAssignedIdentities"]) == R"({"id-mlw-lab":{}})");
  CHECK(body["properties"]["vaultState"] == "Succeeded");
  CHECK(body["properties"]["escaped"] == "[literal]");
  CHECK(body["properties"]["registry"].is_null());
  CHECK(body["properties"]["storageAccount"] == plan.resources[0].id);
  CHECK_FALSE(body.contains("dependsOn"));
  CHECK_FALSE(body.contains("resources"));
  CHECK(environment.asked == std::vector<std::string>{"reference " + plan.resources[1].id + " 2023-07-01"});
}

TEST_CASE("template plan: a nested deployment of outer scope is evaluated with its parent's values", "[template]") {
  EchoEnvironment environment;
  const auto plan = plan_of(kWorkspace, sent(R"({"name": {"value": "mlw-lab"}})"), environment).value();

  const Json body = evaluate_body(plan, plan.resources[4], environment).value();
  const Json& inner = body["properties"]["template"]["resources"][0];
  CHECK(inner["name"] == guid_of("mlw-lab"));
  CHECK(inner["properties"]["principalId"] == "principal-of " + plan.resources[2].id);
  CHECK_FALSE(body.contains("resourceGroup"));
}

TEST_CASE("template plan: inner scope passes the template as written and evaluates the parameters", "[template]") {
  EchoEnvironment environment;
  const auto plan = plan_of(R"({"resources": [{"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "n",
    "properties": {"mode": "Incremental", "expressionEvaluationOptions": {"scope": "inner"}, "parameters": {"p": {"value": "[add(1, 1)]"}},
      "template": {"parameters": {"p": {"type": "int"}}, "resources": [], "outputs": {"o": {"type": "int", "value": "[parameters('p')]"}}}}}]})",
                            Json::object(), environment)
                        .value();
  const Json body = evaluate_body(plan, plan.resources[0], environment).value();
  CHECK(body["properties"]["parameters"]["p"]["value"] == 2);
  CHECK(body["properties"]["template"]["outputs"]["o"]["value"] == "[parameters('p')]");

  const auto inner = check_template(body["properties"]["template"]).value();
  const auto nested = expand(inner, body["properties"]["parameters"], group_scope(), environment).value();
  CHECK(dump(evaluate_outputs(nested, environment).value()) == R"({"o":{"type":"Int","value":2}})");
}

TEST_CASE("template plan: outputs", "[template]") {
  EchoEnvironment environment;
  const auto plan = plan_of(kWorkspace, sent(R"({"name": {"value": "mlw-lab"}})"), environment).value();
  CHECK(dump(evaluate_outputs(plan, environment).value()) ==
        R"({"secret":{"type":"SecureString"},"states":{"type":"Array","value":["s0","s1"]},"workspaceId":{"type":"String","value":")" +
            plan.resources[2].id + R"("}})");

  const auto wrong = plan_of(R"({"resources": [], "outputs": {"o": {"type": "string", "value": "[createObject('a', 1).b]"}}})", Json::object(), environment).value();
  const auto outputs = evaluate_outputs(wrong, environment);
  REQUIRE_FALSE(outputs.has_value());
  CHECK(outputs.error().code == "DeploymentOutputEvaluationFailed");
  CHECK(outputs.error().message ==
        "Unable to evaluate template outputs: 'o'. Please see error details and deployment operations. Please see https://aka.ms/arm-common-errors for usage details.");
  CHECK(outputs.error().details.at(0).message ==
        "The template output 'o' is not valid: The language expression property 'b' doesn't exist, available properties are 'a'..");
}

TEST_CASE("template plan: copies, in parallel and in batches", "[template]") {
  EchoEnvironment environment;
  const auto plan = plan_of(minimal(resource("[concat('p', copyIndex(1))]", R"(, "copy": {"name": "loop", "count": 2}, "tags": {"n": "[copyIndex('loop')]"},
                                              "properties": {"copy": [{"name": "disks", "count": 2, "input": {"lun": "[copyIndex('disks')]", "vm": "[copyIndex()]"}}]})") +
                                    "," +
                                    resource("[concat('s', copyIndex())]", R"(, "copy": {"name": "serial", "count": 5, "mode": "serial", "batchSize": 2})") + "," +
                                    resource("last", R"(, "dependsOn": ["loop"])") + "," + resource("x", R"(, "copy": {"name": "none", "count": 0})") + "," +
                                    resource("after", R"(, "dependsOn": ["none"])")),
                            Json::object(), environment)
                        .value();
  REQUIRE(plan.resources.size() == 9);
  CHECK(plan.resources[1].name == "p2");
  CHECK(dump(evaluate_body(plan, plan.resources[1], environment).value()) == R"({"properties":{"disks":[{"lun":0,"vm":1},{"lun":1,"vm":1}]},"tags":{"n":1}})");
  CHECK(plan.resources[4].depends_on == std::vector<std::string>{plan.resources[2].id, plan.resources[3].id});
  CHECK(plan.resources[6].depends_on == std::vector<std::string>{plan.resources[4].id, plan.resources[5].id});
  CHECK(plan.resources[7].depends_on == std::vector<std::string>{plan.resources[0].id, plan.resources[1].id});
  CHECK(plan.resources[8].depends_on.empty());
}

TEST_CASE("template plan: symbolic names and existing resources", "[template]") {
  EchoEnvironment environment;
  const auto plan = plan_of(R"({"languageVersion": "2.0", "resources": {
      "first": {"type": "A.B/c", "apiVersion": "2020-01-01", "name": "one"},
      "known": {"existing": true, "type": "A.B/c", "apiVersion": "2021-01-01", "name": "old", "dependsOn": ["first"]},
      "second": {"type": "A.B/c", "apiVersion": "2020-01-01", "name": "two", "dependsOn": ["known"], "properties": {"k": "[reference('known').keys[0]]"}}}})",
                            Json::object(), environment)
                        .value();
  REQUIRE(plan.resources.size() == 3);
  CHECK(plan.ready({}, {}) == std::vector<std::size_t>{0});
  CHECK(plan.resources[2].depends_on == std::vector<std::string>{resource_id("A.B/c/one")});
  CHECK(evaluate_body(plan, plan.resources[2], environment).value()["properties"]["k"] == "one");
  CHECK(environment.asked == std::vector<std::string>{"reference " + resource_id("A.B/c/old") + " 2021-01-01"});
}

TEST_CASE("template plan: parameters are checked in Azure's words", "[template]") {
  const std::string prefix = "InvalidTemplate: Deployment template validation failed: '";
  CHECK(message_of(kWorkspace).starts_with(prefix + "The value for the template parameter 'name' at line '6' and column '13' is not provided."));
  CHECK(message_of(kWorkspace, sent(R"({"name": {"value": 3}})")) ==
        prefix + "The provided value for the template parameter 'name' is not valid. Expected a value of type 'String, Uri', but received a value of type 'Integer'. Please see "
                 "https://aka.ms/arm-create-parameter-file for usage details.'.");
  CHECK(message_of(kWorkspace, sent(R"({"name": {"value": "ab"}})")).find("Length of the value should be greater than or equal to '3'.") != std::string::npos);
  CHECK(message_of(kWorkspace, sent(R"({"name": {"value": "abc"}, "vaultOption": {"value": "NEW"}})")) == "no error");
  CHECK(message_of(kWorkspace, sent(R"({"name": {"value": "abc"}, "vaultOption": {"value": "old"}})")) ==
        prefix + "The provided value for the template parameter 'vaultOption' is not valid. The value 'old' is not part of the allowed value(s): 'new,existing'.'.");
  CHECK(message_of(R"({"resources": [], "parameters": {"a": {"type": "int"}}})", sent(R"({"b": {"value": 1}, "c": {"value": 1}})")) ==
        prefix + "The template parameters 'b, c' in the parameters file are not valid; they are not present in the original template and can therefore not be provided at deployment "
                 "time. The only supported parameters for this template are 'a'. Please see https://aka.ms/arm-pass-parameter-values for usage details.'.");
  CHECK(message_of(R"({"resources": [], "parameters": {"a": {"type": "string", "defaultValue": "[parameters('a')]"}}})").find("Circular reference") != std::string::npos);
}

TEST_CASE("template plan: what is wrong with a resource is said with its place", "[template]") {
  const std::string prefix = "InvalidTemplate: Deployment template validation failed: '";
  CHECK(message_of(minimal(resource("a", R"(, "dependsOn": ["b"])") + "," + resource("b", R"(, "dependsOn": ["a"])"))) ==
        prefix + "Circular dependency detected on resource: '" + resource_id("A.B/c/a") + "'. Please see https://aka.ms/arm-syntax-resources for usage details.'.");
  CHECK(message_of(minimal(resource("a", R"(, "dependsOn": ["[resourceId('A.B/c', 'gone')]"])"))) ==
        prefix + "The resource 'A.B/c/gone' is not defined in the template. Please see https://aka.ms/arm-syntax for usage details.'.");
  CHECK(message_of(minimal(resource("a", R"(, "properties": "[frob()]")"))) ==
        prefix + "The template resource 'a' at line '1' and column '61' is not valid: The template function 'frob' is not valid. Please see https://aka.ms/arm-functions for usage "
                 "details.. Please see https://aka.ms/arm-functions for usage details.'.");
  CHECK(message_of(minimal(resource("a/b"))).find("has incorrect segment lengths") != std::string::npos);
  CHECK(message_of(minimal(resource("a") + "," + resource("A"))).find("is defined multiple times in a template") != std::string::npos);
  CHECK(message_of(minimal(resource("[reference('x').y]"))).find("The template function 'reference' is not expected at this location.") != std::string::npos);
  CHECK(message_of(minimal(resource("[concat('a', copyIndex())]", R"(, "copy": {"name": "l", "count": 801})"))).find("exceeds the maximum allowed copy count '800'") != std::string::npos);
  CHECK(message_of(R"({"resources": [], "resourcez": []})").starts_with("InvalidRequestContent: The request content was invalid and could not be deserialized: 'Could not find member 'resourcez'"));
  CHECK(message_of(R"({"resources": [], "variables": {"v": "[createObject('template', 1).templateLink]"}})") ==
        prefix + "The template variable 'v' is not valid: The language expression property 'templateLink' doesn't exist, available properties are 'template'.. Please see "
                 "https://aka.ms/arm-functions for usage details.'.");
}

TEST_CASE("template plan: a dependency on nothing can be tolerated, and is then listed", "[template]") {
  EchoEnvironment environment;
  const auto plan = plan_of(minimal(resource("a", R"(, "dependsOn": ["gone"])")), Json::object(), environment, {.strict_dependencies = false}).value();
  CHECK(plan.ignored_dependencies == std::vector<std::string>{"gone"});
  CHECK(plan.resources[0].depends_on.empty());
}

TEST_CASE("template plan: an error in a turn names the resource; the world's own errors pass", "[template]") {
  EchoEnvironment environment;
  const auto plan = plan_of(minimal(resource("a") + "," + resource("b", R"(, "properties": {"x": "[reference('a').nothing]"})")), Json::object(), environment).value();
  CHECK(plan.resources[1].depends_on == std::vector<std::string>{resource_id("A.B/c/a")});
  const auto body = evaluate_body(plan, plan.resources[1], environment);
  REQUIRE_FALSE(body.has_value());
  CHECK(body.error().message == "Unable to process template language expressions for resource '" + resource_id("A.B/c/b") +
                                    "' at line '1' and column '120'. 'The language expression property 'nothing' doesn't exist, available properties are 'keys, "
                                    "principalId, provisioningState'.'");
  environment.missing = true;
  CHECK(evaluate_body(plan, plan.resources[1], environment).error().code == "ResourceNotFound");
}

TEST_CASE("template body: az's text that is no JSON", "[template]") {
  SourceMap positions;
  const auto body = parse_deployment_body("{\"properties\": {\"parameters\": {}, \"mode\": \"Incremental\", template:{\n  // a comment\n  \"resources\": [ /* none */ {\"name\": \"two\nlines\",} ],\n}\n}}\n", &positions);
  REQUIRE(body.has_value());
  CHECK(dump(*body) == R"({"properties":{"mode":"Incremental","parameters":{},"template":{"resources":[{"name":"two\nlines"}]}}})");
  CHECK(positions.at("properties.template").line == 1);
  CHECK(positions.at("properties.template.resources[0]").line == 3);
  CHECK(positions.at("properties.template.resources[0]").column == 29);

  CHECK(dump(parse_deployment_body(R"({a: 'it"s', "u": "\u00e9\ud83d\ude00", n: [-1, 2.5, true, null]})").value()) == R"({"a":"it\"s","n":[-1,2.5,true,null],"u":"é😀"})");
  CHECK(parse_deployment_body("{\"a\": }").error().message ==
        "The request content was invalid and could not be deserialized: 'Unexpected character encountered while parsing value: }. Path 'a', line 1, position 7.'.");
  CHECK(parse_deployment_body("{\"a\": 1").error().code == "InvalidRequestContent");
  CHECK(parse_deployment_body(std::string(500, '[')).error().message.find("MaxDepth of 100") != std::string::npos);
}

TEST_CASE("template limits: parameters, variables and outputs are counted", "[template]") {
  const auto with = [](const char* section, std::size_t count, const Json& each) {
    Json source = {{"resources", Json::array()}};
    for (std::size_t i = 0; i < count; ++i) source[section]["n" + std::to_string(i)] = each;
    return message_of(source.dump());
  };
  CHECK(with("parameters", 256, {{"type", "int"}, {"defaultValue", 1}}) == "no error");
  CHECK(with("parameters", 257, {{"type", "int"}, {"defaultValue", 1}}) ==
        "InvalidTemplate: Deployment template validation failed: 'The number of template parameters limit exceeded. Limit: '256' and actual: '257'. Please see https://aka.ms/arm-syntax-parameters for usage details.'.");
  CHECK(with("variables", 257, 1) ==
        "InvalidTemplate: Deployment template validation failed: 'The number of template variables limit exceeded. Limit: '256' and actual: '257'. Please see https://aka.ms/arm-syntax-variables for usage details.'.");
  CHECK(with("outputs", 65, {{"type", "int"}, {"value", 1}}) ==
        "InvalidTemplate: Deployment template validation failed: 'The number of template outputs limit exceeded. Limit: '64' and actual: '65'. Please see https://aka.ms/arm-syntax-outputs for usage details.'.");
}

TEST_CASE("template parameters: what objects and arrays hold is checked by its declaration", "[template]") {
  const auto said = [](const Json& value) {
    const std::string text = R"({"languageVersion": "2.0", "resources": {},
      "definitions": {"wheel": {"type": "object", "properties": {"size": {"type": "int", "minValue": 12}, "kind": {"type": "string", "allowedValues": ["road", "trail"]}, "note": {"type": "string", "nullable": true}}, "additionalProperties": false}},
      "parameters": {"bike": {"type": "object", "properties": {"wheels": {"type": "array", "items": {"$ref": "#/definitions/wheel"}, "minLength": 1}, "gears": {"type": "array", "prefixItems": [{"type": "int"}, {"type": "string"}], "items": false, "nullable": true}}, "additionalProperties": {"type": "string"}}}})";
    std::string message = message_of(text, {{"bike", {{"value", value}}}});
    const std::string frame = "InvalidTemplate: Deployment template validation failed: 'The provided value for the template parameter ";
    return message.starts_with(frame) ? message.substr(frame.size(), message.find(" Please see") - frame.size()) : message;
  };
  const Json wheel = {{"size", 28}, {"kind", "road"}};
  CHECK(said({{"wheels", {wheel}}, {"gears", {3, "chain"}}, {"colour", "red"}}) == "no error");
  CHECK(said({{"colour", "red"}}) == "'bike' is not valid. The property 'wheels' is missing.");
  CHECK(said({{"wheels", {wheel}}, {"colour", 1}}) == "'bike.colour' is not valid. Expected a value of type 'String, Uri', but received a value of type 'Integer'.");
  CHECK(said({{"wheels", Json::array()}}) == "'bike.wheels' at line '0' and column '0' is not valid. Length of the value should be greater than or equal to '1'.");
  CHECK(said({{"wheels", {{{"size", 10}, {"kind", "road"}}}}}) == "'bike.wheels[0].size' at line '0' and column '0' is not valid. The value should be greater than or equal to '12'.");
  CHECK(said({{"wheels", {{{"size", 28}, {"kind", "sea"}}}}}) == "'bike.wheels[0].kind' is not valid. The value 'sea' is not part of the allowed value(s): 'road,trail'.'.");
  CHECK(said({{"wheels", {{{"size", 28}, {"kind", "road"}, {"spokes", 36}}}}}) == "'bike.wheels[0]' is not valid. The property 'spokes' is not declared.");
  CHECK(said({{"wheels", {wheel}}, {"gears", {3, "chain", 1}}}) == "'bike.gears' is not valid. It may have no more than '2' element(s).");
}
