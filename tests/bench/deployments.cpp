// A workspace by template, as the built-in az sends it and on its own, in leap time.
#include <sstream>

#include "harness/run/run_directory.hpp"
#include "sim/core/text.hpp"
#include "tests/bench/azure.hpp"
#include "tests/bench/bench.hpp"

namespace azlab::bench {
namespace {

std::string name_of(int run) { return "mlw-" + std::to_string(1000 + run); }

/// Each run's template request; fills `seconds` with what the whole command took.
std::vector<Request> run_commands(int runs, std::vector<double>& seconds, Chapter& chapter) {
  std::vector<Request> requests;
  const auto directory = run::RunDirectory::make();
  if (!directory) return requests;
  Azure azure;
  InProcess transport(azure.simulator);
  const az::Environment environment{.config_dir = (*directory)->path(), .working_directory = (*directory)->path()};
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  az::run({"extension", "add", "-n", "ml", "-y"}, transport, environment, in, out, err);
  for (int run = 0; run < runs; ++run) {
    int status = 0;
    seconds.push_back(time_once([&] { status = az::run({"ml", "workspace", "create", "-n", name_of(run), "-g", "rg"}, transport, environment, in, out, err); }));
    if (status != 0) {
      chapter.notes.push_back("`az ml workspace create` failed, its figure is worthless: " + err.str().substr(0, 200));
      return requests;
    }
    requests.push_back(transport.last_deployment);
  }
  return requests;
}

}  // namespace

Chapter measure_deployments(const Options& options) {
  Chapter chapter{.title = "A workspace by template"};
  std::vector<double> commands;
  const auto requests = run_commands(options.quick ? 5 : 41, commands, chapter);
  std::vector<double> accepted;
  std::vector<double> whole;
  Azure azure;
  for (const auto& request : requests) {
    const double start = processor_seconds();
    const Response response = azure.simulator.handle(request);
    accepted.push_back(processor_seconds() - start);
    azure.settle();
    whole.push_back(processor_seconds() - start);
    if (!response.ok() || azure.get(Azure::resource("Microsoft.MachineLearningServices/workspaces", name_of(static_cast<int>(whole.size()) - 1))).body.text().find("Succeeded") == std::string::npos) {
      chapter.notes.push_back("a deployment did not make its workspace: the figures are worthless");
    }
  }
  chapter.add("PUT of the deployment: parsed, checked, expanded, accepted", median(accepted) * 1e3, "ms");
  chapter.add("PUT of the deployment until everything in it succeeded", median(whole) * 1e3, "ms", 5);
  chapter.add("`az ml workspace create` in process, with all its requests and polls", median(commands) * 1e3, "ms");
  chapter.add("the same over the whole run: last of " + std::to_string(whole.size()) + " deployments in one group", whole.empty() ? 0 : whole.back() * 1e3, "ms");
  return chapter;
}

}  // namespace azlab::bench
