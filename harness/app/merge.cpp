#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <iterator>
#include <set>
#include <utility>

#include "harness/app/sweep.hpp"
#include "harness/app/validate.hpp"
#include "harness/app/wrong_use.hpp"
#include "harness/report/kinds.hpp"
#include "harness/report/report.hpp"
#include "harness/run/run_directory.hpp"
#include "harness/sweep/report.hpp"

namespace azlab::app {

int merge(const std::vector<std::string>& files, const std::vector<std::string>& reports, const std::string& fail_on) {
  std::vector<std::string> texts;
  for (const auto& file : files) {
    auto text = run::read_file(file);
    if (!text) return wrong_use(text.error().message);
    texts.push_back(std::move(*text));
  }
  if (sweep::is_sweep(texts.front())) return merge_sweeps(texts, files, reports);
  const auto targets = report::parse_targets(reports);
  if (!targets) return wrong_use(targets.error().message);
  std::vector<run::LabRecord> all;
  for (std::size_t i = 0; i < files.size(); ++i) {
    auto labs = report::from_json(texts[i]);
    if (!labs) return wrong_use(files[i] + ": " + labs.error().message);
    std::move(labs->begin(), labs->end(), std::back_inserter(all));
  }
  std::set<std::pair<std::string, std::string>> seen;
  for (const auto& lab : all) {
    if (!seen.emplace(lab.file, lab.scenario).second) return wrong_use(lab.file + " stands in several of the reports");
  }
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.position < b.position; });
  const report::ConsoleOptions console{.colour = ::isatty(1) == 1};
  report::print_summary(std::cout, all, console);
  if (const auto written = report::write_reports(*targets, all, std::cout); !written) return wrong_use(written.error().message);
  return run::exit_status(all, fail_on);
}

}  // namespace azlab::app
