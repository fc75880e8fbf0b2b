#pragma once

#include <string>

namespace azlab::app {

/// `azlab state export DIR FILE`: the state of `--state DIR` with its files as one file. 0, or 2 with one line.
int export_state(const std::string& folder, const std::string& file);
/// `azlab state import FILE DIR`: the reverse, into a folder that holds no state. 0, or 2 with one line.
int import_state(const std::string& file, const std::string& folder);

}  // namespace azlab::app
