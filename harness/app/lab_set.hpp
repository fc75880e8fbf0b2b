#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/app/validate.hpp"
#include "harness/lab/lab.hpp"
#include "harness/project/project.hpp"

namespace azlab::app {

/// What a run of `azlab validate` is about: the labs, and what the repository says that they lie in.
struct LabSet {
  std::vector<lab::Lab> labs{};  ///< as given, or as azlab.json names them; with neither: the sample course
  std::optional<project::Project> project{};
  std::vector<std::pair<std::string, std::string>> clones{};  ///< the project's and the repository's own addresses
};

/// Reads the labs and the project. Errors are one line, for exit status 2.
Result<LabSet> gather_labs(const ValidateOptions& options);

}  // namespace azlab::app
