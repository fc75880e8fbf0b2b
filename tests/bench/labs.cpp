// Whole labs, with the processes that they start and without.
#include "harness/lab/lab.hpp"
#include "harness/run/lab_run.hpp"
#include "harness/run/run_directory.hpp"
#include "sim/core/fixtures.hpp"
#include "tests/bench/bench.hpp"

namespace azlab::bench {
namespace {

struct Source {
  std::string name;
  std::string text;
};

struct Took {
  double total_s = 0;
  double processes_s = 0;  ///< steps that paste commands into a shell or wait for a process of Azure's
};

bool uses_processes(const run::StepRecord& step) {
  return std::any_of(step.ops.begin(), step.ops.end(), [](const auto& op) { return op.op == "shell.block" || op.op == "wait"; });
}

/// Steps report when they are done, so the time between two reports is the later step's.
std::optional<Took> carry_out(const Source& source, const Options& options) {
  Took took;
  const auto start = std::chrono::steady_clock::now();
  auto last = start;
  const auto lab = lab::read_lab(source.text, source.name);
  if (!lab) return std::nullopt;
  run::RunOptions run_options{.python = run::PythonUse::none, .azlab_binary = options.azlab};
  bool first = true;
  run_options.on_step = [&](const run::LabRecord&, const run::StepRecord& step) {
    if (uses_processes(step) && !first) took.processes_s += seconds_since(last);
    first = false;
    last = std::chrono::steady_clock::now();
  };
  const auto record = run::run_lab(*lab, run_options);
  took.total_s = seconds_since(start);
  return record ? std::optional(took) : std::nullopt;
}

void add(Chapter& chapter, const std::string& name, const std::vector<Source>& sources, double budget, const Options& options) {
  std::vector<double> totals;
  std::vector<double> own;
  for (int run = 0; run < (options.quick ? 1 : 3); ++run) {
    Took sum;
    for (const auto& source : sources) {
      const auto took = carry_out(source, options);
      if (!took) {
        chapter.notes.push_back(name + " could not be carried out here");
        return;
      }
      sum.total_s += took->total_s;
      sum.processes_s += took->processes_s;
    }
    totals.push_back(sum.total_s);
    own.push_back(sum.total_s - sum.processes_s);
  }
  chapter.add(name + ": all of it, child processes included", median(totals) * 1e3, "ms");
  chapter.add(name + ": without the steps that run processes", median(own) * 1e3, "ms", budget);
}

}  // namespace

Chapter measure_labs(const Options& options) {
  Chapter chapter{.title = "Whole labs"};
  std::vector<Source> seeds;
  if (!options.seed_labs.empty()) {
    for (const char* name : {"04-Work-with-compute.md", "08-Script-mlflow-tracking.md"}) {
      if (auto text = run::read_file(options.seed_labs + "/" + name)) seeds.push_back({name, std::move(*text)});
    }
  }
  if (seeds.size() == 2) {
    add(chapter, "both seed labs, but for their notebooks", seeds, 100, options);
  } else {
    chapter.notes.push_back("The seed labs were not at hand (AZLAB_SEED_LABS).");
  }
  std::vector<Source> course;
  for (const auto& path : fixtures::list("fixtures/course/Instructions/")) {
    if (path.ends_with(".md")) course.push_back({path, std::string(fixtures::get(path))});
  }
  add(chapter, "the sample course (" + std::to_string(course.size()) + " labs), but for its notebooks", course, 0, options);
  return chapter;
}

}  // namespace azlab::bench
