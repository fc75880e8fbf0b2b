#pragma once

#include <string>
#include <vector>

#include "harness/app/validate.hpp"

namespace azlab::app {

/// What `azlab sweep` was asked for: the labs as `azlab validate` takes them, and which branches.
struct SweepOptions {
  ValidateOptions labs{};
  std::string faults{};      ///< a glob over names of faults; empty: all
  std::vector<int> lines{};  ///< of steps; empty: all
  std::vector<std::string> reports{};  ///< json=FILE, html=FILE
  std::string resume{};      ///< a file that keeps finished branches; empty: none
  std::string fail_on = "never";  ///< "hidden", "alone", "never": which outcomes make exit status 1
};

/// Returns the exit status: 0 done, 1 as fail_on says, 2 wrong use.
int sweep(const SweepOptions& options);
/// `azlab merge` of reports that `azlab sweep --shard` wrote: their texts, and the names of their files for errors.
int merge_sweeps(const std::vector<std::string>& texts, const std::vector<std::string>& files, const std::vector<std::string>& reports);

}  // namespace azlab::app
