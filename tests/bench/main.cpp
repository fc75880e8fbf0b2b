// Measures what docs/performance.md states: `bench_azlab [--write docs/performance.md] [--quick] [CHAPTER…]`;
// with chapters, --write replaces theirs alone.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <thread>

#include "harness/run/run_directory.hpp"
#include "sim/core/text.hpp"
#include "tests/bench/bench.hpp"

namespace azlab::bench {
namespace {

constexpr std::string_view kBegin = "<!-- measured: written by bench_azlab, edits are lost -->";
constexpr std::string_view kEnd = "<!-- end of measured -->";

struct Entry {
  const char* name;
  Chapter (*measure)(const Options&);
};

constexpr Entry kChapters[] = {{"start", measure_start},     {"calls", measure_calls},     {"deployments", measure_deployments}, {"templates", measure_templates},
                               {"sizes", measure_sizes}, {"mlflow", measure_mlflow},   {"reading", measure_reading},         {"labs", measure_labs},
                               {"notebooks", measure_notebooks}, {"languages", measure_languages}, {"sweep", measure_sweep},
                               {"site", measure_site}};

std::string budget_of(const Figure& figure) {
  if (figure.budget <= 0) return {};
  return (figure.more_is_better ? ">= " : "<= ") + fmt::format("{}", figure.budget) + " " + figure.unit;
}

std::string to_markdown(const Chapter& chapter) {
  std::string out = "### " + chapter.title + "\n\n| what | measured | budget | beside it |\n|---|---:|---:|---|\n";
  for (const auto& figure : chapter.figures) {
    const std::string value = with_unit(figure.value, figure.unit);
    out += "| " + figure.what + " | " + (figure.misses() ? "**" + value + "**, over" : value) + " | " + budget_of(figure) + " | " + figure.peer + " |\n";
  }
  for (const auto& note : chapter.notes) out += "\n" + note + "\n";
  return out + "\n";
}

/// Cores, day and commit: what a figure needs to be judged by. Nothing that names the machine.
std::string describe_machine() {
  const std::time_t now = std::time(nullptr);
  std::tm day{};
  ::gmtime_r(&now, &day);
  const Child commit = run_child({"git", "-C", AZLAB_SOURCE_DIR, "rev-parse", "--short", "HEAD"});
  std::string model;
  std::ifstream cpus("/proc/cpuinfo");
  for (std::string line; model.empty() && std::getline(cpus, line);) {
    if (line.starts_with("model name")) model = ", " + line.substr(line.find(':') + 2);
  }
  return fmt::format("{} cores{}; {:04}-{:02}-{:02}; commit {}.\n\n", std::thread::hardware_concurrency(), model, day.tm_year + 1900, day.tm_mon + 1, day.tm_mday,
                     trim(commit.output));
}

/// The page's measured part with one chapter in the place of its like, or behind the others.
std::string with_chapter(std::string measured, const std::string& title, const std::string& chapter) {
  const auto at = measured.find("### " + title + "\n");
  if (at == std::string::npos) return measured + chapter;
  const auto next = measured.find("\n### ", at);
  return measured.replace(at, (next == std::string::npos ? measured.size() : next + 1) - at, chapter);
}

/// Replaces what stands between the two markers of the page, by `change` of it.
int write_page(const std::string& file, const std::function<std::string(const std::string&)>& change) {
  const auto page = run::read_file(file);
  const auto begin = page ? page->find(kBegin) : std::string::npos;
  const auto end = page ? page->find(kEnd) : std::string::npos;
  if (begin == std::string::npos || end == std::string::npos || end < begin) {
    std::cerr << "bench_azlab: " << file << " cannot be read or lacks its two markers\n";
    return 2;
  }
  const auto written = run::write_file(file, page->substr(0, begin + kBegin.size()) + "\n\n" + change(std::string(trim(page->substr(begin + kBegin.size(), end - begin - kBegin.size())))) + page->substr(end));
  if (!written) std::cerr << "bench_azlab: " << written.error().message << "\n";
  return written ? 0 : 2;
}

Options find_programs(bool quick) {
  const auto self = std::filesystem::read_symlink("/proc/self/exe");
  Options options{.self = self.string(), .azlab = (self.parent_path() / "../../azlab").lexically_normal().string(), .quick = quick};
  const char* given = std::getenv("AZLAB_SEED_LABS");
  const std::string seeds = given != nullptr ? given : AZLAB_SOURCE_DIR "/../shared/labs/fr";
  if (std::filesystem::is_directory(seeds)) options.seed_labs = seeds;
  return options;
}

int run(int argc, char** argv) {
  CLI::App app{"bench_azlab: measures azlab against its budgets"};
  std::string page;
  bool quick = false;
  bool idle = false;
  std::size_t resources = 0;
  std::vector<std::string> chapters;
  app.add_option("--write", page, "the page whose measured part is replaced");
  app.add_flag("--quick", quick, "few repetitions, no million");
  app.add_flag("--idle-process", idle)->group("");
  app.add_option("--size-process", resources)->group("");
  app.add_option("chapters", chapters, "start, calls, deployments, templates, sizes, mlflow, reading, labs, notebooks, languages, sweep, site; none: all");
  CLI11_PARSE(app, argc, argv);
  if (idle) return run_idle_process();
  if (resources > 0) return run_size_process(resources);
  const Options options = find_programs(quick);
  const std::string machine = describe_machine();
  std::vector<std::pair<std::string, std::string>> measured;
  for (const auto& entry : kChapters) {
    if (!chapters.empty() && std::find(chapters.begin(), chapters.end(), entry.name) == chapters.end()) continue;
    Chapter chapter = entry.measure(options);
    // A chapter that is written alone says itself where it was measured.
    if (!chapters.empty()) chapter.notes.push_back("Measured by itself: " + std::string(trim(machine)));
    measured.emplace_back(chapter.title, to_markdown(chapter));
    std::cout << measured.back().second << std::flush;
  }
  if (page.empty()) return 0;
  return write_page(page, [&](const std::string& old) {
    std::string out = chapters.empty() ? machine : old + "\n\n";
    for (const auto& [title, text] : measured) out = chapters.empty() ? out + text : with_chapter(std::move(out), title, text);
    return out;
  });
}

}  // namespace
}  // namespace azlab::bench

int main(int argc, char** argv) {
  try {
    return azlab::bench::run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "bench_azlab: " << error.what() << "\n";
    return 2;
  }
}
