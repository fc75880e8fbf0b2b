// Every fault at every step of both seed labs: what an author waits for.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "harness/run/run_directory.hpp"
#include "sim/core/json.hpp"
#include "tests/bench/bench.hpp"

namespace azlab::bench {
namespace {

constexpr double kBudgetSeconds = 60;

struct Branches {
  std::size_t all = 0;
  std::size_t merged = 0;
};

Branches branches_of(const std::string& report) {
  Branches out;
  const auto text = run::read_file(report);
  const auto json = text ? parse_json(*text) : Result<Json>(Json::object());
  if (!json) return out;
  for (const auto& lab : json->value("labs", Json::array())) {
    out.all += lab.value("branches", std::size_t{0});
    out.merged += lab.value("merged", std::size_t{0});
  }
  return out;
}

}  // namespace

Chapter measure_sweep(const Options& options) {
  Chapter chapter{.title = "Every fault at every step"};
  if (options.seed_labs.empty()) {
    chapter.notes.push_back("The seed labs were not at hand (AZLAB_SEED_LABS).");
    return chapter;
  }
  const auto directory = run::RunDirectory::make();
  if (!directory) {
    chapter.notes.push_back(directory.error().message);
    return chapter;
  }
  const std::string report = (*directory)->path() + "/sweep.json";
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  const auto sweep = [&](std::size_t jobs) {
    return run_child({options.azlab, "sweep", options.seed_labs + "/04-Work-with-compute.md", options.seed_labs + "/08-Script-mlflow-tracking.md", "-q", "--jobs", std::to_string(jobs), "--report", "json=" + report});
  };
  const Child together = sweep(cores);
  if (together.status != 0) {
    chapter.notes.push_back("The sweep did not end as it should here.");
    return chapter;
  }
  const Branches branches = branches_of(report);
  std::string beside;
  if (!options.quick) {
    const Child single = sweep(1);
    beside = fmt::format("one branch at a time: {:.1f} s, {:.2f} times as long", single.real_s, single.real_s / together.real_s);
  }
  chapter.add(fmt::format("`azlab sweep` of both seed labs, {} branches", branches.all), together.real_s, "s", kBudgetSeconds, beside);
  chapter.add("a branch, in the mean", together.real_s * 1000 * static_cast<double>(cores) / static_cast<double>(std::max<std::size_t>(1, branches.all)), "ms");
  chapter.notes.push_back(fmt::format("Real time on {} cores, child processes included, without Python. {} branches came to a state that was known and were not followed to the end.", cores, branches.merged));
  return chapter;
}

}  // namespace azlab::bench
