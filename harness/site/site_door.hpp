#pragma once

#include <string>
#include <vector>

#include "sim/core/result.hpp"

namespace azlab::site {

/// How browsers come to a site.
struct SiteDoor {
  int port = 0;                       ///< 0: the one that is remembered if it is free, else any
  std::string address = "127.0.0.1";  ///< on which it listens; beyond the loopback behind TLS
  std::vector<std::string> hosts{};   ///< names beside its own, NAME[:PORT]; the first is the link's
  std::string certificate_file{};     ///< of a user's own, with key_file; empty: beyond the loopback one is made
  std::string key_file{};
};
/// Fails with one line when it is wrong use.
Result<void> check_door(const SiteDoor& door);

}  // namespace azlab::site
