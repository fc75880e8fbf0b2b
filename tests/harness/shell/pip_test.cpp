#include "harness/shell/pip.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "harness/shell/files.hpp"
#include "harness/shell/pip_site.hpp"
#include "harness/shell/version.hpp"
#include "sim/core/text.hpp"
#include "tests/harness/shell/bench_session.hpp"

using namespace azlab;
using namespace azlab::shell;
using namespace azlab::shell::testing;

namespace {

struct PipRun {
  int status = 0;
  std::string output;
  std::string error;
};

/// pip in this process, with files for its streams.
struct PipBench {
  RunDirectory run{};
  std::string machine = "compute-instance";

  PipRun operator()(const std::vector<std::string>& arguments, const std::string& typed = "") const {
    run.write("in", typed);
    const int in = open((run.path + "/in").c_str(), O_RDONLY);
    const int out = open((run.path + "/out").c_str(), O_RDWR | O_CREAT | O_TRUNC, 0600);
    const int err = open((run.path + "/err").c_str(), O_RDWR | O_CREAT | O_TRUNC, 0600);
    PipRun result;
    result.status = pip_main(
        arguments, {.site_directory = run.path + "/site", .machine = machine, .input = in, .output = out, .error = err});
    for (const int fd : {in, out, err}) close(fd);
    result.output = read_whole(run.path + "/out");
    result.error = read_whole(run.path + "/err");
    return result;
  }
};

}  // namespace

TEST_CASE("pip versions: the order is PEP 440's", "[pip]") {
  const std::vector<std::string> ordered = {"1.0.dev1", "1.0a1", "1.0b2", "1.0rc1", "1.0", "1.0.post1", "1.0.1", "1.10"};
  for (std::size_t i = 1; i < ordered.size(); ++i) {
    INFO(ordered[i - 1] << " < " << ordered[i]);
    CHECK(compare_versions(ordered[i - 1], ordered[i]) == -1);
  }
  CHECK(compare_versions("1.0", "1.0.0") == 0);
  CHECK(compare_versions("1.0.0b13", "1.0.0") == -1);
  CHECK(compare_versions("1.4.1.post1", "1.4.1") == 1);
  CHECK(compare_versions("v2.0-RC.1", "2.0rc1") == 0);
  CHECK(compare_versions("1.0.post1.dev2", "1.0.post1") == -1);
  CHECK(compare_versions("1.0+local", "1.0") == 0);
  CHECK(is_prerelease("1.0.0b13"));
  CHECK_FALSE(is_prerelease("1.62.0.post6"));
  CHECK(accepts({">=1.2", "<2", "!=1.5.*"}, "1.4"));
  CHECK_FALSE(accepts({">=1.2", "<2", "!=1.5.*"}, "1.5.3"));
  CHECK(accepts({"~=1.4.2"}, "1.4.9"));
  CHECK_FALSE(accepts({"~=1.4.2"}, "1.5"));
}

TEST_CASE("pip index: versions stand oldest first, and requirements can be read", "[pip]") {
  RunDirectory run;
  const Result<PipSite> site = load_pip_site(run.path + "/site", "cloud-shell");
  REQUIRE(site);
  CHECK(site->index.size() > 100);
  for (const auto& [key, package] : site->index) {
    INFO(key);
    CHECK(!package.versions.empty());
    CHECK(std::is_sorted(package.versions.begin(), package.versions.end(),
                         [](const std::string& a, const std::string& b) { return compare_versions(a, b) < 0; }));
    for (const auto& [from, needs] : package.needs) {
      for (const std::string& need : needs) CHECK(parse_requirement(replace_all(need, "{version}", from)));
    }
  }
}

TEST_CASE("pip uninstall: asks, takes only its own answers, and removes", "[pip]") {
  PipBench pip;

  const PipRun result = pip({"uninstall", "azure-ai-ml"}, "pip install azure-ai-ml\ny\n");

  CHECK(result.status == 0);
  CHECK(result.output ==
        "Found existing installation: azure-ai-ml 1.27.1\nUninstalling azure-ai-ml-1.27.1:\n  Would remove:\n    "
        "/anaconda/envs/azureml_py310_sdkv2/lib/python3.10/site-packages/azure_ai_ml-1.27.1.dist-info/*\n"
        "Proceed (Y/n)? Your response ('pip install azure-ai-ml') was not one of the expected responses: y, n, \n"
        "Proceed (Y/n)?   Successfully uninstalled azure-ai-ml-1.27.1\n");
  const PipRun again = pip({"uninstall", "azure-ai-ml"});
  CHECK(again.status == 0);
  CHECK(again.error == "WARNING: Skipping azure-ai-ml as it is not installed.\n");
}

TEST_CASE("pip uninstall: n keeps the package and the end of input is pip's error", "[pip]") {
  PipBench pip;

  CHECK(pip({"uninstall", "mltable"}, "n\n").status == 0);
  CHECK(pip({"uninstall", "mltable"}).status == 2);
  CHECK(pip({"show", "mltable"}).status == 0);
}

