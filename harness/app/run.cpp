#include "harness/app/run.hpp"

#include <filesystem>
#include <iostream>

#include "harness/app/prepare.hpp"

namespace azlab::app {
namespace {

int wrong_use(const Error& error) {
  std::cerr << "azlab: " << error.message << "\n";
  return 2;
}

}  // namespace

int run_client(host::ClientRunOptions options, const std::string& time_mode, const std::vector<std::string>& faults) {
  if (const auto ok = host::parse_time_mode(time_mode, options.simulator); !ok) return wrong_use(ok.error());
  for (const auto& text : faults) {
    auto fault = host::parse_armed_fault(text);
    if (!fault) return wrong_use(fault.error());
    options.faults.push_back(std::move(*fault));
  }
  std::error_code why;
  options.azlab_binary = std::filesystem::read_symlink("/proc/self/exe", why).string();
  options.say = say_preparing();
  const auto status = host::run_client(options, std::cerr);
  return status ? *status : wrong_use(status.error());
}

}  // namespace azlab::app
