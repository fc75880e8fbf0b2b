#pragma once

#include <iostream>
#include <string>

namespace azlab::app {

/// Wrong use or unreadable input: one line on standard error. Returns the exit status for it.
inline int wrong_use(const std::string& what) {
  std::cerr << "azlab: " << what << "\n";
  return 2;
}

}  // namespace azlab::app
