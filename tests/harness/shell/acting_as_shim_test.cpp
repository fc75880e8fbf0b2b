#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "harness/shell/pip.hpp"

// Sessions under test bind this very program as az, sleep and pip. It notices by its name, before Catch's main:
// glibc hands constructors the program's arguments.

namespace {

int act_as(const std::string& name, const std::vector<std::string>& arguments) {
  if (name == "pip" || name == "pip3") {
    return azlab::shell::pip_main(arguments, azlab::shell::pip_options_from_environment());
  }
  if (name == "az") {
    std::string line = "az";
    for (const std::string& one : arguments) line += " [" + one + "]";
    const char* channel = getenv("AZLAB_CHANNEL");
    std::printf("%s channel=%s config=%s\n", line.c_str(), channel == nullptr ? "" : channel, getenv("AZURE_CONFIG_DIR"));
    return 0;
  }
  usleep(static_cast<useconds_t>(1000000.0 * std::atof(arguments.empty() ? "0" : arguments[0].c_str())));
  return 0;
}

__attribute__((constructor)) void play_the_azlab_binary(int argc, char** argv, char**) {
  const std::string path = argc > 0 ? argv[0] : "";
  const std::string name = path.substr(path.rfind('/') + 1);
  if (name != "az" && name != "sleep" && name != "pip" && name != "pip3") return;
  const int status = act_as(name, {argv + 1, argv + argc});
  std::fflush(stdout);
  _exit(status);
}

}  // namespace
