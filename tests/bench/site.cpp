// The portal and the studio in a browser: what a learner waits for. tests/bench/site.mjs measures, in Debian's Chromium.
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "sim/core/json.hpp"
#include "tests/bench/bench.hpp"

namespace azlab::bench {

Chapter measure_site(const Options& options) {
  Chapter chapter{.title = "The portal and the studio in a browser"};
  const std::string page = AZLAB_SOURCE_DIR "/build/page";
  if (!std::filesystem::exists(page + "/node_modules")) {
    chapter.notes.push_back("There was no Node.js here to build the page with.");
    return chapter;
  }
  std::vector<std::string> command = {"node", AZLAB_SOURCE_DIR "/tests/bench/site.mjs"};
  if (options.quick) command.push_back("--quick");
  const Child child = run_child(command, {"AZLAB=" + options.azlab, "AZLAB_PAGE_BUILD=" + page});
  std::istringstream lines(child.output);
  for (std::string line; std::getline(lines, line);) {
    const auto figure = parse_json(line);
    if (!figure) continue;
    chapter.add(string_at(*figure, "what"), figure->value("value", 0.0), string_at(*figure, "unit"), figure->value("budget", 0.0), string_at(*figure, "peer"));
  }
  if (child.status != 0) chapter.notes.push_back("The measurement broke off.");
  chapter.notes.push_back("Medians, real time, in a Chromium without a screen that shares the machine with the simulator.");
  return chapter;
}

}  // namespace azlab::bench
