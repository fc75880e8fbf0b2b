#pragma once

#include <iosfwd>
#include <vector>

#include "harness/app/validate_plan.hpp"
#include "harness/run/result.hpp"

namespace azlab::app {

/// Reads a plan's labs as those of a run: their commands are checked, translations held against their sources; then carries
/// them out, as many at a time as the plan says. Progress and results go to `console`, lab by lab in the plan's order, unless
/// it is null. Returns the records in the order in which the labs were given, a scenario each; the report does not depend on
/// which thread was first. The error is one line, for exit status 2: the run could not begin.
Result<std::vector<run::LabRecord>> carry_out(ValidatePlan& plan, std::ostream* console);

}  // namespace azlab::app
