#pragma once

#include <string>
#include <vector>

namespace azlab::app {

/// What `azlab faults list` leaves out.
struct FaultFilter {
  std::string operation{};  ///< only those that can strike this operation
  bool not_served = false;  ///< only those of which azlab serves nothing
};

/// `azlab faults list`: a line for each fault of the catalogue.
int list_faults(const FaultFilter& filter);
/// `azlab faults show ID`: all that the catalogue knows of one. An unknown id: one line on standard error, status 2.
int show_fault(const std::string& id);
/// `azlab faults why TEXT…`: which fault an error text is of, its cause and its cure; "-" reads standard input. Status 1 when the
/// catalogue knows none like it.
int explain_error(const std::vector<std::string>& words);

}  // namespace azlab::app
