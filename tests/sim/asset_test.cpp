#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/world.hpp"

using namespace azlab;
using azlab::test::Azure;

namespace {

struct Lab : Azure {
  Lab() { make_workspace(); }
  std::string asset(const std::string& rest) const { return workspace() + "/" + rest; }
  Json made(const std::string& rest, const Json& properties, int status = 201) {
    const Response response = put(asset(rest), {{"properties", properties}});
    CHECK(response.status == status);
    return json(response);
  }
  std::string error(const Response& response) { return json(response)["error"]["code"].get<std::string>() + ": " + json(response)["error"]["message"].get<std::string>(); }
};

}  // namespace

TEST_CASE("a data asset shows its address in the long form", "[asset]") {
  Lab lab;
  const Json data = lab.made("data/d1/versions/1", {{"dataType", "uri_file"}, {"dataUri", "azureml://datastores/workspaceblobstore/paths/LocalUpload/abc/d.csv"}});
  CHECK(data["id"] == lab.asset("data/d1/versions/1"));
  CHECK(data["properties"]["dataUri"] == "azureml://subscriptions/" + arm::default_subscription().id + "/resourcegroups/rg/workspaces/lab/datastores/workspaceblobstore/paths/LocalUpload/abc/d.csv");
  CHECK(data["properties"]["isArchived"] == false);
  CHECK(data["systemData"]["createdBy"] == "alex.martin@contoso-labs.example");
  const Response gone = lab.put(lab.asset("data/d2/versions/1"), {{"properties", {{"dataType", "uri_file"}, {"dataUri", "azureml://datastores/none/paths/x"}}}});
  CHECK(gone.status == 404);
  CHECK(lab.error(gone) == "UserError: Could not find datastore: none");
}

TEST_CASE("a container knows its latest and its next version, also past nine", "[asset]") {
  Lab lab;
  CHECK(lab.get(lab.asset("data/d1")).status == 404);
  for (const char* version : {"1", "2", "9", "10"}) lab.made(std::string("data/d1/versions/") + version, {{"dataType", "uri_file"}, {"dataUri", "https://x/y"}});
  const Json container = lab.get_json(lab.asset("data/d1"));
  CHECK(container["properties"]["latestVersion"] == "10");
  CHECK(container["properties"]["nextVersion"] == "11");
  CHECK(container["properties"]["dataType"] == "uri_file");
}

TEST_CASE("versions come newest first, however their numbers sort", "[asset]") {
  Lab lab;
  for (const char* version : {"9", "10", "2"}) lab.made(std::string("data/d1/versions/") + version, {{"dataType", "uri_file"}, {"dataUri", "https://x/y"}});
  const Json newest = lab.get_json(lab.asset("data/d1/versions?$orderBy=createdtime%20desc&$top=1"));
  REQUIRE(newest["value"].size() == 1);
  CHECK(newest["value"][0]["name"] == "2");
  CHECK(newest.contains("nextLink") == false);
  const Json oldest = lab.get_json(lab.asset("data/d1/versions?$orderBy=createdtime%20asc"));
  CHECK(oldest["value"][0]["name"] == "9");
  // azure-ai-ml 1.4 leaves its prefix in the name.
  CHECK(lab.get_json(lab.asset("data/azureml%3Ad1/versions?$orderBy=createdtime%20desc&$top=1"))["value"][0]["name"] == "2");
}

TEST_CASE("what an asset is made of cannot change, what is said about it can", "[asset]") {
  Lab lab;
  lab.made("environments/e1/versions/1", {{"image", "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04"}});
  lab.made("environments/e1/versions/1", {{"image", "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04"}, {"tags", {{"a", "b"}}}}, 200);
  CHECK(lab.get_json(lab.asset("environments/e1/versions/1"))["properties"]["tags"]["a"] == "b");
  const Response other = lab.put(lab.asset("environments/e1/versions/1"), {{"properties", {{"image", "another"}}}});
  CHECK(other.status == 409);
  CHECK(lab.error(other) == "UserError: Environment e1 with version 1 is already registered and cannot be changed.");
}

TEST_CASE("archived assets leave the list", "[asset]") {
  Lab lab;
  lab.made("models/m1/versions/1", {{"modelUri", "azureml://datastores/workspaceblobstore/paths/m"}});
  lab.made("models/m1/versions/2", {{"modelUri", "azureml://datastores/workspaceblobstore/paths/m"}});
  lab.made("models/m1/versions/1", {{"modelUri", "azureml://datastores/workspaceblobstore/paths/m"}, {"isArchived", true}}, 200);
  CHECK(lab.get_json(lab.asset("models/m1/versions"))["value"].size() == 1);
  CHECK(lab.get_json(lab.asset("models/m1/versions?listViewType=ArchivedOnly"))["value"][0]["name"] == "1");
  CHECK(lab.get_json(lab.asset("models/m1/versions?listViewType=All"))["value"].size() == 2);
}

