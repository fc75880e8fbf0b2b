#pragma once

#include <string>

#include "sim/net/connection.hpp"

namespace azlab::net {

/// Carries bytes between a client and a host outside, both ways, until one of them ends: `--allow-host`. Nothing of it
/// is read. False when the host cannot be reached; then nothing was written to the client.
bool tunnel(Connection& connection, const std::string& host, const std::string& port);

}  // namespace azlab::net
