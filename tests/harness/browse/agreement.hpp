#pragma once

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "harness/browse/browser_pages.hpp"
#include "harness/run/lab_run.hpp"
#include "harness/site/site.hpp"
#include "harness/webdriver/driver.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/text.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/seed_labs.hpp"

namespace azlab::test {

/// A lab's file and its text.
struct LabText {
  std::string name;
  std::string text;
};

/// Those of the two that are at hand.
inline std::vector<LabText> seed_labs() {
  std::vector<LabText> out;
  for (const char* name : kSeedLabs) {
    if (const auto text = seed_lab(name)) out.push_back({name, *text});
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

/// Carries a lab out by both walkers. Each step, op and finding must be the same, words and all: returns the first line that is
/// not, as both have it, with what came before and the browser's whole run; empty where they agree.
inline std::string disagreement(const LabText& lab, const std::string& scenario = "") {
  if (!can_browse()) return {};
  const auto headless = split(came_to(walked(lab, scenario, false)), '\n');
  const auto in_browser = split(came_to(walked(lab, scenario, true)), '\n');
  // Later differences mostly follow from the first.
  const auto [first, other] = std::mismatch(headless.begin(), headless.end(), in_browser.begin(), in_browser.end());
  if (first == headless.end() && other == in_browser.end()) return {};
  const auto line = [](auto at, const auto& lines) { return at == lines.end() ? std::string("the end") : *at; };
  return lab.name + " in " + (scenario.empty() ? "the default situation" : scenario) + "\nwithout a browser: " + line(first, headless) + "\nin the browser: " + line(other, in_browser) +
         "\nbefore it: " + (first == headless.begin() ? std::string() : *std::prev(first)) + "\nin the browser altogether:\n" + join(in_browser, "\n");
}

}  // namespace azlab::test
