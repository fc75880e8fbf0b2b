#pragma once

#include <string>
#include <vector>

namespace azlab::shell {

struct PipOptions {
  std::string site_directory;  ///< holds installed.json, the state; starts from the machine's description
  std::string machine;         ///< a description in fixtures/machines
  int input = 0;               ///< file descriptors
  int output = 1;
  int error = 2;
};

/// AZLAB_SITE and AZLAB_MACHINE.
PipOptions pip_options_from_environment();

/// The pip of simulated machines: install, uninstall, show, list, freeze, check and --version on data, without
/// network: installed packages are state, and fixtures/machines/packages.json is the index. A name that the index
/// lacks is not found, as with pip; what is not simulated says so and fails. `arguments` without the program's name.
int pip_main(const std::vector<std::string>& arguments, const PipOptions& options);

}  // namespace azlab::shell
