#pragma once

#include <string>
#include <utility>
#include <vector>

namespace azlab::project {

/// The addresses under which the repository around a directory is cloned, each with its working tree: `git clone` of one of
/// them in a lab gets the files as they lie there, committed or not (what .gitignore names is left out). From the remotes,
/// in the forms https and ssh. Empty outside of a repository, or without git.
std::vector<std::pair<std::string, std::string>> own_addresses(const std::string& directory);

/// The top of the working tree around a directory; empty outside of a repository, or without git.
std::string working_tree(const std::string& directory);

/// "https://HOST/OWNER/NAME" of a remote's address in any form that git takes; empty for paths of this computer.
std::string web_address(const std::string& remote);

}  // namespace azlab::project
