// What has been retired is found at its line, on the day that counts.
#include "harness/lint/retired.hpp"

#include <re2/re2.h>

#include "sim/core/fixtures.hpp"
#include "tests/support/catch.hpp"

using namespace azlab;

namespace {

constexpr const char* kDay = "2026-11-23";

/// "line severity rule" of each.
std::vector<std::string> in_lab(const std::string& markdown, const std::string& day = kDay) {
  const auto lab = lab::read_lab(markdown, "lab.md");
  REQUIRE(lab);
  std::vector<std::string> out;
  for (const auto& f : lint::check_retired(*lab, day)) out.push_back(std::to_string(f.line) + " " + f.severity + " " + f.rule);
  return out;
}

std::vector<std::string> in_line(const std::string& line, lint::Place place, const std::string& day = kDay) {
  std::vector<std::string> out;
  for (const auto& f : lint::find_retired(line, place, 1, day)) out.push_back(f.severity + " " + f.rule);
  return out;
}

using Names = std::vector<std::string>;
using lint::Place;

}  // namespace

TEST_CASE("every retired thing has a day, what replaced it, a source, a grade and a rule", "[retired]") {
  static const RE2 kDayForm(R"(20\d\d-[01]\d-[0-3]\d)");
  const auto all = lint::retirements();
  CHECK(all.size() >= 25);
  for (const auto& one : all) {
    INFO(one.name);
    CHECK(RE2::FullMatch(one.retired_on, kDayForm));
    CHECK((one.grade == "A" || one.grade == "B" || one.grade == "C"));
    for (const auto* text : {&one.name, &one.replaced_by, &one.source}) CHECK_FALSE(text->empty());
    CHECK(rules::find_rule("retired/" + one.kind) != nullptr);
  }
}

TEST_CASE("retired: each rule fires on its example and not on the mended one", "[retired]") {
  int tried = 0;
  for (const auto& rule : rules::catalogue()) {
    if (!rule.id.starts_with("retired/")) continue;
    INFO(rule.id);
    const auto fired = in_lab(rule.example);
    REQUIRE(fired.size() == 1);
    CHECK(fired[0].ends_with(" " + rule.severity + " " + rule.id));
    CHECK(in_lab(rule.mended).empty());
    ++tried;
  }
  CHECK(tried == 8);
}

TEST_CASE("retired: before the day it is a note within a year, and nothing earlier", "[retired]") {
  const std::string lab = "# Lab\n\n1. Run this command:\n\n    ```bash\n    pip install azureml-core\n    ```\n";
  CHECK(in_lab(lab, "2026-06-30") == Names{"6 warning retired/package"});
  CHECK(in_lab(lab, "2026-06-29") == Names{"6 note retired/package"});
  CHECK(in_lab(lab, "2025-06-30") == Names{"6 note retired/package"});
  CHECK(in_lab(lab, "2025-06-29").empty());
  // Announced for 2028: no lab has to be changed for that today.
  CHECK(in_line("az ml compute create --size Standard_DS11_v2", Place::shell).empty());
  CHECK(in_line("az ml compute create --size STANDARD_DS11_V2", Place::shell, "2027-06-01") == Names{"note retired/size"});
  CHECK(in_line("az ml compute create --size STANDARD_DS11_V2", Place::shell, "2028-05-01") == Names{"error retired/size"});
}

TEST_CASE("retired: a finding says what, since when and what instead, and quotes its line", "[retired]") {
  const auto found = lint::find_retired("pip install -q \"azureml-core==1.51.0\"", Place::shell, 7, kDay);
  REQUIRE(found.size() == 1);
  CHECK(found[0].line == 7);
  CHECK(found[0].message == "'azureml-core': Azure Machine Learning SDK v1 (azureml-core) has been retired since 2026-06-30.");
  CHECK(found[0].suggestion.find("azure-ai-ml (SDK v2)") != std::string::npos);
  CHECK(found[0].quote == "pip install -q \"azureml-core==1.51.0\"");
  const auto later = lint::find_retired("image: mcr.microsoft.com/azureml/openmpi4.1.0-cuda11.1-cudnn8-ubuntu20.04", Place::file, 1, "2025-01-01");
  REQUIRE(later.size() == 1);
  CHECK(later[0].message.find("will be retired on 2025-05-31") != std::string::npos);
}