TEST_CASE("models have integer versions and flavors that are an object", "[asset]") {
  Lab lab;
  CHECK(lab.made("models/m1/versions/1", {{"modelUri", "azureml://jobs/run1/outputs/artifacts/paths/model/"}})["properties"]["flavors"] == Json::object());
  const Json model = lab.get_json(lab.asset("models/m1/versions/1"));
  CHECK(model["properties"]["jobName"] == "run1");
  CHECK(model["properties"]["modelUri"].get<std::string>().find("/datastores/workspaceartifactstore/paths/ExperimentRun/dcid.run1/model/") != std::string::npos);
  const Response named = lab.put(lab.asset("models/m1/versions/one"), {{"properties", {{"modelUri", "azureml://datastores/workspaceblobstore/paths/m"}}}});
  CHECK(named.status == 400);
  CHECK(lab.error(named) == "UserError: Model version must be a positive integer.");
}

TEST_CASE("curated environments are there, and their prefix is theirs", "[asset]") {
  Lab lab;
  CHECK(lab.get_json(lab.asset("environments/AzureML-sklearn-1.0-ubuntu20.04-py38-cpu/versions/44"))["properties"]["environmentType"] == "Curated");
  const Json list = lab.get_json(lab.asset("environments"));
  CHECK(list["value"][0]["name"] == "AzureML-sklearn-1.5");
  const Response taken = lab.put(lab.asset("environments/AzureML-mine/versions/1"), {{"properties", {{"image", "x"}}}});
  CHECK(lab.error(taken) == "UserError: Environment name can not start with the prefix AzureML. To alter a curated environment first create a copy of it.");
  const Json registry = lab.get_json("https://eastus.api.azureml.ms/registrymanagement/v1.0/registries/azureml/discovery");
  const std::string base = registry["primaryRegionResourceProviderUri"].get<std::string>() + "mferp/managementfrontend/subscriptions/" + registry["subscriptionId"].get<std::string>() + "/resourceGroups/" + registry["resourceGroup"].get<std::string>();
  CHECK(lab.get_json(base + "/providers/Microsoft.MachineLearningServices/registries/azureml/environments/sklearn-1.5/versions/46")["name"] == "46");
}

TEST_CASE("a snapshot is asked for by its hash, and uploaded to a container of its own", "[asset]") {
  Lab lab;
  const Json none = lab.get_json(lab.asset("codes/c1/versions?hash=abc&hashVersion=202208"));
  CHECK(none["value"] == Json::array());
  const Json upload = Azure::json(lab.post(lab.asset("codes/c1/versions/1/startPendingUpload"), {{"pendingUploadType", "TemporaryBlobReference"}}));
  const std::string sas = upload["blobReferenceForConsumption"]["credential"]["sasUri"];
  Request file = Request::make(Method::put, replace_all(sas, "?", "/train.py?"), Body("print(1)"));
  file.headers.set("x-ms-blob-type", "BlockBlob");
  CHECK(lab.simulator.handle(file).status == 201);
  lab.made("codes/c1/versions/1", {{"codeUri", upload["blobReferenceForConsumption"]["blobUri"]}, {"properties", {{"hash_sha256", "abc"}}}});
  const Json found = lab.get_json(lab.asset("codes/c1/versions?hash=abc&hashVersion=202208"));
  CHECK(found["value"][0]["id"] == lab.asset("codes/c1/versions/1"));
}

TEST_CASE("long lists come in pages, and what would be left out is refused", "[asset]") {
  Lab lab;
  for (int i = 0; i < 35; ++i) lab.made("data/n" + std::to_string(i) + "/versions/1", {{"dataType", "uri_file"}, {"dataUri", "https://x/y"}});
  const Json first = lab.get_json(lab.asset("data?listViewType=ActiveOnly"));
  CHECK(first["value"].size() == 30);
  const Json second = lab.get_json(first["nextLink"].get<std::string>());
  CHECK(second["value"].size() == 5);
  CHECK(lab.error(lab.get(lab.asset("data?color=red"))) == "AzlabNotSimulated: azlab does not serve the parameter 'color' of this list.");
}
