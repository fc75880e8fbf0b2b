#include "harness/app/explain.hpp"

#include <iostream>

#include "harness/report/report.hpp"
#include "harness/run/run_directory.hpp"

namespace azlab::app {
namespace {

int wrong_explain(const std::string& what) {
  std::cerr << "azlab: " << what << "\n";
  return 2;
}

}  // namespace

int explain(const std::string& report_file, const std::string& place) {
  const auto text = run::read_file(report_file);
  if (!text) return wrong_explain(text.error().message);
  const auto labs = report::from_json(*text);
  if (!labs) return wrong_explain(report_file + ": " + labs.error().message);
  const auto known = report::explain(*labs, place);
  if (!known) return wrong_explain(known.error().message);
  std::cout << *known;
  return 0;
}

}  // namespace azlab::app