TEST_CASE("retired: commands", "[retired]") {
  CHECK(in_line("az extension add --name azure-cli-ml", Place::shell) == Names{"warning retired/command"});
  CHECK(in_line("az ml computetarget create amlcompute -n cpu --max-nodes 4", Place::shell) == Names{"warning retired/command"});
  CHECK(in_line("az ml folder attach -w ws -g rg", Place::shell) == Names{"warning retired/command"});
  CHECK(in_line("pip install pandas sklearn matplotlib", Place::shell) == Names{"warning retired/package"});
  CHECK(in_line("conda create -n lab python=3.8 pandas", Place::shell) == Names{"warning retired/python"});
  CHECK(in_line("az extension remove -n azure-cli-ml", Place::shell).empty());
  CHECK(in_line("az extension list | grep azure-cli-ml", Place::shell).empty());
  CHECK(in_line("az ml compute create --type AmlCompute", Place::shell).empty());
  CHECK(in_line("az ml model create --name m", Place::shell).empty());
  CHECK(in_line("az ml data create --file dataset.yml", Place::shell).empty());
  CHECK(in_line("pip show azureml-core", Place::shell).empty());
  CHECK(in_line("pip uninstall -y azureml-core", Place::shell).empty());
  CHECK(in_line("pip install azureml-mlflow azureml-defaults azureml-dataprep", Place::shell).empty());
  CHECK(in_line("pip install scikit-learn", Place::shell).empty());
  CHECK(in_line("pip install ./azureml-core-notes", Place::shell).empty());
  CHECK(in_line("# pip install azureml-core", Place::shell).empty());
  CHECK(in_line("pip install azureml-core  # the old SDK, for comparison", Place::shell).empty());
  CHECK(in_line("cat sklearn", Place::shell).empty());
  CHECK(in_line("conda create -n lab python=3.11", Place::shell).empty());
}

TEST_CASE("retired: files and Python", "[retired]") {
  CHECK(in_line("  - azureml-core>=1.40", Place::file) == Names{"warning retired/package"});
  CHECK(in_line("azureml-sdk", Place::file) == Names{"warning retired/package"});
  CHECK(in_line("environment: azureml:AzureML-sklearn-1.0-ubuntu20.04-py38-cpu@latest", Place::file) == Names{"error retired/environment"});
  CHECK(in_line("FROM mcr.microsoft.com/azureml/openmpi3.1.2-ubuntu18.04:20210615.v1", Place::file) == Names{"warning retired/image"});
  CHECK(in_line("FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04:latest", Place::file) == Names{"warning retired/system"});
  CHECK(in_line("from azureml.core import Workspace", Place::python) == Names{"warning retired/package"});
  CHECK(in_line("import azureml.core", Place::python) == Names{"warning retired/package"});
  CHECK(in_line("    instance_type=\"Standard_NC6s_v3\",", Place::python) == Names{"error retired/size"});
  CHECK(in_line("environment: azureml:AzureML-sklearn-1.5@latest", Place::file).empty());
  CHECK(in_line("    environment=\"AzureML-sklearn-1.0-ubuntu20.04-py38-cpu-copy\",", Place::python).empty());
  CHECK(in_line("image: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04", Place::file).empty());
  CHECK(in_line("  - scikit-learn==1.5.1", Place::file).empty());
  CHECK(in_line("name: sklearn-environment", Place::file).empty());
  CHECK(in_line("from sklearn.linear_model import LogisticRegression", Place::python).empty());
  CHECK(in_line("import azureml.mlflow", Place::python).empty());
  CHECK(in_line("from azureml.fsspec import AzureMachineLearningFileSystem", Place::python).empty());
  CHECK(in_line("    size=\"Standard_NC24ads_A100_v4\",", Place::python).empty());
}

TEST_CASE("retired: words that say so themselves, and prose that orders nothing, are no finding", "[retired]") {
  const auto step = [](const std::string& text) { return "# Lab\n\n" + text + "\n\n1. " + text + "\n"; };
  CHECK(in_lab(step("Open **Azure Data Studio** and connect.")) == Names{"5 warning retired/offering"});
  CHECK(in_lab(step("Sign in at `https://studio.azureml.net` with your account.")) == Names{"5 warning retired/offering"});
  for (const char* text : {"Azure Data Studio has been retired; open **Visual Studio Code**.", "Open **Visual Studio Code** instead of Azure Data Studio.",
                           "Ouvrez **Visual Studio Code**, car Azure Data Studio n’est plus proposé.", "Azure Data Studio wird nicht mehr angeboten: öffnen Sie **VS Code**.",
                           "Azure Data Studio は廃止されたため、**VS Code** を開きます。", "Azure Data Studio 已停用，请打开 **VS Code**。", "Azure Data Studio는 더 이상 제공되지 않습니다. **VS Code**를 엽니다.",
                           "Abra **VS Code**, já que o Azure Data Studio foi descontinuado.", "Buka **VS Code**, karena Azure Data Studio dihentikan."}) {
    INFO(text);
    CHECK(in_lab(step(text)).empty());
  }
  // The paragraph before a command says it as well.
  CHECK(in_lab("# Lab\n\n1. Labs of the deprecated SDK began with this command:\n\n    ```bash\n    pip install azureml-core\n    ```\n").empty());
}

TEST_CASE("retired: nothing in the sample course, in any language", "[retired]") {
  int labs = 0;
  for (const auto& path : fixtures::list("fixtures/course/Instructions/")) {
    INFO(path);
    CHECK(in_lab(std::string(fixtures::get(path))).empty());
    ++labs;
  }
  CHECK(labs == 22);
}
