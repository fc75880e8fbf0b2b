#pragma once

#include <optional>
#include <string>
#include <vector>

namespace azlab::app {

/// `azlab sandbox-init SOCKET PORT -- CMD…`: the first process of a sandbox with a network of its own. Opens the
/// loopback's listening socket, hands it out over the Unix socket SOCKET, and becomes CMD. Nothing when the arguments
/// are not this.
std::optional<int> run_sandbox_init(const std::vector<std::string>& arguments);

}  // namespace azlab::app
