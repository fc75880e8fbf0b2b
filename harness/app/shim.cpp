#include "harness/app/shim.hpp"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "harness/az/az.hpp"
#include "harness/shell/pip.hpp"
#include "harness/shell/shims.hpp"
#include "sim/core/time.hpp"
#include "sim/net/local_channel.hpp"

extern char** environ;

namespace azlab::app {
namespace {

/// A process of ours in the room where simulated time is moved by sleeping; leaves when it goes.
class ChannelProcess : public az::Transport {
 public:
  explicit ChannelProcess(const std::string& socket) : client_(socket), process_(client_.enter()) {}
  ~ChannelProcess() override { client_.leave(process_); }
  ChannelProcess(const ChannelProcess&) = delete;
  ChannelProcess& operator=(const ChannelProcess&) = delete;

  Response send(const Request& request) override { return client_.send(request); }
  void sleep(Duration duration) override { client_.sleep(process_, duration); }
  Time now() override { return client_.now(); }
  void note_not_simulated(const std::string& what) override { shell::note_not_simulated(what); }

 private:
  net::ChannelClient client_;
  int process_;
};

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

int run_az(const std::vector<std::string>& arguments) {
  const std::string socket = variable("AZLAB_CHANNEL");
  if (socket.empty()) {
    std::cerr << "az: no simulated Azure is within reach (AZLAB_CHANNEL is not set)\n";
    return 1;
  }
  ChannelProcess transport(socket);
  az::Environment environment{.config_dir = variable("AZURE_CONFIG_DIR").empty() ? variable("HOME") + "/.azure" : variable("AZURE_CONFIG_DIR"),
                              .working_directory = std::filesystem::current_path().string(),
                              .output_is_terminal = ::isatty(1) == 1,
                              .input_is_terminal = ::isatty(0) == 1,
                              .signed_in = variable("AZLAB_MACHINE") == "cloud-shell"};
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const auto equals = text.find('=');
    environment.variables.emplace_back(text.substr(0, equals), equals == std::string::npos ? "" : text.substr(equals + 1));
  }
  return az::run(arguments, transport, environment, std::cin, std::cout, std::cerr);
}

/// coreutils' sleep: numbers with s, m, h, d add up.
int run_sleep(const std::vector<std::string>& arguments) {
  double total = 0;
  for (const auto& argument : arguments) {
    char* rest = nullptr;
    const double value = std::strtod(argument.c_str(), &rest);
    const std::string unit = rest;
    const double factor = unit.empty() || unit == "s" ? 1 : unit == "m" ? 60 : unit == "h" ? 3600 : unit == "d" ? 86400 : -1;
    if (rest == argument.c_str() || value < 0 || factor < 0) {
      std::cerr << "sleep: invalid time interval '" << argument << "'\n";
      return 1;
    }
    total += value * factor;
  }
  if (arguments.empty()) {
    std::cerr << "sleep: missing operand\n";
    return 1;
  }
  const std::string socket = variable("AZLAB_CHANNEL");
  if (socket.empty()) {
    std::cerr << "sleep: no simulated clock is within reach (AZLAB_CHANNEL is not set)\n";
    return 1;
  }
  ChannelProcess(socket).sleep(seconds(total));
  return 0;
}

}  // namespace

std::optional<int> run_as_shim(const std::string& called_as, const std::vector<std::string>& arguments) {
  const std::string name = called_as.substr(called_as.rfind('/') + 1);
  if (name == "az") return run_az(arguments);
  if (name == "sleep") return run_sleep(arguments);
  if (name == "pip" || name == "pip3") return shell::pip_main(arguments, shell::pip_options_from_environment());
  return std::nullopt;
}

}  // namespace azlab::app
