#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "sim/core/result.hpp"

namespace azlab::shell {

/// Writes a file below `root`, whose contents belong to somebody who may lay any traps there: a path that holds ".." or goes through
/// a symbolic link is refused, and nothing outside of `root` is touched even while links are being changed. Makes the folders on the
/// way; an older file is replaced when the new one is whole. Errors name the path alone.
Result<void> write_beneath(const std::string& root, const std::string& path, std::string_view bytes);
/// The same for reading. Fails for what is no plain file, and for one of more than `bytes_max` bytes.
Result<std::string> read_beneath(const std::string& root, const std::string& path, std::size_t bytes_max);

}  // namespace azlab::shell
