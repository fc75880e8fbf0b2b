// Notebooks end to end: what a reader waits for in simulated time, and what it takes here.
#include <fmt/format.h>

#include "harness/lab/lab.hpp"
#include "harness/python/python.hpp"
#include "harness/run/lab_run.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/text.hpp"
#include "tests/bench/bench.hpp"

namespace azlab::bench {
namespace {

struct Notebook {
  std::string path;
  std::size_t cells = 0;
  std::size_t jobs = 0;
  double real_s = 0;
  double simulated_s = 0;
};

/// The notebook of a lab of the sample course; nothing when it did not run to its last cell.
std::optional<Notebook> run_to_the_end(const std::string& fixture, const Options& options) {
  const auto lab = lab::read_lab(fixtures::get(fixture), fixture);
  if (!lab) return std::nullopt;
  Notebook out;
  auto last = std::chrono::steady_clock::now();
  run::RunOptions run_options{.azlab_binary = options.azlab};
  run_options.on_step = [&](const run::LabRecord&, const run::StepRecord& step) {
    const bool is_notebook = std::any_of(step.ops.begin(), step.ops.end(), [](const auto& op) { return op.op == "nb.runall"; });
    if (is_notebook) {
      out.real_s = seconds_since(last);
      out.simulated_s = step.simulated_s;
    }
    last = std::chrono::steady_clock::now();
  };
  const auto record = run::run_lab(*lab, run_options);
  if (!record || record->notebooks.size() != 1 || record->notebooks[0].verdict != run::verdict::kPassed) return std::nullopt;
  out.path = record->notebooks[0].path;
  out.cells = record->notebooks[0].cells.size();
  for (const auto& cell : record->notebooks[0].cells) out.jobs += cell.jobs.size();
  return out;
}

}  // namespace

Chapter measure_notebooks(const Options& options) {
  Chapter chapter{.title = "Notebooks, end to end"};
  const auto environment = python::find_environment("ml");
  const auto prepared = environment ? python::prepare(*environment) : fail(environment.error());
  if (!prepared) {
    chapter.notes.push_back("The Python environment of notebooks could not be had here.");
    return chapter;
  }
  const std::string python = prepared->directory + "/bin/python";
  const auto imports = quickest_child_seconds(options.quick ? 1 : 5, {python, "-c", "import azure.ai.ml, azure.identity, mlflow"});
  chapter.add("the floor: Python's start and the imports of `azure.ai.ml`, `azure.identity` and `mlflow`", imports.value_or(0), "s");
  for (const char* name : {"04-work-with-compute.md", "08-track-jobs.md"}) {
    const auto notebook = run_to_the_end(std::string("fixtures/course/Instructions/") + name, options);
    if (!notebook) {
      chapter.notes.push_back(fmt::format("The notebook of {} did not run to its end here.", name));
      continue;
    }
    const std::string short_path = notebook->path.substr(notebook->path.find("Labs/"));
    chapter.add(fmt::format("`{}`: {} cells, {} job{}", short_path, notebook->cells, notebook->jobs, notebook->jobs == 1 ? "" : "s"), notebook->real_s, "s", 0,
                fmt::format("simulated: {}, {:.0f} times as long", to_words(seconds(notebook->simulated_s)), notebook->simulated_s / notebook->real_s));
  }
  chapter.notes.push_back("Real time, one run each, from \"run all cells\" until the last cell has ended and every job that the notebook submitted has come to its end: a kernel's start, "
                          "each job's own Python and what they import are in it. Jobs that nobody awaits are followed on a branch, which the simulated figure does not count.");
  return chapter;
}

}  // namespace azlab::bench