TEST_CASE("pip install: takes the newest version and what it needs", "[pip]") {
  PipBench pip;
  REQUIRE(pip({"uninstall", "-y", "azure-ai-ml"}).status == 0);

  const PipRun result = pip({"install", "azure-ai-ml"});

  CHECK(result.error == "");
  REQUIRE(result.status == 0);
  CHECK(result.output.find("Collecting azure-ai-ml\n") == 0);
  CHECK(result.output.find("\nRequirement already satisfied: colorama<1.0.0 in /anaconda/envs/") != std::string::npos);
  CHECK(result.output.find("azure-ai-ml-1.35.2") != std::string::npos);
  CHECK(pip({"show", "azure-ai-ml"}).output.find("Name: azure-ai-ml\nVersion: 1.35.2\n") == 0);
  const PipRun again = pip({"install", "azure-ai-ml"});
  CHECK(again.output.find("Requirement already satisfied: azure-ai-ml in /anaconda/") == 0);
  CHECK(again.output.find("Successfully installed") == std::string::npos);
}

TEST_CASE("pip install: the pinned line of lab 07 resolves", "[pip]") {
  PipBench pip;

  const PipRun result = pip({"install", "azure-ai-ml==1.27.1", "mlflow==2.22.0", "azureml-core==1.51.0", "azureml-defaults==1.51.0",
                             "azureml-mlflow==1.51.0", "azureml-telemetry==1.51.0", "scikit-learn==1.5.1"});

  CHECK(result.error == "");
  CHECK(result.status == 0);
  CHECK(pip({"show", "azureml-core"}).output.find("Version: 1.51.0\n") != std::string::npos);
}

TEST_CASE("pip install: every package of the index installs on a bare machine", "[pip]") {
  for (const char* name : {"azure-ai-ml", "mlflow", "azureml-mlflow", "mltable", "pandas", "scikit-learn", "matplotlib", "azure-identity"}) {
    PipBench pip;
    pip.machine = "cloud-shell";
    INFO(name);
    const PipRun result = pip({"install", "-q", name});
    CHECK(result.error == "");
    CHECK(result.output == "");
    CHECK(result.status == 0);
  }
}

TEST_CASE("pip install: an unknown name or version is not found", "[pip]") {
  PipBench pip;

  const PipRun unknown = pip({"install", "azure-ai-mll"});
  CHECK(unknown.status == 1);
  CHECK(unknown.error ==
        "ERROR: Could not find a version that satisfies the requirement azure-ai-mll (from versions: none)\n"
        "ERROR: No matching distribution found for azure-ai-mll\n");
  const PipRun version = pip({"install", "mltable==9.9"});
  CHECK(version.status == 1);
  CHECK(version.error.find("requirement mltable==9.9 (from versions: 1.0.0, 1.1.0, 1.2.0, ") != std::string::npos);
  CHECK(pip({"show", "mltable"}).output.find("Version: 1.6.1\n") != std::string::npos);
}

TEST_CASE("pip install: contradictory demands are refused", "[pip]") {
  PipBench pip;

  const PipRun result = pip({"install", "mlflow==2.22.0", "mlflow-skinny==2.21.0"});

  CHECK(result.status == 1);
  INFO(result.error);
  CHECK(result.error.find("conflicting dependencies") != std::string::npos);
  CHECK(pip({"show", "mlflow-skinny"}).output.find("Version: 2.22.0\n") != std::string::npos);
}

TEST_CASE("pip install: a requirements file is read, its absence is pip's error", "[pip]") {
  PipBench pip;
  pip.run.write("requirements.txt", "# tools\nmltable==1.6.1\n\npandas>=2  # frames\n");

  CHECK(pip({"install", "-r", pip.run.path + "/requirements.txt"}).error == "");
  const PipRun absent = pip({"install", "-r", "nowhere.txt"});
  CHECK(absent.status == 1);
  CHECK(absent.error ==
        "ERROR: Could not open requirements file: [Errno 2] No such file or directory: 'nowhere.txt'\n");
}

TEST_CASE("pip: upgrade replaces, list and freeze show, the rest is loud", "[pip]") {
  PipBench pip;

  CHECK(pip({"install", "-U", "mltable"}).output.find("Found existing installation: mltable 1.6.1\n") != std::string::npos);
  CHECK(pip({"freeze"}).output.find("mltable==1.7.0\n") != std::string::npos);
  CHECK(pip({"freeze"}).output.find("setuptools") == std::string::npos);
  CHECK(PipBench()({"list"}).output.find(
            "Package           Version\n----------------- -----------\nazure-ai-ml       1.27.1\n") == 0);
  CHECK(PipBench()({"--version"}).output ==
        "pip 24.2 from /anaconda/envs/azureml_py310_sdkv2/lib/python3.10/site-packages/pip (python 3.10)\n");
  const PipRun download = pip({"download", "mltable"});
  CHECK(download.status == 1);
  CHECK(download.error == "azlab: pip download is not simulated\n");
  CHECK(pip({"install", "git+https://example.com/x.git"}).status == 1);
  const PipRun absent = pip({"show", "nothing-here"});
  CHECK(absent.status == 1);
  CHECK(absent.error == "WARNING: Package(s) not found: nothing-here\n");
}
