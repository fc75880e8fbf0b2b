#pragma once

#include <string>
#include <vector>

#include "harness/run/result.hpp"

namespace azlab::run {

/// Something that a lab asked for and azlab does not simulate.
struct Missing {
  std::string kind;  ///< "page", "command", "request", "fence" or "sentence" (which nobody understood)
  std::string what;  ///< "studio.designer", "az vm", "docker", "GET /subscriptions/{}/…", "sql"
  int line = 0;      ///< of the step
};

/// What the record of a lab says is not simulated, each thing once a step, in the order of the steps.
std::vector<Missing> missing_in(const LabRecord& record);

}  // namespace azlab::run
