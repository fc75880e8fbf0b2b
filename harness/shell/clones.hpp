#pragma once

#include <string>
#include <vector>

#include "harness/shell/sandbox.hpp"

namespace azlab::shell {

/// Makes, once per run, a bare repository (make_repository) of every directory in HostOptions::clone_map that has none yet.
/// Writes the system's gitconfig and the wrapper's list.
Result<void> prepare_clones(const HostOptions& host, const SessionPaths& paths, const InsideNames& inside);

/// A repository that the run did not make: where it is, and its name below SessionPaths::clones.
struct ReadyRepository {
  std::string here;
  std::string name;
};
std::vector<ReadyRepository> ready_repositories(const HostOptions& host);

}  // namespace azlab::shell
