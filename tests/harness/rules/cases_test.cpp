// Every rule has cases in which it fires and near misses in which it does not: those of cases/*.md are carried out here, for the
// others a list says which test holds them.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "harness/run/lab_run.hpp"
#include "harness/rules/catalogue.hpp"
#include "sim/core/text.hpp"
#include "tests/support/catch.hpp"

using namespace azlab;

namespace {

struct Case {
  std::string rule{};
  bool fires = false;
  std::string text{};
  int line = 0;          ///< of its mark
  int before_lines = 0;  ///< steps above this line must pass
};

std::string whole_file(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::filesystem::path> case_files() {
  std::vector<std::filesystem::path> out;
  for (const auto& entry : std::filesystem::directory_iterator(AZLAB_SOURCE_DIR "/tests/harness/rules/cases")) {
    if (entry.path().filename() != "README.md") out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<Case> cases_in(const std::filesystem::path& path) {
  std::vector<Case> out;
  std::string title;
  std::string before;
  bool in_before = false;
  int number = 0;
  const auto begin = [&](const std::string& rule, bool fires) {
    out.push_back({.rule = rule, .fires = fires, .text = title + "\n" + before, .line = number});
    out.back().before_lines = static_cast<int>(std::count(out.back().text.begin(), out.back().text.end(), '\n'));
    in_before = false;
  };
  for (const auto& line : split(whole_file(path), '\n')) {
    ++number;
    if (title.empty()) {
      title = line + "\n";
    } else if (line == "<!-- before -->") {
      before.clear();
      in_before = true;
    } else if (line.starts_with("<!-- fires: ") || line.starts_with("<!-- spares: ")) {
      const auto colon = line.find(": ");
      begin(line.substr(colon + 2, line.find(" -->") - colon - 2), line.starts_with("<!-- fires"));
    } else if (in_before) {
      before += line + "\n";
    } else if (!out.empty()) {
      out.back().text += line + "\n";
    }
  }
  return out;
}

void carry_out(const Case& one, const std::string& file) {
  INFO(file << ":" << one.line << ": " << one.rule << (one.fires ? " fires in" : " spares") << "\n" << one.text);
  const auto lab = lab::read_lab(one.text, file);
  REQUIRE(lab);
  const auto record = run::run_lab(*lab, {.python = run::PythonUse::none, .azlab_binary = AZLAB_BINARY_DIR "/azlab"});
  REQUIRE(record);
  std::string before;
  for (const auto& step : record->steps) {
    if (step.line <= one.before_lines && step.verdict != run::verdict::kPassed && step.verdict != run::verdict::kSkipped) before += std::to_string(step.line) + " " + step.verdict + ": " + step.evidence + "\n";
  }
  CHECK(before.empty());
  std::vector<std::string> found;
  for (const auto& f : record->findings) found.push_back(f.rule);
  INFO("found: " << join(found, ", "));
  CHECK((std::find(found.begin(), found.end(), one.rule) != found.end()) == one.fires);
}

/// Rules whose cases stand in other tests: an id, or a group with its slash, and the file. Where the file goes through the
/// catalogue by itself, it names the group.
const std::map<std::string, std::string> kElsewhere = {
    {"shellcheck/", "tests/harness/lint/shellcheck_test.cpp"},
    {"retired/", "tests/harness/lint/retired_test.cpp"},
    {"l10n/", "tests/harness/twins/rules_test.cpp"},
    {"l10n/stale-twin", "tests/harness/twins/history_test.cpp"},
    {"cmd/", "tests/harness/lab/rules_test.cpp"},
    {"fence/", "tests/harness/lab/rules_test.cpp"},
    {"lab/", "tests/harness/lab/rules_test.cpp"},
    {"md/", "tests/harness/lab/rules_test.cpp"},
    {"note/", "tests/harness/lab/rules_test.cpp"},
    {"text/", "tests/harness/lab/rules_test.cpp"},
    {"sh/shebang", "tests/harness/lab/rules_test.cpp"},
    {"fallback/second-alternative", "tests/harness/lab/rules_test.cpp"},
    {"fallback/lacks", "tests/harness/lab/fallbacks_test.cpp"},
    {"fallback/optional-needed", "tests/harness/lab/fallbacks_test.cpp"},
    {"nb/unreadable", "tests/harness/lint/notebook_test.cpp"},
    {"nb/no-kernel", "tests/harness/lint/notebook_test.cpp"},
    {"nb/kernel-not-offered", "tests/harness/lint/notebook_test.cpp"},
    {"nb/kernel-retired", "tests/harness/lint/notebook_test.cpp"},
    {"nb/no-language", "tests/harness/lint/notebook_test.cpp"},
    {"nb/language-version", "tests/harness/lint/notebook_test.cpp"},
    {"nb/output-error", "tests/harness/lint/notebook_test.cpp"},
    {"nb/cell-order", "tests/harness/lint/notebook_test.cpp"},
    {"nb/placeholder", "tests/harness/lint/notebook_test.cpp"},
    {"nb/race-job", "tests/harness/lint/notebook_test.cpp"},
    {"nb/race-operation", "tests/harness/lint/notebook_test.cpp"},
    {"nb/prose-differs", "tests/harness/lint/notebook_test.cpp"},
    {"nb/cell-failed", "tests/harness/rules/material_test.cpp"},
    {"job/failed", "tests/harness/rules/material_test.cpp"},
    {"scenario/", "tests/harness/run/expectations_test.cpp"},
    {"prerequisite/", "tests/harness/run/expectations_test.cpp"},
    {"baseline/stale", "tests/harness/project/project_test.cpp"}};

/// The test file that holds a rule's cases elsewhere; empty when the list does not say.
std::string file_elsewhere(const std::string& rule) {
  const auto exact = kElsewhere.find(rule);
  if (exact != kElsewhere.end()) return exact->second;
  const auto group = kElsewhere.find(rule.substr(0, rule.find('/') + 1));
  return group != kElsewhere.end() ? group->second : std::string();
}

}  // namespace

TEST_CASE("rules of the run fire in their cases and spare the near misses", "[cases]") {
  int tried = 0;
  for (const auto& path : case_files()) {
    for (const auto& one : cases_in(path)) {
      carry_out(one, path.filename().string());
      ++tried;
    }
  }
  CHECK(tried >= 50);
}

TEST_CASE("every rule of the catalogue has a case that fires and a near miss", "[rules]") {
  std::map<std::string, std::set<bool>> seen;
  for (const auto& path : case_files()) {
    for (const auto& one : cases_in(path)) {
      INFO(one.rule);
      CHECK(rules::find_rule(one.rule) != nullptr);
      seen[one.rule].insert(one.fires);
    }
  }
  for (const auto& rule : rules::catalogue()) {
    INFO(rule.id << " has no case in tests/harness/rules/cases, and no test elsewhere is said to hold one");
    const std::string elsewhere = file_elsewhere(rule.id);
    const bool here = seen[rule.id].size() == 2;
    CHECK((here || !elsewhere.empty()));
    if (elsewhere.empty()) continue;
    INFO(elsewhere << " is said to hold it");
    const std::string text = whole_file(std::string(AZLAB_SOURCE_DIR "/") + elsewhere);
    const std::string group = rule.id.substr(0, rule.id.find('/'));
    CHECK((text.find(rule.id) != std::string::npos || text.find('"' + group + '"') != std::string::npos || text.find('"' + group + "/\"") != std::string::npos));
    CHECK((text.find("CHECK_FALSE") != std::string::npos || text.find(".empty()") != std::string::npos));
  }
}
