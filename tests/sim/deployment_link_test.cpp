#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/templates.hpp"

// Templates and parameters that lie elsewhere.

using namespace azlab;
using namespace azlab::test;

namespace {

/// A group with an account whose container "pub" everybody may read and "own" nobody.
struct Linked {
  Linked() {
    azure.make_group();
    azure.put(azure.resource("Microsoft.Storage/storageAccounts/stlinks"), {{"location", "eastus"}, {"kind", "StorageV2"}, {"sku", {{"name", "Standard_LRS"}}}, {"properties", {{"allowBlobPublicAccess", true}}}});
    azure.settle();
    azure.put(azure.resource("Microsoft.Storage/storageAccounts/stlinks/blobServices/default/containers/pub"), {{"properties", {{"publicAccess", "Blob"}}}});
    azure.put(azure.resource("Microsoft.Storage/storageAccounts/stlinks/blobServices/default/containers/own"), {{"properties", Json::object()}});
  }
  void upload(const std::string& path, const Json& content) {
    Request request = Request::make(Method::put, "https://stlinks.blob.core.windows.net/" + path, Body(content.dump()));
    request.headers.set("x-ms-blob-type", "BlockBlob");
    REQUIRE(azure.simulator.handle(request).status == 201);
  }
  std::string url(const std::string& path) const { return "https://stlinks.blob.core.windows.net/" + path; }

  Azure azure;
};

}  // namespace

TEST_CASE("a template is fetched from a public blob, and its relative links beside it", "[deployment][links]") {
  Linked linked;
  Json main = template_of(Json::array({{{"type", "Microsoft.Resources/deployments"}, {"apiVersion", "2022-09-01"}, {"name", "beside"}, {"properties", {{"mode", "Incremental"}, {"templateLink", {{"relativePath", "parts/account.json"}}}, {"parameters", {{"name", {{"value", "stlinked1"}}}}}}}}}),
                         {{"uri", {{"type", "string"}, {"value", "[deployment().properties.templateLink.uri]"}}}});
  Json part = template_of(Json::array({storage("[parameters('name')]")}));
  part["parameters"] = {{"name", {{"type", "string"}}}};
  linked.upload("pub/main.json", main);
  linked.upload("pub/parts/account.json", part);

  const Json body = {{"properties", {{"mode", "Incremental"}, {"templateLink", {{"uri", linked.url("pub/main.json")}, {"contentVersion", "1.0.0.0"}}}}}};
  REQUIRE(linked.azure.put(at_group(linked.azure), body).status == 201);
  linked.azure.settle();
  const Json done = linked.azure.get_json(at_group(linked.azure));
  CHECK(done["properties"]["provisioningState"] == "Succeeded");
  CHECK(done["properties"]["outputs"]["uri"]["value"] == linked.url("pub/main.json"));
  CHECK(done["properties"]["templateLink"]["uri"] == linked.url("pub/main.json"));
  CHECK(linked.azure.get(linked.azure.resource("Microsoft.Storage/storageAccounts/stlinked1")).status == 200);
}

TEST_CASE("parameters come from a linked file, a private blob with a signed address only", "[deployment][links]") {
  Linked linked;
  Json source = template_of(Json::array(), {{"out", {{"type", "string"}, {"value", "[parameters('word')]"}}}});
  source["parameters"] = {{"word", {{"type", "string"}}}};
  linked.upload("own/values.json", {{"$schema", "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#"}, {"contentVersion", "1.0.0.0"}, {"parameters", {{"word", {{"value", "linked"}}}}}});
  Json body = body_of(source);
  body["properties"]["parametersLink"] = {{"uri", linked.url("own/values.json")}};
  const Json refused = error_of(linked.azure.put(at_group(linked.azure), body));
  CHECK(refused["code"] == "InvalidContentLink");
  CHECK(refused["message"].get<std::string>().starts_with("Unable to download deployment content from 'https://stlinks.blob.core.windows.net/own/values.json'. The tracking Id is '"));

  const Json sas = Azure::json(linked.azure.post(linked.azure.resource("Microsoft.Storage/storageAccounts/stlinks/listServiceSas?api-version=2023-04-01"),
                                                 {{"canonicalizedResource", "/blob/stlinks/own"}, {"signedResource", "c"}, {"signedPermission", "r"}, {"signedExpiry", "2030-01-01T00:00:00Z"}}));
  body["properties"]["parametersLink"]["uri"] = linked.url("own/values.json") + "?" + sas["serviceSasToken"].get<std::string>();
  REQUIRE(linked.azure.put(at_group(linked.azure), body).status == 201);
  linked.azure.settle();
  CHECK(linked.azure.get_json(at_group(linked.azure))["properties"]["outputs"]["out"]["value"] == "linked");
}

TEST_CASE("links that lead nowhere, elsewhere or to another version are refused", "[deployment][links]") {
  Linked linked;
  linked.upload("pub/main.json", template_of(Json::array()));
  const auto refused = [&](const Json& link) { return error_of(linked.azure.put(at_group(linked.azure), {{"properties", {{"mode", "Incremental"}, {"templateLink", link}}}})); };
  CHECK(refused({{"uri", linked.url("pub/missing.json")}})["code"] == "InvalidContentLink");
  CHECK(refused({{"uri", "https://raw.example.org/main.json"}})["message"].get<std::string>().ends_with(" (azlab reaches blobs of its own storage accounts, and no other address.)"));
  const Json version = refused({{"uri", linked.url("pub/main.json")}, {"contentVersion", "2.0.0.0"}});
  CHECK(version["code"] == "InvalidContentVersion");
  CHECK(version["message"] == "The content version '1.0.0.0' of '" + linked.url("pub/main.json") + "' is not the '2.0.0.0' that the link asks for.");
  CHECK(refused({{"relativePath", "main.json"}})["code"] == "InvalidTemplate");
  CHECK(refused({{"id", "/subscriptions/s/resourceGroups/g/providers/Microsoft.Resources/templateSpecs/t/versions/1"}})["code"] == "AzlabNotSimulated");
}

TEST_CASE("several links that lead nowhere are told together", "[deployment][links]") {
  Azure azure;
  azure.make_group();
  const auto link = [](const char* name) {
    return Json{{"type", "Microsoft.Resources/deployments"}, {"apiVersion", "2022-09-01"}, {"name", name}, {"properties", {{"mode", "Incremental"}, {"templateLink", {{"uri", std::string("https://example.org/") + name + ".json"}}}}}};
  };
  const Json refused = error_of(azure.put(at_group(azure), body_of(template_of(Json::array({link("one"), link("two")})))));
  CHECK(refused["code"] == "MultipleErrorsOccurred");
  CHECK(refused["message"] == "Multiple error occurred: BadRequest,BadRequest. Please see details.");
  REQUIRE(refused["details"].size() == 2);
  CHECK(refused["details"][1]["code"] == "InvalidContentLink");
  CHECK(refused["details"][1]["message"].get<std::string>().starts_with("Unable to download deployment content from 'https://example.org/two.json'. The tracking Id is '"));
}
