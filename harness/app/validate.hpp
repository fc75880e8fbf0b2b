#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace azlab::app {

struct ValidateOptions {
  std::vector<std::string> files{};
  std::string scenario{};
  std::uint64_t seed = 1;
  std::string date{};
  std::string as_of{};
  std::string fail_on = "error";
  std::vector<std::string> reports{};  ///< "json=FILE", "junit=FILE"
  std::vector<std::string> clones{};   ///< "ADDRESS=DIRECTORY"
  std::string az = "built-in";
  std::vector<std::string> extension_wheels{};
  bool no_sandbox = false;
  bool no_prepare = false;
  bool quiet = false;
};

/// `azlab validate`: exit statuses of design 9.
int validate(const ValidateOptions& options);
/// `azlab steps FILE…`: the reader's operations as JSON lines.
int print_steps(const std::vector<std::string>& files);
/// `azlab scenarios [list|show NAME]`.
int print_scenarios(const std::string& verb, const std::string& name);
/// `azlab operations`: every operation that is served, with method and path.
int print_operations();

}  // namespace azlab::app
