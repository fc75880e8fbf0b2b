#include "harness/app/lab_set.hpp"

#include <algorithm>
#include <filesystem>

#include "harness/project/own_repository.hpp"
#include "harness/run/run_directory.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/text.hpp"

namespace azlab::app {
namespace {

namespace fs = std::filesystem;

std::string folder_of(const std::string& file) {
  const auto parent = fs::path(file).parent_path();
  return parent.empty() ? "." : parent.string();
}

Result<std::optional<project::Project>> nearest_project(const ValidateOptions& options) {
  std::string file = options.config;
  if (file.empty()) file = project::find_project_file(options.files.empty() ? "." : folder_of(options.files.front()));
  if (file.empty()) return std::optional<project::Project>();
  const auto text = run::read_file(file);
  if (!text) return fail(text.error());
  auto project = project::read_project(*text, fs::absolute(file).parent_path().lexically_normal().string());
  if (!project) return fail(project.error());
  return std::optional(std::move(*project));
}

/// Whether a lab speaks of a repository: others need not be made ready to be cloned.
bool speaks_of(const std::vector<std::string>& texts, const std::string& address) {
  const std::string web = project::web_address(address).substr(std::string_view("https://").size());
  const std::string repository = to_lower(web.substr(web.find('/') + 1));
  return std::any_of(texts.begin(), texts.end(), [&](const std::string& text) { return to_lower(text).find(repository) != std::string::npos; });
}

Result<void> add_lab(LabSet& set, std::vector<std::string>& texts, const std::string& file, const std::string& shown) {
  const auto text = run::read_file(file);
  if (!text) return fail(text.error());
  texts.push_back(*text);
  auto lab = lab::read_lab(*text, shown);
  if (!lab) return fail(lab.error());
  set.labs.push_back(std::move(*lab));
  return {};
}

void keep_languages(LabSet& set, const std::vector<std::string>& wanted) {
  std::erase_if(set.labs, [&](const lab::Lab& lab) { return std::find(wanted.begin(), wanted.end(), lab.language) == wanted.end(); });
}

/// English and French, or the languages that are asked for.
Result<void> add_sample_course(LabSet& set, std::vector<std::string> languages) {
  if (languages.empty()) languages = {"en", "fr"};
  for (const auto& path : fixtures::list("fixtures/course/Instructions/")) {
    if (!path.ends_with(".md")) continue;
    auto lab = lab::read_lab(fixtures::get(path), path.substr(std::string_view("fixtures/").size()));
    if (!lab) return fail(lab.error());
    if (std::find(languages.begin(), languages.end(), lab->language) != languages.end()) set.labs.push_back(std::move(*lab));
  }
  return {};
}

Result<void> add_project_files(LabSet& set, std::vector<std::string>& texts) {
  const auto& project = *set.project;
  const auto files = project::files_of(project);
  if (files.empty()) return fail(400, "WrongUse", "azlab.json: no file below " + project.root + " fits \"files\"");
  for (const auto& file : files) {
    if (const auto added = add_lab(set, texts, (fs::path(project.root) / file).string(), file); !added) return added;
  }
  if (!project.languages.empty()) keep_languages(set, project.languages);
  return {};
}

}  // namespace

Result<LabSet> gather_labs(const ValidateOptions& options) {
  LabSet set;
  std::vector<std::string> texts;
  auto project = nearest_project(options);
  if (!project) return fail(project.error());
  set.project = std::move(*project);
  if (!options.files.empty()) {
    for (const auto& file : options.files) {
      if (const auto added = add_lab(set, texts, file, file); !added) return fail(added.error());
    }
  } else if (set.project && !set.project->files.empty()) {
    if (const auto added = add_project_files(set, texts); !added) return fail(added.error());
  } else {
    if (const auto added = add_sample_course(set, options.languages); !added) return fail(added.error());
    set.project.reset();  // it is about other labs
    return set;
  }
  if (!options.languages.empty()) keep_languages(set, options.languages);
  if (set.labs.empty()) return fail(400, "WrongUse", "none of the labs is in " + join(options.languages, ", "));
  if (set.project) set.clones = set.project->clones;
  const std::string place = set.project ? set.project->root : folder_of(options.files.front());
  for (auto& own : project::own_addresses(place)) {
    const bool said = std::any_of(set.clones.begin(), set.clones.end(), [&](const auto& one) { return to_lower(one.first) == to_lower(own.first); });
    if (!said && speaks_of(texts, own.first)) set.clones.push_back(std::move(own));
  }
  return set;
}

}  // namespace azlab::app
