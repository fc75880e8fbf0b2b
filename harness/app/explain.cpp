#include "harness/app/explain.hpp"

#include <iostream>

#include "harness/app/wrong_use.hpp"
#include "harness/report/report.hpp"
#include "harness/run/run_directory.hpp"

namespace azlab::app {

int explain(const std::string& report_file, const std::string& place) {
  const auto text = run::read_file(report_file);
  if (!text) return wrong_use(text.error().message);
  const auto labs = report::from_json(*text);
  if (!labs) return wrong_use(report_file + ": " + labs.error().message);
  const auto known = report::explain(*labs, place);
  if (!known) return wrong_use(known.error().message);
  std::cout << *known;
  return 0;
}

}  // namespace azlab::app
