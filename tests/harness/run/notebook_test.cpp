// Notebooks on a real kernel, in the sandbox of a compute instance of a real simulator.
#include "tests/harness/run/studio.hpp"

using namespace azlab;
using namespace azlab::run;
using namespace azlab::run::testing;

TEST_CASE("cells run on a real kernel in the notebook's folder, and their outputs are kept in the notebook", "[notebook]") {
  if (!usable()) return;
  Studio studio;
  const auto record = studio.run({"x = 6 * 7\nprint('forty', 'two')\nx", "%%writefile made.txt\nby the notebook", "import os\nos.getcwd()", ""});
  INFO(record.evidence);
  REQUIRE(record.verdict == verdict::kPassed);
  CHECK(record.code_cells == 4);
  REQUIRE(record.cells.size() == 3);
  CHECK(record.cells[0].output == "forty two\n42\n");
  CHECK(record.cells[0].first_line == "x = 6 * 7");
  CHECK(record.cells[2].output == "'/home/azureuser/cloudfiles/code/Users/alex.martin/labs'\n");
  CHECK(studio.files->read(studio.instance().share, "Users/alex.martin/labs/made.txt").value_or("") == "by the notebook\n");
  const Json kept = studio.kept();
  CHECK(kept["cells"][0]["execution_count"] == 1);
  CHECK(kept["cells"][0]["outputs"][0]["text"] == Json::array({"forty two\n"}));
  CHECK(record.python.starts_with("3."));
  CHECK(record.packages.count("azure-ai-ml") == 1);
}

TEST_CASE("a cell that fails ends the notebook, and the record names cell, line and exception", "[notebook]") {
  if (!usable()) return;
  Studio studio;
  const auto record = studio.run({"a = 1", "# divide\na / 0", "print('never')"});
  CHECK(record.verdict == verdict::kFailed);
  REQUIRE(record.cells.size() == 2);
  CHECK(record.cells[1].verdict == verdict::kFailed);
  CHECK(record.cells[1].error == "ZeroDivisionError: division by zero");
  CHECK(record.evidence.starts_with("Cell 2 of 3 ('# divide'): ZeroDivisionError: division by zero\n"));
  CHECK(record.cells[1].traceback.find("a / 0") != std::string::npos);
  CHECK(studio.kept()["cells"][1]["outputs"][0]["ename"] == "ZeroDivisionError");
}

