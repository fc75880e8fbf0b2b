// A course in all its languages: what a pull request waits for.
#include <fmt/format.h>

#include <set>
#include <thread>

#include "harness/lab/lab.hpp"
#include "harness/python/python.hpp"
#include "harness/run/run_directory.hpp"
#include "sim/core/fixtures.hpp"
#include "tests/bench/bench.hpp"

namespace azlab::bench {
namespace {

struct Course {
  std::size_t labs = 0;
  std::vector<std::string> languages{};
};

Course sample_course() {
  Course out;
  std::set<std::string> languages;
  for (const auto& path : fixtures::list("fixtures/course/Instructions/")) {
    if (!path.ends_with(".md")) continue;
    const auto lab = lab::read_lab(fixtures::get(path), path);
    if (!lab) continue;
    ++out.labs;
    languages.insert(lab->language);
  }
  out.languages.assign(languages.begin(), languages.end());
  return out;
}

/// Real seconds of `azlab validate` over the course in every language; nothing when it ends otherwise than expected.
std::optional<double> validate_all(const Course& course, const Options& options, std::size_t jobs, const std::vector<std::string>& more, int status, const std::vector<std::string>& variables = {}) {
  std::vector<std::string> command = {options.azlab, "validate", "-q", "--jobs", std::to_string(jobs)};
  for (const auto& language : course.languages) command.insert(command.end(), {"--language", language});
  command.insert(command.end(), more.begin(), more.end());
  const Child child = run_child(command, variables);
  return child.status == status ? std::optional(child.real_s) : std::nullopt;
}

bool is_prepared(const char* name) {
  const auto environment = python::find_environment(name);
  return environment && python::prepare(*environment).has_value();
}

void add_pair(Chapter& chapter, const std::string& what, std::size_t cores, const std::function<std::optional<double>(std::size_t jobs)>& measure) {
  const auto together = measure(cores);
  const auto single = measure(1);
  if (!together || !single) {
    chapter.notes.push_back(what + ": it did not end as it should here.");
    return;
  }
  chapter.add(what, *together, "s", 0, fmt::format("one lab at a time: {:.1f} s, {:.2f} times as long", *single, *single / *together));
}

}  // namespace

Chapter measure_languages(const Options& options) {
  const Course course = sample_course();
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  Chapter chapter{.title = fmt::format("The sample course in {} languages", course.languages.size())};
  const auto directory = run::RunDirectory::make();
  if (!directory) {
    chapter.notes.push_back(directory.error().message);
    return chapter;
  }
  // Without an environment, notebooks are blocked: exit status 3.
  const std::string none = "AZLAB_PYTHON_CACHE=" + (*directory)->path();
  const std::string labs = fmt::format("`azlab validate`, {} labs", course.labs);
  add_pair(chapter, labs + ", without real clients (notebooks blocked)", cores, [&](std::size_t jobs) { return validate_all(course, options, jobs, {"--no-prepare"}, 3, {none}); });
  if (is_prepared("ml")) {
    add_pair(chapter, labs + ", notebooks and jobs on the real SDK and MLflow", cores, [&](std::size_t jobs) { return validate_all(course, options, jobs, {}, 0); });
  } else {
    chapter.notes.push_back("The Python environment of notebooks could not be had here.");
  }
  if (options.quick) return chapter;
  if (is_prepared("az")) {
    const auto took = validate_all(course, options, cores, {"--az", "real"}, 0);
    if (took) chapter.add(labs + ", the same with the real az", *took, "s");
    if (!took) chapter.notes.push_back("With the real az it did not end as it should here.");
  } else {
    chapter.notes.push_back("The real az could not be had here.");
  }
  chapter.notes.push_back(fmt::format("Real time, one run each, on {} cores. Translations take over what their source's notebook came to, where they start from the same.", cores));
  return chapter;
}

}  // namespace azlab::bench
