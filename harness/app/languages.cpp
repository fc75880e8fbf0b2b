#include "harness/app/languages.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <numeric>
#include <string>
#include <utility>

#include "harness/app/in_parallel.hpp"
#include "harness/project/own_repository.hpp"
#include "harness/twins/history.hpp"
#include "harness/twins/paths.hpp"
#include "harness/twins/read_with_twin.hpp"
#include "harness/twins/twins.hpp"
#include "sim/core/text.hpp"

namespace azlab::app {
namespace {

namespace fs = std::filesystem;

/// "Instructions/{language}/{name}.md" and a file's path: what stands for {name}; nothing where it does not fit.
std::optional<std::string> name_in(const std::string& pattern, const std::string& path) {
  const std::string quoted = RE2::QuoteMeta(pattern);
  const std::string expression = replace_all(replace_all(quoted, RE2::QuoteMeta("{name}"), "(?P<name>.+)"), RE2::QuoteMeta("{language}"), "[^/]+");
  std::string name;
  if (!RE2::FullMatch(path, expression, &name)) return std::nullopt;
  return name;
}

std::map<std::string, std::string> pair_by_pattern(const project::Project& project, const std::vector<std::string>& files) {
  std::map<std::string, std::string> sources;
  std::map<std::string, std::string> out;
  for (const auto& file : files) {
    if (const auto name = name_in(project.source_of_twins, file)) sources[*name] = file;
  }
  for (const auto& file : files) {
    const auto name = name_in(project.twins, file);
    if (name && sources.contains(*name) && sources[*name] != file) out[file] = sources[*name];
  }
  return out;
}

std::map<std::string, std::string> pair_by_path(const std::vector<std::string>& files) {
  std::map<std::string, std::string> out;
  for (const auto& twin : twins::guess_twins(files)) out[twin.twin] = twin.source;
  return out;
}

/// What git knows of a file; nothing where it lies in no repository.
std::optional<twins::SourceHistory> history_of(const LabSet& set, const std::string& file) {
  std::error_code why;
  const fs::path path = fs::weakly_canonical(set.project ? fs::path(set.project->root) / file : fs::path(file), why);
  if (!fs::is_regular_file(path, why)) return std::nullopt;
  const std::string tree = project::working_tree(path.parent_path().string());
  if (tree.empty()) return std::nullopt;
  auto read = twins::SourceHistory::read(tree, path.lexically_relative(tree).string());
  if (!read) return std::nullopt;
  return std::move(*read);
}

/// The lab's own step at a line: the last one that begins there or before; 0 where there is none.
int step_at(const std::vector<lab::Step>& steps, int line) {
  int found = 0;
  for (const auto& step : steps) {
    if (step.line <= line) found = std::max(found, step.line);
    if (step.alternative) found = std::max(found, step_at(step.alternative->steps, line));
  }
  return found;
}

/// The line of the source's step that a step at `line` of the twin translates; 0 where the source has none.
int source_step(const lab::Lab& source, const lab::Lab& twin, const twins::Alignment& alignment, int line) {
  const auto unit = twins::unit_at(twin, line);
  const auto same = unit ? alignment.source_of(*unit) : std::nullopt;
  return same ? step_at(source.steps, source.units[*same].line) : 0;
}

/// A step that did not go well is the source's to mend where the source's own did not go well either.
std::string owner_of(const run::StepRecord& step, const run::LabRecord* source) {
  const bool went_well = step.verdict != run::verdict::kFailed && step.verdict != run::verdict::kBlocked && step.verdict != run::verdict::kNotUnderstood;
  if (source == nullptr || went_well) return {};
  const auto same = std::find_if(source->steps.begin(), source->steps.end(), [&](const auto& other) { return other.line == step.source_line; });
  const bool alike = same != source->steps.end() && run::worse(same->verdict, step.verdict) == same->verdict;
  return alike ? "source" : "translation";
}

}  // namespace

Languages::Languages(LabSet& set, std::size_t threads) : set_(set) {
  std::vector<std::string> files;
  for (const auto& lab : set.labs) files.push_back(lab.file);
  const bool patterns = set.project && !set.project->twins.empty();
  const auto pairs = patterns ? pair_by_pattern(*set.project, files) : pair_by_path(files);
  std::map<std::size_t, std::vector<std::size_t>> twins_of;  // of one source, whose history is read once
  for (const auto& [twin, source] : pairs) {
    const auto index = [&](const std::string& file) { return static_cast<std::size_t>(std::find(files.begin(), files.end(), file) - files.begin()); };
    twins_of[index(source)].push_back(index(twin));
    twins_[index(twin)].source = index(source);
  }
  std::vector<std::size_t> sources;
  for (const auto& [source, twins] : twins_of) sources.push_back(source);
  in_parallel(sources.size(), threads, [&](std::size_t i) {
    const lab::Lab& source = set.labs[sources[i]];
    auto history = history_of(set, source.file);
    for (const std::size_t index : twins_of.at(sources[i])) {
      lab::Lab& twin = set.labs[index];
      auto& alignment = twins_.at(index).alignment;
      alignment = twins::align(source, twin);
      auto found = history ? twins::compare_with_history(source, twin, *history) : twins::compare(source, twin, alignment);
      twin = twins::read_with_twin(source, std::move(twin), alignment, found);
      std::move(found.begin(), found.end(), std::back_inserter(twin.findings));
    }
  });
}

std::vector<std::size_t> Languages::order() const {
  std::vector<std::size_t> out(set_.labs.size());
  std::iota(out.begin(), out.end(), std::size_t{0});
  std::stable_partition(out.begin(), out.end(), [&](std::size_t lab) { return !twins_.contains(lab); });
  return out;
}

std::size_t Languages::original(std::size_t lab) const {
  const auto pair = twins_.find(lab);
  return pair == twins_.end() ? lab : pair->second.source;
}

void Languages::judge(std::size_t lab, run::LabRecord& record, const std::map<std::size_t, run::LabRecord>& earlier) const {
  const auto pair = twins_.find(lab);
  if (pair == twins_.end()) return;
  const auto& [source_index, alignment] = pair->second;
  const auto& source = set_.labs[source_index];
  const auto& twin = set_.labs[lab];
  const auto known = earlier.find(source_index);
  const run::LabRecord* of_source = known == earlier.end() ? nullptr : &known->second;
  record.translation_of = source.file;
  for (const auto& unit : twin.units) {
    if (unit.source_line != 0) record.read_with_source.push_back(unit.line);
  }
  for (auto& step : record.steps) {
    step.source_line = source_step(source, twin, alignment, step.line);
    step.owner = owner_of(step, of_source);
  }
  std::vector<lab::Finding> compared;
  std::vector<lab::Finding> others;
  for (auto& finding : record.findings) (finding.rule.starts_with("l10n/") ? compared : others).push_back(std::move(finding));
  record.findings = twins::join_findings(source, of_source != nullptr ? of_source->findings : source.findings, twin, alignment, std::move(others), std::move(compared));
}

}  // namespace azlab::app
