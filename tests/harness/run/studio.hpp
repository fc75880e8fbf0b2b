#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/run/notebook_run.hpp"
#include "harness/run/run_directory.hpp"
#include "tests/support/python.hpp"
#include "tests/support/world.hpp"

namespace azlab::run::testing {

/// A workspace with a running compute instance and its machines.
struct Studio {
  explicit Studio(bool sandbox = true) : directory(std::move(*RunDirectory::make())), files(std::make_shared<DirectoryFiles>(directory->path() + "/shares")) {
    azure.simulator.set_files(files);
    machines = std::move(*Machines::make(azure.simulator, *directory, {.azlab_binary = AZLAB_BINARY_DIR "/azlab", .sandbox = sandbox}));
    azure.simulator.set_workloads(machines);
    azure.make_workspace();
    azure.put(azure.workspace() + "/computes/ci-lab", {{"location", "eastus"}, {"properties", {{"computeType", "ComputeInstance"}, {"properties", {{"vmSize", "Standard_DS11_v2"}}}}}});
    azure.settle();
  }
  ~Studio() { azure.simulator.set_workloads(nullptr); }

  InstancePlace instance() { return find_instance(azure.simulator, "ci-lab"); }

  /// Runs a notebook of these cells and keeps it in the share.
  NotebookRecord run(const std::vector<std::string>& sources) {
    Json cells = Json::array();
    for (const auto& source : sources) cells.push_back({{"cell_type", "code"}, {"execution_count", nullptr}, {"metadata", Json::object()}, {"outputs", Json::array()}, {"source", source}});
    const Json notebook = {{"cells", cells}, {"metadata", {{"kernelspec", {{"display_name", "Python 3.10 - AzureML"}, {"name", "python310-azureml"}}}}}, {"nbformat", 4}, {"nbformat_minor", 4}};
    REQUIRE(files->write(instance().share, path, notebook.dump()));
    return run_notebook(azure.simulator, *machines, {.instance = instance(), .path = path, .kernel = "Python 3.10 - AzureML"});
  }
  Json kept() { return Json::parse(files->read(instance().share, path).value_or("")); }

  test::Azure azure{};
  std::unique_ptr<RunDirectory> directory;
  std::shared_ptr<DirectoryFiles> files;
  std::shared_ptr<Machines> machines{};
  std::string path = "Users/alex.martin/labs/try it.ipynb";
};

/// Whether notebooks can be run here; says loudly when not.
inline bool usable() {
  if (!shell::check_sandbox()) return false;  // tests/harness/shell says so loudly
  return test::python_usable();
}

}  // namespace azlab::run::testing
