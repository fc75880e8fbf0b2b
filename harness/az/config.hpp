#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/az/az.hpp"
#include "sim/core/json.hpp"

namespace azlab::az {

/// az's configuration directory: `config` (ini), `azureProfile.json` (accounts), `cliextensions/<name>/metadata.json`.
/// Everything is read when first asked for, so that a command pays only for what it uses.
class Config {
 public:
  explicit Config(const Environment& environment) : environment_(environment) {}

  /// Environment variable (AZURE_SECTION_NAME) before file.
  std::optional<std::string> find(const std::string& section, const std::string& name);
  /// File only, as `az config get` and `--list-defaults` show it.
  std::map<std::string, std::map<std::string, std::string>> sections();
  /// An empty value removes the entry. False when the file cannot be written.
  bool set(const std::string& section, const std::string& name, const std::string& value);
  std::string path() const;
  std::string directory() const { return environment_.config_dir; }
  std::optional<std::string> variable(const std::string& name) const;

  std::optional<std::string> read_file(const std::string& name) const;
  bool write_file(const std::string& name, const std::string& bytes) const;
  void remove_directory(const std::string& name) const;

  /// Installed extensions by name with their versions; the first call in a fresh directory installs what the
  /// machine comes with (fixtures/az/extensions.json).
  std::map<std::string, std::string> extensions();

  /// "yes", "true", "on" and "1", as Python's ConfigParser takes them.
  static bool is_true(const std::string& value);

 private:
  void load();

  const Environment& environment_;
  bool loaded_ = false;
  std::map<std::string, std::map<std::string, std::string>> sections_{};
};

}  // namespace azlab::az
