#pragma once

#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/az/az.hpp"
#include "harness/az/command.hpp"
#include "harness/az/config.hpp"
#include "sim/core/draw.hpp"

namespace azlab::az {

/// Options that every command has.
struct GlobalOptions {
  std::string output = "json";
  std::string query{};
  std::string subscription{};
  bool only_show_errors = false;
  bool verbose = false;
  bool debug = false;
  bool help = false;
};

/// One command line being carried out: its parsed arguments and all that its function may use.
struct Invocation {
  Transport& transport;
  const Environment& environment;
  Config& config;
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  /// The command's words ("ml workspace create"), sent as CommandName.
  std::string command{};
  const ResourceKind* kind = nullptr;
  std::map<std::string, std::vector<std::string>> values{};
  GlobalOptions global{};
  /// Counts random draws of this command, so that two draws differ.
  std::uint64_t draws = 0;
  /// The answer with which the last long-running operation failed: `az deployment` prints it as it came.
  std::string failed_operation{};

  bool has(const std::string& key) const { return values.contains(key); }
  /// The argument's value (its last word), or empty.
  std::string value(const std::string& key, const std::string& otherwise = "") const;
  std::vector<std::string> all(const std::string& key) const;

  /// "WARNING: …" on standard error unless `--only-show-errors`.
  void warn(const std::string& text);
  /// `digits` hexadecimal digits that differ between runs with another AZLAB_SEED and between moments.
  std::string random_hex(std::size_t digits);
  /// Asks on standard error and reads one answer. az refuses when there is nobody to answer.
  Result<bool> confirm(const std::string& question, bool yes_by_default = false);
};

/// An error of az itself, printed as "ERROR: text"; exit status 1.
tl::unexpected<Error> cli_error(std::string text);
/// A wrong command line; exit status 2.
tl::unexpected<Error> usage_error(std::string text);
/// What the built-in az does not do yet: said loudly, exit status 1.
tl::unexpected<Error> not_simulated(const std::string& what);

/// Whether an answer of Azure is the error's origin, and not az itself.
bool is_from_azure(const Error& error);
/// Prints the error as az does and returns the exit status.
int print_error(const Error& error, Transport& transport, std::ostream& err);
/// "(Code) message\nCode: …\nMessage: …", with `Target:` and `Exception Details:` where there are any.
std::string error_text(const Error& error);
/// The same without its first line: what the ml extension prints of a failed deployment.
std::string error_details_text(const Error& error);

}  // namespace azlab::az
