#include "harness/app/sandbox_init.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iostream>

#include "harness/shell/process.hpp"
#include "sim/net/listener.hpp"

namespace azlab::app {
namespace {

constexpr int kCannotStart = 125;   // as env and timeout say that the command was never tried
constexpr int kCannotExecute = 127;

}  // namespace

std::optional<int> run_sandbox_init(const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments[0] != "sandbox-init") return std::nullopt;
  if (arguments.size() < 5 || arguments[3] != "--") {
    std::cerr << "azlab: sandbox-init SOCKET PORT -- CMD…\n";
    return 2;
  }
  if (const auto served = net::hand_out_loopback(arguments[1], std::atoi(arguments[2].c_str())); !served) {
    std::cerr << "azlab: " << served.error().message << "\n";
    return kCannotStart;
  }
  std::vector<std::string> command(arguments.begin() + 4, arguments.end());
  const auto argv = shell::exec_array(command);
  ::execvp(argv[0], argv.data());
  std::cerr << "azlab: cannot execute " << command[0] << ": " << std::strerror(errno) << "\n";
  return kCannotExecute;
}

}  // namespace azlab::app
