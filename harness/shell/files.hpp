#pragma once

#include <string>
#include <string_view>

namespace azlab::shell {

/// The whole file, or nothing in it when it cannot be read.
std::string read_whole(const std::string& path);
/// Overwrites in place: the inode stays, so that a bind mount of the file shows the new text.
bool write_whole(const std::string& path, std::string_view text, bool executable = false);

}  // namespace azlab::shell
