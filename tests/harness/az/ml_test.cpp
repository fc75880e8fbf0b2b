#include "tests/harness/az/scripted.hpp"

using namespace azlab;
using namespace azlab::az::testing;

namespace {

const std::string kS = std::string("/subscriptions/") + kSubscription;
const std::string kArm = "https://management.azure.com";
const std::string kWorkspace = kS + "/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/ws";
const std::string kNotFound = R"({"error":{"code":"ResourceNotFound","message":"no"}})";
const std::string kFailed =
    R"({"status":"Failed","error":{"code":"DeploymentFailed","message":"At least one resource deployment operation failed.","details":[{"code":"Conflict","message":"A vault with the same name already exists in deleted state."}]}})";

/// The answers of a workspace creation whose deployment fails at the first look.
void script_failure(ScriptedAzure& azure) {
  azure.then(404, kNotFound)
      .then(200, R"({"location":"eastus"})")
      .then(201, R"({"properties":{"provisioningState":"Accepted"}})", {{"Azure-AsyncOperation", kArm + "/op"}})
      .then(200, kFailed)
      .then(200, R"({"value":[]})")
      .then(200, R"({"value":[]})");
}

}  // namespace

TEST_CASE("a failed workspace deployment ends with status 1; older extensions print it whole, newer its first detail") {
  Shell shell;
  script_failure(shell.azure);
  CHECK(shell.run("ml workspace create -n ws -g rg") == 1);
  CHECK(shell.out.empty());
  CHECK(shell.err.find("ERROR: (DeploymentFailed) At least one resource deployment operation failed.\nCode: "
                       "DeploymentFailed\nMessage: At least one "
                       "resource deployment operation failed.\nException Details:\t(Conflict) A vault with the same "
                       "name already exists in deleted state.\n"
                       "\tCode: Conflict\n\tMessage: A vault with the same name already exists in deleted state.\n") !=
        std::string::npos);
  CHECK(shell.azure.answers.empty());
  shell.run("extension add -n ml --upgrade");
  script_failure(shell.azure);
  CHECK(shell.run("ml workspace create -n ws -g rg") == 1);
  CHECK(
      shell.err.find("ERROR: Code: Conflict\nMessage: A vault with the same name already exists in deleted state.\n") !=
      std::string::npos);
}

TEST_CASE("a provider missing inside the deployment is not registered by the client") {
  Shell shell;
  shell.azure.then(404, kNotFound)
      .then(200, R"({"location":"eastus"})")
      .then(201, "{}", {{"Azure-AsyncOperation", kArm + "/op"}})
      .then(
          200,
          R"({"status":"Failed","error":{"code":"DeploymentFailed","message":"m","details":[{"code":"MissingSubscriptionRegistration","message":"'Microsoft.KeyVault'"}]}})")
      .then(200, R"({"value":[]})")
      .then(200, R"({"value":[]})");
  CHECK(shell.run("ml workspace create -n ws -g rg") == 1);
  CHECK(shell.azure.requests.size() == 6);
  for (const std::string& request : shell.azure.requests) CHECK(request.find("/register") == std::string::npos);
}

TEST_CASE("creating a workspace that is there updates it") {
  Shell shell;
  shell.azure.then(200, R"({"name":"ws"})")
      .then(200,
            R"({"name":"ws","location":"eastus","properties":{"provisioningState":"Succeeded","description":"new"}})",
            {}, "PATCH " + kWorkspace + "?api-version=2024-10-01-preview");
  CHECK(shell.run("ml workspace create -n ws -g rg --description new --query description -o tsv") == 0);
  CHECK(shell.out == "new\n");
  CHECK(shell.azure.bodies[1] == R"({"properties":{"description":"new"},"tags":{"createdByToolkit":"cli-v2-1.32.0"}})");
}

TEST_CASE("the same seed names the dependents alike, another seed differently") {
  const auto body_of = [](const std::string& seed) {
    Shell shell;
    shell.environment.variables = {{"AZLAB_SEED", seed}};
    script_failure(shell.azure);
    shell.run("ml workspace create -n ws -g rg");
    return shell.azure.requests[2] + shell.azure.bodies[2];
  };
  CHECK(body_of("7") == body_of("7"));
  CHECK(body_of("7") != body_of("8"));
}

