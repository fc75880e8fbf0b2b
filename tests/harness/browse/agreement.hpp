#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "harness/browse/browser_pages.hpp"
#include "harness/run/lab_run.hpp"
#include "harness/run/run_directory.hpp"
#include "harness/site/site.hpp"
#include "harness/webdriver/driver.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/text.hpp"
#include "tests/support/catch.hpp"

namespace azlab::test {

/// A lab's file and its text.
struct LabText {
  std::string name;
  std::string text;
};

/// The two documents that the project was given lie beside the checkout and are not part of it; none are there: empty.
inline std::vector<LabText> seed_labs() {
  const char* given = std::getenv("AZLAB_SEED_LABS");
  const std::string folder = given != nullptr ? given : AZLAB_SOURCE_DIR "/../shared/labs/fr";
  std::vector<LabText> out;
  for (const std::string name : {"04-Work-with-compute.md", "08-Script-mlflow-tracking.md"}) {
    if (const auto text = run::read_file(folder + "/" + name)) out.push_back({name, *text});
  }
  if (out.empty()) {
    const char* ci = std::getenv("CI");
    REQUIRE((ci == nullptr || std::string(ci) != "true"));  // in CI they must be there
    WARN("the seed labs are not beside this checkout; set AZLAB_SEED_LABS");
  }
  return out;
}

inline LabText course_lab(const std::string& path) { return {path, std::string(fixtures::get("fixtures/course/Instructions/" + path))}; }

inline run::LabRecord walked(const LabText& lab, const std::string& scenario, bool in_browser) {
  const auto read = lab::read_lab(lab.text, lab.name);
  REQUIRE(read);
  run::RunOptions options{.scenario = scenario, .python = run::PythonUse::none, .azlab_binary = AZLAB_BINARY_DIR "/azlab"};
  if (in_browser) options.open_pages = browse::browser_pages;
  auto record = run::run_lab(*read, options);
  INFO((record ? std::string() : record.error().message));
  REQUIRE(record);
  return std::move(*record);
}

/// What a run came to, a line a step and a finding.
inline std::string came_to(const run::LabRecord& record) {
  std::string out = record.verdict + "\n";
  for (const auto& step : record.steps) {
    out += std::to_string(step.line) + " " + step.verdict + ": " + step.evidence + "\n";
    for (const auto& op : step.ops) out += "  " + op.op + " " + op.verdict + ": " + op.evidence + "\n";
  }
  for (const auto& finding : record.findings) out += std::to_string(finding.line) + " " + finding.severity + " " + finding.rule + ": " + finding.message + "\n";
  return out;
}

/// Whether there is a page to draw and a browser that draws it; in CI there must be.
inline bool can_browse() {
  if (site::has_page() && !webdriver::find_on_path("chromedriver").empty()) return true;
  const char* ci = std::getenv("CI");
  REQUIRE((ci == nullptr || std::string(ci) != "true"));
  WARN("no browser: this build has no page (Node.js), or there is no chromedriver");
  return false;
}

/// Carries a lab out by both walkers: each step, op and finding must be the same, words and all.
inline void check_agreement(const LabText& lab, const std::string& scenario = "") {
  if (!can_browse()) return;
  INFO(lab.name << " in " << (scenario.empty() ? "the default situation" : scenario));
  const auto headless = split(came_to(walked(lab, scenario, false)), '\n');
  const auto in_browser = split(came_to(walked(lab, scenario, true)), '\n');
  // Later differences mostly follow from the first.
  const auto [first, other] = std::mismatch(headless.begin(), headless.end(), in_browser.begin(), in_browser.end());
  INFO("before it: " << (first == headless.begin() ? std::string() : *std::prev(first)));
  INFO("in the browser altogether:\n" << join(in_browser, "\n"));
  const auto line = [](auto at, const auto& lines) { return at == lines.end() ? std::string("the end") : *at; };
  CHECK(line(other, in_browser) == line(first, headless));
}

}  // namespace azlab::test
