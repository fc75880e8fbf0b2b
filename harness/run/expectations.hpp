#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/lab/lab.hpp"
#include "harness/shell/shell.hpp"

namespace azlab::run {

/// The status that the author expects of a fence's last command, where one is.
std::optional<int> expected_status(const std::vector<lab::Expectation>& expectations);
/// What a fence's last command does not come to: a finding `expect/not-met` each. Output is what the terminal showed,
/// standard error included.
std::vector<lab::Finding> unmet(const std::vector<lab::Expectation>& expectations, const shell::CommandResult& last);

}  // namespace azlab::run