TEST_CASE("compute create asks for the region, puts the instance and prints its entity") {
  Shell shell;
  const std::string path = kWorkspace + "/computes/ci1?api-version=2023-08-01-preview";
  shell.azure.then(200, R"({"location":"northeurope"})", {}, "GET " + kWorkspace + "?api-version=2024-10-01-preview")
      .then(201, R"({"properties":{"provisioningState":"Creating"}})", {{"Azure-AsyncOperation", kArm + "/op"}},
            "PUT " + path)
      .then(200, R"({"status":"InProgress"})")
      .then(200, R"({"status":"Succeeded","percentComplete":100.0})")
      .then(
          200,
          R"({"id":")" + kWorkspace +
              R"(/computes/ci1","name":"ci1","location":"northeurope","properties":{"computeType":"ComputeInstance","provisioningState":"Succeeded",
        "properties":{"vmSize":"STANDARD_DS11_V2","state":"Running","enableNodePublicIp":true,"applications":[{"displayName":"Jupyter","endpointUri":"https://x"}]}}})",
          {}, "GET " + path);
  CHECK(shell.run("ml compute create --name ci1 --size STANDARD_DS11_V2 --type ComputeInstance -w ws -g rg") == 0);
  CHECK(
      shell.azure.bodies[1] ==
      R"({"location":"northeurope","properties":{"computeType":"ComputeInstance","properties":{"applicationSharingPolicy":"Shared","computeInstanceAuthorizationType":"personal","enableNodePublicIp":true,"vmSize":"STANDARD_DS11_V2"}}})");
  CHECK(shell.azure.sleeps == std::vector<double>{30});
  const auto printed = nlohmann::json::parse(shell.out);
  CHECK(printed["state"] == "Running");
  CHECK(printed["type"] == "computeinstance");
  CHECK(printed["resourceGroup"] == "rg");
  CHECK(printed["services"][0]["display_name"] == "Jupyter");
}

TEST_CASE("compute create of a cluster sends the body of the client") {
  Shell shell;
  shell.azure.then(200, R"({"location":"eastus"})")
      .then(
          200,
          R"({"name":"aml-cluster","properties":{"computeType":"AmlCompute","provisioningState":"Succeeded","properties":{"vmSize":"STANDARD_DS11_V2","scaleSettings":{"maxNodeCount":2,"minNodeCount":0,"nodeIdleTimeBeforeScaleDown":"PT2M"}}}})");
  CHECK(shell.run("ml compute create --name aml-cluster --size STANDARD_DS11_V2 --max-instances 2 "
                  "--idle-time-before-scale-down 120 --type AmlCompute -w ws -g rg") == 0);
  CHECK(
      shell.azure.bodies[1] ==
      R"({"location":"eastus","properties":{"computeType":"AmlCompute","properties":{"enableNodePublicIp":true,"osType":"Linux","remoteLoginPortPublicAccess":"NotSpecified","scaleSettings":{"maxNodeCount":2,"minNodeCount":0,"nodeIdleTimeBeforeScaleDown":"PT2M"},"vmPriority":"Dedicated","vmSize":"STANDARD_DS11_V2"}}})");
  const auto printed = nlohmann::json::parse(shell.out);
  CHECK(printed["idle_time_before_scale_down"] == 120);
  CHECK(printed["max_instances"] == 2);
  CHECK(printed["tier"] == "dedicated");
}

TEST_CASE("a compute's YAML file gives schedules and scripts, and an unknown member is refused") {
  Shell shell;
  shell.write("ci.yml",
              "name: ci2\ntype: ComputeInstance\nsize: Standard_DS3_v2\nschedules:\n  compute_start_stop:\n    - "
              "action: stop\n      trigger:\n        type: cron\n        start_time: \"2026-11-23T09:00:00\"\n        "
              "time_zone: UTC\n        expression: 0 18 * * *\nsetup_scripts:\n  creation_script:\n    command: pip "
              "list\n    timeout_minutes: 20\n");
  shell.azure.then(200, R"({"location":"eastus"})")
      .then(200, R"({"name":"ci2","properties":{"computeType":"ComputeInstance","provisioningState":"Succeeded"}})");
  CHECK(shell.run("ml compute create -f ci.yml -w ws -g rg -o none") == 0);
  const auto inner = nlohmann::json::parse(shell.azure.bodies[1])["properties"]["properties"];
  CHECK(
      inner["schedules"]["computeStartStop"][0].dump() ==
      R"({"action":"Stop","cron":{"expression":"0 18 * * *","startTime":"2026-11-23T09:00:00","timeZone":"UTC"},"status":"Enabled","triggerType":"Cron"})");
  CHECK(inner["setupScripts"]["scripts"]["creationScript"].dump() ==
        R"({"scriptData":"cGlwIGxpc3Q=","scriptSource":"inline","timeout":"20m"})");
  shell.write("bad.yml", "name: ci2\ntype: computeinstance\ncolour: red\n");
  shell.azure.then(200, R"({"location":"eastus"})");
  CHECK(shell.run("ml compute create -f bad.yml -w ws -g rg") == 1);
  CHECK(shell.err == "ERROR: az ml compute: 'colour' in the specification: not simulated yet by the built-in az\n");
  CHECK(shell.run("ml compute create -f none.yml -w ws -g rg") == 1);
  CHECK(shell.err == "ERROR: [Errno 2] No such file or directory: 'none.yml'\n");
}

