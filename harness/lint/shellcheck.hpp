#pragma once

#include <vector>

#include "harness/lab/lab.hpp"
#include "sim/core/result.hpp"

namespace azlab::lint {

/// What shellcheck finds in a lab's bash fences and scripts, on the lab's own lines: the codes that stand in the catalogue
/// (`shellcheck/sc1007`, …); where a fence cannot be read at all, the reason alone. Fails, with what to install, where this
/// computer has no shellcheck.
Result<std::vector<lab::Finding>> check_shell(const lab::Lab& lab);

}  // namespace azlab::lint
