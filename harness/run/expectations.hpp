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
/// Output that differs each time is not held against a sample.
std::vector<lab::Finding> unmet(const lab::FenceOrders& orders, const shell::CommandResult& last);
/// The value that an author wants kept of a command's output: text as it is, other JSON as JSON. Fails with the reason.
Result<std::string> captured(const lab::Capture& capture, const std::string& output);

}  // namespace azlab::run
