#pragma once

#include <string>
#include <vector>

#include "harness/host/client_run.hpp"

namespace azlab::app {

/// `azlab run -- CMD…`: CMD's exit status; 2 for wrong use.
/// `azlab serve` and `azlab env`.
int serve(host::ClientRunOptions options, const std::string& time_mode, const std::vector<std::string>& faults);
int print_env();
int run_client(host::ClientRunOptions options, const std::string& time_mode, const std::vector<std::string>& faults);

}  // namespace azlab::app
