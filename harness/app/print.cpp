// The sub-commands that only print what azlab knows: steps, operations.
#include <iostream>

#include "harness/app/lab_set.hpp"
#include "harness/app/validate.hpp"
#include "harness/app/wrong_use.hpp"
#include "harness/lab/lab.hpp"
#include "sim/simulator.hpp"

namespace azlab::app {

int print_steps(const std::vector<std::string>& files) {
  const auto set = gather_labs({.files = files});
  if (!set) return wrong_use(set.error().message);
  for (const auto& lab : set->labs) std::cout << lab::steps_as_json_lines(lab);
  return 0;
}

int print_operations() {
  Simulator simulator;
  for (const auto& line : simulator.operations()) std::cout << line << "\n";
  return 0;
}

}  // namespace azlab::app