TEST_CASE("workspace delete looks first, deletes what belongs to it when told to, and can purge") {
  Shell shell;
  shell.azure
      .then(
          200,
          R"({"properties":{"applicationInsights":"/i","storageAccount":"/s","keyVault":"/k","containerRegistry":null}})",
          {}, "GET " + kWorkspace + "?api-version=2024-10-01-preview")
      .then(200, R"({"properties":{"WorkspaceResourceId":"/l"}})", {}, "GET /i?api-version=2015-05-01")
      .then(200, "", {}, "DELETE /i?api-version=2015-05-01")
      .then(200, "", {}, "DELETE /l?api-version=2020-08-01")
      .then(200, "", {}, "DELETE /s?api-version=2019-06-01")
      .then(200, "", {}, "DELETE /k?api-version=2019-09-01")
      .then(202, "", {{"Azure-AsyncOperation", kArm + "/op"}, {"Location", kArm + "/loc"}},
            "DELETE " + kWorkspace + "?api-version=2024-10-01-preview&forceToPurge=true")
      .then(200, R"({"status":"Succeeded"})");
  CHECK(shell.run("ml workspace delete -n ws -g rg --all-resources -p -y") == 0);
  CHECK(shell.azure.answers.empty());
  CHECK(shell.out.empty());
}

TEST_CASE("datastores are printed as the client's entities") {
  Shell shell;
  shell.azure.then(
      200,
      R"({"value":[{"name":"workspaceblobstore","properties":{"datastoreType":"AzureBlob","accountName":"st","containerName":"c","endpoint":"core.windows.net","protocol":"https","description":null}}]})",
      {}, "GET " + kWorkspace + "/datastores?api-version=2024-10-01-preview&count=30&orderByAsc=false");
  CHECK(shell.run("ml datastore list -w ws -g rg -o yaml") == 0);
  CHECK(shell.out ==
        "- account_name: st\n  container_name: c\n  credentials: {}\n  endpoint: core.windows.net\n  name: "
        "workspaceblobstore\n  protocol: https\n  type: azure_blob\n");
}

TEST_CASE("compute update merges into what is there and puts it whole") {
  Shell shell;
  const std::string compute =
      R"({"name":"c","location":"eastus","properties":{"computeType":"AmlCompute","provisioningState":"Succeeded","properties":{"vmSize":"STANDARD_DS11_V2","vmPriority":"Dedicated","enableNodePublicIp":true,"remoteLoginPortPublicAccess":"Disabled","scaleSettings":{"maxNodeCount":1,"minNodeCount":0,"nodeIdleTimeBeforeScaleDown":"PT2M"}}}})";
  shell.azure.then(200, compute).then(200, compute);
  CHECK(shell.run("ml compute update -n c -w ws -g rg --max-instances 3 -o none") == 0);
  const auto body = nlohmann::json::parse(shell.azure.bodies[1]);
  CHECK(body["location"] == "eastus");
  CHECK(body["properties"]["properties"]["scaleSettings"].dump() ==
        R"({"maxNodeCount":3,"minNodeCount":0,"nodeIdleTimeBeforeScaleDown":"PT2M"})");
  CHECK(body["properties"]["properties"]["vmSize"] == "STANDARD_DS11_V2");
}

TEST_CASE("a model that is one file is downloaded without its neighbours, a folder with all that is in it") {
  const auto download = [](const std::string& paths, const std::string& blobs, int files) {
    Shell shell;
    shell.azure.then(200, R"({"properties":{"modelUri":"azureml://subscriptions/s/resourcegroups/rg/workspaces/ws/datastores/workspaceblobstore/paths/)" + paths + R"("}})")
        .then(200, R"({"properties":{"accountName":"st","containerName":"c"}})")
        .then(200, R"({"sasToken":"sig=x"})")
        .then(200, "<EnumerationResults><Blobs>" + blobs + "</Blobs><NextMarker/></EnumerationResults>");
    for (int i = 0; i < files; ++i) shell.azure.then(200, "bytes");
    CHECK(shell.run("ml model download -n m --version 1 -g rg -w ws") == 0);
    CHECK(shell.azure.answers.empty());
    std::vector<std::string> out(shell.azure.requests.begin() + 4, shell.azure.requests.end());
    return out;
  };
  const auto blob = [](const std::string& name) { return "<Blob><Name>" + name + "</Name></Blob>"; };
  CHECK(download("up/model.pkl", blob("up/model.pkl") + blob("up/model.pkl.old"), 1) == std::vector<std::string>{"GET /c/up/model.pkl?sig=x"});
  CHECK(download("up/model", blob("up/model/a/b") + blob("up/model/c") + blob("up/model2/d"), 2) == std::vector<std::string>{"GET /c/up/model/a/b?sig=x", "GET /c/up/model/c?sig=x"});
}
