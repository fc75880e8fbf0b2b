#pragma once

#include <string>
#include <vector>

#include "sim/core/result.hpp"

namespace azlab::state {

/// A state with the folders beside it as one file: the SQLite file of the state (`load` reads it) with a table `file` more.
/// What is neither a file, a folder nor a link is left out. Not while an azlab uses the state.

/// `database` and what lies in `root`/<each of folders> go into `file`, which is replaced whole or, after a failure, not at all.
Result<void> write_bundle(const std::string& database, const std::string& root, const std::vector<std::string>& folders, const std::string& file);
/// The reverse, into a `root` that holds none of it yet. A bundle with a place outside of the folders is refused. After a
/// failure there is no state in `root`, but what was unpacked until then may lie there.
Result<void> read_bundle(const std::string& file, const std::string& database, const std::string& root, const std::vector<std::string>& folders);

}  // namespace azlab::state
