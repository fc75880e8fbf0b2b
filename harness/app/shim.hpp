#pragma once

#include <optional>
#include <string>
#include <vector>

namespace azlab::app {

/// Runs as one of the programs of a simulated machine when the binary was called under such a name
/// (harness/shell/shims.hpp); nothing under its own name.
std::optional<int> run_as_shim(const std::string& called_as, const std::vector<std::string>& arguments);

}  // namespace azlab::app
