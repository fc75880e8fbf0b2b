#include "harness/app/languages.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <numeric>
#include <string>
#include <utility>

#include "harness/project/own_repository.hpp"
#include "harness/twins/history.hpp"
#include "harness/twins/paths.hpp"
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

}  // namespace

Languages::Languages(LabSet& set) : set_(set) {
  std::vector<std::string> files;
  for (const auto& lab : set.labs) files.push_back(lab.file);
  const bool patterns = set.project && !set.project->twins.empty();
  std::map<std::string, std::string> pairs = patterns ? pair_by_pattern(*set.project, files) : pair_by_path(files);
  std::map<std::string, std::optional<twins::SourceHistory>> histories;
  for (std::size_t i = 0; i < set.labs.size(); ++i) {
    const auto pair = pairs.find(set.labs[i].file);
    if (pair == pairs.end()) continue;
    const auto at = static_cast<std::size_t>(std::find(files.begin(), files.end(), pair->second) - files.begin());
    source_of_[i] = at;
    auto [history, first] = histories.try_emplace(pair->second);
    std::error_code why;
    const fs::path source = fs::weakly_canonical(set.project ? fs::path(set.project->root) / pair->second : fs::path(pair->second), why);
    if (first && fs::is_regular_file(source, why)) {
      const std::string tree = project::working_tree(source.parent_path().string());
      auto read = tree.empty() ? Result<twins::SourceHistory>(fail(404, "", "")) : twins::SourceHistory::read(tree, source.lexically_relative(tree).string());
      if (read) history->second = std::move(*read);
    }
    const auto& original = set.labs[at];
    auto found = history->second ? twins::compare_with_history(original, set.labs[i], *history->second) : twins::compare(original, set.labs[i]);
    std::move(found.begin(), found.end(), std::back_inserter(set.labs[i].findings));
  }
}

std::vector<std::size_t> Languages::order() const {
  std::vector<std::size_t> out(set_.labs.size());
  std::iota(out.begin(), out.end(), std::size_t{0});
  std::stable_partition(out.begin(), out.end(), [&](std::size_t lab) { return !source_of_.contains(lab); });
  return out;
}

std::size_t Languages::original(std::size_t lab) const {
  const auto pair = source_of_.find(lab);
  return pair == source_of_.end() ? lab : pair->second;
}

void Languages::say_owners(std::size_t lab, run::LabRecord& record, const std::map<std::size_t, std::vector<lab::Finding>>& earlier) const {
  const auto pair = source_of_.find(lab);
  if (pair == source_of_.end()) return;
  const auto& source = set_.labs[pair->second];
  const auto& twin = set_.labs[lab];
  const auto known = earlier.find(pair->second);
  const auto& of_source = known != earlier.end() ? known->second : source.findings;
  std::vector<lab::Finding> compared;
  std::vector<lab::Finding> others;
  for (auto& finding : record.findings) (finding.rule.starts_with("l10n/") ? compared : others).push_back(std::move(finding));
  record.findings = twins::join_findings(source, of_source, twin, twins::align(source, twin), std::move(others), std::move(compared));
}

}  // namespace azlab::app
