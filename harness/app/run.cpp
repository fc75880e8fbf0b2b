#include "harness/app/run.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>

#include "harness/app/prepare.hpp"
#include "sim/faults/catalogue.hpp"

namespace azlab::app {
namespace {

int wrong_use(const Error& error) {
  std::cerr << "azlab: " << error.message << "\n";
  return 2;
}

/// What the command line says in words.
Result<void> complete(host::ClientRunOptions& options, const std::string& time_mode, const std::vector<std::string>& faults) {
  if (const auto ok = host::parse_time_mode(time_mode, options.simulator); !ok) return ok;
  for (const auto& text : faults) {
    auto fault = faults::parse_armed_fault(text);
    if (!fault) return fail(fault.error());
    options.faults.push_back(std::move(*fault));
  }
  std::error_code why;
  options.azlab_binary = std::filesystem::read_symlink("/proc/self/exe", why).string();
  options.say = say_preparing();
  return {};
}

}  // namespace

int serve(host::ClientRunOptions options, const std::string& time_mode, const std::vector<std::string>& faults) {
  // In front of a person time goes as they do (harness/site/pace.hpp), unless they say otherwise.
  const std::string mode = time_mode.empty() ? (!options.site ? "leap" : "1x") : time_mode;
  if (const auto ok = complete(options, mode, faults); !ok) return wrong_use(ok.error());
  const auto done = host::serve(options, host::env_file(), std::cerr);
  return done ? 0 : wrong_use(done.error());
}

int print_env() {
  std::ifstream file(host::env_file());
  if (!file) return wrong_use({400, "WrongUse", "no azlab serve is running (it would have left " + host::env_file() + ")"});
  std::cout << file.rdbuf();
  return 0;
}

int run_client(host::ClientRunOptions options, const std::string& time_mode, const std::vector<std::string>& faults) {
  if (const auto ok = complete(options, time_mode.empty() ? "leap" : time_mode, faults); !ok) return wrong_use(ok.error());
  const auto status = host::run_client(options, std::cerr);
  return status ? *status : wrong_use(status.error());
}

}  // namespace azlab::app
