#pragma once

#include <string>

#include "harness/shell/sandbox.hpp"

namespace azlab::shell {

/// Makes, once per run, a bare repository of every directory in HostOptions::clone_map: one commit with a fixed
/// author and date, so that its hash is the same each time. Writes the system's gitconfig and the wrapper's list.
Result<void> prepare_clones(const HostOptions& host, const SessionPaths& paths, const InsideNames& inside);

}  // namespace azlab::shell
