#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "harness/app/lab_set.hpp"
#include "harness/app/validate.hpp"
#include "harness/project/baseline.hpp"
#include "harness/report/kinds.hpp"
#include "harness/run/lab_run.hpp"

namespace azlab::app {

/// The labs whose place among all leaves `part` when divided by `of`.
struct Shard {
  std::size_t part = 0;
  std::size_t of = 1;
};

/// What `azlab validate` is about to do: its options, checked, with what the project says where they say nothing.
struct ValidatePlan {
  std::vector<report::Target> reports{};
  LabSet set{};
  project::Project project{};  ///< that of `set`, or one that says nothing
  std::vector<std::string> scenarios{};  ///< at least one; "" is the default
  std::vector<project::KnownThing> baseline{};
  std::string write_baseline{};
  Shard shard{};
  run::RunOptions run{};  ///< of every lab, but for the scenario
  std::string fail_on{};
  std::size_t jobs = 1;  ///< labs at the same time
  bool quiet = false;
};

/// Errors are one line, for exit status 2.
Result<ValidatePlan> plan_validation(const ValidateOptions& options);

}  // namespace azlab::app
