#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/core/json.hpp"

namespace azlab::az {

struct Invocation;

/// How many words an option takes, in argparse's terms.
enum class Takes {
  value,     ///< exactly one
  flag,      ///< none
  optional,  ///< none or one ("--parameters" without a value means an empty one)
  any,       ///< any number, also none (`--tags` clears)
  many,      ///< at least one
};

/// One argument of a command. The first name without its dashes is the key by which the command's function asks for it;
/// a name without dashes is a positional argument.
struct Argument {
  std::vector<std::string> names;
  std::string help{};
  bool required = false;
  Takes takes = Takes::value;
  /// Key under `[defaults]` that stands in when the argument is absent ("group", "workspace", "location").
  std::string default_key{};
  std::vector<std::string> choices{};
  std::string default_value{};
  /// Heading in the help text; empty for the first, unnamed group.
  std::string heading{};

  std::string key() const;
  bool positional() const { return names.front().front() != '-'; }
  /// "--name/-n": how az names it in error texts.
  std::string display() const;
};

struct Example {
  std::string title;
  std::string text;
};

/// One row of the command table. The function returns what is printed on standard output; null prints nothing.
struct Command {
  std::string words;
  std::string summary;
  std::vector<Argument> arguments;
  Result<Json> (*run)(Invocation&) = nullptr;
  /// Columns of `-o table`: "Name=name, Status=properties.provisioningState". Empty: az's automatic table.
  std::string table{};
  std::vector<Example> examples{};
};

/// A group's line in help texts.
struct CommandGroup {
  std::string words;
  std::string summary;
};

// One function per family, each next to its commands; `command_table` puts them together.
std::vector<Command> account_commands();
std::vector<Command> configure_commands();
std::vector<Command> extension_commands();
std::vector<Command> group_commands();
std::vector<Command> provider_commands();
std::vector<Command> resource_commands();
std::vector<Command> deployment_commands();
std::vector<Command> storage_commands();
std::vector<Command> keyvault_commands();
std::vector<Command> monitor_commands();
std::vector<Command> registry_commands();
std::vector<Command> ml_workspace_commands();
std::vector<Command> ml_compute_commands();
std::vector<Command> ml_datastore_commands();
std::vector<Command> ml_later_commands();

/// All rows that the built-in az knows, those of extensions included.
const std::vector<Command>& command_table();
const std::vector<CommandGroup>& command_groups();
/// The extension whose commands begin with this word ("ml"), or empty.
std::string extension_of(const std::string& words);

// Arguments that many commands share.
Argument name_argument(std::string help, bool required = true);
Argument group_argument(bool required = true);
Argument workspace_argument();
Argument location_argument(bool required = false);
Argument tags_argument();
Argument yes_argument();
Argument no_wait_argument();

}  // namespace azlab::az
