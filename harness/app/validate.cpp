#include "harness/app/validate.hpp"

#include <unistd.h>

#include <iostream>

#include "harness/app/carry_out.hpp"
#include "harness/app/wrong_use.hpp"
#include "harness/report/report.hpp"
#include "harness/run/run_directory.hpp"

namespace azlab::app {

int validate(const ValidateOptions& options) {
  auto plan = plan_validation(options);
  if (!plan) return wrong_use(plan.error().message);
  const auto records = carry_out(*plan, &std::cout);
  if (!records) return wrong_use(records.error().message);
  if (!plan->write_baseline.empty()) {
    if (const auto written = run::write_file(plan->write_baseline, project::write_baseline(*records)); !written) return wrong_use(written.error().message);
  }
  report::print_summary(std::cout, *records, {.colour = ::isatty(1) == 1});
  if (const auto written = report::write_reports(plan->reports, *records, std::cout); !written) return wrong_use(written.error().message);
  return run::exit_status(*records);
}

}  // namespace azlab::app
