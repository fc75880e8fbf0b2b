// A lab's own repository, with notebooks of its own: what is found in the run, and what is found without opening them.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "harness/run/lab_run.hpp"
#include "tests/support/python.hpp"

using namespace azlab;
using Names = std::vector<std::string>;

namespace {

namespace fs = std::filesystem;

constexpr const char* kAddress = "https://github.com/contoso/labs.git";

/// A repository of labs in a folder of its own, removed with it.
class Repository {
 public:
  Repository() : path_((fs::temp_directory_path() / "azlab-rules-XXXXXX").string()) { REQUIRE(::mkdtemp(path_.data()) != nullptr); }
  ~Repository() { fs::remove_all(path_); }
  Repository(const Repository&) = delete;
  Repository& operator=(const Repository&) = delete;

  void write(const std::string& name, const std::string& text) const {
    fs::create_directories(fs::path(path_ + "/" + name).parent_path());
    std::ofstream(path_ + "/" + name) << text;
  }
  void notebook(const std::string& name, const Names& cells) const {
    nlohmann::json out = {{"nbformat", 4}, {"nbformat_minor", 5}, {"metadata", {{"kernelspec", {{"name", "python310-azureml"}, {"display_name", "Python 3.10 - AzureML"}, {"language", "python"}}}}}, {"cells", nlohmann::json::array()}};
    for (const auto& cell : cells) out["cells"].push_back({{"cell_type", "code"}, {"metadata", nlohmann::json::object()}, {"source", cell}, {"execution_count", nullptr}, {"outputs", nlohmann::json::array()}});
    write(name, out.dump(1));
  }

  /// "line rule" of each finding.
  Names findings_of(const std::string& markdown, run::PythonUse python = run::PythonUse::none) const {
    write("Instructions/lab.md", markdown);
    const auto lab = lab::read_lab(markdown, path_ + "/Instructions/lab.md");
    REQUIRE(lab);
    const auto record = run::run_lab(*lab, {.clone_map = {{kAddress, path_}}, .python = python, .azlab_binary = AZLAB_BINARY_DIR "/azlab"});
    REQUIRE(record);
    Names out;
    for (const auto& f : record->findings) out.push_back(std::to_string(f.line) + " " + f.rule);
    return out;
  }

 private:
  std::string path_;
};

/// A lab with an instance that has the repository; its next line is line 24.
std::string lab_with(const std::string& steps) {
  return "# Lab\n\n1. Open the Azure portal at `https://portal.azure.com/`.\n1. Select the \\[>_] (*Cloud Shell*) button.\n1. Select **Bash** if you are asked for a kind of shell.\n1. Select **No storage account required**, and then select **Apply**.\n"
         "1. Run these commands:\n\n    ```azurecli\n    az group create --name rg-lab --location eastus\n    az ml workspace create --name mlw-lab -g rg-lab\n"
         "    az ml compute create --name ci-lab --type ComputeInstance --size Standard_DS11_v2 -w mlw-lab -g rg-lab\n    az ml compute create --name aml-cluster --type AmlCompute --size Standard_DS11_v2 --max-instances 1 -w mlw-lab -g rg-lab\n    ```\n\n"
         "1. In the Azure portal, go to the workspace **mlw-lab**. On its **Overview** page, select **Launch studio**.\n1. Go to the **Compute** page. On the **Compute instances** tab, find your compute instance and select the **Terminal** application.\n"
         "1. Fetch the files with this command:\n\n    ```bash\n    git clone https://github.com/contoso/labs.git labs\n    ```\n\n" + steps;
}

const std::string kRun = "1. Open the **Try/Own.ipynb** notebook.\n1. Verify that the notebook uses the **Python 3.10 - AzureML** kernel.\n1. Run all cells.\n";

}  // namespace

TEST_CASE("material: a notebook is judged by its text when it is opened, at the line that opens it", "[cases]") {
  const Repository repository;
  repository.notebook("Try/Own.ipynb", {"subscription = \"<subscription-id>\"", "from azureml.core import Workspace"});
  CHECK(repository.findings_of(lab_with("1. Open the **Try/Own.ipynb** notebook.\n")) == Names{"24 nb/placeholder", "24 retired/package"});
  repository.notebook("Try/Own.ipynb", {"print(1)"});
  CHECK(repository.findings_of(lab_with("1. Open the **Try/Own.ipynb** notebook.\n")).empty());
}

