#pragma once

#include <string>

#include "sim/simulator.hpp"

namespace azlab::state {

/// Keeps a simulator's World and its clock in one SQLite file, so that a later run goes on where this one ended.
/// The only user of SQLite (docs/architecture.md).

/// Writes everything in one transaction: the file is the new state or, after a failure, still the old one.
Result<void> save(const std::string& file, const Snapshot& snapshot);
/// What `save` wrote. An error when the file is none of ours, or of a version that this one does not read.
Result<Snapshot> load(const std::string& file);

}  // namespace azlab::state
