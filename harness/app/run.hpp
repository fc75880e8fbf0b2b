#pragma once

#include <string>
#include <vector>

#include "harness/host/client_run.hpp"

namespace azlab::app {

/// `azlab run -- CMD…`: CMD's exit status; 2 for wrong use. `time_mode` and `faults` are as the command line has them.
int run_client(host::ClientRunOptions options, const std::string& time_mode, const std::vector<std::string>& faults);
/// `azlab serve`: 0 when it was ended by a signal, 2 when it cannot start.
int serve(host::ClientRunOptions options, const std::string& time_mode, const std::vector<std::string>& faults);
/// `azlab env`: prints the settings that a running `azlab serve` has left; 2 when none runs.
int print_env();

}  // namespace azlab::app
