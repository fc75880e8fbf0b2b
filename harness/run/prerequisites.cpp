#include <algorithm>
#include <filesystem>
#include <set>

#include "harness/run/lab_state.hpp"
#include "harness/run/run_directory.hpp"

namespace azlab::run {
namespace {

namespace fs = std::filesystem;

/// The pages that were asked for, and the one after the other that led to where we are.
struct Way {
  std::set<std::string> done{};
  std::vector<std::string> chain{};
};

std::string beside(const std::string& file, const std::string& path) { return (fs::path(file).parent_path() / path).lexically_normal().string(); }

void note(LabState& state, const char* rule, const lab::Prerequisite& wanted, const std::string& message) {
  state.record.findings.push_back(rules::finding(rule, wanted.line, message, ""));
  if (!state.broken_at) state.broken_at = wanted.line;
}

void run_those_of(LabState& state, Way& way);

/// Carries one page out in the same Azure, on the same machines, in a browser of its own.
void run_page(LabState& state, Way& way, const lab::Prerequisite& wanted, const std::string& file) {
  const auto text = state.options.read_page ? state.options.read_page(file) : read_file(file);
  if (!text) return note(state, "prerequisite/not-found", wanted, "The page " + wanted.path + " cannot be read: " + text.error().message + ".");
  const auto lab = lab::read_lab(*text, file);
  if (!lab) return note(state, "prerequisite/not-found", wanted, "The page " + wanted.path + " cannot be read: " + lab.error().message + ".");
  LabRecord record{.file = lab->file, .title = lab->title, .language = lab->language, .scenario = state.options.scenario};
  walk::Walker walker(state.simulator, {.language = lab->language, .as_of = state.as_of, .seed = state.options.seed});
  LabState page(*lab, state.options, state.as_of, state.simulator, state.machines, walker, state.files, record);
  way.chain.push_back(file);
  run_those_of(page, way);
  way.chain.pop_back();
  run_steps(page);
  const auto of_its_own = std::find_if(record.findings.begin(), record.findings.end(), [](const auto& f) { return f.rule.starts_with("prerequisite/"); });
  if (of_its_own != record.findings.end()) return note(state, of_its_own->rule.c_str(), wanted, file + ":" + std::to_string(of_its_own->line) + ": " + of_its_own->message);
  const auto bad = std::find_if(record.steps.begin(), record.steps.end(), [](const StepRecord& step) { return is_bad(step.verdict); });
  if (bad != record.steps.end()) note(state, "prerequisite/failed", wanted, file + ":" + std::to_string(bad->line) + ": " + bad->verdict + ": " + bad->evidence);
}

void run_those_of(LabState& state, Way& way) {
  for (const auto& wanted : state.lab.prerequisites) {
    const std::string file = beside(state.lab.file, wanted.path);
    if (std::find(way.chain.begin(), way.chain.end(), file) != way.chain.end()) {
      note(state, "prerequisite/circle", wanted, "The page " + wanted.path + " wants this one carried out before it.");
    } else if (way.done.insert(file).second) {
      run_page(state, way, wanted, file);
    }
  }
}

}  // namespace

void run_prerequisites(LabState& state) {
  Way way{.chain = {fs::path(state.lab.file).lexically_normal().string()}};
  run_those_of(state, way);
}

}  // namespace azlab::run