TEST_CASE("material: a notebook that the run does not come to is found in the lab's repository", "[cases]") {
  const Repository repository;
  const std::string lab = "# Lab\n\n1. Open the **Try/Own.ipynb** notebook.\n";
  repository.write("Try/Own.ipynb", "{\"cells\": [");
  CHECK(repository.findings_of(lab) == Names{"3 nb/unreadable"});
  repository.notebook("Try/Own.ipynb", {"print(1)"});
  CHECK(repository.findings_of(lab).empty());
  // Two of that name: nobody knows which is meant.
  repository.write("Other/Try/Own.ipynb", "{\"cells\": [");
  CHECK(repository.findings_of(lab).empty());
}

TEST_CASE("material: a cell that fails and a job that fails are found when they are carried out", "[cases]") {
  if (!test::python_usable()) return;
  const Repository repository;
  const auto run_all = [&] { return repository.findings_of(lab_with(kRun), run::PythonUse::install); };
  repository.notebook("Try/Own.ipynb", {"x = 1", "x / 0"});
  CHECK(run_all() == Names{"26 nb/cell-failed"});
  repository.notebook("Try/Own.ipynb", {"x = 1", "x / 2"});
  CHECK(run_all().empty());

  const auto job = [](const std::string& command) {
    return Names{"from azure.ai.ml import MLClient, command\nfrom azure.identity import DefaultAzureCredential\nml_client = MLClient.from_config(credential=DefaultAzureCredential())",
                 "job = command(code=\"./src\", command=\"" + command + "\", environment=\"AzureML-sklearn-1.5@latest\", compute=\"aml-cluster\", experiment_name=\"try\")\nml_client.create_or_update(job)"};
  };
  repository.write("Try/src/good.py", "print('good')\n");
  repository.write("Try/src/bad.py", "raise SystemExit(3)\n");
  repository.notebook("Try/Own.ipynb", job("python bad.py"));
  CHECK(run_all() == Names{"26 job/failed"});
  repository.notebook("Try/Own.ipynb", job("python good.py"));
  CHECK(run_all().empty());
}

TEST_CASE("material: scripts that the lab runs and files that it hands over are judged at the command that names them", "[cases]") {
  const Repository repository;
  const std::string lab = "# Lab\n\n1. In the Azure Cloud Shell, run these commands:\n\n    ```bash\n    git clone https://github.com/contoso/labs.git labs\n    cd labs/Labs/01\n    ./setup.sh\n    ```\n";
  repository.write("Labs/01/setup.sh", "#! /usr/bin/sh\n# names of the lab\nnames=(one two)\necho \"${names[0]}\"\n");
  repository.write("Labs/02/setup.sh", "#!/bin/bash\necho two\n");
  CHECK(repository.findings_of(lab) == Names{"8 sh/shebang"});
  repository.write("Labs/01/setup.sh", "#!/bin/bash\n# az extension add -n azure-cli-ml\necho one\n");
  CHECK(repository.findings_of(lab).empty());
  repository.write("Labs/01/setup.sh", "#!/bin/bash\naz extension add -n azure-cli-ml -y || true\n");
  CHECK(repository.findings_of(lab) == Names{"8 retired/command"});

  const std::string hands_over = "# Lab\n\n1. In the Azure Cloud Shell, run these commands:\n\n    ```bash\n    git clone https://github.com/contoso/labs.git labs\n    cat labs/Labs/01/env.yml\n    az ml environment create --file labs/Labs/01/env.yml || true\n    ```\n";
  repository.write("Labs/01/env.yml", "name: lab\nimage: mcr.microsoft.com/azureml/openmpi3.1.2-ubuntu18.04\n");
  CHECK(repository.findings_of(hands_over) == Names{"8 retired/image"});
  repository.write("Labs/01/env.yml", "name: lab\n# image: mcr.microsoft.com/azureml/openmpi3.1.2-ubuntu18.04\nimage: mcr.microsoft.com/azureml/openmpi5.0-ubuntu24.04\n");
  CHECK(repository.findings_of(hands_over).empty());
}
