#pragma once

#include <functional>
#include <string>
#include <vector>

namespace azlab::app {

/// `azlab prepare [NAME…]`: makes Python environments (all of them without names), or says only where they are kept.
/// Returns the exit status.
int prepare(const std::vector<std::string>& names, bool only_where);

/// Says on standard error what preparing does: lines, and progress in one line of a terminal.
std::function<void(const std::string& line, bool is_progress)> say_preparing();

}  // namespace azlab::app