TEST_CASE("a kernel that dies, and a notebook that is none, fail clearly", "[notebook]") {
  if (!usable()) return;
  Studio studio;
  const auto died = studio.run({"import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "1"});
  CHECK(died.verdict == verdict::kFailed);
  CHECK(died.evidence.find("Cell 1 of 2 ('import os, signal'): the kernel died") == 0);
  REQUIRE(studio.files->write(studio.instance().share, "x.ipynb", "{\"cells\": ["));
  const auto none = run_notebook(studio.azure.simulator, *studio.machines, {.instance = studio.instance(), .path = "x.ipynb", .kernel = "Python 3.10 - AzureML"});
  CHECK(none.verdict == verdict::kFailed);
  CHECK(none.evidence.starts_with("It is no notebook that Jupyter can open: "));
}

TEST_CASE("packages are those of the instance: what its pip took away cannot be imported", "[notebook]") {
  if (!usable()) return;
  Studio studio;
  (*studio.machines->terminal("compute-instance:ci-lab"))->run_block("pip uninstall -y azure-ai-ml");
  const auto record = studio.run({"import pandas", "import azure.ai.ml"});
  CHECK(record.verdict == verdict::kFailed);
  CHECK(record.cells.back().error == "ModuleNotFoundError: No module named 'azure.ai' (the instance's pip has taken away azure-ai-ml)");
  const auto shown = studio.run({"pip show pandas"});
  INFO(shown.cells[0].output);
  CHECK(shown.cells[0].output.find("Name: pandas") != std::string::npos);
}

TEST_CASE("what the instance has and this computer's environment lacks is blocked, not failed", "[notebook]") {
  if (!usable()) return;
  Studio studio;
  const auto record = studio.run({"import mltable"});
  CHECK(record.verdict == verdict::kBlocked);
  CHECK(record.evidence.find("the instance has that package, this computer's Python environment has not") != std::string::npos);
}

TEST_CASE("the kernel's time is simulated, in Python and in its shell lines", "[notebook]") {
  if (!usable()) return;
  Studio studio;
  const Time before = studio.azure.simulator.now();
  const auto record = studio.run({"import time\ntime.sleep(3600)", "!sleep 1800"});
  INFO(record.evidence);
  CHECK(record.verdict == verdict::kPassed);
  CHECK(to_seconds(studio.azure.simulator.now() - before) == Approx(5400).margin(2));
}

TEST_CASE("the instance signs in for the kernel: the SDK finds its workspace and makes a cluster", "[notebook]") {
  if (!usable()) return;
  Studio studio;
  const auto record = studio.run({"from azure.ai.ml import MLClient\nfrom azure.identity import DefaultAzureCredential\nml_client = MLClient.from_config(credential=DefaultAzureCredential())\nprint(ml_client.workspace_name)",
                                  "from azure.ai.ml.entities import AmlCompute\n"
                                  "made = ml_client.begin_create_or_update(AmlCompute(name='aml-cluster', size='STANDARD_DS11_V2', min_instances=0, max_instances=2)).result()\n"
                                  "print(made.name, made.provisioning_state)",
                                  "import os\nos.environ['MLFLOW_TRACKING_URI']"});
  INFO(record.evidence);
  REQUIRE(record.verdict == verdict::kPassed);
  INFO(record.cells[0].output);
  INFO(record.cells[1].output);
  CHECK(record.cells[0].output.ends_with("lab\n"));
  CHECK(record.cells[1].output.ends_with("aml-cluster ProvisioningState.SUCCEEDED\n"));
  CHECK(record.cells[2].output == "'azureml://eastus.api.azureml.ms/mlflow/v1.0" + studio.azure.workspace() + "'\n");
  CHECK(studio.azure.get_json(studio.azure.workspace() + "/computes/aml-cluster")["properties"]["properties"]["scaleSettings"]["maxNodeCount"] == 2);
}

TEST_CASE("without a sandbox a notebook runs as well, and nothing of it stays behind", "[notebook]") {
  if (!usable()) return;
  Studio studio(false);
  const auto record = studio.run({"import os\nos.path.basename(os.getcwd())", "import time\ntime.sleep(600)", "from azure.ai.ml import MLClient\nfrom azure.identity import DefaultAzureCredential\nlist(MLClient.from_config(credential=DefaultAzureCredential()).compute.list())[0].name"});
  INFO(record.evidence);
  REQUIRE(record.verdict == verdict::kPassed);
  CHECK(record.cells[0].output == "'labs'\n");
  CHECK(record.cells[2].output.ends_with("'ci-lab'\n"));
}

TEST_CASE("what azlab does not simulate blocks the cell that asked for it", "[notebook]") {
  if (!usable()) return;
  Studio studio;
  const auto record = studio.run({"import urllib.request\nurllib.request.urlopen('https://www.example.org/data.csv')"});
  INFO(record.evidence);
  CHECK(record.verdict == verdict::kBlocked);
  CHECK(record.evidence.find("not simulated, and asked for by this cell: the host www.example.org") != std::string::npos);
}

TEST_CASE("nothing but the simulated Azure can be reached from a kernel", "[notebook]") {
  if (!usable()) return;
  Studio studio;
  const auto record = studio.run({"import socket\ntry:\n    socket.create_connection(('192.0.2.1', 443), 2)\nexcept OSError as error:\n    print(error)",
                                  "sorted(name for name in __import__('os').environ if name.startswith(('AZURE_CLIENT', 'ARM_', 'MSI')))",
                                  "open('/etc/passwd').read().count('\\n')"});
  INFO(record.evidence);
  REQUIRE(record.verdict == verdict::kPassed);
  CHECK(record.cells[0].output.find("Network is unreachable") != std::string::npos);
  CHECK(record.cells[1].output == "['MSI_ENDPOINT', 'MSI_SECRET']\n");
  CHECK(record.cells[2].output == "3\n");
}
